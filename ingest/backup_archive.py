"""The archive of a backup: what it may contain, how large it may be, and unpacking it.

Sizes are checked as the archive states them, and again as they come out of it. Nothing is unpacked
under a name that an archive gives.
"""

import json
import shutil
import stat
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from vectorstore.errors import BadInput, StorageFailure
from vectorstore.storage.foreign_catalog import shown
from vectorstore.storage.row_checks import is_inside

FORMAT = 1
MANIFEST, CATALOG, SOURCES = "kakehashi.json", "catalog.sqlite", "sources/"
BROKEN = (BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, TypeError,
          ValueError)  # fmt: skip
"""What is raised for an archive that is damaged, encrypted or packed in an unusual way."""
_LARGEST_MANIFEST = 1 << 16  # bytes
_PIECE = 1 << 20  # bytes
_ENCRYPTED = 0x41  # flags


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes unpacked in all and of one file, the most files, and how far it may be packed.

    Judged: a library of a million passages has a catalog of 5 GB. `ratio` counts only above
    `small`; catalogs and documents are packed to between a half and a twentieth.
    """

    total: int = 64 << 30
    member: int = 16 << 30
    members: int = 200_000
    ratio: int = 200
    small: int = 256 << 20


LIMITS = Limits()


def check(archive: ZipFile, file: Path, limits: Limits = LIMITS) -> list[str]:
    """Return the names of the documents in an archive, relative to the sources folder.

    Raise BadInput if it contains what no backup does, or more than is safe, as far as it says.
    """
    entries = archive.infolist()
    if len(entries) > limits.members:
        raise BadInput(f"{file} contains {len(entries):,} files, more than is safe: do not use it.")
    names = [entry.filename for entry in entries]
    for entry in entries:
        if not _is_ours(entry):
            raise BadInput(
                f"{file} contains “{shown(entry.filename)}”, which no backup does: do not use it."
            )
    folders = {str(one) for name in names for one in PurePosixPath(name).parents}
    if len(set(names)) < len(names) or not folders.isdisjoint(names):
        raise BadInput(f"{file} contains two files of one name, which no backup does.")
    sizes = [entry.file_size for entry in entries]
    _check_size(sum(sizes), max(sizes, default=0), file, limits)
    return [name.removeprefix(SOURCES) for name in names if name.startswith(SOURCES)]


def unpack(
    file: Path, catalog: Path, documents: Path, sign_of_life: Callable[[], object],
    limits: Limits = LIMITS,
) -> list[str]:  # fmt: skip
    """Unpack a backup; return the names of its documents.

    The catalog becomes the file `catalog`, each document a file in the folder `documents` that is
    named by its place among the names, from 0. Raise BadInput, StorageFailure or one of BROKEN.
    """
    with ZipFile(file) as archive:
        with archive.open(MANIFEST) as opened:
            content = opened.read(_LARGEST_MANIFEST + 1)
        if len(content) > _LARGEST_MANIFEST:
            raise BadZipFile
        if json.loads(content)["format"] != FORMAT:
            raise BadInput(f"{file} was made by another version of Kakehashi: use that one.")
        names = check(archive, file, limits)
        archive.getinfo(CATALOG)
        needed = sum(entry.file_size for entry in archive.infolist())
        if needed > shutil.disk_usage(documents).free:
            raise StorageFailure(
                f"{file} needs {needed / 1e6:,.0f} MB of room on the disk of {documents.parent}, "
                "which has less: free some, then restore it again."
            )
        total = 0
        targets = [(CATALOG, catalog)]
        targets += [(SOURCES + name, documents / str(at)) for at, name in enumerate(names)]
        for name, target in targets:
            before = total
            with archive.open(name) as packed, target.open("xb") as out:
                while piece := packed.read(_PIECE):
                    total += len(piece)
                    _check_size(total, total - before, file, limits)
                    out.write(piece)
                    sign_of_life()
    return names


def _is_ours(entry: ZipInfo) -> bool:
    """Return whether an entry is an ordinary file that a backup may have."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    document = entry.filename.startswith(SOURCES) and is_inside(
        entry.filename.removeprefix(SOURCES)
    )
    return (
        (entry.filename in (MANIFEST, CATALOG) or document)
        and kind in (0, stat.S_IFREG)
        and not entry.flag_bits & _ENCRYPTED
        and entry.compress_type in (ZIP_STORED, ZIP_DEFLATED)
    )


def _check_size(total: int, largest: int, file: Path, limits: Limits) -> None:
    bomb = total > limits.small and total > limits.ratio * file.stat().st_size
    if bomb or total > limits.total or largest > limits.member:
        raise BadInput(
            f"{file} would unpack to {total / 1e6:,.0f} MB or more, which is more than is safe: "
            "do not use it."
        )
