"""Our own checker: does a sentence follow from its evidence, and does a sentence answer a question?

A cross-encoder of six layers that reads evidence and sentence together. It begins as the packaged
all-MiniLM-L6-v2, whose token embeddings it shares; its layers and its two heads were trained by
`python -m training` (`docs/checker.md` is its model card). Each token is told whether it occurs in
the other text too. It reads English. Torch alone runs it, in bfloat16 where the processor
multiplies in it.
"""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.encoders.bert import EMBEDDINGS, Bert, one_thread
from vectorstore.encoders.embedding_model import packaged_model
from vectorstore.encoders.minilm import packaged_minilm
from vectorstore.errors import ModelUnavailable

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

NAME = "kakehashi-checker-1"
WEIGHTS = Path(__file__).parent / "data" / "checker.safetensors"
SHA256 = "f4ede63ede96fedd6043825e4ce88823a8830807ffa7b1f0efc40c690bb53ae3"
LAYERS, HEADS, EPSILON, WIDTH = 6, 12, 1e-12, 384  # of all-MiniLM-L6-v2
LONGEST = 256  # tokens of a pair; judged: evidence is one to three sentences, or is read in pieces
SUPPORTED, CONTRADICTED, NOT_STATED = range(3)  # the outputs of the first head
_BATCH = 16  # pairs in one forward pass; judged


@dataclass(frozen=True, slots=True)
class Reading:
    """What the checker reads: three probabilities, 0 to 1, that sum to one."""

    supported: float
    contradicted: float
    not_stated: float


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs of texts as tokens, all of the shape (pairs, tokens); padded where not `present`."""

    ids: "torch.Tensor"
    kinds: "torch.Tensor"
    present: "torch.Tensor"


class CheckerModel:
    """The forward pass of the checker, over weights that may be trained."""

    def __init__(self, weights: "Mapping[str, torch.Tensor]") -> None:
        """`weights` are those of the packaged model's embeddings, and `trained_names()`."""
        self._weights = weights
        self._bert = Bert(weights, layers=LAYERS, heads=HEADS, epsilon=EPSILON)

    def __call__(self, batch: Batch, dropout: float = 0.0) -> "tuple[torch.Tensor, torch.Tensor]":
        """Return the logits of the verdict (pairs, 3) and of the answer (pairs,)."""
        import torch
        from torch.nn import functional

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


def _shared(batch: Batch) -> "torch.Tensor":
    """Return for each token 1 if it occurs in the other text too, else 0."""
    same = batch.ids[:, :, None] == batch.ids[:, None, :]
    across = batch.kinds[:, :, None] != batch.kinds[:, None, :]
    return (same & across & batch.present[:, None, :]).any(dim=2).long()


def _mean(x: "torch.Tensor", present: "torch.Tensor") -> "torch.Tensor":
    weights = present.unsqueeze(-1).to(x.dtype)
    return (x * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)


def tokenizer() -> "Tokenizer":
    """Return the packaged model's tokenizer for pairs. Raise ModelUnavailable."""
    from tokenizers import Tokenizer

    found: Tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
    found.enable_truncation(LONGEST, strategy="longest_first")
    found.no_padding()
    return found


def batch_of(encoded: Sequence[tuple[Sequence[int], Sequence[int]]]) -> Batch:
    """Return pairs of token ids and kinds as one batch, padded to the longest.

    >>> batch_of([([101, 7, 102], [0, 0, 0]), ([101, 102], [0, 1])]).present.tolist()
    [[True, True, True], [True, True, False]]
    """
    import torch

    longest = max(len(ids) for ids, _ in encoded)
    shape = (len(encoded), longest)
    ids, kinds = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    present = torch.zeros(shape, dtype=torch.bool)
    for row, (tokens, types) in enumerate(encoded):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        kinds[row, : len(tokens)] = torch.tensor(types)
        present[row, : len(tokens)] = True
    return Batch(ids, kinds, present)


class Checker:
    """Reads pairs of evidence and sentence. Its methods are thread-safe."""

    name = NAME

    def __init__(self, weights: Path = WEIGHTS, sha256: str = SHA256) -> None:
        """`sha256` is the hash that the weights must have. They are loaded on first use."""
        self.notice = ""
        self._weights = weights
        self._sha256 = sha256
        self._lock = threading.Lock()

    def read(self, sentence: str, evidence: Sequence[str]) -> list[Reading]:
        """Read a sentence beside each piece of evidence: English text, best one to three sentences.

        Return nothing if the checker cannot be loaded; `notice` then says why.
        """
        return [
            Reading(*row) for row in self._run([(one, sentence) for one in evidence], answer=False)
        ]

    def answer(self, question: str, evidence: Sequence[str]) -> list[float]:
        """Return for each piece of evidence the probability (0 to 1) that it answers a question.

        Return nothing if the checker cannot be loaded; `notice` then says why.
        """
        return [row[0] for row in self._run([(one, question) for one in evidence], answer=True)]

    def warm(self) -> None:
        """Load the weights. Raise ModelUnavailable."""
        with self._lock:
            _ = self._loaded

    def _run(self, pairs: Sequence[tuple[str, str]], *, answer: bool) -> list[list[float]]:
        import torch

        if self.notice or not pairs:
            return []
        found: list[list[float]] = [[]] * len(pairs)
        try:
            with self._lock:
                model, encode = self._loaded
                encoded = [(one.ids, one.type_ids) for one in encode.encode_batch(list(pairs))]
                order = sorted(range(len(pairs)), key=lambda at: len(encoded[at][0]))
                with one_thread(), torch.inference_mode():
                    for start in range(0, len(order), _BATCH):
                        some = order[start : start + _BATCH]
                        verdicts, answers = model(batch_of([encoded[at] for at in some]))
                        rows = (
                            torch.sigmoid(answers).unsqueeze(-1)
                            if answer
                            else torch.softmax(verdicts, dim=-1)
                        )
                        for at, row in zip(some, rows.tolist(), strict=True):
                            found[at] = row
        except ModelUnavailable as error:
            self.notice = f"{error} Until then, sentences are compared by their words alone."
            return []
        return found

    @cached_property
    def _loaded(self) -> "tuple[CheckerModel, Tokenizer]":
        import torch
        from safetensors import SafetensorError
        from safetensors.torch import load

        try:
            packed = self._weights.read_bytes()
        except OSError as error:
            raise ModelUnavailable(
                f"The checker’s weights ({self._weights.name}) cannot be read: install Kakehashi "
                "again."
            ) from error
        if hashlib.sha256(packed).hexdigest() != self._sha256:
            raise ModelUnavailable(
                f"The checker’s weights ({self._weights.name}) are not those that were published "
                "(their SHA-256 differs): install Kakehashi again."
            )
        try:
            trained = load(packed)
        except SafetensorError as error:
            raise ModelUnavailable(
                f"The checker’s weights ({self._weights.name}) are damaged: install Kakehashi "
                "again."
            ) from error
        shared = {
            name: value
            for name, value in packaged_minilm().weights.items()
            if name.startswith(EMBEDDINGS)
        }
        fast = torch.cpu.get_capabilities().get("amx_bf16", False)
        precision = torch.bfloat16 if fast else torch.float32
        weights = {name: value.to(precision) for name, value in {**shared, **trained}.items()}
        return CheckerModel(weights), tokenizer()


@cache
def packaged_checker() -> Checker:
    """Return the checker that comes along; it is loaded on first use."""
    return Checker()
