"""What the command line shows: text without surprises, JSON, progress, what became of files."""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from ingest.sync import Change, Step, Watch

OUT = Console(highlight=False, soft_wrap=True, emoji=False)
ERR = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def say(text: str, where: Console = OUT) -> None:
    """Print a text as it is; what could steer the terminal is left out."""
    where.print(_CONTROL.sub("", text), markup=False)


def print_json(value: object, indent: int | None = None) -> None:
    """Print a value as JSON, on one line unless `indent` is given."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    sys.stdout.write(text.encode("utf-8", "replace").decode() + "\n")
    sys.stdout.flush()


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress bar on standard error, gone when the block ends."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=ERR, transient=True) as bar:
        yield bar


def watching(bar: Progress) -> "Watch":
    """Shows each step of a sync on the bar: files, and passages of the file at hand."""
    for task in bar.task_ids:
        bar.remove_task(task)
    files = bar.add_task("files", total=None)
    passages = bar.add_task("passages", total=None, visible=False)

    def watch(step: "Step") -> None:
        bar.update(
            files, completed=step.done, total=step.total, description=step.path[-40:] or "done"
        )
        bar.update(
            passages, completed=step.embedded, total=step.passages, visible=step.passages > 0
        )

    return watch


def report(changes: "Sequence[Change]") -> None:
    """What became of each file that is not as it was, and how many of each."""
    counts: dict[str, int] = {}
    for change in changes:
        counts[change.outcome] = counts.get(change.outcome, 0) + 1
        if change.outcome != "unchanged":
            reason = f": {change.reason}" if change.reason else ""
            say(f"{change.outcome:<9} {change.path}{reason}")
    total = ", ".join(f"{n} {outcome}" for outcome, n in sorted(counts.items()))
    total = total or "The folder is empty."
    say(total)
