"""Replays an audit bundle: asks its question again, and compares the two bundles.

It uses no model but that of the given assistant.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.answering.answer_draft import QUOTING
from app.answering.assistant import CATALOG, Assistant
from app.audit.bundle import Bundle
from app.audit.capture import capture
from app.audit.diff import BundleDifference, compare
from vectorstore.errors import BadInput
from vectorstore.library import Library
from vectorstore.records import Scope


@dataclass(frozen=True, slots=True)
class Replayed:
    """The differences, and what to know about the comparison (`notes`)."""

    question: str
    differences: tuple[BundleDifference, ...]
    notes: tuple[str, ...]


def replay(assistant: Assistant, before: Bundle) -> Replayed:
    """Ask the question of a bundle again, with its history, and compare.

    Raises BadInput if none of the sources that were asked is left.
    """
    scope, gone = _left_of(assistant.library, before.scope)
    answer = assistant.ask(before.question, before.history, scope)
    now = capture(assistant, answer, before.history)
    differences = [
        BundleDifference("scope", f"{source_id} is no longer in the library.", source_id, None)
        for source_id in gone
    ]
    differences += compare(before, now)
    return Replayed(now.question, tuple(differences), tuple(_notes(before, now)))


def _left_of(library: Library, scope: Scope) -> tuple[Scope, list[str]]:
    """Return what is left of a scope, and the ids of its removed sources."""
    held = {source_id for source_id, _ in library.catalog.hashes()}
    gone = [one for one in scope.sources or () if one not in held]
    if gone and len(gone) == len(scope.sources or ()):
        raise BadInput(
            f"The question was asked of {', '.join(gone)} alone, which the library no longer "
            "has: add it again, or ask a new question."
        )
    if not gone:
        return scope, gone
    left = tuple(one for one in scope.sources or () if one in held)
    return replace(scope, sources=left), gone


def _notes(before: Bundle, now: Bundle) -> Iterator[str]:
    if before.as_of == "now":
        yield (
            "The bundle was made after the library had changed since the answer: its "
            f"candidates are those of {before.made}."
        )
    if before.model.name not in (QUOTING, CATALOG, now.model.name):
        yield (
            f"{before.model.name} wrote the answer, but {now.model.name} wrote it this time: "
            f"to use the same model, add `--model {before.model.name}`."
        )
    if now.model.name not in (QUOTING, CATALOG):
        yield (
            "A model’s wording differs from run to run: other sentences need not mean "
            "different knowledge."
        )


def as_values(replayed: Replayed) -> dict[str, Any]:
    """Return the object that `replay --json` prints."""
    return asdict(replayed)
