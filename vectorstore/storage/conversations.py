"""Conversations in the catalog: each turn is a whole answer as it was given.

This module lists, searches, names, rates, shares and deletes them. Each belongs to the person who
began it, and nobody else sees it, unless its owner shares it for reading. `redaction.py` updates
their answers when a source changes or is removed.
"""

import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from vectorstore.errors import BadInput
from vectorstore.records import Answer
from vectorstore.storage.database import Database
from vectorstore.storage.stored_answers import load_answer, searchable_text
from vectorstore.storage.turns import (
    bring_up_to_date,
    cleaned,
    default_title,
    insert_answer,
    is_named,
    name_after_question,
    tidy,
    title_of,
)
from vectorstore.text.terms import fold

_LONGEST_REASON = 500  # characters; judged: a short paragraph
_NOT_THERE = "This conversation is no longer there: start a new one."
_TURN = "number, conversation_id, at, helpful, reason, question_id, answer"
_QUESTION = "number, id, conversation_id, text, how, returned"
_MINE = "(:owner IS NULL OR owner = :owner)"
_DELETED = "The conversation was deleted before this was answered."


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in the list, titled with its first question or the name it was given.

    Times are UTC, ISO 8601. `owner` is empty in a library of one person; whoever is signed in may
    read one that is `shared`.
    """

    id: str
    title: str
    started: str
    changed: str
    owner: str = ""
    shared: int = 0


@dataclass(frozen=True, slots=True)
class Rating:
    """The user's rating of an answer, with a reason in their own words (may be empty)."""

    helpful: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RemovedAnswers:
    """Answers deleted from the catalog, which survive only in this record.

    `questions` are those that had no answer, of a conversation that was deleted. `sources` has the
    ids and titles of the sources at that time: `restore` leaves out the words of those removed
    since.
    """

    conversation: Conversation
    turns: tuple[tuple[Any, ...], ...]
    sources: dict[str, str]
    questions: tuple[tuple[Any, ...], ...] = ()


class Conversations:
    """The conversations of one person in a library."""

    def __init__(self, database: Database, owner: str | None = "") -> None:
        """Use an open database; `owner` is empty in a library of one person, None for everybody."""
        self.database = self._db = database
        self.owner = owner

    def all(self) -> list[Conversation]:
        """Return all conversations of this person, the last used first."""
        query = f"SELECT * FROM conversation WHERE {_MINE} ORDER BY changed DESC"
        rows = self._db.rows(query, {"owner": self.owner})
        return [Conversation(**dict(row)) for row in rows]

    def search(self, words: str) -> list[Conversation]:
        """Return those with all of the words in title, questions or answers, last used first.

        Parts of words match too; case and accents are ignored.
        """
        wanted = fold(words).split()
        if not wanted:
            return self.all()
        self._complete_searchable_texts()
        query = "SELECT DISTINCT conversation_id FROM turn WHERE instr(said, ?)"
        having = [{row[0] for row in self._db.rows(query, [word])} for word in wanted]
        found = []
        for conversation in self.all():
            title = fold(conversation.title)
            if all(
                word in title or conversation.id in ids
                for word, ids in zip(wanted, having, strict=True)
            ):
                found.append(conversation)
        return found

    def answers(self, conversation_id: str) -> list[Answer]:
        """Return the answers of a conversation in order, also of a shared one.

        Raise BadInput if there is none that this person may read.
        """
        if not self.readable(conversation_id):
            raise BadInput(_NOT_THERE)
        query = "SELECT answer FROM turn WHERE conversation_id = ? ORDER BY number"
        return [load_answer(row["answer"]) for row in self._db.rows(query, [conversation_id])]

    def times(self, conversation_id: str) -> list[str]:
        """Return when each answer of a conversation was given, in order; UTC, ISO 8601."""
        if not self.readable(conversation_id):
            return []
        query = "SELECT at FROM turn WHERE conversation_id = ? ORDER BY number"
        return [row["at"] for row in self._db.rows(query, [conversation_id])]

    def append(self, conversation_id: str, answer: Answer) -> None:
        """Store an answer; the first question creates the conversation and names it."""
        with self._db.transaction() as db:
            insert_answer(db, conversation_id, answer, owner=self.owner or "")

    def stamp(self, conversation_id: str) -> tuple[int, ...]:
        """Return numbers that change when an answer or a question comes, goes or is handed back.

        A conversation that this person may not read, or no longer, has none.
        """
        if not self.readable(conversation_id):
            return ()
        query = """
            SELECT count(*), ifnull(max(number), 0), 0 FROM turn WHERE conversation_id = :id
            UNION ALL SELECT count(*), ifnull(max(number), 0), ifnull(sum(returned != ''), 0)
            FROM question WHERE conversation_id = :id"""
        rows = self._db.rows(query, {"id": conversation_id})
        return tuple(number for row in rows for number in row)

    def rename(self, conversation_id: str, title: str) -> str:
        """Rename a conversation, after its first question if `title` is empty; return its name.

        Raise BadInput if there is no such conversation.
        """
        self.require(conversation_id)
        with self._db.transaction() as db:
            name = title_of(title) or default_title(db, conversation_id)
            query = "UPDATE conversation SET title = ? WHERE id = ?"
            db.execute(query, [name, conversation_id])
        return name

    def rate(self, conversation_id: str, index: int, rating: Rating | None) -> None:
        """Store the rating of the answer at `index`, from 0; None deletes it."""
        number = self._number(conversation_id, index)
        helpful = None if rating is None else int(rating.helpful)
        reason = "" if rating is None else cleaned(rating.reason)[:_LONGEST_REASON]
        with self._db.transaction() as db:
            query = "UPDATE turn SET helpful = ?, reason = ? WHERE number = ?"
            db.execute(query, [helpful, reason, number])

    def ratings(self, conversation_id: str) -> list[Rating | None]:
        """Return this person's rating of each answer of a conversation, in order; else None."""
        if not self.exists(conversation_id):
            return [None] * len(self.times(conversation_id))
        query = "SELECT helpful, reason FROM turn WHERE conversation_id = ? ORDER BY number"
        return [
            None if row["helpful"] is None else Rating(bool(row["helpful"]), row["reason"])
            for row in self._db.rows(query, [conversation_id])
        ]

    def remove_answer(self, conversation_id: str, index: int) -> RemovedAnswers:
        """Delete the answer at `index`, from 0, and with the last one the conversation.

        The answer survives only in the result, with which `restore` can undo this. Raise BadInput.
        """
        return self._delete(conversation_id, [self._number(conversation_id, index)])

    def delete(self, conversation_id: str) -> RemovedAnswers:
        """Delete a whole conversation.

        It survives only in the result, with which `restore` can undo this. Raise BadInput.
        """
        self.require(conversation_id)
        return self._delete(conversation_id, None)

    def restore(self, removed: RemovedAnswers) -> None:
        """Undo `remove_answer` or `delete`, without the words of sources removed since."""
        old = removed.conversation
        numbers = [turn[0] for turn in removed.turns]
        with self._db.transaction() as db:
            named = is_named(db, old.id)
            db.execute(
                "INSERT OR IGNORE INTO conversation VALUES (?, ?, ?, ?, ?, ?)",
                [old.id, old.title, old.started, old.changed, old.owner, old.shared],
            )
            query = "SELECT 1 FROM conversation WHERE id = ? AND owner = ?"
            if not db.execute(query, [old.id, old.owner]).fetchone():
                raise BadInput("Another person’s conversation has its place: it cannot be undone.")
            db.executemany(
                f"INSERT INTO turn ({_TURN}) VALUES (?, ?, ?, ?, ?, ?, ?)", removed.turns
            )
            db.executemany(
                f"INSERT OR IGNORE INTO question ({_QUESTION}) VALUES (?, ?, ?, ?, ?, ?)",
                removed.questions,
            )
            if named is False:
                name_after_question(db, old.id)
            bring_up_to_date(db, [turn[-1] for turn in removed.turns], removed.sources, numbers)
        self._db.purge_deleted()  # words restored and redacted again just now

    def _delete(self, conversation_id: str, numbers: Collection[int] | None) -> RemovedAnswers:
        """Delete these turns, and with the last one the conversation; with None all of it."""
        whole = numbers is None
        with self._db.transaction() as db:
            row = db.execute("SELECT * FROM conversation WHERE id = ?", [conversation_id])
            conversation = Conversation(**dict(row.fetchone()))
            named = is_named(db, conversation_id)
            if numbers is None:
                query = "SELECT number FROM turn WHERE conversation_id = ?"
                numbers = [number for (number,) in db.execute(query, [conversation_id])]
            marks = ",".join("?" * len(numbers))
            query = f"SELECT {_TURN} FROM turn WHERE number IN ({marks})"
            turns = tuple(tuple(turn) for turn in db.execute(query, [*numbers]))
            sources = {row[0]: json.loads(row[1]).get("title", "") for row in db.execute(
                "SELECT id, metadata FROM source")}  # fmt: skip
            db.execute(f"DELETE FROM turn WHERE number IN ({marks})", [*numbers])
            query = f"SELECT {_QUESTION} FROM question WHERE conversation_id = ?"
            waiting = [tuple(one) for one in db.execute(query, [conversation_id])]
            if whole:
                db.execute("DELETE FROM conversation WHERE id = ?", [conversation_id])
            else:
                tidy(db, conversation_id, named=named)
        self._db.purge_deleted()
        questions = tuple((*one[:-1], one[-1] or _DELETED) for one in waiting) if whole else ()
        return RemovedAnswers(conversation, turns, sources, questions)

    def exists(self, conversation_id: str) -> bool:
        """Return whether this person has this conversation."""
        query = f"SELECT 1 FROM conversation WHERE id = :id AND {_MINE}"
        return bool(self._db.rows(query, {"id": conversation_id, "owner": self.owner}))

    def readable(self, conversation_id: str) -> bool:
        """Return whether this person has this conversation, or its owner shares it."""
        return self.find(conversation_id) is not None

    def find(self, conversation_id: str) -> Conversation | None:
        """Return a conversation that this person may read, or None."""
        query = f"SELECT * FROM conversation WHERE id = :id AND (shared OR {_MINE})"
        rows = self._db.rows(query, {"id": conversation_id, "owner": self.owner})
        return Conversation(**dict(rows[0])) if rows else None

    def share(self, conversation_id: str, *, shared: bool) -> None:
        """Let whoever is signed in read a conversation by its link, or nobody. Raise BadInput."""
        self.require(conversation_id)
        with self._db.transaction() as db:
            values = [int(shared), conversation_id]
            db.execute("UPDATE conversation SET shared = ? WHERE id = ?", values)

    def require(self, conversation_id: str) -> None:
        """Raise BadInput unless this person has this conversation."""
        if not self.exists(conversation_id):
            raise BadInput(_NOT_THERE)

    def _numbers(self, conversation_id: str) -> list[int]:
        query = "SELECT number FROM turn WHERE conversation_id = ? ORDER BY number"
        return [row["number"] for row in self._db.rows(query, [conversation_id])]

    def _number(self, conversation_id: str, index: int) -> int:
        numbers = self._numbers(conversation_id) if self.exists(conversation_id) else []
        if not 0 <= index < len(numbers):
            raise BadInput("This answer is no longer there: load the page again.")
        return numbers[index]

    def _complete_searchable_texts(self) -> None:
        """Store the searchable text of answers that have none yet."""
        rows = self._db.rows("SELECT number, answer FROM turn WHERE said IS NULL")
        if rows:
            with self._db.transaction() as db:
                db.executemany(
                    "UPDATE turn SET said = ? WHERE number = ? AND answer = ?",
                    [
                        (searchable_text(row["answer"]), row["number"], row["answer"])
                        for row in rows
                    ],
                )


def new_conversation_id() -> str:
    """Return an id for a new conversation."""
    return uuid.uuid4().hex[:12]
