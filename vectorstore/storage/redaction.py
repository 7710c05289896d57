"""What happens to kept answers when a source changes or goes.

When its file changes or is gone, the citations whose words are not there any more are marked; when
it is removed for good, its words are taken out of the answers. Everything here works inside a
transaction of the caller. The words an answer is found by (`said`) are dropped with every change;
they are made again when somebody searches.
"""

import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_CITED = re.compile(r'"source_id": "([^"]+)"')
_WITHDRAWN = "(These words were taken out with their source.)"


@dataclass(frozen=True, slots=True)
class RedactedAnswer:
    """An answer out of which the words of a source were taken: as it was, and as it is now."""

    number: int
    before: str
    after: str


def source_ids_in(kept: str) -> set[str]:
    """The ids of the sources that an answer, as it is kept, cites or has read."""
    return set(_CITED.findall(kept))


def redact(
    db: sqlite3.Connection, source_id: str, title: str, only: Collection[int] | None = None
) -> list[RedactedAnswer]:
    """Take the words of a removed source out of all answers, or of those with these numbers."""
    redacted: list[RedactedAnswer] = []
    for number, before, answer in _citing(db, source_id, title):
        if only is not None and number not in only:
            continue
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
        redacted.append(RedactedAnswer(number, before, _keep(db, number, answer)))
    return redacted


def restore(db: sqlite3.Connection, redacted: Iterable[RedactedAnswer]) -> None:
    """Undo `withdraw` for the answers that are still as it left them."""
    db.executemany(
        "UPDATE turn SET answer = ?, said = NULL WHERE number = ? AND answer = ?",
        [(one.before, one.number, one.after) for one in redacted],
    )


def mark_removed(db: sqlite3.Connection, source_id: str) -> None:
    """Mark all citations of a source whose file is gone; it may come back."""
    _mark(db, {source_id: None})


def mark_changed(db: sqlite3.Connection, texts: Mapping[str, str]) -> None:
    """Mark the citations whose words the new texts of their sources do not hold, and only those."""
    _mark(db, texts)


def _mark(db: sqlite3.Connection, texts: Mapping[str, str | None]) -> None:
    """Bring the state of citations to where the sources are; None is a source that is gone."""
    for number, before in db.execute("SELECT number, answer FROM turn").fetchall():
        if texts.keys().isdisjoint(source_ids_in(before)):
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
    db.execute("UPDATE turn SET answer = ?, said = NULL WHERE number = ?", [kept, number])
    return kept
