"""An audit bundle in, the same question asked again, and what differs.

What is asked again is traced like any answer (`audit.py`) and compared by `differences.py`. It
asks no model but the one of the assistant it is given.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.answering.answer_draft import QUOTING
from app.answering.assistant import CATALOG, Assistant
from app.audit.bundle import Bundle
from app.audit.capture import retrace
from app.audit.diff import Difference, compare
from vectorstore.errors import BadInput
from vectorstore.library import Library
from vectorstore.records import Scope


@dataclass(frozen=True, slots=True)
class Replayed:
    """What differs, and what a reader must know of the comparison (`notes`)."""

    question: str
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]


def replay(assistant: Assistant, before: Bundle) -> Replayed:
    """Ask the question of a bundle again, with what was said before it, and compare.

    Raises BadInput where nothing is left of the sources that were asked.
    """
    scope, gone = _left_of(assistant.library, before.scope)
    answer = assistant.ask(before.question, before.history, scope)
    now = retrace(assistant, answer, before.history)
    differences = [
        Difference("scope", f"{source_id} is not in the library any more.", source_id, None)
        for source_id in gone
    ]
    differences += compare(before, now)
    return Replayed(now.question, tuple(differences), tuple(_notes(before, now)))


def _left_of(library: Library, scope: Scope) -> tuple[Scope, list[str]]:
    """What is left of a scope, and its sources that are gone."""
    held = {source_id for source_id, _ in library.catalog.hashes()}
    gone = [one for one in scope.sources or () if one not in held]
    if gone and len(gone) == len(scope.sources or ()):
        raise BadInput(
            f"The question was asked of {', '.join(gone)} alone, which the library does not hold "
            "any more: add it again, or ask the question anew."
        )
    if not gone:
        return scope, gone
    left = tuple(one for one in scope.sources or () if one in held)
    return replace(scope, sources=left), gone


def _notes(before: Bundle, now: Bundle) -> Iterator[str]:
    if before.as_of == "now":
        yield (
            "The bundle was made when the library had changed since the answer: its candidates "
            f"are those of {before.made}."
        )
    if before.model.name not in (QUOTING, CATALOG, now.model.name):
        yield (
            f"{before.model.name} wrote the answer, and this time it was {now.model.name}: to ask "
            f"it again, add `--model {before.model.name}`."
        )
    if now.model.name not in (QUOTING, CATALOG):
        yield (
            "A model’s wording differs from run to run: other sentences need not mean that "
            "something else is known."
        )


def as_values(replayed: Replayed) -> dict[str, Any]:
    """The object that `replay --json` prints."""
    return asdict(replayed)
