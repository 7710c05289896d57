"""Natural language inference: does a claim follow from a text? Only if the user named a model.

Any sentence-transformers `CrossEncoder` for pairs of premise and claim works: with three labels
(entailment, neutral, contradiction), with two, or with one score. The configuration of the model
says which label is which. If a model fails, it is not used again and the user gets a notice.
"""

import math
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from vectorstore.encoders.embedding_model import from_disk_or_hub
from vectorstore.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

# For one sentence; judged. The batch that is being read when they are over is finished
SECONDS = 2.0
_BATCH = 4  # pairs in one forward pass; judged: the time limit holds only between batches
_FOLLOWS = re.compile(r"entail|support|consistent|faithful|attributable|true|yes")
_AGAINST = re.compile(r"contradict|refut")
_NOT = re.compile(r"^(?:not|non|no|un|in|un_?)[\s_-]?(?=\w{4})|^(?:not|non|neutral|false|no)\b")


@dataclass(frozen=True, slots=True)
class EntailmentScores:
    """The probability that a claim follows, and that it is contradicted; each 0 to 1.

    `against` is None if the model does not distinguish contradiction from neutral.
    """

    follows: float
    against: float | None


@dataclass(frozen=True, slots=True)
class Labels:
    """Which output of a model means what; `follows` is None if its only output is a score."""

    follows: int | None
    against: int | None


def labels_of(names: dict[int, str]) -> Labels | None:
    """Return the meaning of a model's outputs by their names; None if the names do not tell.

    >>> labels_of({0: "contradiction", 1: "entailment", 2: "neutral"})
    Labels(follows=1, against=0)
    >>> labels_of({0: "not_entailment", 1: "entailment"})
    Labels(follows=1, against=None)
    """
    if len(names) == 1:
        return Labels(None, None)
    lower = {at: name.lower() for at, name in names.items()}
    against = [at for at, name in lower.items() if _AGAINST.search(name)]
    follows = [
        at for at, name in lower.items() if _FOLLOWS.search(name) and not _NOT.match(name)
        and at not in against
    ]  # fmt: skip
    if len(follows) != 1 or len(against) > 1:
        return None
    return Labels(follows[0], against[0] if against else None)


class Entailment:
    """An entailment model. Its methods are thread-safe."""

    def __init__(self, model: str, seconds: float = SECONDS) -> None:
        """`model` is a folder or a name on the model hub; it is loaded on first use."""
        self.model = model
        self.notice = ""
        self._seconds = seconds
        self._lock = threading.Lock()

    def judge(self, claim: str, premises: Sequence[str]) -> list[EntailmentScores]:
        """Score a claim against as many of the premises as time allows.

        Return nothing if the model has failed; `notice` then says so.
        """
        if self.notice:
            return []
        try:
            return self._judged(claim, premises)
        except ModelUnavailable as error:
            self.notice = f"{error} Until then, sentences are checked without it."
            return []

    def warm(self) -> None:
        """Load the model. Raise ModelUnavailable."""
        with self._lock:
            _ = self._loaded

    def _judged(self, claim: str, premises: Sequence[str]) -> list[EntailmentScores]:
        found: list[EntailmentScores] = []
        with self._lock:
            model, labels = self._loaded
            end = time.monotonic() + self._seconds
            while len(found) < len(premises) and (not found or time.monotonic() < end):
                some = premises[len(found) : len(found) + _BATCH]
                found += self._read(model, labels, [(premise, claim) for premise in some])
        return found

    def _read(
        self, model: "CrossEncoder", labels: Labels, pairs: list[tuple[str, str]]
    ) -> list[EntailmentScores]:
        import torch

        activation = torch.nn.Sigmoid() if labels.follows is None else torch.nn.Softmax(dim=-1)
        try:
            rows = model.predict(
                pairs, batch_size=_BATCH, show_progress_bar=False, activation_fn=activation
            )
            found = [_entailed(row.reshape(-1).tolist(), labels) for row in rows]
        except (RuntimeError, ValueError, TypeError, IndexError) as error:
            raise ModelUnavailable(
                f"The entailment model “{self.model}” failed ({type(error).__name__}): name "
                "another in KAKEHASHI_ENTAILMENT, or none."
            ) from error
        if not all(math.isfinite(one.follows) for one in found):
            raise ModelUnavailable(
                f"The entailment model “{self.model}” returns no numbers: name another in "
                "KAKEHASHI_ENTAILMENT, or none."
            )
        return found

    @cached_property
    def _loaded(self) -> "tuple[CrossEncoder, Labels]":
        from sentence_transformers import CrossEncoder

        model: CrossEncoder = from_disk_or_hub(CrossEncoder, self.model, "KAKEHASHI_ENTAILMENT")
        kinds = getattr(model.config, "architectures", None) or []
        labels = labels_of(dict(getattr(model.config, "id2label", None) or {}))
        if labels is None or not any("Classification" in kind for kind in kinds):
            raise ModelUnavailable(
                f"“{self.model}” is not an entailment model whose outputs are named like "
                "“entailment” and “contradiction”: name another in KAKEHASHI_ENTAILMENT, or none."
            )
        return model, labels


def _entailed(outputs: list[float], labels: Labels) -> EntailmentScores:
    if labels.follows is None:
        return EntailmentScores(outputs[0], None)
    return EntailmentScores(
        outputs[labels.follows], None if labels.against is None else outputs[labels.against]
    )
