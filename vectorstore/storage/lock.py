"""Lock a data directory for one process; the error for a second one names the first.

A killed process may leave a child that it had just forked and that has not yet become another
program: until then, the child holds the files of its parent, and with them the lock. So the lock of
a process that is gone is waited for.
"""

import json
import os
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from vectorstore.errors import LibraryBusy, StorageFailure
from vectorstore.private_files import FILE, FOLDER, close_to_others, is_closed, open_private
from vectorstore.storage.database import utc_now

_PATIENCE = 10.0  # seconds for the last child of a killed process; judged: a busy machine needs one


class DataDirectoryLock:
    """An exclusive lock on a data directory, until `release` or the end of the process.

    `notice` says, in a sentence, that others could read the directory, or still can; usually empty.
    """

    def __init__(self, folder: Path, holder: str) -> None:
        """Lock the directory for the program named `holder`, and create it if it is missing.

        One that others can read is closed to them, with all in it. Raise LibraryBusy or
        StorageFailure.
        """
        self._note = folder / "owner.json"
        try:
            folder.mkdir(FOLDER, parents=True, exist_ok=True)
            self._lock = FileLock(folder / "lock", mode=FILE, thread_local=False)
            self._acquire()
            (folder / "window.json").unlink(missing_ok=True)  # left by a killed window
            note = {"holder": holder, "pid": os.getpid(), "since": utc_now()}
            with open_private(self._note) as file:
                file.write(json.dumps(note).encode())
            self.notice = _closed(folder)
        except Timeout as error:
            raise LibraryBusy(
                f"The library in {folder} is in use by {_holder(self._note)}: ask there, "
                "or close it and try again."
            ) from error
        except OSError as error:
            raise StorageFailure(
                f"The data directory {folder} cannot be written ({error.strerror}): make it "
                "writable, or set KAKEHASHI_DATA to a folder that is."
            ) from error

    def _acquire(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            if not _is_gone(self._note):
                raise
            self._lock.acquire(timeout=_PATIENCE)

    def release(self) -> None:
        """Release the directory."""
        self._note.unlink(missing_ok=True)
        self._lock.release()


def _closed(folder: Path) -> str:
    """Close a directory that others can read; return what the user should know, or nothing."""
    if is_closed(folder):  # and with it all in it
        return ""
    mended = close_to_others(folder)
    if not is_closed(folder):
        return (
            f"Other users of this machine can read the data directory {folder}, and it cannot be "
            "closed to them: `kakehashi doctor` says why."
        )
    if folder / "catalog.sqlite" in mended:
        return (
            f"Other users of this machine could read the data directory {folder} until now: it is "
            "closed to them."
        )
    return ""


def _holder(note: Path) -> str:
    """Return a description of the process that wrote the note."""
    held = _read(note)
    if not {"holder", "pid", "since"} <= held.keys():
        return "another process"
    since = str(held["since"])[:16].replace("T", " ")
    return f"{held['holder']} (process {held['pid']}, since {since} UTC)"


def _is_gone(note: Path) -> bool:
    """Whether the process that wrote the note has ended."""
    pid = _read(note).get("pid")
    if not isinstance(pid, int):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):  # it is another user's, or no process at all
        return False
    return False


def _read(note: Path) -> dict[str, Any]:
    """Return what a note says; nothing if it cannot be understood."""
    try:
        held = json.loads(note.read_text())
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}
