"""The checker on torch, which can be trained; `vectorstore/encoders/checker.py` is what runs it.

A test compares the two.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional

from vectorstore.encoders.bert import EPSILON, HEADS, LAYERS


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs of texts as tokens, all of the shape (pairs, tokens); padded where not `present`."""

    ids: torch.Tensor
    kinds: torch.Tensor
    present: torch.Tensor


class CheckerModel:
    """The forward pass of the checker, over weights that may be trained."""

    def __init__(self, weights: Mapping[str, torch.Tensor]) -> None:
        """`weights` are those of the packaged model's embeddings, and those that are trained."""
        self._weights = weights
        self._bert = Bert(weights)

    def __call__(self, batch: Batch, dropout: float = 0.0) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the logits of the verdict (pairs, 3) and of the answer (pairs,)."""
        x = self._bert.embedded(batch.ids, batch.kinds)
        x = x + self._weights["shared.weight"][_shared(batch)].to(x.dtype)
        x = self._bert.layers(x, batch.present, dropout)
        pooled = torch.cat(
            [
                x[:, 0],
                _mean(x, batch.present),
                _mean(x, batch.present & (batch.kinds == 1)),
            ],
            dim=-1,
        )
        if dropout:
            pooled = functional.dropout(pooled, dropout)
        verdict, answer = (
            functional.linear(
                pooled, self._weights[f"{head}.weight"], self._weights[f"{head}.bias"]
            ).float()
            for head in ("verdict", "answer")
        )
        return verdict, answer[:, 0]


def _shared(batch: Batch) -> torch.Tensor:
    """Return for each token 1 if it occurs in the other text too, else 0."""
    same = batch.ids[:, :, None] == batch.ids[:, None, :]
    across = batch.kinds[:, :, None] != batch.kinds[:, None, :]
    return (same & across & batch.present[:, None, :]).any(dim=2).long()


def _mean(x: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
    weights = present.unsqueeze(-1).to(x.dtype)
    return (x * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)


def batch_of(encoded: Sequence[tuple[Sequence[int], Sequence[int]]]) -> Batch:
    """Return pairs of token ids and kinds as one batch, padded to the longest.

    >>> batch_of([([101, 7, 102], [0, 0, 0]), ([101, 102], [0, 1])]).present.tolist()
    [[True, True, True], [True, True, False]]
    """
    longest = max(len(ids) for ids, _ in encoded)
    shape = (len(encoded), longest)
    ids, kinds = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    present = torch.zeros(shape, dtype=torch.bool)
    for row, (tokens, types) in enumerate(encoded):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        kinds[row, : len(tokens)] = torch.tensor(types)
        present[row, : len(tokens)] = True
    return Batch(ids, kinds, present)


class Bert:
    """A BERT encoder (arXiv 1810.04805) over named weights, which may be trained."""

    def __init__(self, weights: Mapping[str, torch.Tensor]) -> None:
        """`weights` has the names that transformers gives them, without a prefix."""
        self._weights = weights

    def embedded(self, ids: torch.Tensor, kinds: torch.Tensor) -> torch.Tensor:
        """Return the vectors (pairs, tokens, width) with which the layers begin.

        `ids` and `kinds` have the shape (pairs, tokens); kind 0 is the first text, 1 the second.
        """
        return self._norm(
            self._weights["embeddings.word_embeddings.weight"][ids]
            + self._weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
            + self._weights["embeddings.token_type_embeddings.weight"][kinds],
            "embeddings.LayerNorm",
        )

    def layers(self, x: torch.Tensor, present: torch.Tensor, dropout: float = 0.0) -> torch.Tensor:
        """Return the last hidden states (pairs, tokens, width) of `x`, which has the same shape.

        `present` (pairs, tokens) is False where a pair is padded.
        """
        for number in range(LAYERS):
            layer = f"encoder.layer.{number}"
            query, key, value = (
                _split(self._linear(x, f"{layer}.attention.self.{name}"))
                for name in ("query", "key", "value")
            )
            mixed = _attended(query, key, value, present).transpose(1, 2).flatten(2)
            attended = self._linear(mixed, f"{layer}.attention.output.dense")
            x = self._norm(x + _dropped(attended, dropout), f"{layer}.attention.output.LayerNorm")
            inner = functional.gelu(self._linear(x, f"{layer}.intermediate.dense"))
            outer = self._linear(inner, f"{layer}.output.dense")
            x = self._norm(x + _dropped(outer, dropout), f"{layer}.output.LayerNorm")
        return x

    def _norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        """Return `x` normalised by a layer's scale and shift."""
        scale, shift = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return functional.layer_norm(x, x.shape[-1:], scale, shift, EPSILON)

    def _linear(self, x: torch.Tensor, name: str) -> torch.Tensor:
        return functional.linear(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])


def _split(x: torch.Tensor) -> torch.Tensor:
    """(pairs, tokens, width) to (pairs, heads, tokens, width of a head)."""
    return x.reshape(*x.shape[:-1], HEADS, -1).transpose(1, 2)


def _attended(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, present: torch.Tensor
) -> torch.Tensor:
    """Return the attention over `value`, all of the shape (pairs, heads, tokens, width of a head).

    torch's fused attention is far slower backward on CPUs.
    """
    likeness = (query / math.sqrt(query.shape[-1])) @ key.transpose(-2, -1)
    likeness = likeness.masked_fill(~present[:, None, None, :], -math.inf)
    return torch.softmax(likeness, dim=-1).to(value.dtype) @ value


def _dropped(x: torch.Tensor, share: float) -> torch.Tensor:
    """Leave out a share of the values of `x` (pairs, tokens, width), the same for all tokens."""
    if not share:
        return x
    kept = torch.rand(x.shape[0], 1, x.shape[2]) >= share
    return x * (kept / (1 - share)).to(x.dtype)
