"""Questions in the catalog: kept from the moment they are accepted until they are answered.

An answered question is deleted in the transaction that stores its answer, which keeps its id, so
that no question is answered twice.
"""

import json
import sqlite3
from dataclasses import asdict, dataclass

from vectorstore.errors import BadInput
from vectorstore.records import EVERYTHING, Answer, Scope
from vectorstore.secrets import hide_secrets
from vectorstore.storage.database import Database
from vectorstore.storage.stored_answers import load_scope
from vectorstore.storage.turns import (
    insert_answer,
    insert_conversation,
    is_named,
    tidy,
)

NOT_YOURS = "This conversation is another person’s: ask in one of your own."


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a conversation, without an answer yet.

    One that is `alone` does not refer to the conversation. `before` is the number of the turn that
    it replaces: only the turns before that one are its history. `scope` is the part of the library
    to search. `returned` says why it was not answered, and is empty while it waits.
    """

    id: str
    conversation_id: str
    text: str
    alone: bool = False
    before: int | None = None
    scope: Scope = EVERYTHING
    returned: str = ""


class Questions:
    """The questions of a library that have no answer yet."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._db = database

    def add(self, question: Question, owner: str = "") -> bool:
        """Keep a question of this person; its conversation is created if it does not exist.

        Return False, and change nothing, if the question is kept already or was answered. Raise
        BadInput if the conversation is another person's.
        """
        how = json.dumps(
            {"alone": question.alone, "before": question.before, "scope": asdict(question.scope)}
        )
        with self._db.transaction() as db:
            if _is_known(db, question.id):
                return False
            query = "SELECT 1 FROM conversation WHERE id = ? AND owner != ?"
            if db.execute(query, [question.conversation_id, owner]).fetchone():
                raise BadInput(NOT_YOURS)
            insert_conversation(db, question.conversation_id, question.text, owner)
            db.execute(
                "INSERT INTO question (id, conversation_id, text, how) VALUES (?, ?, ?, ?)",
                [question.id, question.conversation_id, question.text, how],
            )
        return True

    def of(self, conversation_id: str) -> list[Question]:
        """Return the questions of a conversation, in the order in which they were accepted."""
        query = "SELECT * FROM question WHERE conversation_id = ? ORDER BY number"
        return [_question(row) for row in self._db.rows(query, [conversation_id])]

    def answer(self, question_id: str, answer: Answer) -> bool:
        """Store the answer in place of its question.

        Return False, and store nothing, if the question was withdrawn or its conversation deleted.
        """
        with self._db.transaction() as db:
            query = "DELETE FROM question WHERE id = ? RETURNING conversation_id"
            row = db.execute(query, [question_id]).fetchone()
            if row:
                insert_answer(db, row[0], answer, question_id)
        return row is not None

    def hand_back(self, question_id: str, reason: str) -> None:
        """Note why a question was not answered."""
        with self._db.transaction() as db:
            query = "UPDATE question SET returned = ? WHERE id = ?"
            db.execute(query, [hide_secrets(reason), question_id])

    def hand_back_all(self, reason: str) -> None:
        """Note of all that still wait why they were not answered."""
        with self._db.transaction() as db:
            db.execute("UPDATE question SET returned = ? WHERE returned = ''", [reason])

    def withdraw(self, question_id: str) -> None:
        """Delete a question, and its conversation with it if that has nothing else."""
        with self._db.transaction() as db:
            query = "SELECT conversation_id FROM question WHERE id = ?"
            row = db.execute(query, [question_id]).fetchone()
            if row:
                named = is_named(db, row[0])
                db.execute("DELETE FROM question WHERE id = ?", [question_id])
                tidy(db, row[0], named=named)
        self._db.purge_deleted()


def _is_known(db: sqlite3.Connection, question_id: str) -> bool:
    query = "SELECT 1 FROM question WHERE id = :id UNION SELECT 1 FROM turn WHERE question_id = :id"
    return db.execute(query, {"id": question_id}).fetchone() is not None


def _question(row: sqlite3.Row) -> Question:
    how = json.loads(row["how"])
    return Question(
        row["id"],
        row["conversation_id"],
        row["text"],
        how["alone"],
        how["before"],
        load_scope(how["scope"]),
        hide_secrets(row["returned"]),
    )
