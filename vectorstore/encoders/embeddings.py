"""Texts to vectors: sentence-transformers behind LangChain's `Embeddings`.

Nothing heavy is imported until the first text has to be embedded. The default model is the
packaged all-MiniLM-L6-v2, whose weights must have their publisher's hash; any other
sentence-transformers model is taken by folder or by name, from the local cache when it is there.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from langchain_core.embeddings import Embeddings

from vectorstore.encoders.embedding_model import (
    DEFAULT_MODEL,
    SHA256,
    file_hash,
    load_embedding_model,
    weights_in,
)
from vectorstore.text.sentences import VERSION as SENTENCES
from vectorstore.text.sentences import Span, sentences

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from vectorstore.encoders.minilm import MiniLM

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]

_BATCH = 64  # texts between two reports of progress; judged
# Texts in one forward pass; judged: more outgrow the processor's cache and take longer
_AT_ONCE = 16
_OF_DOCUMENTS = ("document", "passage", "corpus")  # names that models give to this prompt
_REMEMBERED = 16  # questions; judged: one answer asks for a few


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """A passage's vector, shape (d,), and those of its sentences, shape (sentences, d)."""

    passage: Vectors
    sentences: Vectors


class SentenceEmbeddings(Embeddings):
    """One embedding model. Vectors have length one, so a dot product is a cosine."""

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        """`model` is the packaged default, a folder, or a name on the model hub."""
        self.model = model
        self._lock = threading.Lock()
        self._asked: dict[str, Vectors] = {}

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever the vectors would; vectors of two fingerprints are never mixed."""
        if self.model == DEFAULT_MODEL:
            made_by = SHA256[:16]
        else:
            weights = weights_in(Path(self.model))
            made_by = file_hash(weights)[:16] if weights else "by name"
        return f"{self.model}:{made_by}:sentences {SENTENCES}"

    def splits_sentences_like(self, other: "SentenceEmbeddings") -> bool:
        """Whether both were made for the same sentences, so that either's vectors fit them."""
        return self.fingerprint.rpartition(":")[2] == other.fingerprint.rpartition(":")[2]

    @property
    def english_only(self) -> bool:
        """Whether the model is known to make nothing of Chinese, Japanese or Korean."""
        return self.model == DEFAULT_MODEL

    def encode(
        self,
        texts: Sequence[str],
        progress: Progress | None = None,
        headings: Sequence[str] | None = None,
    ) -> list[PassageVectors]:
        """Embed passages, each with its sentences, under their headings if these are given.

        `progress` is called with the number of texts done and the number of all. Long texts are
        embedded together with long ones, so that little is spent on padding.
        """
        above = headings or [""] * len(texts)
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        embedded: dict[int, PassageVectors] = {}
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            with self._lock:
                some = self._embed([texts[i] for i in batch], [above[i] for i in batch])
            embedded.update(zip(batch, some, strict=True))
            if progress:
                progress(len(embedded), len(texts))
        return [embedded[i] for i in range(len(texts))]

    def encode_query(self, text: str) -> Vectors:
        """The vector of one question; shape (dimension,). The last few asked are remembered."""
        with self._lock:
            if text not in self._asked:
                while len(self._asked) >= _REMEMBERED:
                    del self._asked[next(iter(self._asked))]
                if self.model == DEFAULT_MODEL:
                    self._asked[text] = self._minilm.encode(_sound(text))
                else:
                    self._asked[text] = _unit(self._transformer.encode_query([_sound(text)]))[0]
            return self._asked[text]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's interface to `encode`."""
        return [embedded.passage.tolist() for embedded in self.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's interface to `encode_query`."""
        vector: list[float] = self.encode_query(text).tolist()
        return vector

    def warm(self, *, documents: bool = False) -> None:
        """Load what the first question needs, or else what the first document needs."""
        if documents:
            self.encode(["ready"])
        else:
            self.encode_query("ready")

    @cached_property
    def _minilm(self) -> "MiniLM":
        from vectorstore.encoders.minilm import packaged_minilm

        return packaged_minilm()

    @cached_property
    def _transformer(self) -> "SentenceTransformer":
        return load_embedding_model(self.model)

    @cached_property
    def _prompt(self) -> str | None:
        """The model's prompt for passages; sentence-transformers would stop at an empty one."""
        prompts = self._transformer.prompts
        return next((prompts[name] for name in _OF_DOCUMENTS if prompts.get(name)), None)

    @cached_property
    def _pools_late(self) -> bool:
        """Whether a passage's vector is the plain mean of its tokens' vectors."""
        pooling = next((m for m in self._transformer if hasattr(m, "pooling_mode")), None)
        prompt = self._transformer.default_prompt_name or self._prompt
        mean: bool = pooling is not None and pooling.pooling_mode in ("mean", ("mean",))
        return mean and not prompt and self._transformer.tokenizer.is_fast

    def _embed(self, texts: list[str], headings: list[str]) -> list[PassageVectors]:
        """One batch. A heading is read with its passage, which often does not say its subject.

        The vector of a sentence is the mean of its tokens' vectors inside the passage (late
        chunking, arXiv 2409.04701): it costs nothing more and knows its context. On SQuAD 2 it
        found the answering sentence as often as embedding each sentence on its own did. A model
        that does not pool by the mean embeds its sentences on their own.
        """
        above = [f"{heading}\n" if heading else "" for heading in headings]
        spans = [
            [(len(head) + start, len(head) + end) for start, end in sentences(text)]
            for head, text in zip(above, texts, strict=True)
        ]
        texts = [head + text for head, text in zip(above, texts, strict=True)]
        if self._pools_late:
            tokens = self._transformer.encode(
                texts, batch_size=_AT_ONCE, output_value="token_embeddings", show_progress_bar=False
            )
            offsets = self._transformer.tokenizer(
                texts, truncation=True, return_offsets_mapping=True
            )["offset_mapping"]
            return [
                _pool(token.float().numpy(), np.array(offset), some)
                for token, offset, some in zip(tokens, offsets, spans, strict=True)
            ]
        flat = [text[a:b] for text, some in zip(texts, spans, strict=True) for a, b in some]
        vectors = _unit(
            self._transformer.encode_document(
                [*texts, *flat], batch_size=_AT_ONCE, prompt=self._prompt
            )
        )
        parts = np.split(vectors[len(texts) :], np.cumsum([len(some) for some in spans])[:-1])
        return [PassageVectors(v, p) for v, p in zip(vectors[: len(texts)], parts, strict=True)]


def _pool(tokens: Vectors, offsets: npt.NDArray[np.int64], spans: list[Span]) -> PassageVectors:
    """Mean vectors of a passage (n, d) and of its spans; offsets (n, 2) are those of the tokens."""
    passage = _unit(tokens.mean(axis=0, keepdims=True))[0]
    count = min(len(tokens), len(offsets))
    starts, ends = offsets[:count, 0], offsets[:count, 1]
    parts = np.empty((len(spans), len(passage)), dtype=np.float32)
    for number, (start, end) in enumerate(spans):
        inside = (starts >= start) & (ends <= end) & (ends > starts)
        # A sentence beyond the model's longest input has no tokens: the passage speaks for it.
        parts[number] = tokens[:count][inside].mean(axis=0) if inside.any() else passage
    return PassageVectors(passage, _unit(parts))


def _sound(text: str) -> str:
    """The text without unpaired surrogates, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode()


def _unit(vectors: Vectors) -> Vectors:
    """Vectors (n, d) brought to length one; bfloat16 leaves them a little off."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    result: Vectors = (vectors / lengths.clip(min=1e-12)).astype(np.float32)
    return result
