"""The command line with vectors made from a hash of the text, for what measures storage alone.

`python -m benchmarks.hash_vectors sync …` is `kakehashi sync …` without a model: same text, same
vector, another text, another vector; everything else is the product's own.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

from vectorstore.encoders.embeddings import PassageVectors, Progress, SentenceEmbeddings
from vectorstore.encoders.pooling import Vectors
from vectorstore.text.sentences import sentences

_SIZE = 384


class HashedEmbeddings(SentenceEmbeddings):
    """Vectors of length one that depend on nothing but the text."""

    fingerprint = "hashed:1:sentences 1"

    def encode(
        self,
        texts: Sequence[str],
        progress: Progress | None = None,
        headings: Sequence[str] | None = None,
    ) -> list[PassageVectors]:
        """Return one vector for each text, and the same one for each of its sentences."""
        made = []
        for number, text in enumerate(texts, start=1):
            vector = self.encode_query(text)
            made.append(PassageVectors(vector, np.stack([vector] * len(sentences(text)))))
            if progress:
                progress(number, len(texts))
        return made

    def encode_query(self, text: str) -> Vectors:
        """Return the vector of a text; shape (384,)."""
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        vector = np.random.default_rng(seed).standard_normal(_SIZE).astype(np.float32)
        unit: Vectors = vector / np.linalg.norm(vector)
        return unit


def main() -> None:
    """Run the command line."""
    from app.cli import main as cli
    from app.service import bootstrap

    bootstrap._embeddings = lambda *_, **__: HashedEmbeddings()  # type: ignore[assignment]
    cli.main()


if __name__ == "__main__":
    main()
