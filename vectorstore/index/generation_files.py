"""The folders `gen-1`, `gen-2`, … of the vector index, of which the file `CURRENT` names one.

A generation is made beside the one in use and takes its place in one step, so that a kill leaves
one of them whole.
"""

import errno
import os
import shutil
from pathlib import Path

_begun: set[Path] = set()  # Chroma remembers a folder in which it could not begin, until a restart


def next_generation(folder: Path) -> Path:
    """Return the place of one more generation, which this process has not tried before."""
    numbers = [int(p.name[4:]) for p in folder.glob("gen-*") if p.name[4:].isdigit()]
    number = max(numbers, default=0) + 1
    while (place := folder / f"gen-{number}") in _begun:
        number += 1
    _begun.add(place)
    return place


def copy(old: Path, new: Path) -> None:
    """Copy a closed generation. Raise OSError if there is no room, as for a damaged, huge file."""
    if sum(path.stat().st_size for path in old.rglob("*")) > shutil.disk_usage(old).free:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    shutil.copytree(old, new)


def signature(generation: Path) -> list[list[str | int]]:
    """Return name, size and time of each file of a generation."""
    files = sorted(path for path in generation.rglob("*") if path.is_file())
    return [
        [path.relative_to(generation.parent).as_posix(), stat.st_size, stat.st_mtime_ns]
        for path in files
        for stat in [path.stat()]
    ]


def write(path: Path, text: str) -> None:
    """Replace a small file atomically and durably."""
    new = path.with_name(f"{path.name}.new")
    with new.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
