"""The folder through which a confined child process gets the one file that it is to read.

The child may read nothing else of the user's, so the file is copied there under its own name, with
its sidecar. Only the user can read the folder. What a killed process left behind is deleted when
the next one starts.
"""

import contextlib
import errno
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

from ingest.opened import open_file
from ingest.sidecar import LARGEST_SIDECAR, sidecar_of

LARGEST_FILE = 200 << 20  # bytes; judged: a document of text is smaller
_PREFIX = "kakehashi-reading-"
_PIECE = 1 << 20  # bytes
_NEW = 60.0  # seconds


class Inbox:
    """A folder that holds one file at a time; delete it with `close`."""

    def __init__(self) -> None:
        """Make the folder. Raises OSError."""
        _sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._open = os.open(self.folder, os.O_RDONLY | os.O_CLOEXEC)
        with contextlib.suppress(OSError):  # some disks have no locks
            fcntl.flock(self._open, fcntl.LOCK_EX)  # until this process ends, however it ends

    def close(self) -> None:
        """Delete the folder with what it holds."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._open)

    def put(self, path: Path, within: Path | None = None) -> None:
        """Copy a file and its sidecar here, in place of what is here; see `open_file`.

        Raises UnreadableSource, and OSError, whose text says where there is no room.
        """
        for old in self.folder.iterdir():
            old.unlink()
        self._copy(path, within, LARGEST_FILE)
        with contextlib.suppress(FileNotFoundError):
            # One byte more than allowed, so that the child sees that it is too large
            self._copy(sidecar_of(path), within, LARGEST_SIDECAR + 1)

    def _copy(self, path: Path, within: Path | None, most: int) -> None:
        with open_file(path, within) as source:
            try:
                with (self.folder / path.name).open("wb") as target:
                    while most > 0 and (piece := source.read(min(_PIECE, most))):
                        target.write(piece)
                        most -= len(piece)
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                    raise
                where = f"no room in the temporary folder {self.folder.parent}"
                raise OSError(error.errno, where) from error


def _sweep() -> None:
    """Delete the folders of processes that have ended without deleting theirs.

    A folder of the last minute may be one that is just being made and not locked yet.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # another user's, or gone meanwhile
            place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                made = os.fstat(place)
                if made.st_uid == os.getuid() and time.time() - made.st_mtime > _NEW:
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(place)
