"""all-MiniLM-L6-v2 for questions: the vectors of sentence-transformers, ready in a second.

Importing sentence_transformers takes about five seconds, too long for one question on the command
line. A question is one short text, and the packaged model is a plain BERT encoder with mean
pooling, so this module implements its forward pass on torch alone. Documents are always embedded by
sentence-transformers (`embeddings.py`); a test compares the two.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vectorstore.encoders.embedding_model import packaged_model

if TYPE_CHECKING:
    import torch


@contextmanager
def _one_thread() -> Iterator[None]:
    """Limit torch to one thread for the calls of this thread."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text: ids, offsets, and vectors (n, 384) of length one."""

    ids: list[int]
    offsets: list[tuple[int, int]]
    vectors: npt.NDArray[np.float32]


@cache
def packaged_minilm() -> "MiniLM":
    """Return the packaged model, loaded once. Raise ModelUnavailable."""
    return MiniLM(packaged_model())


class MiniLM:
    """The encoder of a sentence-transformers folder with a BERT model and mean pooling."""

    def __init__(self, folder: Path) -> None:
        """Load `tokenizer.json`, `config.json` and `model.safetensors` from the folder."""
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        config = json.loads((folder / "config.json").read_text())
        self._heads: int = config["num_attention_heads"]
        self._layers: int = config["num_hidden_layers"]
        self._epsilon: float = config["layer_norm_eps"]
        longest = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(longest)
        self._tokenizer.no_padding()
        self._weights = load_file(folder / "model.safetensors")

    def encode(self, text: str) -> npt.NDArray[np.float32]:
        """Return the vector of one text, of length one; shape (384,).

        On one thread: with several, a short text waits for the slowest, which took half a second
        on busy cores against 15 ms on one (95th percentile).
        """
        import torch

        with _one_thread(), torch.inference_mode():
            hidden = self._hidden(torch.tensor(self._tokenizer.encode(text).ids))
            vector = torch.nn.functional.normalize(hidden.mean(dim=0), dim=0)
        result: npt.NDArray[np.float32] = vector.numpy()
        return result

    def tokens(self, text: str) -> Tokens:
        """Return the tokens of one text in the last layer, without the two special ones."""
        import torch

        encoded = self._tokenizer.encode(text)
        with _one_thread(), torch.inference_mode():
            hidden = self._hidden(torch.tensor(encoded.ids))
            vectors = torch.nn.functional.normalize(hidden, dim=-1)[1:-1]
        return Tokens(encoded.ids[1:-1], encoded.offsets[1:-1], vectors.numpy())

    def _hidden(self, ids: "torch.Tensor") -> "torch.Tensor":
        """Return the last hidden states of a sequence (BERT, arXiv 1810.04805): (tokens, 384)."""
        import torch
        from torch.nn import functional

        x = (
            self._weights["embeddings.word_embeddings.weight"][ids]
            + self._weights["embeddings.position_embeddings.weight"][: len(ids)]
            + self._weights["embeddings.token_type_embeddings.weight"][0]
        )
        x = self._norm(x, "embeddings.LayerNorm")
        for number in range(self._layers):
            layer = f"encoder.layer.{number}"
            query, key, value = (
                self._linear(x, f"{layer}.attention.self.{name}")
                .view(len(ids), self._heads, -1)
                .transpose(0, 1)
                for name in ("query", "key", "value")
            )
            mixed = functional.scaled_dot_product_attention(query, key, value)
            attended = self._linear(
                mixed.transpose(0, 1).reshape(len(ids), -1), f"{layer}.attention.output.dense"
            )
            x = self._norm(x + attended, f"{layer}.attention.output.LayerNorm")
            inner = functional.gelu(self._linear(x, f"{layer}.intermediate.dense"))
            x = self._norm(
                x + self._linear(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm"
            )
        return torch.as_tensor(x)

    def _linear(self, x: "torch.Tensor", name: str) -> "torch.Tensor":
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, x: "torch.Tensor", name: str) -> "torch.Tensor":
        from torch.nn import functional

        return functional.layer_norm(
            x,
            x.shape[-1:],
            self._weights[f"{name}.weight"],
            self._weights[f"{name}.bias"],
            self._epsilon,
        )
