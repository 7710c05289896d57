"""Reading beside writing, and what stays of deleted words in the files."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorstore.errors import StorageFailure
from vectorstore.storage import database as module
from vectorstore.storage.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """In a folder whose name means something in a URI."""
    folder = tmp_path / "50% of #1? yes"
    folder.mkdir()
    opened = Database(folder / "catalog.sqlite")
    yield opened
    opened.close()


def files_with(database: Database, word: str) -> list[str]:
    return [
        path.name
        for path in database.path.parent.iterdir()
        if path.name != "catalog.sqlite-shm" and word.encode() in path.read_bytes()
    ]


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    database.set("tea", "green")
    read: list[str | None] = []
    with database.transaction() as db:
        db.execute("REPLACE INTO meta VALUES ('tea', 'black')")
        assert database.get("tea") == "black"
        reading = threading.Thread(target=lambda: read.append(database.get("tea")))
        reading.start()
        reading.join(30)
        assert read == ["green"]
    assert database.get("tea") == "black"


def test_a_failed_change_is_seen_by_nobody(database: Database) -> None:
    def change() -> None:
        with database.transaction() as db:
            db.execute("REPLACE INTO meta VALUES ('tea', 'black')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    assert database.get("tea") is None


def test_many_threads_read_what_was_written_before(database: Database) -> None:
    wrong: list[str] = []

    def write_and_read(number: int) -> None:
        for step in range(50):
            database.set(f"key {number}", str(step))
            if database.get(f"key {number}") != str(step):
                wrong.append(f"{number}: {step}")

    threads = [threading.Thread(target=write_and_read, args=[n]) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []


def test_deleted_words_leave_the_files_when_the_last_reader_has_gone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 100)
    database.set("overwrites", "1")
    database._db.execute("PRAGMA wal_autocheckpoint = 0")
    database.set("secret", "xylograph")
    database.set("other", "1")
    rows = database.iterate("SELECT * FROM meta")
    next(rows)
    with database.transaction() as db:
        db.execute("DELETE FROM meta WHERE key = 'secret'")
    database.purge_deleted()
    assert files_with(database, "xylograph")
    rows.close()
    assert files_with(database, "xylograph") == []


def test_what_a_crash_left_in_the_log_leaves_it_at_the_next_opening(
    database: Database, tmp_path: Path
) -> None:
    database.set("secret", "xylograph")
    copy = tmp_path / "after the crash"
    shutil.copytree(database.path.parent, copy)
    assert (copy / "catalog.sqlite-wal").stat().st_size
    opened = Database(copy / "catalog.sqlite")
    assert (copy / "catalog.sqlite-wal").stat().st_size == 0
    assert opened.get("secret") == "xylograph"
    opened.close()


def test_a_closed_database_says_so(database: Database) -> None:
    database.close()
    with pytest.raises(StorageFailure, match="closed"):
        database.get("tea")
