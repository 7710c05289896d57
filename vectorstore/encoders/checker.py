"""Our own checker: does a sentence follow from its evidence, and does a sentence answer a question?

A cross-encoder of six layers that reads evidence and sentence together. It begins as the packaged
all-MiniLM-L6-v2, whose token embeddings it shares; its layers and its two heads were trained by
`python -m training` (`docs/checker.md` is its model card). Each token is told whether it occurs in
the other text too. It reads English.
"""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vectorstore.encoders.bert import Bert, Weights, at_once
from vectorstore.encoders.embedding_model import packaged_model
from vectorstore.encoders.minilm import packaged_minilm
from vectorstore.encoders.pooling import Vectors
from vectorstore.errors import ModelUnavailable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NAME = "kakehashi-checker-1"
WEIGHTS = Path(__file__).parent / "data" / "checker.safetensors"
SHA256 = "f4ede63ede96fedd6043825e4ce88823a8830807ffa7b1f0efc40c690bb53ae3"
LONGEST = 256  # tokens of a pair; judged: evidence is one to three sentences, or is read in pieces
SUPPORTED, CONTRADICTED, NOT_STATED = range(3)  # the outputs of the first head

Pair = tuple[Sequence[int], Sequence[int]]  # ids of the tokens of two texts, and their kinds


@dataclass(frozen=True, slots=True)
class Reading:
    """What the checker reads: three probabilities, 0 to 1, that sum to one."""

    supported: float
    contradicted: float
    not_stated: float


class CheckerModel:
    """The forward pass of the checker."""

    def __init__(self, weights: Weights) -> None:
        """`weights` are those of the packaged model's embeddings, and what was trained."""
        self._bert = Bert(weights)
        self._shared = weights["shared.weight"].astype(np.float32)
        self._heads = {
            head: [weights[f"{head}.{kind}"].astype(np.float32) for kind in ("weight", "bias")]
            for head in ("verdict", "answer")
        }

    def verdict(self, pair: Pair) -> Vectors:
        """Return the probabilities of the three verdicts on a pair; shape (3,)."""
        logits = self._outputs("verdict", pair)
        probabilities: Vectors = np.exp(logits - logits.max())
        probabilities /= probabilities.sum()
        return probabilities

    def answer(self, pair: Pair) -> Vectors:
        """Return the probability that the first text answers the second; shape (1,)."""
        probability: Vectors = np.reciprocal(1 + np.exp(-self._outputs("answer", pair)))
        return probability

    def _outputs(self, head: str, pair: Pair) -> Vectors:
        """Run a pair, whose ids and kinds have the shape (tokens,)."""
        ids, kinds = np.array(pair[0]), np.array(pair[1])
        second = kinds == 1
        shared = np.where(second, np.isin(ids, ids[~second]), np.isin(ids, ids[second]))
        x = self._bert.embedded(ids, kinds) + self._shared[shared.astype(int)]
        x = self._bert.layers(x)
        pooled = np.concatenate([x[0], x.mean(axis=0), x[second].mean(axis=0)])
        weight, bias = self._heads[head]
        outputs: Vectors = weight @ pooled + bias
        return outputs


def tokenizer() -> "Tokenizer":
    """Return the packaged model's tokenizer for pairs. Raise ModelUnavailable."""
    from tokenizers import Tokenizer

    found: Tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
    found.enable_truncation(LONGEST, strategy="longest_first")
    found.no_padding()
    return found


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
        read = self._run([(one, sentence) for one in evidence], answer=False)
        return [Reading(*row.tolist()) for row in read]

    def answer(self, question: str, evidence: Sequence[str]) -> list[float]:
        """Return for each piece of evidence the probability (0 to 1) that it answers a question.

        Return nothing if the checker cannot be loaded; `notice` then says why.
        """
        return [
            float(row[0]) for row in self._run([(one, question) for one in evidence], answer=True)
        ]

    def warm(self) -> None:
        """Load the weights. Raise ModelUnavailable."""
        with self._lock:
            _ = self._loaded

    def _run(self, pairs: Sequence[tuple[str, str]], *, answer: bool) -> list[Vectors]:
        if self.notice or not pairs:
            return []
        try:
            with self._lock:
                model, encode = self._loaded
        except ModelUnavailable as error:
            self.notice = f"{error} Until then, sentences are compared by their words alone."
            return []
        encoded = [(one.ids, one.type_ids) for one in encode.encode_batch(list(pairs))]
        return at_once(model.answer if answer else model.verdict, encoded)

    @cached_property
    def _loaded(self) -> "tuple[CheckerModel, Tokenizer]":
        from safetensors import SafetensorError
        from safetensors.numpy import load

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
        return CheckerModel({**packaged_minilm().embeddings, **trained}), tokenizer()


@cache
def packaged_checker() -> Checker:
    """Return the checker that comes along; it is loaded on first use."""
    return Checker()
