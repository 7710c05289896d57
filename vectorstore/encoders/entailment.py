"""Natural language inference: does a claim follow from a text? Only if the user named a model.

Any sentence-transformers `CrossEncoder` for pairs of premise and claim works: with three labels
(entailment, neutral, contradiction), with two, or with one score; so do the checkers of the
registry (`pair_classifier.py`). If a model fails, it is not used again and the user gets a notice.
"""

import math
import threading
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from vectorstore.encoders.named_models import named_model
from vectorstore.encoders.pair_classifier import (
    BATCH,
    EntailmentScores,
    PairClassifier,
    load_pair_classifier,
)
from vectorstore.errors import ModelUnavailable

# For one sentence; judged. The batch that is being read when they are over is finished
SECONDS = 2.0


class Entailment:
    """An entailment model. Its methods are thread-safe."""

    def __init__(self, model: str, seconds: float = SECONDS, models: Path | None = None) -> None:
        """`model` is a registered model, a folder, or a name on the hub, loaded on first use.

        `models` is the folder of the fetched models.
        """
        self.model = named_model(model, models).id
        self.notice = ""
        self._name = model
        self._models = models
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
        """Load the model, and judge one pair with it. Raise ModelUnavailable."""
        with self._lock:
            checker = self._loaded
            self._read(checker, [("The tea is green.", "The tea is green.")])

    def _judged(self, claim: str, premises: Sequence[str]) -> list[EntailmentScores]:
        found: dict[int, EntailmentScores] = {}
        with self._lock:
            checker = self._loaded
            chunks = [
                (at, chunk)
                for at, premise in enumerate(premises)
                for chunk in checker.chunks(premise)
            ]
            end = time.monotonic() + self._seconds
            for first in range(0, len(chunks), BATCH):
                if found and time.monotonic() >= end:
                    break
                some = chunks[first : first + BATCH]
                scores = self._read(checker, [(chunk, claim) for _, chunk in some])
                for (at, _), score in zip(some, scores, strict=True):
                    found[at] = found[at].joined(score) if at in found else score
        return list(found.values())

    def _read(
        self, checker: PairClassifier, pairs: list[tuple[str, str]]
    ) -> list[EntailmentScores]:
        try:
            found = checker.scores(pairs)
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
    def _loaded(self) -> PairClassifier:
        return load_pair_classifier(named_model(self._name, self._models))
