"""Conversations, kept in the catalog: each turn is one whole answer, as it was given.

They are listed, searched, named, rated and forgotten here. What happens to their answers when a
source changes or goes is in `withdrawal`.
"""

import json
import sqlite3
import unicodedata
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from vectorstore.errors import BadInput
from vectorstore.records import Answer
from vectorstore.storage.database import Database, utc_now
from vectorstore.storage.redaction import mark_changed, redact, source_ids_in
from vectorstore.storage.stored_answers import dump_answer, load_answer, searchable_text
from vectorstore.text.terms import fold

_LONGEST_TITLE = 80
_LONGEST_REASON = 500  # characters
_NOT_THERE = "This conversation is no longer there: start a new one."
_TURN = "number, conversation_id, at, helpful, reason, answer"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in the list: its title is its first question, or the name it was given.

    Times are UTC, ISO 8601.
    """

    id: str
    title: str
    started: str
    changed: str


@dataclass(frozen=True, slots=True)
class Rating:
    """What the user thought of an answer, and why in their own words (may be empty)."""

    helpful: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RemovedAnswers:
    """Answers that were taken out of the catalog: only here, and gone with this record.

    `sources` are the ids and titles of the library then: `put_back` does not bring back the words
    of one that was removed since.
    """

    conversation: Conversation
    turns: tuple[tuple[Any, ...], ...]
    sources: dict[str, str]


class Conversations:
    """The conversations of a library."""

    def __init__(self, database: Database) -> None:
        """Kept in this file."""
        self._db = database

    def all(self) -> list[Conversation]:
        """All of them, the last one used first."""
        rows = self._db.rows("SELECT * FROM conversation ORDER BY changed DESC")
        return [Conversation(**dict(row)) for row in rows]

    def search(self, words: str) -> list[Conversation]:
        """Those that have all of these words in title, questions or answers, last used first.

        Parts of words are found too; capitals and accents do not matter.
        """
        wanted = fold(words).split()
        if not wanted:
            return self.all()
        self._make_findable()
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
        """The answers of a conversation in order; raises BadInput if there is none such."""
        self._known(conversation_id)
        query = "SELECT answer FROM turn WHERE conversation_id = ? ORDER BY number"
        return [load_answer(row["answer"]) for row in self._db.rows(query, [conversation_id])]

    def times(self, conversation_id: str) -> list[str]:
        """When each answer of a conversation was given, in order; UTC, ISO 8601."""
        query = "SELECT at FROM turn WHERE conversation_id = ? ORDER BY number"
        return [row["at"] for row in self._db.rows(query, [conversation_id])]

    def append(self, conversation_id: str, answer: Answer) -> None:
        """Keep an answer; the first question begins the conversation and names it."""
        moment = utc_now()
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO conversation VALUES (?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET changed = excluded.changed",
                [conversation_id, _title(answer.question), moment, moment],
            )
            kept = dump_answer(answer)
            added = db.execute(
                "INSERT INTO turn (conversation_id, at, said, answer) VALUES (?, ?, ?, ?)",
                [conversation_id, moment, searchable_text(kept), kept],
            )
            _leave_out_what_has_gone(db, answer, int(added.lastrowid or 0))

    def rename(self, conversation_id: str, title: str) -> str:
        """Give a conversation a name, an empty one that of its first question; the name it has.

        Raises BadInput if there is no such conversation.
        """
        self._known(conversation_id)
        with self._db.transaction() as db:
            name = _title(title) or _own_title(db, conversation_id)
            query = "UPDATE conversation SET title = ? WHERE id = ?"
            db.execute(query, [name, conversation_id])
        return name

    def rate(self, conversation_id: str, index: int, rating: Rating | None) -> None:
        """Keep what the user thought of the answer at this place, from 0; None takes it back."""
        number = self._number(conversation_id, index)
        helpful = None if rating is None else int(rating.helpful)
        reason = "" if rating is None else _cleaned(rating.reason)[:_LONGEST_REASON]
        with self._db.transaction() as db:
            query = "UPDATE turn SET helpful = ?, reason = ? WHERE number = ?"
            db.execute(query, [helpful, reason, number])

    def ratings(self, conversation_id: str) -> list[Rating | None]:
        """What the user thought of each answer of a conversation, in order; None: not said."""
        query = "SELECT helpful, reason FROM turn WHERE conversation_id = ? ORDER BY number"
        return [
            None if row["helpful"] is None else Rating(bool(row["helpful"]), row["reason"])
            for row in self._db.rows(query, [conversation_id])
        ]

    def remove_answer(self, conversation_id: str, index: int) -> RemovedAnswers:
        """Take the answer at this place, from 0, out for good; with the last one all is deleted.

        What is returned is only in memory; `put_back` undoes it. Raises BadInput.
        """
        return self._take_out(conversation_id, [self._number(conversation_id, index)])

    def delete(self, conversation_id: str) -> RemovedAnswers:
        """Take a whole conversation out for good.

        What is returned is only in memory; `put_back` undoes it. Raises BadInput.
        """
        self._known(conversation_id)
        return self._take_out(conversation_id, self._numbers(conversation_id))

    def restore(self, forgotten: RemovedAnswers) -> None:
        """Undo `forget` or `delete`, but for the words of sources that were removed since."""
        old = forgotten.conversation
        numbers = [turn[0] for turn in forgotten.turns]
        with self._db.transaction() as db:
            named = _is_named(db, old.id)
            db.execute(
                "INSERT OR IGNORE INTO conversation VALUES (?, ?, ?, ?)",
                [old.id, old.title, old.started, old.changed],
            )
            db.executemany(f"INSERT INTO turn ({_TURN}) VALUES (?, ?, ?, ?, ?, ?)", forgotten.turns)
            if named is False:
                _name_after_question(db, old.id)
            _bring_up_to_date(db, forgotten, numbers)
        self._db.purge_deleted()  # what was put back and taken out again just now

    def _take_out(self, conversation_id: str, numbers: Collection[int]) -> RemovedAnswers:
        with self._db.transaction() as db:
            row = db.execute("SELECT * FROM conversation WHERE id = ?", [conversation_id])
            conversation = Conversation(**dict(row.fetchone()))
            named = _is_named(db, conversation_id)
            marks = ",".join("?" * len(numbers))
            query = f"SELECT {_TURN} FROM turn WHERE number IN ({marks})"
            turns = tuple(tuple(turn) for turn in db.execute(query, [*numbers]))
            sources = {row[0]: json.loads(row[1]).get("title", "") for row in db.execute(
                "SELECT id, metadata FROM source")}  # fmt: skip
            db.execute(f"DELETE FROM turn WHERE number IN ({marks})", [*numbers])
            rest = "SELECT count(*) FROM turn WHERE conversation_id = ?"
            if not db.execute(rest, [conversation_id]).fetchone()[0]:
                db.execute("DELETE FROM conversation WHERE id = ?", [conversation_id])
            elif not named:
                _name_after_question(db, conversation_id)
        self._db.purge_deleted()
        return RemovedAnswers(conversation, turns, sources)

    def _known(self, conversation_id: str) -> None:
        if not self._db.rows("SELECT 1 FROM conversation WHERE id = ?", [conversation_id]):
            raise BadInput(_NOT_THERE)

    def _numbers(self, conversation_id: str) -> list[int]:
        query = "SELECT number FROM turn WHERE conversation_id = ? ORDER BY number"
        return [row["number"] for row in self._db.rows(query, [conversation_id])]

    def _number(self, conversation_id: str, index: int) -> int:
        numbers = self._numbers(conversation_id)
        if not 0 <= index < len(numbers):
            raise BadInput("This answer is no longer there: load the page again.")
        return numbers[index]

    def _make_findable(self) -> None:
        """Write down the words that answers are found by, where they are not yet."""
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
    """An id for a conversation that has not begun."""
    return uuid.uuid4().hex[:12]


def _cleaned(text: str) -> str:
    """A text on one line, without control characters."""
    return " ".join("".join(c if unicodedata.category(c) != "Cc" else " " for c in text).split())


def _title(text: str) -> str:
    title = _cleaned(text)
    if len(title) <= _LONGEST_TITLE:
        return title
    return title[: _LONGEST_TITLE - 1].rstrip() + "…"


def _own_title(db: sqlite3.Connection, conversation_id: str) -> str:
    """The title that the first question makes; empty without one."""
    query = "SELECT answer FROM turn WHERE conversation_id = ? ORDER BY number LIMIT 1"
    row = db.execute(query, [conversation_id]).fetchone()
    return _title(json.loads(row[0])["question"]) if row else ""


def _is_named(db: sqlite3.Connection, conversation_id: str) -> bool | None:
    """Whether the title is another than its first question’s; None without a conversation."""
    query = "SELECT title FROM conversation WHERE id = ?"
    row = db.execute(query, [conversation_id]).fetchone()
    return None if row is None else row[0] != _own_title(db, conversation_id)


def _name_after_question(db: sqlite3.Connection, conversation_id: str) -> None:
    title = _own_title(db, conversation_id)
    db.execute("UPDATE conversation SET title = ? WHERE id = ?", [title, conversation_id])


def _bring_up_to_date(
    db: sqlite3.Connection, forgotten: RemovedAnswers, only: Collection[int]
) -> None:
    """Let answers that were put back say what has become of their sources meanwhile."""
    here = {row[0] for row in db.execute("SELECT id FROM source")}
    for source_id, title in forgotten.sources.items():
        if source_id not in here:
            redact(db, source_id, title, only)
    texts = {}
    for source_id in {name for turn in forgotten.turns for name in source_ids_in(turn[-1])} & here:
        row = db.execute("SELECT text FROM source WHERE id = ?", [source_id]).fetchone()
        texts[source_id] = row[0]
    mark_changed(db, texts)


def _leave_out_what_has_gone(db: sqlite3.Connection, answer: Answer, number: int) -> None:
    """Take the words of sources out that were removed while the answer was being made."""
    titles = {one.passage.source_id: "" for one in answer.hits}
    titles |= {one.source_id: one.title for one in (*answer.more, *answer.citations)}
    there = {row["id"] for row in db.execute("SELECT id FROM source").fetchall()}
    for source_id in titles.keys() - there:
        redact(db, source_id, titles[source_id], only=[number])
