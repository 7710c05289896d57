"""Write turns and titles of conversations, inside a transaction."""

import json
import sqlite3
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from vectorstore.records import Answer
from vectorstore.storage.database import utc_now
from vectorstore.storage.redaction import mark_changed, redact, source_ids_in
from vectorstore.storage.stored_answers import dump_answer, searchable_text

_LONGEST_TITLE = 80  # characters; judged: one line of the sidebar


def insert_conversation(
    db: sqlite3.Connection, conversation_id: str, question: str, owner: str = ""
) -> None:
    """Create a conversation of this owner, named after a question, or note that it was used now."""
    moment = utc_now()
    db.execute(
        "INSERT INTO conversation (id, title, started, changed, owner) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET changed = excluded.changed",
        [conversation_id, title_of(question), moment, moment, owner],
    )


def insert_answer(
    db: sqlite3.Connection,
    conversation_id: str,
    answer: Answer,
    question_id: str | None = None,
    owner: str = "",
) -> None:
    """Store an answer at the end of its conversation; one that does not exist gets this owner."""
    insert_conversation(db, conversation_id, answer.question, owner)
    kept = dump_answer(answer)
    added = db.execute(
        "INSERT INTO turn (conversation_id, at, said, answer, question_id) VALUES (?, ?, ?, ?, ?)",
        [conversation_id, utc_now(), searchable_text(kept), kept, question_id],
    )
    _redact_removed_sources(db, answer, int(added.lastrowid or 0))


def cleaned(text: str) -> str:
    """Return a text on one line, without control characters."""
    return " ".join("".join(c if unicodedata.category(c) != "Cc" else " " for c in text).split())


def title_of(text: str) -> str:
    """Return a question or a name as a title: one line, cut where it is too long."""
    title = cleaned(text)
    if len(title) <= _LONGEST_TITLE:
        return title
    return title[: _LONGEST_TITLE - 1].rstrip() + "…"


def default_title(db: sqlite3.Connection, conversation_id: str) -> str:
    """Return the title from the first question; empty without one."""
    query = "SELECT answer FROM turn WHERE conversation_id = ? ORDER BY number LIMIT 1"
    row = db.execute(query, [conversation_id]).fetchone()
    if row:
        return title_of(json.loads(row[0])["question"])
    query = "SELECT text FROM question WHERE conversation_id = ? ORDER BY number LIMIT 1"
    row = db.execute(query, [conversation_id]).fetchone()
    return title_of(row[0]) if row else ""


def is_named(db: sqlite3.Connection, conversation_id: str) -> bool | None:
    """Return whether the user named the conversation; None if there is none."""
    query = "SELECT title FROM conversation WHERE id = ?"
    row = db.execute(query, [conversation_id]).fetchone()
    query = """
        SELECT json_extract(answer, '$.question') FROM turn WHERE conversation_id = :id
        UNION ALL SELECT text FROM question WHERE conversation_id = :id"""
    asked = db.execute(query, {"id": conversation_id})
    return None if row is None else row[0] not in {title_of(one[0]) for one in asked}


def tidy(db: sqlite3.Connection, conversation_id: str, *, named: bool | None) -> None:
    """Delete a conversation that has nothing left; name one after its first question.

    `named` says whether the user named it, which stays.
    """
    if not named:
        name_after_question(db, conversation_id)
    db.execute(
        "DELETE FROM conversation WHERE id = :id "
        "AND NOT EXISTS (SELECT 1 FROM turn WHERE conversation_id = :id) "
        "AND NOT EXISTS (SELECT 1 FROM question WHERE conversation_id = :id)",
        {"id": conversation_id},
    )


def name_after_question(db: sqlite3.Connection, conversation_id: str) -> None:
    """Give a conversation the title from its first question."""
    title = default_title(db, conversation_id)
    db.execute("UPDATE conversation SET title = ? WHERE id = ?", [title, conversation_id])


def bring_up_to_date(
    db: sqlite3.Connection, kept: Iterable[str], titles: Mapping[str, str], only: Collection[int]
) -> None:
    """Update restored answers, as stored, to what has happened to their sources since.

    `titles` are those of all sources at the time, by id; `only` has the numbers of the answers.
    """
    here = {row[0] for row in db.execute("SELECT id FROM source")}
    for source_id, title in titles.items():
        if source_id not in here:
            redact(db, source_id, title, only)
    texts = {}
    for source_id in {name for answer in kept for name in source_ids_in(answer)} & here:
        row = db.execute("SELECT text FROM source WHERE id = ?", [source_id]).fetchone()
        texts[source_id] = row[0]
    mark_changed(db, texts)


def _redact_removed_sources(db: sqlite3.Connection, answer: Answer, number: int) -> None:
    """Redact the words of sources that were removed while the answer was being written."""
    titles = {one.passage.source_id: "" for one in answer.hits}
    titles |= {one.source_id: one.title for one in (*answer.more, *answer.citations)}
    marks = ", ".join("?" * len(titles))
    there = db.execute(f"SELECT id FROM source WHERE id IN ({marks})", list(titles)).fetchall()
    for source_id in titles.keys() - {row["id"] for row in there}:
        redact(db, source_id, titles[source_id], only=[number])
