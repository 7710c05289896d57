"""Conversations in the catalog: each turn is a whole answer as it was given.

This module lists, searches, names, rates and deletes them. `redaction.py` updates their answers
when a source changes or is removed.
"""

import json
import sqlite3
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from vectorstore.errors import BadInput
from vectorstore.records import Answer
from vectorstore.storage.database import Database
from vectorstore.storage.redaction import mark_changed, redact, source_ids_in
from vectorstore.storage.stored_answers import load_answer, searchable_text
from vectorstore.storage.turns import (
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
_DELETED = "The conversation was deleted before this was answered."


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in the list, titled with its first question or the name it was given.

    Times are UTC, ISO 8601.
    """

    id: str
    title: str
    started: str
    changed: str


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
    """The conversations of a library."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self.database = self._db = database

    def all(self) -> list[Conversation]:
        """Return all conversations, the last used first."""
        rows = self._db.rows("SELECT * FROM conversation ORDER BY changed DESC")
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
        """Return the answers of a conversation in order. Raise BadInput if there is none."""
        self.require(conversation_id)
        query = "SELECT answer FROM turn WHERE conversation_id = ? ORDER BY number"
        return [load_answer(row["answer"]) for row in self._db.rows(query, [conversation_id])]

    def times(self, conversation_id: str) -> list[str]:
        """Return when each answer of a conversation was given, in order; UTC, ISO 8601."""
        query = "SELECT at FROM turn WHERE conversation_id = ? ORDER BY number"
        return [row["at"] for row in self._db.rows(query, [conversation_id])]

    def append(self, conversation_id: str, answer: Answer) -> None:
        """Store an answer; the first question creates the conversation and names it."""
        with self._db.transaction() as db:
            insert_answer(db, conversation_id, answer)

    def stamp(self, conversation_id: str) -> tuple[int, ...]:
        """Return numbers that change when an answer or a question comes, goes or is handed back."""
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
        """Return the rating of each answer of a conversation, in order; None if not rated."""
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
                "INSERT OR IGNORE INTO conversation VALUES (?, ?, ?, ?)",
                [old.id, old.title, old.started, old.changed],
            )
            db.executemany(
                f"INSERT INTO turn ({_TURN}) VALUES (?, ?, ?, ?, ?, ?, ?)", removed.turns
            )
            db.executemany(
                f"INSERT OR IGNORE INTO question ({_QUESTION}) VALUES (?, ?, ?, ?, ?, ?)",
                removed.questions,
            )
            if named is False:
                name_after_question(db, old.id)
            _bring_up_to_date(db, removed, numbers)
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
        """Return whether there is this conversation."""
        return bool(self._db.rows("SELECT 1 FROM conversation WHERE id = ?", [conversation_id]))

    def require(self, conversation_id: str) -> None:
        """Raise BadInput unless there is this conversation."""
        if not self.exists(conversation_id):
            raise BadInput(_NOT_THERE)

    def _numbers(self, conversation_id: str) -> list[int]:
        query = "SELECT number FROM turn WHERE conversation_id = ? ORDER BY number"
        return [row["number"] for row in self._db.rows(query, [conversation_id])]

    def _number(self, conversation_id: str, index: int) -> int:
        numbers = self._numbers(conversation_id)
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


def _bring_up_to_date(
    db: sqlite3.Connection, removed: RemovedAnswers, only: Collection[int]
) -> None:
    """Update restored answers to what has happened to their sources since."""
    here = {row[0] for row in db.execute("SELECT id FROM source")}
    for source_id, title in removed.sources.items():
        if source_id not in here:
            redact(db, source_id, title, only)
    texts = {}
    for source_id in {name for turn in removed.turns for name in source_ids_in(turn[-1])} & here:
        row = db.execute("SELECT text FROM source WHERE id = ?", [source_id]).fetchone()
        texts[source_id] = row[0]
    mark_changed(db, texts)
