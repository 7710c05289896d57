"""Finds the documents below a folder, and tells whether one has changed."""

import errno
import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingest.sidecar import SIDECAR, sidecar_of
from vectorstore.errors import BadInput

PART = ".kakehashi-part"  # the ending of a file that is being written


@dataclass(frozen=True)
class Walked:
    """The documents found below a folder, as paths relative to it with `/`.

    `closed` are folders that cannot be read, `unnameable` files whose name is not valid UTF-8.
    """

    files: tuple[str, ...]
    closed: tuple[str, ...]
    unnameable: tuple[str, ...]

    def may_hold(self, path: str) -> bool:
        """Return whether the file exists, or lies in a folder that cannot be read."""
        hidden = any(path.startswith(f"{folder}/") for folder in self.closed)
        return hidden or path in self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset((*self.files, *self.unnameable))


def walk(folder: Path) -> Walked:
    """Find the documents below a folder; skip hidden files and sidecars."""
    files, closed, unnameable = [], [], []

    def close(error: OSError) -> None:
        closed.append(Path(error.filename).relative_to(folder).as_posix())

    for place, folders, names in os.walk(folder, onerror=close):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = (Path(place) / name).relative_to(folder).as_posix()
            if name.startswith(".") or name.endswith(SIDECAR) or not (folder / path).is_file():
                continue
            try:
                path.encode()
                files.append(path)
            except UnicodeEncodeError:
                unnameable.append(os.fsencode(path).decode(errors="backslashreplace"))
    return Walked(tuple(sorted(files)), tuple(closed), tuple(unnameable))


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


def content_hash(file: Path) -> str:
    """Return the SHA-256 of the file and its sidecar, so that a change to either is a change."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256")
    sidecar = sidecar_of(file)
    if sidecar.is_file():
        digest.update(b"\0" + sidecar.read_bytes())
    return digest.hexdigest()
