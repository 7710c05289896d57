"""Salvage a damaged catalog: set it aside, and copy what is still readable into a new one.

Sources and passages are not copied: a sync restores them from the sources folder. Conversations
exist nowhere else and vectors took long to compute, so their rows are copied one by one as far as
they can be read.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from vectorstore.errors import StorageFailure
from vectorstore.storage.database import Database, utc_now
from vectorstore.storage.lock import DataDirectoryLock
from vectorstore.storage.passages import is_vector

_AT_ONCE = 500  # rows
_BEGINNING = "INSERT OR IGNORE INTO conversation (id, title, started, changed) VALUES (?, ?, ?, ?)"
_TABLES = ("conversation", "turn", "question", "vector")


def salvage(folder: Path) -> str:
    """Replace the catalog of a data directory; return a sentence on what was saved.

    Raise LibraryBusy or StorageFailure.
    """
    lock = DataDirectoryLock(folder, "`kakehashi doctor --repair`")
    try:
        aside = set_aside(folder)
        new = Database(folder / "catalog.sqlite")
        counts = {table: _copy(aside, new, table) for table in _TABLES}
        _copy_folder(aside, new)
        new.set("kept_before", "1")
        new.close()
    finally:
        lock.release()
    return (
        f"The catalog was damaged and is now {aside.name} (it holds the texts: delete it when you "
        f"do not need it). Saved from it: {counts['conversation']} conversations, "
        f"{counts['turn']} answers."
    )


def set_aside(folder: Path) -> Path:
    """Rename the catalog of a data directory; return its new path. Raise StorageFailure."""
    path = folder / "catalog.sqlite"
    aside = folder / f"catalog.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}.sqlite"
    try:
        for ending in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                Path(f"{path}{ending}").rename(f"{aside}{ending}")
    except OSError as error:
        raise StorageFailure(
            f"The damaged catalog {path} could not be set aside ({error.strerror}): check that "
            "the disk is writable and has room."
        ) from error
    return aside


def _copy(damaged: Path, new: Database, table: str) -> int:
    """Copy the readable rows of a table; return how many."""
    before = new.count(table)
    known = {column["name"] for column in new.rows(f"PRAGMA table_info({table})")}
    rows = _rows(damaged, table)
    while some := list(islice(rows, _AT_ONCE)):
        with new.transaction() as db:
            for row in some:
                if table == "vector" and not is_vector(*tuple(row)[2:]):
                    continue
                if table in ("turn", "question"):  # its conversation may be lost
                    lost, when = row["conversation_id"], row["at"] if table == "turn" else utc_now()
                    beginning = [lost, "A conversation saved from damage", when, when]
                    db.execute(_BEGINNING, beginning)
                kept = {name: row[name] for name in row.keys() if name in known}  # noqa: SIM118
                with contextlib.suppress(sqlite3.IntegrityError):
                    db.execute(
                        f"INSERT OR IGNORE INTO {table} ({','.join(kept)}) "
                        f"VALUES ({','.join('?' * len(kept))})",
                        list(kept.values()),
                    )
    if table == "vector":
        new.set("spare_vectors", "1")
    return new.count(table) - before


def _copy_folder(damaged: Path, new: Database) -> None:
    for key, value in _rows(damaged, "meta"):
        if key == "sources_folder" and isinstance(value, str):
            new.set(key, value)


def _rows(damaged: Path, table: str) -> Iterator[sqlite3.Row]:
    """Yield the rows of a table from its beginning, then from its end, as far as readable."""
    orders = ("ASC",) if table in ("vector", "meta") else ("ASC", "DESC")
    for order in orders:
        by = "" if len(orders) == 1 else f" ORDER BY rowid {order}"
        # UnicodeDecodeError arrives as OperationalError, TypeError from a value that is not text
        with contextlib.suppress(sqlite3.Error, TypeError):
            db = sqlite3.connect(f"file:{damaged}?mode=ro", uri=True)
            db.row_factory = sqlite3.Row  # a catalog of an earlier format has fewer columns
            try:
                yield from db.execute(f"SELECT * FROM {table}{by}")
            finally:
                db.close()
