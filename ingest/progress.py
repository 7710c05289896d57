"""What an intake tells while it goes on: what became of each file, how far it is, how long yet."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["added", "updated", "unchanged", "moved", "duplicate", "removed", "failed"]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one file. `reason` says why it failed, or whose duplicate it is."""

    path: str
    outcome: Outcome
    title: str = ""
    source_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """How far an intake is: files done of all, pages read of the file at hand, passages embedded.

    `rate` is in passages a second, 0 while it is unknown; `left` in seconds, None while it is.
    `change` is there once a file is done, and then the file is in the library for good.
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


Watch = Callable[[Step], None]


@dataclass
class Pace:
    """How fast it goes, told by the bytes and passages that are done."""

    work: int
    begun: float = field(default_factory=time.monotonic)
    done: int = 0
    passages: int = 0

    def at(self, more_bytes: float = 0, more_passages: int = 0) -> tuple[float, float | None]:
        """Passages a second so far, and the seconds that are left; counting what is half done."""
        spent = time.monotonic() - self.begun
        done = self.done + more_bytes
        if spent < 1 or done <= 0:
            return 0.0, None
        left = spent * max(self.work - done, 0) / done
        return (self.passages + more_passages) / spent, left


def duration(seconds: float) -> str:
    """Seconds as one reads them: `40 s`, `3 min`, `2.5 h`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
