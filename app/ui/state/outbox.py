"""Questions as a tab sends them, again and again until they are acknowledged."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from vectorstore.records import EVERYTHING, Scope
from vectorstore.storage.stored_answers import load_scope

_LONGEST_ID = 64  # characters


@dataclass(frozen=True, slots=True)
class SentQuestion:
    """A question with the id that the tab gave it, and the conversation that it was typed in.

    `fresh` says that nothing had been asked in that conversation, `chosen` that the reader had just
    gone there; `replaces` is the id of a question that was handed back, or empty; `seen` is how
    many results of adding documents had been shown. The rest is as in `Question`.
    """

    id: str
    conversation: str
    fresh: bool
    text: str
    alone: bool = False
    before: int | None = None
    scope: Scope = EVERYTHING
    replaces: str = ""
    chosen: bool = False
    seen: int = 0


def sent_questions(values: Any) -> Iterator[SentQuestion]:
    """Yield the questions among the values of an outbox; skip what is no question."""
    for one in values if isinstance(values, list) else ():
        try:
            found = SentQuestion(
                str(one["id"]),
                str(one["conversation"]),
                bool(one["fresh"]),
                str(one["text"]).encode("utf-8", "replace").decode().strip(),
                bool(one.get("alone")),
                None if one.get("before") is None else int(one["before"]),
                load_scope(json.loads(one["scope"])),
                str(one.get("replaces", "")),
                bool(one.get("chosen")),
                int(one.get("seen") or 0),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        if found.text and 0 < len(found.id) <= _LONGEST_ID and 0 < len(found.conversation) <= 64:
            yield found


def scope_text(scope: Scope) -> str:
    """Return a scope as the outbox carries it."""
    return json.dumps(asdict(scope))
