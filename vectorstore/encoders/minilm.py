"""The packaged all-MiniLM-L6-v2: the vectors of sentence-transformers, ready in half a second.

The model is a plain BERT encoder (`bert.py`) with mean pooling; a test compares its vectors with
those of sentence-transformers.
"""

import json
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vectorstore.encoders.bert import Bert, at_once
from vectorstore.encoders.embedding_model import packaged_model
from vectorstore.encoders.pooling import Vectors, normalised

_REMEMBERED = 64  # questions: one is looked at by its kind and then searched for (judged)


@cache
def packaged_minilm() -> "MiniLM":
    """Return the packaged model, loaded once. Raise ModelUnavailable."""
    return MiniLM(packaged_model())


class MiniLM:
    """The packaged model. Its methods are thread-safe."""

    def __init__(self, folder: Path) -> None:
        """Load `tokenizer.json` and `model.safetensors` from the folder."""
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        longest = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(longest)
        self._tokenizer.no_padding()
        self._bert = Bert(load_file(folder / "model.safetensors"))
        self.embeddings = self._bert.embeddings
        self._remembered = lru_cache(_REMEMBERED)(self._encode)

    def encode(self, text: str) -> Vectors:
        """Return the vector of one text, of length one; shape (384,). The last are remembered."""
        return self._remembered(text)

    def _encode(self, text: str) -> Vectors:
        tokens, _ = self.tokens(text)
        vector: Vectors = normalised(tokens.mean(axis=0, keepdims=True))[0]
        vector.flags.writeable = False  # it is shared
        return vector

    def encode_all(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts, each of length one; shape (n, 384)."""
        return np.stack(at_once(self._encode, texts))

    def tokens(self, text: str) -> tuple[Vectors, npt.NDArray[np.int64]]:
        """Return the vectors (n, 384) of a text's tokens, and their offsets (n, 2) in the text.

        A text is cut after 256 tokens, of which the first and the last stand for no word.
        """
        encoded = self._tokenizer.encode(text)
        hidden = self._bert.layers(
            self._bert.embedded(np.array(encoded.ids), np.array(encoded.type_ids))
        )
        return hidden, np.array(encoded.offsets)
