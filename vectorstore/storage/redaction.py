"""Update stored answers when a source changes or is removed.

If its file changes, is read anew or disappears, citations follow their words, and those whose words
it no longer has are marked; if it is removed for good, its words are erased from the answers. All
functions run inside a transaction of the caller. Every change deletes the searchable text of the
answer (`said`), which the next search makes again.
"""

import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vectorstore.storage.reattaching import reattach

_CITED = re.compile(r'"source_id": "([^"]+)"')
_REDACTED = "(These words were taken out with their source.)"


@dataclass(frozen=True, slots=True)
class RedactedAnswer:
    """An answer as JSON before and after the words of a source were erased from it."""

    number: int
    before: str
    after: str


def source_ids_in(kept: str) -> set[str]:
    """Return the ids of the sources that a stored answer cites or was written from."""
    return set(_CITED.findall(kept))


def redact(
    db: sqlite3.Connection, source_id: str, title: str, only: Collection[int] | None = None
) -> list[RedactedAnswer]:
    """Erase the words of a removed source from all answers, or `only` from those numbered."""
    redacted: list[RedactedAnswer] = []
    for number, before, answer in _citing(db, source_id, title):
        if only is not None and number not in only:
            continue
        gone = set()
        read = {hit["passage"]["source_id"] for hit in answer["hits"]}
        for citation in [*answer["citations"], *answer.get("more", [])]:
            read.add(citation["source_id"])
            citation["also"] = [other for other in citation.get("also", []) if other != title]
        if source_id in read:  # the model may have repeated words without a citation
            answer["raw"] = ""
        for citation in answer["citations"]:
            if citation["source_id"] == source_id:
                gone.add(citation["number"])
                citation.update(
                    quote="", title=citation["path"], warning="", label="", state="removed"
                )
        for sentence in answer["sentences"]:
            if gone & set(sentence["citations"]):
                sentence.update(
                    text=_REDACTED, verdict="not_checkable", reason="its source was removed",
                    span=None, marks=[], findings=[],
                )  # fmt: skip
        answer["more"] = [one for one in answer.get("more", []) if one["source_id"] != source_id]
        answer["hits"] = [h for h in answer["hits"] if h["passage"]["source_id"] != source_id]
        if gone:
            answer["text"] = " ".join(one["text"] for one in answer["sentences"])
            answer["conflicts"] = [
                one for one in answer.get("conflicts", []) if gone.isdisjoint(one["citations"])
            ]
        redacted.append(RedactedAnswer(number, before, _store(db, number, answer)))
    return redacted


def restore(db: sqlite3.Connection, redacted: Iterable[RedactedAnswer]) -> None:
    """Undo `redact` for the answers that have not changed since."""
    db.executemany(
        "UPDATE turn SET answer = ?, said = NULL WHERE number = ? AND answer = ?",
        [(one.before, one.number, one.after) for one in redacted],
    )


def mark_removed(db: sqlite3.Connection, source_id: str) -> None:
    """Mark all citations of a source whose file is gone but may come back."""
    _mark(db, {source_id: None})


def mark_changed(db: sqlite3.Connection, texts: Mapping[str, str]) -> None:
    """Move citations to where their words stand in the new texts; mark those without."""
    _mark(db, texts)


def _mark(db: sqlite3.Connection, texts: Mapping[str, str | None]) -> None:
    """Set the state of the citations of sources to their texts; None means removed."""
    for number, before in db.execute("SELECT number, answer FROM turn").fetchall():
        if texts.keys().isdisjoint(source_ids_in(before)):
            continue
        answer = json.loads(before)
        for citation in [*answer["citations"], *answer.get("more", [])]:
            if citation["source_id"] in texts and citation["quote"]:
                text = texts[citation["source_id"]]
                here = text is not None and reattach(db, answer, citation, text)
                citation["state"] = "" if here else "removed" if text is None else "changed"
        if json.loads(before) != answer:
            _store(db, number, answer)


def _citing(
    db: sqlite3.Connection, source_id: str, title: str
) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield the answers that mention a source: number, stored JSON, and its values."""
    name, also = (json.dumps(text, ensure_ascii=False) for text in (source_id, title or source_id))
    query = "SELECT number, answer FROM turn WHERE instr(answer, ?) OR instr(answer, ?)"
    for row in db.execute(query, [name, also]).fetchall():
        yield row["number"], row["answer"], json.loads(row["answer"])


def _store(db: sqlite3.Connection, number: int, answer: dict[str, Any]) -> str:
    kept = json.dumps(answer, ensure_ascii=False)
    db.execute("UPDATE turn SET answer = ?, said = NULL WHERE number = ?", [kept, number])
    return kept
