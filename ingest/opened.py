"""Opens files that strangers may have put there: no pipe, no device, no link to elsewhere.

Hard links cannot be told from the file itself.
"""

import os
import stat
from io import BufferedReader
from pathlib import Path

from vectorstore.errors import UnreadableSource

_WAY = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe would wait for ever


def open_file(path: Path, within: Path | None = None) -> BufferedReader:
    """Open a regular file to read it; with `within`, only one that lies in that folder.

    No link is followed on the way from that folder to the file that was found to be meant, so that
    a link put there meanwhile is not followed either. Raises UnreadableSource, whose message names
    the path, and OSError.
    """
    meant = Path(os.path.realpath(path))
    root = Path(os.path.realpath(within)) if within else Path(meant.anchor)
    if not meant.is_relative_to(root):
        raise UnreadableSource(link_to_elsewhere(path.name))
    way = meant.relative_to(root).parts if within else (meant.name,)
    place = os.open(root if within else meant.parent, _WAY)
    try:
        for part in way[:-1]:
            inner = os.open(part, _WAY, dir_fd=place)
            os.close(place)
            place = inner
        if not stat.S_ISREG(os.stat(way[-1], dir_fd=place, follow_symlinks=False).st_mode):
            raise UnreadableSource(not_a_file(path.name))
        opened = os.open(way[-1], _FLAGS, dir_fd=place)
    finally:
        os.close(place)
    file = os.fdopen(opened, "rb")
    if not stat.S_ISREG(os.fstat(opened).st_mode):  # replaced just now
        file.close()
        raise UnreadableSource(not_a_file(path.name))
    return file


def leads_outside(path: Path, folder: Path) -> bool:
    """Return whether a path is, or goes through, a link to somewhere outside the folder."""
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def link_to_elsewhere(name: str) -> str:
    """Return what to say of a link that leads out of the folder it lies in."""
    return (
        f"{name} is a link to a place outside the folder, so it was not opened: copy what it "
        "stands for into the folder, or delete the link."
    )


def not_a_file(name: str) -> str:
    """Return what to say of a pipe, a socket, a device or a folder in place of a file."""
    return (
        f"{name} is a pipe, a socket, a device or a folder in place of a file, so it was not "
        "opened: put a file there, or delete it."
    )


def holds(path: Path, content: bytes, within: Path) -> bool:
    """Return whether a path of a folder is a file with exactly this content."""
    try:
        with open_file(path, within) as opened:
            return opened.read(len(content) + 1) == content
    except UnreadableSource:  # a pipe, or a link to elsewhere
        return False
