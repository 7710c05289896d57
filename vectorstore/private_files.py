"""Files that only their user can read: documents, questions and answers are nobody else's business.

A program calls `keep_private` when it starts; what was written before that, or by others, is closed
by `close_to_others`.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

FILE, FOLDER = 0o600, 0o700
_OF_OTHERS = 0o077


@dataclass(slots=True)
class Exposure:
    """Paths of a folder and all in it: what others can read of ours, or of what is not ours.

    `foreign` belongs to another user; not to root, who can read everything anyway.
    """

    ours: list[Path] = field(default_factory=list)
    not_ours: list[Path] = field(default_factory=list)
    foreign: list[Path] = field(default_factory=list)


def keep_private() -> None:
    """Let nobody else read what this process, and those that it starts, write from now on."""
    os.umask(_OF_OTHERS)


def open_private(path: Path, *, new: bool = False) -> BinaryIO:
    """Open a file for writing that only this user can read; raise OSError.

    A file that is there is emptied, unless it must be `new`. A symbolic link is not followed.
    """
    how = os.O_EXCL if new else os.O_TRUNC | os.O_NOFOLLOW
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, FILE)
    with suppress(OSError):  # some file systems have no permissions
        os.fchmod(descriptor, FILE)
    return os.fdopen(descriptor, "wb")


def put_in_place(part: Path, target: Path) -> None:
    """Put a new file in the place of another one, whose permissions it takes over."""
    with suppress(OSError):
        there = target.lstat().st_mode
        if stat.S_ISREG(there):
            part.chmod(stat.S_IMODE(there))
    part.replace(target)


def exposure(folder: Path) -> Exposure:
    """Return what others can read or own of a folder and all in it, the folder itself last."""
    found = Exposure()
    for path, status in _inside(folder):
        if status.st_uid not in (os.geteuid(), 0):
            found.foreign.append(path)
        if status.st_mode & _OF_OTHERS:
            (found.ours if status.st_uid == os.geteuid() else found.not_ours).append(path)
    return found


def is_closed(folder: Path) -> bool:
    """Whether others are kept out of a folder, and with it from all in it."""
    return not folder.stat().st_mode & _OF_OTHERS


def is_for_all(folder: Path) -> bool:
    """Whether a folder is more than a data directory: one for all, as /tmp, or above the home."""
    shared = folder.stat().st_mode & stat.S_ISVTX
    home = os.path.expanduser("~")  # noqa: PTH111 - it never fails
    return bool(shared) or Path(home).is_relative_to(folder.absolute())


def close_to_others(folder: Path) -> list[Path]:
    """Take all permissions from others, for a folder and all in it; return what was closed.

    The folder comes last, so that an interrupted call is repeated. What belongs to somebody else,
    what the file system refuses, and a folder that is for all, stays as it is.
    """
    closed: list[Path] = []
    if is_for_all(folder):
        return closed
    for path, status in _inside(folder):
        if status.st_mode & _OF_OTHERS and status.st_uid == os.geteuid():
            with suppress(OSError):
                path.chmod(stat.S_IMODE(status.st_mode) & ~_OF_OTHERS)
                if not path.stat().st_mode & _OF_OTHERS:
                    closed.append(path)
    return closed


def _inside(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield all in a folder with its status, except symbolic links, and the folder itself last."""
    for parent, folders, files in os.walk(folder, topdown=False):
        for name in (*files, *folders):
            path = Path(parent, name)
            with suppress(OSError):  # deleted meanwhile
                status = path.lstat()
                if not stat.S_ISLNK(status.st_mode):
                    yield path, status
    yield folder, folder.stat()
