"""Rerank the best hits with a cross-encoder, which reads question and passage together.

Any sentence-transformers `CrossEncoder` works. It has a time budget, so that a large model on a
slow machine reorders fewer hits instead of making the user wait.
"""

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.encoders.named_models import load_named, named_model
from vectorstore.errors import ModelUnavailable
from vectorstore.records import Hit

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

# For one question; judged. The batch that is being read when they are over is finished
SECONDS = 1.5
MAX_RERANKED = 50  # hits read again; judged: as many as each index gives
_BATCH = 8  # pairs in one forward pass; judged: the time limit holds only between batches


def _has_head(model: "CrossEncoder") -> bool:
    """Whether the part that gives the score was trained, and not made up when loading the model.

    It belongs to the transformer, or is a module of its own (as in the Ettin rerankers).
    """
    kinds = getattr(model.config, "architectures", None) or []
    modules = [getattr(module, "module_output_name", "") for module in list(model)[1:]]
    return "scores" in modules or any("Classification" in kind for kind in kinds)


class Reranker:
    """A cross-encoder. Its methods are thread-safe."""

    def __init__(self, model: str, seconds: float = SECONDS, models: Path | None = None) -> None:
        """`model` is a registered model, a folder, or a name on the hub, loaded on first use.

        `models` is the folder of the fetched models.
        """
        self.model = named_model(model, models).id
        self._name = model
        self._models = models
        self._seconds = seconds
        self._lock = threading.Lock()

    def rerank(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits in the order of the model, then those it had no time for.

        Raise ModelUnavailable if the model cannot be loaded.
        """
        read: list[Hit] = []
        with self._lock:
            model = self._model
            end = time.monotonic() + self._seconds
            while len(read) < min(MAX_RERANKED, len(hits)) and (not read or time.monotonic() < end):
                some = hits[len(read) : min(len(read) + _BATCH, MAX_RERANKED)]
                scores = self._scores(model, [(query, hit.passage.text) for hit in some])
                read += [
                    replace(hit, reranked=score) for hit, score in zip(some, scores, strict=True)
                ]
        read.sort(key=lambda hit: (-(hit.reranked or 0.0), -hit.score))
        return [*read, *hits[len(read) :]]

    def _scores(self, model: "CrossEncoder", pairs: list[tuple[str, str]]) -> list[float]:
        try:
            found = model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
            scores = [float(score) for score in found]
        except (RuntimeError, ValueError, TypeError, IndexError) as error:
            raise ModelUnavailable(
                f"The reranking model “{self.model}” failed ({type(error).__name__}): name another "
                "in KAKEHASHI_RERANKER, or none."
            ) from error
        return [score if math.isfinite(score) else -math.inf for score in scores]

    def warm(self) -> None:
        """Load the model. Raise ModelUnavailable."""
        with self._lock:
            _ = self._model

    @cached_property
    def _model(self) -> "CrossEncoder":
        from sentence_transformers import CrossEncoder

        named = named_model(self._name, self._models)
        model: CrossEncoder = load_named(CrossEncoder, named, "reranker")
        if model.num_labels != 1 or not _has_head(model):
            raise ModelUnavailable(
                f"“{self.model}” is not a reranking model, which gives a question and a passage "
                "one score: name a cross-encoder in KAKEHASHI_RERANKER, or none."
            )
        return model
