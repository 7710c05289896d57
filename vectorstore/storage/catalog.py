"""The catalog: the sources of a library with their text, and the files that could not be read.

The catalog is the single source of truth. One transaction adds or removes a source and marks the
vector index as behind; the index can always be rebuilt from here without embedding anything.
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
    ReadingWarning,
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
        """Use an open database."""
        self._db = database

    def sources(self) -> list[Source]:
        """Return all sources, sorted by title."""
        found = [_source(row) for row in self._db.rows(f"SELECT {_SOURCE_COLUMNS} FROM source")]
        return sorted(found, key=lambda source: (source.metadata.title.casefold(), source.id))

    def names(self) -> list[tuple[str, str, str]]:
        """Return the id, the title and the file of every source."""
        found = self._db.rows(
            "SELECT id, json_extract(metadata, '$.title') AS title, path FROM source"
        )
        return [(row["id"], row["title"] or "", row["path"]) for row in found]

    def hashes(self) -> list[tuple[str, str]]:
        """Return the id and the file hash of every source, sorted by id."""
        found = self._db.rows("SELECT id, sha256 FROM source ORDER BY id")
        return [(row["id"], row["sha256"]) for row in found]

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        """Return the titles of sources by id; for a few hundred ids at most."""
        return self._by_id("json_extract(metadata, '$.title')", ids)

    def kinds(self, ids: Collection[str]) -> dict[str, str]:
        """Return the kinds of sources by id; for a few hundred ids at most."""
        return self._by_id("kind", ids)

    def _by_id(self, expression: str, ids: Collection[str]) -> dict[str, str]:
        marks = ",".join("?" * len(ids))
        query = f"SELECT id, {expression} AS value FROM source WHERE id IN ({marks})"
        return {row["id"]: row["value"] for row in self._db.rows(query, list(ids))}

    def source(self, source_id: str) -> Source:
        """Return a source. Raise UnknownSource."""
        found = self._db.rows(f"SELECT {_SOURCE_COLUMNS} FROM source WHERE id = ?", [source_id])
        if not found:
            raise UnknownSource(
                f"No source has the id “{source_id}”: `kakehashi sources` lists the ids."
            )
        return _source(found[0])

    def text(self, source_id: str) -> str:
        """Return the stored text of a source. Raise UnknownSource."""
        found = self._db.rows("SELECT text FROM source WHERE id = ?", [source_id])
        if not found:
            self.source(source_id)
        text: str = found[0]["text"]
        return text

    def layout(self, source_id: str) -> tuple[list[Page], list[Heading]]:
        """Return the pages and headings of a source with their offsets. Raise UnknownSource."""
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
        """Add sources, replacing those with the same id; `vectors` are by text hash."""
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
                        json.dumps([asdict(one) for one in source.warnings], ensure_ascii=False),
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
        """Return the ids of the sources in scope, and those of all others.

        A source without a date is in no period.
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
        """Store the new path, size and time of a file with unchanged content; return the source."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE source SET path = ?, size = ?, modified_ns = ? WHERE id = ?",
                [path, size, modified_ns, source_id],
            )
        return self.source(source_id)

    def update_metadata(self, source: Source) -> None:
        """Store other metadata, warnings, size, time and hash of a source. Raise UnknownSource."""
        self.source(source.id)
        with self._db.transaction() as db:
            db.execute(
                "UPDATE source SET metadata = ?, warnings = ?, sha256 = ?, size = ?, "
                "modified_ns = ? WHERE id = ?",
                [
                    json.dumps(asdict(source.metadata), ensure_ascii=False),
                    json.dumps([asdict(one) for one in source.warnings], ensure_ascii=False),
                    *(source.sha256, source.size, source.modified_ns, source.id),
                ],
            )

    def remove(self, source_id: str, *, for_good: bool) -> list[RedactedAnswer]:
        """Remove a source, with every vector that no other source needs.

        With `for_good`, redact the answers that cited it and return them. Otherwise its file may
        come back, so answers keep their quotes and are only marked.
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
        """Undo the redaction of answers after their source has been added again."""
        text = self.text(source_id)
        with self._db.transaction() as db:
            restore(db, redacted)
            mark_changed(db, {source_id: text})

    def unreadable(self) -> list[Unreadable]:
        """Return the files that could not be read, sorted by path."""
        return [Unreadable(*row) for row in self._db.rows("SELECT * FROM unreadable ORDER BY path")]

    def put_unreadable(self, file: Unreadable) -> None:
        """Record why a file could not be read."""
        with self._db.transaction() as db:
            db.execute(
                "REPLACE INTO unreadable VALUES (?, ?, ?, ?)",
                [file.path, file.size, file.modified_ns, file.reason],
            )

    def forget_unreadable(self, path: str) -> None:
        """Delete the record of a file that is gone or readable now."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM unreadable WHERE path = ?", [path])


def _between(day: str, since: str, until: str) -> bool:
    """Return whether a day, month or year may lie between two others of any precision."""
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
        values["warnings"] = tuple(
            ReadingWarning(**one)
            for one in json.loads(values["warnings"])
            if isinstance(one, dict)  # sentences, in sources that will be read again
        )
    except (ValueError, TypeError) as error:
        raise damaged_error(f"the metadata of {values['id']}") from error
    return Source(**values)
