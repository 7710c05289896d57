"""all-MiniLM-L6-v2 for questions: the vectors of sentence-transformers, ready in a second.

Importing sentence_transformers takes about five seconds, too long for one question on the command
line. A question is one short text, and the packaged model is a plain BERT encoder (`bert.py`) with
mean pooling. Documents are always embedded by sentence-transformers (`embeddings.py`); a test
compares the two.
"""

import json
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vectorstore.encoders.bert import Bert, one_thread
from vectorstore.encoders.embedding_model import packaged_model

if TYPE_CHECKING:
    import torch


_REMEMBERED = 64  # questions: one is looked at by its kind and then searched for (judged)


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
        longest = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(longest)
        self._tokenizer.no_padding()
        self.weights: dict[str, torch.Tensor] = load_file(folder / "model.safetensors")
        self._bert = Bert(
            self.weights,
            layers=config["num_hidden_layers"],
            heads=config["num_attention_heads"],
            epsilon=config["layer_norm_eps"],
        )
        self._remembered = lru_cache(_REMEMBERED)(self._encode)

    def encode(self, text: str) -> npt.NDArray[np.float32]:
        """Return the vector of one text, of length one; shape (384,).

        On one thread: with several, a short text waits for the slowest, which took half a second
        on busy cores against 15 ms on one (95th percentile).
        """
        return self._remembered(text)

    def _encode(self, text: str) -> npt.NDArray[np.float32]:
        import torch

        with one_thread(), torch.inference_mode():
            hidden = self._hidden(self._tokenizer.encode(text).ids)
            vector = torch.nn.functional.normalize(hidden.mean(dim=0), dim=0)
        result: npt.NDArray[np.float32] = vector.numpy()
        result.flags.writeable = False  # it is shared
        return result

    def encode_all(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the vectors of short texts, each of length one; shape (n, 384)."""
        import torch

        encoded = [one.ids for one in self._tokenizer.encode_batch(list(texts))]
        longest = max(map(len, encoded))
        ids = torch.tensor([one + [0] * (longest - len(one)) for one in encoded])
        present = torch.tensor(
            [[True] * len(one) + [False] * (longest - len(one)) for one in encoded]
        )
        with one_thread(), torch.inference_mode():
            hidden = self._bert.layers(self._bert.embedded(ids), present)
            weights = present.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * weights).sum(dim=1) / weights.sum(dim=1)
            vectors = torch.nn.functional.normalize(mean, dim=1)
        result: npt.NDArray[np.float32] = vectors.numpy()
        return result

    def _hidden(self, ids: list[int]) -> "torch.Tensor":
        """Return the last hidden states of a sequence: (tokens, 384)."""
        import torch

        return self._bert.layers(self._bert.embedded(torch.tensor(ids)))
