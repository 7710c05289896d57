"""Finds the documents below a folder, and tells whether one has changed."""

import errno
import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingest.opened import leads_outside, link_to_elsewhere, not_a_file, open_file
from ingest.sidecar import SIDECAR, sidecar_of
from vectorstore.errors import BadInput

PART = ".kakehashi-part"  # the ending of a file that is being written
_PIECE = 1 << 20  # bytes


@dataclass(frozen=True)
class Walked:
    """The documents found below a folder, as paths relative to it with `/`.

    `closed` are folders that cannot be read. `refused` are the paths that are no documents, each
    with the reason: links that lead out of the folder, pipes, sockets and devices, and names that
    are not valid UTF-8.
    """

    files: tuple[str, ...]
    closed: tuple[str, ...]
    refused: dict[str, str]

    def may_hold(self, path: str) -> bool:
        """Return whether the file exists, or lies in a folder that cannot be read."""
        hidden = any(path.startswith(f"{folder}/") for folder in self.closed)
        return hidden or path in self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset((*self.files, *self.refused))


def walk(folder: Path) -> Walked:
    """Find the documents below a folder; skip hidden files, sidecars, and links inside to nothing.

    Links to folders are not followed.
    """
    files, closed, refused = [], [], {}

    def close(error: OSError) -> None:
        closed.append(Path(error.filename).relative_to(folder).as_posix())

    for place, folders, names in os.walk(folder, onerror=close):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in (*links, *names):
            if name.startswith(".") or name.endswith(SIDECAR):
                continue
            path = (Path(place) / name).relative_to(folder).as_posix()
            shown = os.fsencode(path).decode(errors="backslashreplace")
            if reason := _refusal(folder, path, shown):
                refused[shown] = reason
            elif name not in links and (folder / path).is_file():
                files.append(path)
    return Walked(tuple(sorted(files)), tuple(closed), refused)


def _refusal(folder: Path, path: str, shown: str) -> str:
    """Return why something in the folder is not opened; empty if it may be."""
    place = folder / path
    if place.is_symlink() and leads_outside(place, folder):
        return link_to_elsewhere(shown)
    if place.exists() and not (place.is_file() or place.is_dir()):
        return not_a_file(shown)
    if shown != path:
        return f"The name of {shown} is not in UTF-8: rename the file, and sync again."
    return ""


def part_of(target: Path) -> Path:
    """Return the hidden file that a file is written to before it is renamed.

    Its name is cut to 200 bytes, because file systems allow 255.
    """
    return target.with_name(f".{target.name.encode()[:200].decode(errors='ignore')}{PART}")


def require_folder(folder: Path) -> Path:
    """Return the sources folder; raise BadInput if it does not exist."""
    if not folder.is_dir():
        raise BadInput(
            f"The sources folder {folder} does not exist: create it, or set KAKEHASHI_SOURCES to "
            "the folder that holds the documents."
        )
    return folder


def clean_up(folder: Path) -> None:
    """Delete what an interrupted run left half written; nothing may be writing now."""
    for part in folder.rglob(f".*{PART}"):
        part.unlink(missing_ok=True)


def signature_of(file: Path) -> tuple[int, int]:
    """Return size in bytes and modification time in ns, each the sum over file and sidecar."""
    both = [part.stat() for part in (file, sidecar_of(file)) if part.is_file()]
    if not both:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))
    return sum(stat.st_size for stat in both), sum(stat.st_mtime_ns for stat in both)


def content_hash(file: Path, within: Path | None = None) -> str:
    """Return the SHA-256 of the file and its sidecar, so that a change to either is a change.

    Raises what `open_file` raises for a file, or a sidecar, outside the folder `within`.
    """
    with open_file(file, within) as opened:
        digest = hashlib.file_digest(opened, "sha256")
    sidecar = sidecar_of(file)
    if sidecar.is_file():
        digest.update(b"\0")
        with open_file(sidecar, within) as opened:
            while piece := opened.read(_PIECE):
                digest.update(piece)
    return digest.hexdigest()


def kind_of(path: str) -> str:
    """Return the ending of a file, which says how it is read: `.md`."""
    return Path(path).suffix.lower()
