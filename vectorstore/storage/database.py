"""The SQLite file of a library: transactions, readers beside them, and errors for the user."""

import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from vectorstore.errors import CatalogDamaged, StorageFailure
from vectorstore.private_files import open_private
from vectorstore.storage.schema import MIGRATIONS, SCHEMA, TABLES, VERSION

_PATIENCE = 1000  # milliseconds that the removal of deleted words waits for readers; judged
_MOST_READERS = 8  # idle connections that are kept; judged


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
        self._writer = 0  # the thread that writes now
        self._closed = False
        self._commits = 0
        self._unpurged = False  # whether the write-ahead log holds what was deleted
        self._readers: list[sqlite3.Connection] = []  # idle ones; each read takes one
        self.path = path
        with suppress(OSError):  # it is there, or SQLite says why it cannot be
            open_private(path, new=True).close()  # SQLite's other files take over its permissions
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._db.row_factory = sqlite3.Row
            mode = self._db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            self._beside = mode == "wal"  # some network disks do not allow to read beside a writer
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA secure_delete = ON")  # overwrite what is deleted
            self._prepare()
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what a crash has left in it
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
        if version in MIGRATIONS:
            self._db.create_function("text_hash", 2, text_hash, deterministic=True)
            self._migrate(MIGRATIONS[version])
            return
        if version:
            raise StorageFailure(
                f"The library at {self.path.parent} was made by another version of Kakehashi "
                f"(its format is {version}, this one writes {VERSION}): use that version, or set "
                "KAKEHASHI_DATA to a new folder and run `kakehashi sync`."
            )
        self._migrate(SCHEMA)

    def _migrate(self, script: str) -> None:
        self._db.executescript(f"BEGIN; {script} PRAGMA user_version = {VERSION}; COMMIT;")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._closed = True
            while self._readers:
                self._readers.pop().close()
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit the whole block, or nothing of it."""
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                self._writer = threading.get_ident()
                try:
                    yield self._db
                except BaseException:
                    self._db.execute("ROLLBACK")
                    raise
                finally:
                    self._writer = 0
                self._db.execute("COMMIT")
                self._commits += 1
                self._purge_later()
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
        """Return the rows of a query. It does not wait for another thread that writes."""
        try:
            with self._reading() as db:
                return db.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise StorageFailure(
                f"The library’s catalog {self.path} could not be read ({error}): if it stays so, "
                "stop Kakehashi and run `kakehashi doctor --repair`."
            ) from error

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection that no other thread uses: in a transaction, the one that writes."""
        if self._writer == threading.get_ident() or not self._beside:
            with self._lock:
                yield self._db
            return
        try:
            reader = self._readers.pop()
        except IndexError:
            if self._closed:
                raise sqlite3.ProgrammingError("it is closed") from None
            reader = self._open_reader()
        try:
            yield reader
        finally:
            self._readers.append(reader)
            while self._readers and (self._closed or len(self._readers) > _MOST_READERS):
                with suppress(IndexError):
                    self._readers.pop().close()
            self._purge_later()

    def _open_reader(self) -> sqlite3.Connection:
        address = f"{self.path.absolute().as_uri()}?mode=ro"
        reader = sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)
        reader.row_factory = sqlite3.Row
        return reader

    def iterate(self, query: str) -> Iterator[sqlite3.Row]:
        """Yield the rows of a query one by one over a separate connection. Raise StorageFailure."""
        reader = self._open_reader()
        try:
            yield from reader.execute(query)
        except sqlite3.DatabaseError as error:
            raise damaged_error(error) from error
        finally:
            reader.close()
            self._purge_later()

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
        with suppress(OSError):  # SQLite says why
            open_private(path).close()
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
                self._purge_log(_PATIENCE)
            except sqlite3.DatabaseError as error:
                raise self._failure(error) from error

    def purge_deleted(self) -> None:
        """Erase what was deleted from all files, the write-ahead log included."""
        if not self.get("overwrites"):  # a file from before deleted rows were overwritten
            self.vacuum()
            self.set("overwrites", "1")
        with self._lock:
            try:
                self._purge_log(_PATIENCE)
            except sqlite3.DatabaseError as error:
                raise self._failure(error) from error

    def _purge_log(self, patience: int = 0) -> None:
        """Empty the write-ahead log; a reader that goes on for longer puts it off to its end.

        `patience` is in milliseconds. Hold the lock.
        """
        self._unpurged = True
        self._db.execute(f"PRAGMA busy_timeout = {patience}")
        try:
            busy = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            self._db.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        self._unpurged = bool(busy)

    def _purge_later(self) -> None:
        """Empty the write-ahead log, if that was put off; the next reader or writer tries again."""
        if not self._unpurged or self._closed or not self._lock.acquire(blocking=False):
            return
        try:
            with suppress(sqlite3.Error):
                self._purge_log()
        finally:
            self._lock.release()

    @property
    def writes(self) -> int:
        """The number of changes that were stored since the file was opened."""
        return self._commits

    def integrity_error(self) -> str:
        """Return what SQLite's own check finds wrong with the file; empty if nothing."""
        try:
            result: str = self.rows("PRAGMA quick_check(1)")[0][0]
            tables = {row["name"] for row in self.rows("SELECT name FROM sqlite_schema")}
        except StorageFailure as error:
            return str(error.__cause__)
        if result != "ok":
            return result
        missing = sorted(TABLES - tables)
        return f"without the table {missing[0]}" if missing else ""

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        number: int = self.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"]
        return number
