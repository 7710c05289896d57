"""Progress of a sync: the outcome for each file, the work done, the time left."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from vectorstore.library import Intake, Library

FileOutcome = Literal["added", "updated", "unchanged", "moved", "duplicate", "removed", "failed"]


@dataclass(frozen=True, slots=True)
class Change:
    """The outcome for one file; `reason` says why it failed or what it duplicates."""

    path: str
    outcome: FileOutcome
    title: str = ""
    source_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """The progress of a sync: files done, pages read of the current file, passages embedded.

    `rate` is in passages per second, 0 while unknown; `left` is in seconds, None while unknown.
    `change` is set once a file is done and stored.
    """

    path: str
    done: int
    total: int
    embedded: int = 0
    passages: int = 0
    page: int = 0
    pages: int = 0
    rate: float = 0.0
    left: float | None = None
    change: Change | None = None


StepCallback = Callable[[Step], None]


@contextmanager
def shown(library: Library, on_step: StepCallback) -> Iterator[StepCallback]:
    """Yield a callback that calls `on_step`, and tells whoever looks at the library how far it is.

    That ends with the block.
    """

    def follow(step: Step) -> None:
        if step.total:
            library.intake = Intake(step.done, step.total, step.left)
        on_step(step)

    try:
        yield follow
    finally:
        library.intake = None


@dataclass
class Pace:
    """Measures rate and remaining time by the bytes and passages done; `work` is in bytes."""

    work: int
    begun: float = field(default_factory=time.monotonic)
    done: int = 0
    passages: int = 0

    def at(self, more_bytes: float = 0, more_passages: int = 0) -> tuple[float, float | None]:
        """Return passages per second and seconds left, counting `more_*` of unfinished work."""
        spent = time.monotonic() - self.begun
        done = self.done + more_bytes
        if spent < 1 or done <= 0:
            return 0.0, None
        left = spent * max(self.work - done, 0) / done
        return (self.passages + more_passages) / spent, left


def left_text(seconds: float | None) -> str:
    """Return how long it will still take; empty if that is unknown, or less than a second."""
    return f"{duration(seconds)} left" if seconds is not None and seconds >= 1 else ""


def duration(seconds: float) -> str:
    """Return seconds in readable form: `40 s`, `3 min`, `2.5 h`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
