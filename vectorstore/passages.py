"""Passages, their vectors and their words, as the catalog keeps them.

Vectors are kept by the hash of their text and the fingerprint of the model that made them, so a
text is embedded once. The word index (FTS5) holds the terms of `words.py`, so what is searched is
exactly what was indexed.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

import numpy as np

from vectorstore.database import Database
from vectorstore.embeddings import Embedded, Vectors
from vectorstore.records import Passage
from vectorstore.words import terms

_MOST_QUERY_TERMS = 64
_MOST_VARIABLES = 900


def text_hash(text: str) -> str:
    """The key under which the vector of a text is kept."""
    return sha256(text.encode()).hexdigest()


class Passages:
    """The passages of a library. Its methods may be called from any thread."""

    def __init__(self, database: Database) -> None:
        """Kept in this file."""
        self._db = database

    def get(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages with these ids; unknown ids are left out."""
        found: dict[str, Passage] = {}
        for some in _slices(ids):
            marks = ",".join("?" * len(some))
            for row in self._db.rows(f"SELECT * FROM passage WHERE id IN ({marks})", some):
                found[row["id"]] = _passage(row)
        return found

    def of_source(self, source_id: str) -> list[Passage]:
        """The passages of a source in the order of its text."""
        query = "SELECT * FROM passage WHERE source_id = ? ORDER BY start"
        return [_passage(row) for row in self._db.rows(query, [source_id])]

    def all_vectors(self, fingerprint: str) -> Iterator[tuple[list[str], list[str], Vectors]]:
        """All passages with a vector, some at a time: ids, source ids, vectors (n, dimension)."""
        last = 0
        while rows := self._db.rows(
            "SELECT number, passage.id, source_id, vector.passage AS vector FROM passage "
            "JOIN vector USING (hash) WHERE fingerprint = ? AND number > ? "
            "ORDER BY number LIMIT 250",
            [fingerprint, last],
        ):
            last = rows[-1]["number"]
            vectors = np.stack([_vector(row["vector"]) for row in rows])
            yield [row["id"] for row in rows], [row["source_id"] for row in rows], vectors

    def without_vector(self, fingerprint: str) -> list[str]:
        """The texts of passages that this model has not embedded."""
        query = (
            "SELECT DISTINCT text FROM passage WHERE NOT EXISTS "
            "(SELECT 1 FROM vector WHERE hash = passage.hash AND fingerprint = ?)"
        )
        return [row["text"] for row in self._db.rows(query, [fingerprint])]

    def vectors(self, hashes: Sequence[str], fingerprint: str) -> dict[str, Embedded]:
        """The known vectors of these texts, by text hash."""
        found: dict[str, Embedded] = {}
        for some in _slices(hashes):
            marks = ",".join("?" * len(some))
            query = f"SELECT * FROM vector WHERE fingerprint = ? AND hash IN ({marks})"
            for row in self._db.rows(query, [fingerprint, *some]):
                passage = _vector(row["passage"])
                parts = np.frombuffer(row["sentences"], dtype=np.float16).astype(np.float32)
                found[row["hash"]] = Embedded(passage, parts.reshape(-1, len(passage)))
        return found

    def put_vectors(self, vectors: Mapping[str, Embedded], fingerprint: str) -> None:
        """Keep vectors, by text hash."""
        with self._db.transaction() as db:
            keep_vectors(db, vectors, fingerprint)

    def match(
        self, query: Sequence[str], limit: int, sources: Sequence[str] | None = None
    ) -> dict[str, float]:
        """Passage ids with their BM25 score (above 0) for any of the terms, best first."""
        wanted = list(dict.fromkeys(query))[:_MOST_QUERY_TERMS]
        if not wanted or (sources is not None and not sources):
            return {}
        scope, values = "", [" OR ".join(f'"{term}"' for term in wanted)]
        if sources is not None:
            scope = f"AND source_id IN ({','.join('?' * len(sources))})"
            values += sources
        found = self._db.rows(
            "SELECT passage.id, -bm25(word) AS score FROM word "
            f"JOIN passage ON passage.number = word.rowid WHERE word MATCH ? {scope} "
            "ORDER BY score DESC LIMIT ?",
            [*values, limit],
        )
        return {row["id"]: max(row["score"], 1e-9) for row in found}

    def frequencies(self, wanted: Sequence[str]) -> dict[str, int]:
        """In how many passages each of the terms stands."""
        query = "SELECT count(*) AS n FROM word WHERE word MATCH ?"
        return {term: self._db.rows(query, [f'"{term}"'])[0]["n"] for term in dict.fromkeys(wanted)}


def insert(db: sqlite3.Connection, passages: Sequence[Passage]) -> None:
    """Write passages and their words, inside a transaction."""
    for passage in passages:
        number = db.execute(
            "INSERT INTO passage VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(passage.id, passage.source_id, passage.text, passage.start, passage.end),
                *(passage.first_page, passage.last_page, passage.heading),
                text_hash(passage.text),
            ],
        ).lastrowid
        db.execute(
            "INSERT INTO word (rowid, terms) VALUES (?, ?)",
            [number, " ".join(terms(passage.text))],
        )


def delete(db: sqlite3.Connection, source_id: str) -> None:
    """Take the passages of a source out, and vectors that no other needs, in a transaction."""
    db.execute(
        "DELETE FROM word WHERE rowid IN (SELECT number FROM passage WHERE source_id = ?)",
        [source_id],
    )
    db.execute(
        "DELETE FROM vector WHERE hash IN (SELECT hash FROM passage WHERE source_id = ?) "
        "AND hash NOT IN (SELECT hash FROM passage WHERE source_id != ?)",
        [source_id, source_id],
    )
    db.execute("DELETE FROM passage WHERE source_id = ?", [source_id])


def keep_vectors(db: sqlite3.Connection, vectors: Mapping[str, Embedded], fingerprint: str) -> None:
    """Write vectors by text hash, inside a transaction; known ones stay."""
    db.executemany(
        "INSERT OR IGNORE INTO vector VALUES (?, ?, ?, ?)",
        [
            (hashed, fingerprint, v.passage.tobytes(), v.sentences.astype(np.float16).tobytes())
            for hashed, v in vectors.items()
        ],
    )


def _slices(ids: Sequence[str]) -> Iterator[list[str]]:
    for first in range(0, len(ids), _MOST_VARIABLES):
        yield list(ids[first : first + _MOST_VARIABLES])


def _vector(blob: bytes) -> Vectors:
    return np.frombuffer(blob, dtype=np.float32)


def _passage(row: sqlite3.Row) -> Passage:
    values = dict(row)
    del values["number"], values["hash"]
    return Passage(**values)
