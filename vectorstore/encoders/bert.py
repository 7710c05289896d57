"""The layers of BERT (arXiv 1810.04805) on torch alone, for one sequence or a batch of them.

sentence_transformers takes about five seconds to import, too long for one question on the command
line. The packaged MiniLM (`minilm.py`) and the checker (`checker.py`) are plain BERT encoders: this
module is their forward pass, from the token vectors on. Training runs the same code.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

EMBEDDINGS = "embeddings."


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit torch to one thread for the calls of this thread."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Bert:
    """A BERT encoder over named weights, which may be trained."""

    def __init__(
        self, weights: "Mapping[str, torch.Tensor]", *, layers: int, heads: int, epsilon: float
    ) -> None:
        """`weights` has the names that transformers gives them, without a prefix."""
        self._weights = weights
        self._layers = layers
        self._heads = heads
        self._epsilon = epsilon

    def embedded(self, ids: "torch.Tensor", kinds: "torch.Tensor | None" = None) -> "torch.Tensor":
        """Return the vectors (..., tokens, width) with which the layers begin.

        `ids` and `kinds` have the shape (..., tokens); kind 0 is the first text, 1 the second.
        """
        types = self._weights["embeddings.token_type_embeddings.weight"]
        return self.norm(
            self._weights["embeddings.word_embeddings.weight"][ids]
            + self._weights["embeddings.position_embeddings.weight"][: ids.shape[-1]]
            + (types[0] if kinds is None else types[kinds]),
            "embeddings.LayerNorm",
        )

    def layers(
        self, x: "torch.Tensor", present: "torch.Tensor | None" = None, dropout: float = 0.0
    ) -> "torch.Tensor":
        """Return the last hidden states (..., tokens, width) of `x`, which has the same shape.

        `present` (batch, tokens) is False where a text of a batch is padded.
        """
        import torch
        from torch.nn import functional

        for number in range(self._layers):
            layer = f"encoder.layer.{number}"
            query, key, value = (
                self._split(self._linear(x, f"{layer}.attention.self.{name}"))
                for name in ("query", "key", "value")
            )
            mixed = _attended(query, key, value, present)
            attended = self._linear(
                mixed.transpose(-3, -2).flatten(-2), f"{layer}.attention.output.dense"
            )
            if dropout:
                attended = _dropped(attended, dropout)
            x = self.norm(x + attended, f"{layer}.attention.output.LayerNorm")
            inner = functional.gelu(self._linear(x, f"{layer}.intermediate.dense"))
            outer = self._linear(inner, f"{layer}.output.dense")
            if dropout:
                outer = _dropped(outer, dropout)
            x = self.norm(x + outer, f"{layer}.output.LayerNorm")
        return torch.as_tensor(x)

    def norm(self, x: "torch.Tensor", name: str) -> "torch.Tensor":
        """Return `x` normalised by a layer's scale and shift."""
        from torch.nn import functional

        scale, shift = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return functional.layer_norm(x, x.shape[-1:], scale, shift, self._epsilon)

    def _split(self, x: "torch.Tensor") -> "torch.Tensor":
        """(..., tokens, width) to (..., heads, tokens, width of a head)."""
        return x.reshape(*x.shape[:-1], self._heads, -1).transpose(-3, -2)

    def _linear(self, x: "torch.Tensor", name: str) -> "torch.Tensor":
        from torch.nn import functional

        return functional.linear(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])


def _attended(
    query: "torch.Tensor",
    key: "torch.Tensor",
    value: "torch.Tensor",
    present: "torch.Tensor | None",
) -> "torch.Tensor":
    """Return the attention over `value`, all of the shape (..., heads, tokens, width of a head).

    torch's fused attention is a tenth faster forward, and on CPUs far slower backward.
    """
    import torch
    from torch.nn import functional

    seen = None if present is None else present[:, None, None, :]
    if not torch.is_grad_enabled():
        return functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
    likeness = (query / math.sqrt(query.shape[-1])) @ key.transpose(-2, -1)
    if seen is not None:
        likeness = likeness.masked_fill(~seen, -math.inf)
    return torch.softmax(likeness, dim=-1).to(value.dtype) @ value


def _dropped(x: "torch.Tensor", share: float) -> "torch.Tensor":
    """Leave out values of `x` (batch, tokens, width), the same ones for all tokens of a text."""
    import torch

    kept = torch.rand(x.shape[0], 1, x.shape[2]) >= share
    return x * (kept / (1 - share)).to(x.dtype)
