"""The catalog: which sources there are, with their text, and which files could not be read.

This is the truth. A source is in or out by one transaction, which also marks the vector index as
behind; the index can always be made again from here without embedding anything.
"""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, astuple

from vectorstore.encoders.embeddings import PassageVectors
from vectorstore.errors import UnknownSource
from vectorstore.records import (
    Document,
    Heading,
    Metadata,
    Page,
    Passage,
    Scope,
    Source,
    Unreadable,
)
from vectorstore.storage.database import Database, damaged_error
from vectorstore.storage.passages import delete_passages, insert_passages, insert_vectors
from vectorstore.storage.redaction import (
    RedactedAnswer,
    mark_changed,
    mark_removed,
    redact,
    restore,
)
from vectorstore.text.iso_dates import iso_date
from vectorstore.text.languages import language_code

ParsedSource = tuple[Source, Document, Sequence[Passage]]

_SOURCE_COLUMNS = """
    id, path, kind, sha256, size, modified_ns, added, metadata, warnings,
    length(text) AS characters, json_array_length(pages) AS pages,
    (SELECT count(*) FROM passage WHERE source_id = source.id) AS passages
"""


class Catalog:
    """The sources of a library. Its methods may be called from any thread."""

    def __init__(self, database: Database) -> None:
        """Kept in this file."""
        self._db = database

    def sources(self) -> list[Source]:
        """All sources, by title."""
        found = [_source(row) for row in self._db.rows(f"SELECT {_SOURCE_COLUMNS} FROM source")]
        return sorted(found, key=lambda source: (source.metadata.title.casefold(), source.id))

    def hashes(self) -> list[tuple[str, str]]:
        """The id and the file hash of every source, by id."""
        found = self._db.rows("SELECT id, sha256 FROM source ORDER BY id")
        return [(row["id"], row["sha256"]) for row in found]

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        """The titles of these sources, by id; at most some hundred."""
        marks = ",".join("?" * len(ids))
        found = self._db.rows(
            "SELECT id, json_extract(metadata, '$.title') AS title FROM source "
            f"WHERE id IN ({marks})",
            list(ids),
        )
        return {row["id"]: row["title"] for row in found}

    def source(self, source_id: str) -> Source:
        """One source; raises UnknownSource."""
        found = self._db.rows(f"SELECT {_SOURCE_COLUMNS} FROM source WHERE id = ?", [source_id])
        if not found:
            raise UnknownSource(
                f"No source has the id “{source_id}”: `kakehashi sources` lists the ids."
            )
        return _source(found[0])

    def text(self, source_id: str) -> str:
        """The stored text of a source; raises UnknownSource."""
        found = self._db.rows("SELECT text FROM source WHERE id = ?", [source_id])
        if not found:
            self.source(source_id)
        text: str = found[0]["text"]
        return text

    def layout(self, source_id: str) -> tuple[list[Page], list[Heading]]:
        """Where pages and headings stand in the text of a source; raises UnknownSource."""
        found = self._db.rows("SELECT pages, headings FROM source WHERE id = ?", [source_id])
        if not found:
            self.source(source_id)
        row = found[0]
        try:
            pages = [Page(*page) for page in json.loads(row["pages"])]
            return pages, [Heading(*heading) for heading in json.loads(row["headings"])]
        except (ValueError, TypeError) as error:
            raise damaged_error(f"the layout of {source_id}") from error

    def put_all(
        self,
        intake: Sequence[ParsedSource],
        vectors: Mapping[str, PassageVectors],
        fingerprint: str,
    ) -> None:
        """Take sources in, each in place of one with the same id; `vectors` are by text hash."""
        with self._db.transaction() as db:
            for source, document, passages in intake:
                delete_passages(db, source.id)
                db.execute("DELETE FROM source WHERE id = ?", [source.id])
                db.execute("DELETE FROM unreadable WHERE path = ?", [source.path])
                db.execute(
                    "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        *(source.id, source.path, source.kind, source.sha256),
                        *(source.size, source.modified_ns, source.added),
                        json.dumps(asdict(source.metadata), ensure_ascii=False),
                        json.dumps(source.warnings, ensure_ascii=False),
                        document.text,
                        json.dumps([astuple(page) for page in document.pages], ensure_ascii=False),
                        json.dumps([(h.text, h.start, h.end) for h in document.headings]),
                    ],
                )
                insert_passages(db, passages)
            insert_vectors(db, vectors, fingerprint)
            mark_changed(db, {source.id: document.text for source, document, _ in intake})
            db.execute("REPLACE INTO meta VALUES ('kept_before', '1')")
            _mark_behind(db)

    def split_by_scope(self, scope: Scope) -> tuple[list[str], list[str]]:
        """The ids of the sources in scope, and of the others.

        A source without a date is in no span of time.
        """
        found = self._db.rows(
            "SELECT id, json_extract(metadata, '$.language') AS language, "
            "json_extract(metadata, '$.date') AS date FROM source"
        )
        chosen = None if scope.sources is None else set(scope.sources)
        languages = {language_code(language) for language in scope.languages}
        inside: list[str] = []
        outside: list[str] = []
        for row in found:
            fits = (
                (chosen is None or row["id"] in chosen)
                and (not languages or language_code(row["language"] or "") in languages)
                and _between(iso_date(row["date"] or ""), scope.since, scope.until)
            )
            (inside if fits else outside).append(row["id"])
        return inside, outside

    def update_file(self, source_id: str, path: str, size: int, modified_ns: int) -> Source:
        """Note that the same content now has this path and time; returns the source as it is."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE source SET path = ?, size = ?, modified_ns = ? WHERE id = ?",
                [path, size, modified_ns, source_id],
            )
        return self.source(source_id)

    def update_metadata(self, source: Source) -> None:
        """Keep other metadata, size, time and hash of a source; raises UnknownSource."""
        self.source(source.id)
        with self._db.transaction() as db:
            db.execute(
                "UPDATE source SET metadata = ?, sha256 = ?, size = ?, modified_ns = ? "
                "WHERE id = ?",
                [
                    json.dumps(asdict(source.metadata), ensure_ascii=False),
                    *(source.sha256, source.size, source.modified_ns, source.id),
                ],
            )

    def remove(self, source_id: str, *, for_good: bool) -> list[RedactedAnswer]:
        """Take a source out, with every vector that no other source needs.

        Answers that cited it say so. `for_good`, its words are taken out of them, and what that
        changed is returned; else its file may come back, and they keep what they quote.
        """
        title = self.source(source_id).metadata.title
        with self._db.transaction() as db:
            delete_passages(db, source_id)
            db.execute("DELETE FROM source WHERE id = ?", [source_id])
            db.execute("REPLACE INTO meta VALUES ('kept_before', '1')")
            _mark_behind(db)
            if for_good:
                return redact(db, source_id, title)
            mark_removed(db, source_id)
            return []

    def restore_answers(self, source_id: str, redacted: Sequence[RedactedAnswer]) -> None:
        """Let answers say again what they said before a source was removed."""
        text = self.text(source_id)
        with self._db.transaction() as db:
            restore(db, redacted)
            mark_changed(db, {source_id: text})

    def unreadable(self) -> list[Unreadable]:
        """The files that could not be read, by path."""
        return [Unreadable(*row) for row in self._db.rows("SELECT * FROM unreadable ORDER BY path")]

    def put_unreadable(self, file: Unreadable) -> None:
        """Remember why a file could not be read."""
        with self._db.transaction() as db:
            db.execute(
                "REPLACE INTO unreadable VALUES (?, ?, ?, ?)",
                [file.path, file.size, file.modified_ns, file.reason],
            )

    def forget_unreadable(self, path: str) -> None:
        """The file is gone, or reads well now."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM unreadable WHERE path = ?", [path])


def _between(day: str, since: str, until: str) -> bool:
    """Whether a day, month or year may lie between two others, each as exact as it is written."""
    if not since and not until:
        return True
    if not day:
        return False
    return day[: len(since)] >= since[: len(day)] and (
        not until or day[: len(until)] <= until[: len(day)]
    )


def _mark_behind(db: sqlite3.Connection) -> None:
    db.execute("REPLACE INTO meta VALUES ('index_behind', '1')")


def _source(row: sqlite3.Row) -> Source:
    values = dict(row)
    try:
        values["metadata"] = Metadata(**json.loads(values["metadata"]))
        values["warnings"] = tuple(json.loads(values["warnings"]))
    except (ValueError, TypeError) as error:
        raise damaged_error(f"what is said of {values['id']}") from error
    return Source(**values)
