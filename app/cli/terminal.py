"""Write to the terminal: text with its hidden characters as numbers, JSON, progress, results."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from vectorstore.text.hidden import escape_in_json, visible

if TYPE_CHECKING:
    from ingest.progress import Step, StepCallback

OUT = Console(highlight=False, soft_wrap=True, emoji=False)
ERR = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def say(text: str, where: Console = OUT) -> None:
    """Print a text as it is; what nobody sees or what steers a terminal is printed as numbers."""
    where.print(visible(text), markup=False)


def on_one_line(name: str) -> str:
    r"""Return the name of a file so that it cannot look like a line of ours.

    >>> on_one_line("tea.md\nremoved   coffee.md")
    'tea.md removed coffee.md'
    """
    return " ".join(name.split())


def as_label(text: str) -> str:
    """Return a text so that a progress bar shows it as `say` does."""
    return escape(visible(text))


def print_json(value: object, indent: int | None = None) -> None:
    """Print a value as JSON, on one line unless `indent` is given.

    Characters that are not seen or steer a terminal are escaped, and stay part of the value.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "replace").decode()
    sys.stdout.write(escape_in_json(text) + "\n")
    sys.stdout.flush()


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress bar on standard error, gone when the block ends."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rest]}"),
    )
    with Progress(*columns, console=ERR, transient=True, disable=not ERR.is_terminal) as bar:
        yield bar


def show_steps(bar: Progress) -> "StepCallback":
    """Return a function that shows the steps of an ingest: files, pages, passages."""
    from ingest.progress import duration

    tasks: list[TaskID] = []

    def watch(step: "Step") -> None:
        if not tasks:
            tasks.append(bar.add_task("files", total=None, rest=""))
            tasks.append(bar.add_task("passages", total=None, visible=False, rest=""))
        name = as_label(step.path[-40:])
        left = f"{duration(step.left)} left" if step.left is not None else ""
        bar.update(
            tasks[0], completed=step.done, total=step.total, description=name or "done", rest=left
        )
        what, done, total = (
            ("pages", step.page, step.pages)
            if step.pages and not step.passages
            else ("passages", step.embedded, step.passages)
        )
        rate = f"{step.rate:.0f} passages/s" if step.rate >= 1 else ""
        bar.update(
            tasks[1], completed=done, total=total, visible=total > 0, description=what, rest=rate
        )

    return watch


def step_from(values: dict[str, Any]) -> "Step":
    """Return a step of an ingest from plain values."""
    from ingest.progress import Change, Step

    change = values["change"]
    return Step(**{**values, "change": Change(**change) if change else None})


def report(changes: Sequence[dict[str, Any]], *, quiet: bool = False) -> None:
    """Print what happened to each changed file, and the counts.

    With `quiet`, print nothing if nothing changed.
    """
    counts: dict[str, int] = {}
    for change in changes:
        counts[change["outcome"]] = counts.get(change["outcome"], 0) + 1
        if change["outcome"] != "unchanged":
            reason = f": {on_one_line(change['reason'])}" if change["reason"] else ""
            say(f"{change['outcome']:<9} {on_one_line(change['path'])}{reason}")
    if quiet and set(counts) <= {"unchanged", "failed", "duplicate"}:
        return
    total = ", ".join(f"{n} {outcome}" for outcome, n in sorted(counts.items()))
    say(total or "The folder is empty.")


def list_source(source: dict[str, Any]) -> None:
    """Print one source with its metadata."""
    from app.answering.presentation import credit
    from vectorstore.records import UNITS, Metadata

    metadata = Metadata(**source["metadata"])
    unit = UNITS.get(source["kind"], "page")
    pages = f", {source['pages']} {unit}{'s' * (source['pages'] != 1)}" if source["pages"] else ""
    passages = f"{source['passages']} passage{'s' * (source['passages'] != 1)}"
    details = f"{on_one_line(source['path'])}{pages}, {passages}"
    say(f"{source['id']}\n   {metadata.title} ({details})")
    if credit(metadata):
        say(f"   {credit(metadata)}")
    for warning in source["reading"]:
        say(f"   Note: {warning['sentence']}")
