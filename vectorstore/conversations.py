"""Conversations, kept in the catalog: each turn is one whole answer, as it was given."""

import uuid
from dataclasses import dataclass

from vectorstore.database import Database, now
from vectorstore.errors import BadInput

_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in the list: its title is its first question. Times are UTC, ISO 8601."""

    id: str
    title: str
    started: str
    changed: str


class Conversations:
    """The conversations of a library. Answers are handed over and returned as text (JSON)."""

    def __init__(self, database: Database) -> None:
        """Kept in this file."""
        self._db = database

    def all(self) -> list[Conversation]:
        """All of them, the last one used first."""
        rows = self._db.rows("SELECT * FROM conversation ORDER BY changed DESC")
        return [Conversation(**dict(row)) for row in rows]

    def answers(self, conversation_id: str) -> list[str]:
        """The answers of a conversation in order; raises BadInput if there is none such."""
        known = self._db.rows("SELECT 1 FROM conversation WHERE id = ?", [conversation_id])
        if not known:
            raise BadInput("This conversation is no longer there: start a new one.")
        query = "SELECT answer FROM turn WHERE conversation_id = ? ORDER BY number"
        return [row["answer"] for row in self._db.rows(query, [conversation_id])]

    def append(self, conversation_id: str, question: str, answer: str) -> None:
        """Keep an answer; the first one begins the conversation and names it."""
        title = " ".join(question.split())
        if len(title) > _LONGEST_TITLE:
            title = title[: _LONGEST_TITLE - 1].rstrip() + "…"
        moment = now()
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO conversation VALUES (?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET changed = excluded.changed",
                [conversation_id, title, moment, moment],
            )
            db.execute("INSERT INTO turn VALUES (NULL, ?, ?, ?)", [conversation_id, moment, answer])

    def delete(self, conversation_id: str) -> None:
        """Forget a conversation."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM conversation WHERE id = ?", [conversation_id])


def new_conversation() -> str:
    """An id for a conversation that has not begun."""
    return uuid.uuid4().hex[:12]
