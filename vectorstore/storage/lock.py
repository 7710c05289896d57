"""Lock a data directory for one process; a second one learns at once who holds it."""

import json
import os
from pathlib import Path

from filelock import FileLock, Timeout

from vectorstore.errors import LibraryBusy, StorageFailure
from vectorstore.storage.database import utc_now


class DataDirectoryLock:
    """The lock on a data directory, held until `release` or the end of the process."""

    def __init__(self, folder: Path, holder: str) -> None:
        """Take the directory, made if need be, in the name of `holder`.

        Raises LibraryBusy or StorageFailure.
        """
        self._note = folder / "owner.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(folder / "lock", thread_local=False)
            self._lock.acquire(timeout=0)
            (folder / "window.json").unlink(missing_ok=True)  # of a window that was killed
            note = {"holder": holder, "pid": os.getpid(), "since": utc_now()}
            self._note.write_text(json.dumps(note))
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

    def release(self) -> None:
        """Let another process have the directory."""
        self._note.unlink(missing_ok=True)
        self._lock.release()


def _holder(note: Path) -> str:
    """Who wrote the note, in words."""
    try:
        held = json.loads(note.read_text())
        since = str(held["since"])[:16].replace("T", " ")
        return f"{held['holder']} (process {held['pid']}, since {since} UTC)"
    except (OSError, ValueError, KeyError):
        return "another process"
