"""The child process that opens a backup: unpacks it, and reads the rows of its catalog.

A backup may come from anybody. So a process with limits on memory, processor time and disk takes it
apart, and the program that restores it gets only rows, which it checks itself, and files without
names. Lines are JSON: in, `{"file", "folder"}`; out, `{"alive"}` as a sign of life, `{"names"}` of
the documents, `{"table", "rows"}`, at last `{"done"}` or `{"error"}` with `{"disk"}`.
"""

import base64
import json
import resource
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from ingest.backup_archive import BROKEN, LIMITS, unpack
from ingest.process_limits import CPU_TIME, MEMORY, allow_cpu_time
from vectorstore.child_process import ChildFailed, ChildProcess, give_way, line_writer, lower_limit
from vectorstore.errors import BadInput, StorageFailure
from vectorstore.storage.foreign_catalog import COLUMNS, LARGEST_VALUE, ForeignCatalog, Refused
from vectorstore.storage.row_checks import checked

CATALOG, DOCUMENTS = "unpacked.sqlite", "documents"  # what the child makes in its folder
_AT_ONCE = 1 << 20  # characters of rows in one line, or one row
_SPEED = 2 << 20  # bytes for which a second of processor time must do; judged: a tenth does
_LONGEST_LINE = 2 * LARGEST_VALUE
_SILENCE = 120.0  # seconds without a sign of life; judged: one comes each second
_SEND_TIMEOUT = 5.0  # seconds; judged: a path fits into the pipe at once


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a table; bytes are `{"base64"}`."""

    table: str
    rows: list[list[Any]]


def opened_backup(file: Path, folder: Path) -> Iterator[list[str] | Rows]:
    """Open a backup in a child process: yield the names of its documents, then its rows.

    The documents are then in the folder DOCUMENTS of `folder`, which must be empty, named by their
    place among the names. Raise BadInput or StorageFailure.
    """
    (folder / DOCUMENTS).mkdir()
    child = ChildProcess("ingest.backup_process", _LONGEST_LINE)
    try:
        child.send({"file": str(file.absolute()), "folder": str(folder)}, _SEND_TIMEOUT)
        while True:
            line = child.receive(_SILENCE)
            if line is None or "error" in line:
                said = line["error"] if line else f"{file} takes too long to open: do not use it."
                raise (StorageFailure if line and line["disk"] else BadInput)(said)
            if "done" in line:
                return
            if "names" in line:
                yield line["names"]
            elif "table" in line:
                yield Rows(line["table"], line["rows"])
    except (ChildFailed, TimeoutError) as error:
        raise BadInput(f"{file} cannot be opened within safe limits: do not use it.") from error
    finally:
        child.kill()


def refused_of(catalog: Path) -> str:
    """Return what a restore would refuse of a catalog that nobody else uses; "" if nothing."""
    opened = None
    try:
        opened = ForeignCatalog(catalog, lambda: None)
        for table, row in opened.rows():
            checked(table, dict(zip(COLUMNS[table], map(_plain, row), strict=True)))
    except (ValueError, sqlite3.Error) as error:
        return str(error)
    finally:
        if opened:
            opened.close()
    return ""


def main() -> None:
    """Open one backup."""
    write = line_writer()
    lower_limit(resource.RLIMIT_AS, MEMORY)
    lower_limit(resource.RLIMIT_FSIZE, LIMITS.member)
    lower_limit(resource.RLIMIT_CORE, 0)
    give_way()
    asked = json.loads(sys.stdin.readline())
    file = Path(asked["file"])
    try:
        for line in _lines(file, Path(asked["folder"]), write):
            write(line)
        write({"done": True})
    except (BadInput, StorageFailure, OSError, MemoryError, sqlite3.Error, *BROKEN) as error:
        disk = isinstance(error, StorageFailure | OSError)
        write({"error": _said(file, error), "disk": disk})


def _lines(file: Path, folder: Path, write: Callable[[object], None]) -> Iterator[dict[str, Any]]:
    """Unpack a backup into a folder; yield the lines for the program that restores it."""
    last = time.monotonic()

    def sign_of_life() -> None:
        nonlocal last
        if time.monotonic() - last > 1:
            last = time.monotonic()
            write({"alive": True})

    allow_cpu_time(CPU_TIME + file.stat().st_size * LIMITS.ratio // _SPEED)
    yield {"names": unpack(file, folder / CATALOG, folder / DOCUMENTS, sign_of_life)}
    allow_cpu_time(CPU_TIME + (folder / CATALOG).stat().st_size // _SPEED)
    catalog = ForeignCatalog(folder / CATALOG, sign_of_life)
    for table, rows in groupby(catalog.rows(), key=lambda row: row[0]):
        for some in _pieces(values for _, values in rows):
            yield {"table": table, "rows": some}
    catalog.close()
    (folder / CATALOG).unlink()  # the disk may be short of room


def _said(file: Path, error: Exception) -> str:
    """Return what to say of a backup that cannot be read."""
    if isinstance(error, BadInput | StorageFailure):
        return str(error)
    if isinstance(error, Refused):
        return f"{file} is not restored: its catalog {error}."
    if isinstance(error, OSError):
        return (
            f"{file} could not be restored ({error.strerror}): check that the disk is writable and "
            "has room, then restore it again."
        )
    if isinstance(error, MemoryError):
        return f"{file} needs more than {MEMORY >> 30} GB of memory to be opened: do not use it."
    return f"{file} is damaged, or is not a Kakehashi backup."


def _pieces(rows: Iterator[list[object]]) -> Iterator[list[list[object]]]:
    """Yield rows in lists that make lines of moderate length."""
    some: list[list[object]] = []
    size = 0
    for row in rows:
        values = [_plain(value) for value in row]
        some.append(values)
        size += sum(len(value) for value in row if isinstance(value, str | bytes)) + 100
        if size > _AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some


def _plain(value: object) -> object:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


if __name__ == "__main__":
    main()
