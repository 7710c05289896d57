"""Passages in the catalog, with their vectors and terms.

Vectors are stored by the hash of heading and text and the fingerprint of the model, so that no text
is embedded twice. The terms of a passage and its heading (`text/terms.py`) are stored beside it;
the word index (`index/word_index.py`) is built from them. Orphan vectors are those of passages that
are not stored yet.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from vectorstore.encoders.embeddings import PassageVectors
from vectorstore.encoders.pooling import Vectors
from vectorstore.errors import StorageFailure
from vectorstore.records import Passage
from vectorstore.storage.database import Database, damaged_error, text_hash
from vectorstore.text.terms import VERSION as WORDS
from vectorstore.text.terms import terms

_MOST_VARIABLES = 900
T = TypeVar("T")
_COLUMNS = tuple(field.name for field in fields(Passage))


@dataclass(frozen=True, slots=True)
class SearchCandidate:
    """A passage that search ranks, with its number in the word index, its terms and vectors."""

    number: int
    passage: Passage
    terms: list[str]
    embedded: PassageVectors


class Passages:
    """The passages of a library. Its methods are thread-safe."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._db = database
        if database.get("words") is None and not database.count("passage"):
            database.set("words", WORDS)

    def get(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Return the passages with these ids; unknown ids are skipped."""
        found: dict[str, Passage] = {}
        for some in _slices(ids):
            marks = ",".join("?" * len(some))
            for row in self._db.rows(f"SELECT * FROM passage WHERE id IN ({marks})", some):
                found[row["id"]] = _passage(row)
        return found

    def by_numbers(self, numbers: Sequence[int]) -> list[Passage]:
        """Return the passages with these numbers, sorted by number; unknown numbers are skipped."""
        return [
            _passage(row)
            for some in _slices(sorted(numbers))
            for row in self._db.rows(
                f"SELECT * FROM passage WHERE number IN ({','.join('?' * len(some))}) "
                "ORDER BY number",
                some,
            )
        ]

    def ids_and_numbers(self, sources: Sequence[str]) -> tuple[list[str], list[int]]:
        """Return the ids and the numbers of all passages of these sources."""
        found = [
            row
            for some in _slices(sources)
            for row in self._db.rows(
                f"SELECT id, number FROM passage WHERE source_id IN ({','.join('?' * len(some))})",
                some,
            )
        ]
        return [row["id"] for row in found], [row["number"] for row in found]

    def of_source(self, source_id: str) -> list[Passage]:
        """Return the passages of a source in the order of its text."""
        query = "SELECT * FROM passage WHERE source_id = ? ORDER BY start"
        return [_passage(row) for row in self._db.rows(query, [source_id])]

    def all(self) -> Iterator[Passage]:
        """Yield all passages in the order they were added."""
        last = 0
        while rows := self._db.rows(
            "SELECT * FROM passage WHERE number > ? ORDER BY number LIMIT 1000", [last]
        ):
            last = rows[-1]["number"]
            yield from map(_passage, rows)

    def all_vectors(self, fingerprint: str) -> Iterator[tuple[list[str], list[str], Vectors]]:
        """Yield all passages with a vector in batches: ids, source ids, vectors (n, dimension)."""
        last = 0
        while rows := self._db.rows(
            "SELECT number, passage.id, source_id, vector.passage AS vector FROM passage "
            "JOIN vector USING (hash) WHERE fingerprint = ? AND number > ? "
            "ORDER BY number LIMIT 250",
            [fingerprint, last],
        ):
            last = rows[-1]["number"]
            try:
                vectors = np.stack([_vector(row["vector"]) for row in rows])
            except ValueError as error:
                raise damaged_error("a vector") from error
            yield [row["id"] for row in rows], [row["source_id"] for row in rows], vectors

    def without_vector(self, fingerprint: str) -> list[Passage]:
        """Return the passages without a vector of this model."""
        query = (
            "SELECT * FROM passage WHERE NOT EXISTS "
            "(SELECT 1 FROM vector WHERE hash = passage.hash AND fingerprint = ?)"
        )
        return [_passage(row) for row in self._db.rows(query, [fingerprint])]

    def vectors(self, hashes: Sequence[str], fingerprint: str) -> dict[str, PassageVectors]:
        """Return the stored vectors of these texts, by text hash."""
        found: dict[str, PassageVectors] = {}
        for some in _slices(hashes):
            marks = ",".join("?" * len(some))
            query = f"SELECT * FROM vector WHERE fingerprint = ? AND hash IN ({marks})"
            for row in self._db.rows(query, [fingerprint, *some]):
                found[row["hash"]] = _embedded(row["passage"], row["sentences"])
        return found

    def put_vectors(self, vectors: Mapping[str, PassageVectors], fingerprint: str) -> None:
        """Store vectors by text hash."""
        with self._db.transaction() as db:
            insert_vectors(db, vectors, fingerprint)

    def check_vectors(self) -> None:
        """Read all vectors. Raise StorageFailure if one is malformed."""
        for row in self._db.iterate("SELECT passage, sentences FROM vector"):
            if not is_vector(row["passage"], row["sentences"]):
                raise damaged_error("a vector")

    def put_orphan_vectors(self, vectors: Mapping[str, PassageVectors], fingerprint: str) -> None:
        """Store vectors of passages to come; `delete_orphan_vectors` deletes those never used."""
        with self._db.transaction() as db:
            insert_vectors(db, vectors, fingerprint)
            db.execute("REPLACE INTO meta VALUES ('spare_vectors', '1')")

    def delete_orphan_vectors(self) -> None:
        """Delete the vectors that belong to no passage."""
        if not self._db.get("spare_vectors"):
            return
        with self._db.transaction() as db:
            db.execute("DELETE FROM vector WHERE hash NOT IN (SELECT hash FROM passage)")
            db.execute("DELETE FROM meta WHERE key = 'spare_vectors'")

    def delete_vectors_except(self, fingerprint: str) -> None:
        """Delete the vectors of every other model."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM vector WHERE fingerprint != ?", [fingerprint])

    def candidates(
        self, ids: Sequence[str], numbers: Sequence[int], fingerprint: str
    ) -> list[SearchCandidate]:
        """Return the passages with these ids or numbers and vectors of this model, each once."""
        found: dict[int, SearchCandidate] = {}
        for column, keys in (("id", ids), ("number", numbers)):
            for some in _slices(keys):
                marks = ",".join("?" * len(some))
                query = (
                    "SELECT passage.*, terms, vector.passage AS vector, sentences FROM passage "
                    "JOIN word USING (number) "
                    "JOIN vector ON vector.hash = passage.hash AND fingerprint = ? "
                    f"WHERE passage.{column} IN ({marks})"
                )
                for row in self._db.rows(query, [fingerprint, *some]):
                    if row["number"] not in found:
                        found[row["number"]] = SearchCandidate(
                            row["number"],
                            _passage(row),
                            row["terms"].split(),
                            _embedded(row["vector"], row["sentences"]),
                        )
        return list(found.values())

    def words(self, after: int = 0) -> Iterator[tuple[int, list[str]]]:
        """Yield the number and the terms of each passage, sorted by number, of those after `after`.

        Compute the terms again first if another version of `terms.py` stored them.
        """
        if self._db.get("words") != WORDS:
            self._refresh_terms()
        last = after
        while rows := self._db.rows(
            "SELECT number, terms FROM word WHERE number > ? ORDER BY number LIMIT 5000", [last]
        ):
            last = rows[-1]["number"]
            for row in rows:
                yield row["number"], row["terms"].split()

    def _refresh_terms(self) -> None:
        with self._db.transaction() as db:
            db.execute("DELETE FROM word")
            for row in db.execute("SELECT number, text, heading FROM passage"):
                insert_terms(db, row["number"], row["text"], row["heading"])
            db.execute("UPDATE turn SET said = NULL")  # folded text, made again by the next search
            db.execute("REPLACE INTO meta VALUES ('words', ?)", [WORDS])


def insert_passages(db: sqlite3.Connection, passages: Sequence[Passage]) -> None:
    """Store passages and their terms, inside a transaction."""
    for passage in passages:
        number = db.execute(
            "INSERT INTO passage VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(passage.id, passage.source_id, passage.text, passage.start, passage.end),
                *(passage.first_page, passage.last_page, passage.heading),
                text_hash(passage.heading, passage.text),
            ],
        ).lastrowid
        insert_terms(db, number, passage.text, passage.heading)


def insert_terms(db: sqlite3.Connection, number: int | None, text: str, heading: str) -> None:
    """Store the terms of a passage, inside a transaction."""
    words = " ".join(terms(heading) + terms(text))
    db.execute("INSERT INTO word VALUES (?, ?)", [number, words])


def delete_passages(db: sqlite3.Connection, source_id: str) -> None:
    """Delete the passages of a source and unshared vectors, inside a transaction."""
    db.execute(
        "DELETE FROM vector WHERE hash IN (SELECT hash FROM passage WHERE source_id = ?) "
        "AND hash NOT IN (SELECT hash FROM passage WHERE source_id != ?)",
        [source_id, source_id],
    )
    db.execute("DELETE FROM passage WHERE source_id = ?", [source_id])


def insert_vectors(
    db: sqlite3.Connection, vectors: Mapping[str, PassageVectors], fingerprint: str
) -> None:
    """Store vectors by text hash, inside a transaction; known ones stay."""
    db.executemany(
        "INSERT OR IGNORE INTO vector VALUES (?, ?, ?, ?)",
        [
            (hashed, fingerprint, v.passage.tobytes(), v.sentences.astype(np.float16).tobytes())
            for hashed, v in vectors.items()
        ],
    )


def vector_key(passage: Passage) -> str:
    """Return the key of a passage's vectors: a hash of its heading and text."""
    return text_hash(passage.heading, passage.text)


def _slices(ids: Sequence[T]) -> Iterator[list[T]]:
    for first in range(0, len(ids), _MOST_VARIABLES):
        yield list(ids[first : first + _MOST_VARIABLES])


def _vector(blob: bytes) -> Vectors:
    return np.frombuffer(blob, dtype=np.float32)


def _embedded(vector: bytes, sentences: bytes) -> PassageVectors:
    try:
        passage = _vector(vector)
        parts = np.frombuffer(sentences, dtype=np.float16).astype(np.float32)
        return PassageVectors(passage, parts.reshape(-1, len(passage)))
    except (ValueError, ZeroDivisionError) as error:
        raise damaged_error("a vector") from error


def is_vector(vector: object, sentences: object) -> bool:
    """Return whether these are the stored vectors of a passage and its sentences."""
    if not isinstance(vector, bytes) or not isinstance(sentences, bytes):
        return False
    try:
        embedded = _embedded(vector, sentences)
    except StorageFailure:
        return False
    if not np.isfinite(embedded.passage).all() or not np.isfinite(embedded.sentences).all():
        return False
    length = float(np.linalg.norm(embedded.passage.astype(np.float64)))
    return abs(length - 1) < 0.01


def _passage(row: sqlite3.Row) -> Passage:
    return Passage(**{name: row[name] for name in _COLUMNS})
