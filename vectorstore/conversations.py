"""Conversations, kept in the catalog: each turn is one whole answer, as it was given.

When a source changes, the answers that cited words which are gone are marked; when it is removed,
its words are taken out of them.
"""

import json
import re
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from vectorstore.database import Database, now
from vectorstore.errors import BadInput
from vectorstore.records import Answer, Citation, Conflict, Hit, Passage, Scope, Sentence

_LONGEST_TITLE = 80
_CITED = re.compile(r'"source_id": "([^"]+)"')
_WITHDRAWN = "(These words were taken out with their source.)"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in the list: its title is its first question. Times are UTC, ISO 8601."""

    id: str
    title: str
    started: str
    changed: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An answer out of which the words of a source were taken: as it was, and as it is now."""

    number: int
    before: str
    after: str


class Conversations:
    """The conversations of a library."""

    def __init__(self, database: Database) -> None:
        """Kept in this file."""
        self._db = database

    def all(self) -> list[Conversation]:
        """All of them, the last one used first."""
        rows = self._db.rows("SELECT * FROM conversation ORDER BY changed DESC")
        return [Conversation(**dict(row)) for row in rows]

    def answers(self, conversation_id: str) -> list[Answer]:
        """The answers of a conversation in order; raises BadInput if there is none such."""
        known = self._db.rows("SELECT 1 FROM conversation WHERE id = ?", [conversation_id])
        if not known:
            raise BadInput("This conversation is no longer there: start a new one.")
        query = "SELECT answer FROM turn WHERE conversation_id = ? ORDER BY number"
        return [_load(row["answer"]) for row in self._db.rows(query, [conversation_id])]

    def times(self, conversation_id: str) -> list[str]:
        """When each answer of a conversation was given, in order; UTC, ISO 8601."""
        query = "SELECT at FROM turn WHERE conversation_id = ? ORDER BY number"
        return [row["at"] for row in self._db.rows(query, [conversation_id])]

    def append(self, conversation_id: str, answer: Answer) -> None:
        """Keep an answer; the first question begins the conversation and names it."""
        title = " ".join(answer.question.split())
        if len(title) > _LONGEST_TITLE:
            title = title[: _LONGEST_TITLE - 1].rstrip() + "…"
        moment = now()
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO conversation VALUES (?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET changed = excluded.changed",
                [conversation_id, title, moment, moment],
            )
            kept = json.dumps(asdict(answer), ensure_ascii=False)
            db.execute("INSERT INTO turn VALUES (NULL, ?, ?, ?)", [conversation_id, moment, kept])

    def delete(self, conversation_id: str) -> None:
        """Forget a conversation."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM conversation WHERE id = ?", [conversation_id])
        self._db.forget_for_good()


def new_conversation() -> str:
    """An id for a conversation that has not begun."""
    return uuid.uuid4().hex[:12]


def withdraw(db: sqlite3.Connection, source_id: str, title: str) -> list[Withdrawn]:
    """Take the words of a removed source out of all answers, inside a transaction."""
    withdrawn: list[Withdrawn] = []
    for number, before, answer in _citing(db, source_id, title):
        gone = set()
        read = {hit["passage"]["source_id"] for hit in answer["hits"]}
        for citation in [*answer["citations"], *answer.get("more", [])]:
            read.add(citation["source_id"])
            citation["also"] = [other for other in citation.get("also", []) if other != title]
        if source_id in read:  # a model may have repeated what it did not cite
            answer["raw"] = ""
        for citation in answer["citations"]:
            if citation["source_id"] == source_id:
                gone.add(citation["number"])
                citation.update(quote="", title=citation["path"], warning="", state="removed")
        for sentence in answer["sentences"]:
            if gone & set(sentence["citations"]):
                sentence.update(
                    text=_WITHDRAWN, verdict="not_checkable", reason="its source was removed",
                    span=None, marks=[],
                )  # fmt: skip
        answer["more"] = [one for one in answer.get("more", []) if one["source_id"] != source_id]
        answer["hits"] = [h for h in answer["hits"] if h["passage"]["source_id"] != source_id]
        if gone:
            answer["text"] = " ".join(one["text"] for one in answer["sentences"])
            answer["conflicts"] = [
                one for one in answer.get("conflicts", []) if gone.isdisjoint(one["citations"])
            ]
        withdrawn.append(Withdrawn(number, before, _keep(db, number, answer)))
    return withdrawn


def put_back(db: sqlite3.Connection, withdrawn: Iterable[Withdrawn]) -> None:
    """Undo `withdraw` for the answers that are still as it left them, inside a transaction."""
    db.executemany(
        "UPDATE turn SET answer = ? WHERE number = ? AND answer = ?",
        [(one.before, one.number, one.after) for one in withdrawn],
    )


def note_gone(db: sqlite3.Connection, source_id: str) -> None:
    """Mark all citations of a source whose file is gone; it may come back."""
    _mark(db, {source_id: None})


def note_changed(db: sqlite3.Connection, texts: Mapping[str, str]) -> None:
    """Mark the citations whose words the new texts of their sources do not hold, and only those."""
    _mark(db, texts)


def _mark(db: sqlite3.Connection, texts: Mapping[str, str | None]) -> None:
    """Bring the state of citations to where the sources are; None is a source that is gone."""
    for number, before in db.execute("SELECT number, answer FROM turn").fetchall():
        if texts.keys().isdisjoint(_CITED.findall(before)):
            continue
        answer = json.loads(before)
        for citation in [*answer["citations"], *answer.get("more", [])]:
            if citation["source_id"] in texts and citation["quote"]:
                text = texts[citation["source_id"]]
                here = text is not None and citation["quote"] in text
                citation["state"] = "" if here else "removed" if text is None else "changed"
        if json.loads(before) != answer:
            _keep(db, number, answer)


def _citing(
    db: sqlite3.Connection, source_id: str, title: str = ""
) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """The answers that a source has a part in: number, as kept, and as values."""
    name, also = (json.dumps(text, ensure_ascii=False) for text in (source_id, title or source_id))
    query = "SELECT number, answer FROM turn WHERE instr(answer, ?) OR instr(answer, ?)"
    for row in db.execute(query, [name, also]).fetchall():
        yield row["number"], row["answer"], json.loads(row["answer"])


def _keep(db: sqlite3.Connection, number: int, answer: dict[str, Any]) -> str:
    kept = json.dumps(answer, ensure_ascii=False)
    db.execute("UPDATE turn SET answer = ? WHERE number = ?", [kept, number])
    return kept


def _load(kept: str) -> Answer:
    """An answer that was kept, also by an earlier version, which knew less."""
    values = json.loads(kept)
    values["sentences"] = tuple(_sentence(one) for one in values["sentences"])
    values["citations"] = tuple(_citation(one) for one in values["citations"])
    values["more"] = tuple(_citation(one) for one in values.get("more", ()))
    values["conflicts"] = tuple(
        Conflict(tuple(one["citations"]), one["reason"]) for one in values.get("conflicts", ())
    )
    values["hits"] = tuple(
        Hit(**{**one, "passage": Passage(**one["passage"]), "copies": tuple(one.get("copies", ()))})
        for one in values["hits"]
    )
    if scope := values.pop("scope", None):
        chosen = scope["sources"]
        values["scope"] = Scope(
            sources=None if chosen is None else tuple(chosen),
            languages=tuple(scope["languages"]),
            since=scope["since"],
            until=scope["until"],
        )
    return Answer(**values)


def _sentence(values: dict[str, Any]) -> Sentence:
    span = values.get("span")
    return Sentence(
        **{
            **values,
            "citations": tuple(values["citations"]),
            "span": tuple(span) if span else None,
            "marks": tuple((start, end) for start, end in values.get("marks", ())),
        }
    )


def _citation(values: dict[str, Any]) -> Citation:
    return Citation(**{**values, "also": tuple(values.get("also", ()))})
