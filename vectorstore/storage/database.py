"""The SQLite file of a library: schema, migrations, transactions, and errors for the user."""

import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from vectorstore.errors import CatalogDamaged, StorageFailure

VERSION = 5
_PASSAGES = """
CREATE TABLE passage (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    source_id TEXT NOT NULL REFERENCES source ON DELETE CASCADE,
    text TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    first_page INTEGER, last_page INTEGER, heading TEXT NOT NULL, hash TEXT NOT NULL);
CREATE INDEX passage_source ON passage (source_id, start);
CREATE INDEX passage_hash ON passage (hash);
CREATE TABLE word (
    number INTEGER PRIMARY KEY REFERENCES passage ON DELETE CASCADE, terms TEXT NOT NULL);
"""
_TURNS = """
CREATE TABLE turn (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT NOT NULL REFERENCES conversation ON DELETE CASCADE,
    at TEXT NOT NULL, helpful INTEGER, reason TEXT NOT NULL DEFAULT '', said TEXT,
    answer TEXT NOT NULL, question_id TEXT);
CREATE INDEX turn_conversation ON turn (conversation_id, number);
"""
_QUESTIONS = """
CREATE TABLE question (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL REFERENCES conversation ON DELETE CASCADE,
    text TEXT NOT NULL, how TEXT NOT NULL, returned TEXT NOT NULL DEFAULT '');
CREATE INDEX question_conversation ON question (conversation_id, number);
CREATE INDEX turn_question ON turn (question_id);
"""
_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE source (
    id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, modified_ns INTEGER NOT NULL,
    added TEXT NOT NULL, metadata TEXT NOT NULL, warnings TEXT NOT NULL,
    text TEXT NOT NULL, pages TEXT NOT NULL, headings TEXT NOT NULL);
CREATE TABLE unreadable (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified_ns INTEGER NOT NULL,
    reason TEXT NOT NULL);
{_PASSAGES}CREATE TABLE vector (
    hash TEXT NOT NULL, fingerprint TEXT NOT NULL,
    passage BLOB NOT NULL, sentences BLOB NOT NULL,
    PRIMARY KEY (hash, fingerprint)) WITHOUT ROWID;
CREATE TABLE conversation (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, started TEXT NOT NULL, changed TEXT NOT NULL);
{_TURNS}{_QUESTIONS}"""
_TABLES = {
    "meta", "source", "unreadable", "passage", "word", "vector", "conversation", "turn", "question"
}  # fmt: skip
# From format 1: passage numbers are never reused, FTS5 no longer stores words, and passages are
# embedded with their heading. Missing words and vectors are made when needed.
_FROM_1 = f"""
DROP TABLE word;
ALTER TABLE passage RENAME TO old_passage;
DROP INDEX passage_source;
DROP INDEX passage_hash;
{_PASSAGES}
INSERT INTO passage SELECT * FROM old_passage;
UPDATE passage SET hash = text_hash(heading, text);
DROP TABLE old_passage;
DELETE FROM vector WHERE hash NOT IN (SELECT hash FROM passage);
REPLACE INTO meta VALUES ('index_behind', '1');
"""
# From format 2: an answer has a rating, a searchable text (made when needed), and a number that is
# never reused, so that a deleted answer can be restored.
_FROM_2 = f"""
ALTER TABLE turn RENAME TO old_turn;
DROP INDEX turn_conversation;
{_TURNS}
INSERT INTO turn (number, conversation_id, at, answer)
    SELECT number, conversation_id, at, answer FROM old_turn;
DROP TABLE old_turn;
{_QUESTIONS}"""
# Format 4 has more in its records: labels of pages, editors, kinds of warnings. From format 4: a
# question is kept from the moment it is accepted, and an answer knows which one it answers.
_FROM_4 = f"ALTER TABLE turn ADD COLUMN question_id TEXT; {_QUESTIONS}"
_MIGRATIONS = {1: _FROM_1 + _FROM_2, 2: _FROM_2, 3: _FROM_4, 4: _FROM_4}  # by format


def text_hash(heading: str, text: str) -> str:
    """Return the key of a passage's vector: a hash of all that the model reads."""
    return hashlib.sha256((f"{heading}\n\n{text}" if heading else text).encode()).hexdigest()


def damaged_error(what: object) -> CatalogDamaged:
    """Return the error for a catalog with content that Kakehashi cannot have written."""
    return CatalogDamaged(
        f"The library’s catalog is damaged ({what}): stop Kakehashi and run "
        "`kakehashi doctor --repair`."
    )


def utc_now() -> str:
    """Return the current time as it is stored: UTC, ISO 8601, with microseconds."""
    return datetime.now(UTC).isoformat()


class Database:
    """The open file. Its methods are thread-safe."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raise StorageFailure, which says what to do."""
        self._lock = threading.RLock()
        self.path = path
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA secure_delete = ON")  # overwrite what is deleted
            self._prepare()
        except sqlite3.Error as error:
            unusable = isinstance(error, sqlite3.OperationalError)
            raise (StorageFailure if unusable else CatalogDamaged)(
                f"The library’s catalog {path} cannot be opened ({error}): check that the disk is "
                "writable and has room. If the file is damaged, `kakehashi doctor --repair` saves "
                "what can be saved and makes the rest again from the sources folder."
            ) from error

    def _prepare(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == VERSION:
            return
        if version in _MIGRATIONS:
            self._db.create_function("text_hash", 2, text_hash, deterministic=True)
            self._migrate(_MIGRATIONS[version])
            return
        if version:
            raise StorageFailure(
                f"The library at {self.path.parent} was made by another version of Kakehashi "
                f"(its format is {version}, this one writes {VERSION}): use that version, or set "
                "KAKEHASHI_DATA to a new folder and run `kakehashi sync`."
            )
        self._migrate(_SCHEMA)

    def _migrate(self, script: str) -> None:
        self._db.executescript(f"BEGIN; {script} PRAGMA user_version = {VERSION}; COMMIT;")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit the whole block, or nothing of it."""
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield self._db
                except BaseException:
                    self._db.execute("ROLLBACK")
                    raise
                self._db.execute("COMMIT")
            except sqlite3.DatabaseError as error:
                raise self._failure(error) from error

    def _failure(self, error: sqlite3.Error) -> StorageFailure:
        if isinstance(error, sqlite3.OperationalError):
            return StorageFailure(
                f"The library could not be written ({error}): nothing was changed. Check that the "
                f"disk of {self.path.parent} is writable and has room, then try again."
            )
        return damaged_error(error)

    def rows(
        self, query: str, values: Sequence[object] | Mapping[str, object] = ()
    ) -> list[sqlite3.Row]:
        """Return the rows of a query."""
        try:
            with self._lock:
                return self._db.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise StorageFailure(
                f"The library’s catalog {self.path} could not be read ({error}): if it stays so, "
                "stop Kakehashi and run `kakehashi doctor --repair`."
            ) from error

    def iterate(self, query: str) -> Iterator[sqlite3.Row]:
        """Yield the rows of a query one by one over a separate connection. Raise StorageFailure."""
        reader = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        reader.row_factory = sqlite3.Row
        try:
            yield from reader.execute(query)
        except sqlite3.DatabaseError as error:
            raise damaged_error(error) from error
        finally:
            reader.close()

    def get(self, key: str) -> str | None:
        """Return a stored value, None if there is none."""
        found = self.rows("SELECT value FROM meta WHERE key = ?", [key])
        return found[0]["value"] if found else None

    def set(self, key: str, value: str) -> None:
        """Store a value, unless it is stored already."""
        if self.get(key) == value:
            return
        with self.transaction() as db:
            db.execute("REPLACE INTO meta VALUES (?, ?)", [key, value])

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy of the whole file. Raise StorageFailure."""
        try:
            copy = sqlite3.connect(path)
            try:
                with self._lock:
                    self._db.backup(copy)
            finally:
                copy.close()
        except sqlite3.Error as error:
            raise StorageFailure(
                f"The library’s catalog could not be copied to {path} ({error}): check that the "
                "disk is writable and has room."
            ) from error

    def vacuum(self) -> None:
        """Return the space of deleted rows to the disk. Raise StorageFailure."""
        with self._lock:
            try:
                self._db.execute("VACUUM")
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.DatabaseError as error:
                raise self._failure(error) from error

    def purge_deleted(self) -> None:
        """Erase what was deleted from all files, the write-ahead log included."""
        if not self.get("overwrites"):  # a file from before deleted rows were overwritten
            self.vacuum()
            self.set("overwrites", "1")
        with self._lock:
            try:
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.DatabaseError as error:
                raise self._failure(error) from error

    @property
    def writes(self) -> int:
        """The number of rows written since the file was opened."""
        return self._db.total_changes

    def integrity_error(self) -> str:
        """Return what SQLite's own check finds wrong with the file; empty if nothing."""
        try:
            result: str = self.rows("PRAGMA quick_check(1)")[0][0]
            tables = {row["name"] for row in self.rows("SELECT name FROM sqlite_schema")}
        except StorageFailure as error:
            return str(error.__cause__)
        if result != "ok":
            return result
        missing = sorted(_TABLES - tables)
        return f"without the table {missing[0]}" if missing else ""

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        number: int = self.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"]
        return number
