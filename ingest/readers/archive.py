"""Opens the formats that are ZIP archives safely.

Nothing is extracted to disk. The sizes that an archive states are not trusted: every entry is
unpacked once, piece by piece, and discarded before a library sees the archive.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from vectorstore.errors import UnreadableSource

# Judged: well above the largest honest documents, well below what exhausts a machine.
MOST_ENTRIES = 10_000
LARGEST_ENTRY = 200_000_000  # bytes, unpacked
LARGEST_IN_ALL = 500_000_000  # bytes, unpacked
HIGHEST_RATIO = 200  # unpacked to packed; Office files stay below 50
_ALWAYS_FINE = 10_000_000  # bytes unpacked, whatever the ratio
_OLE = b"\xd0\xcf\x11\xe0"  # the first bytes of old Office files and of encrypted new ones
_BROKEN_ZIP = (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
# What the libraries were seen to raise on damaged parts of an intact archive.
DAMAGE = (AttributeError, LookupError, SyntaxError, TypeError, ValueError)
_CONTENTS = {
    ".docx": ("a Word document", "word/"),
    ".pptx": ("a PowerPoint presentation", "ppt/"),
    ".xlsx": ("an Excel workbook", "xl/"),
    ".epub": ("an EPUB book", "META-INF/container.xml"),
}


@contextmanager
def open_archive(path: Path, ending: str) -> Iterator[ZipFile]:
    """Yield the archive, after checking that it is harmless and of the kind its extension says.

    Raises UnreadableSource if it is damaged, encrypted, of another kind, or a zip bomb.
    """
    with path.open("rb") as file:
        start = file.read(4)
        if start == _OLE:
            raise UnreadableSource(
                f"{path.name} is in the old Office format or protected by a password: open it, "
                f"save it as a new {ending} file without a password, and add that."
            )
        if not start:
            raise UnreadableSource(f"{path.name} is empty: add a file that has text.")
        try:
            with ZipFile(file) as archive:
                _check_sizes(path, archive.infolist())
                _check_kind(path, archive, ending)
                for entry in archive.infolist():
                    _check_entry(path, archive, entry)
                file.seek(0)
        except _BROKEN_ZIP as error:
            raise UnreadableSource(damaged(path, ending)) from error
        with ZipFile(file) as archive:
            yield archive


def damaged(path: Path, ending: str) -> str:
    """Return what to say of a damaged file, or one of another kind than its extension says."""
    return (
        f"{path.name} is damaged or not {_CONTENTS[ending][0]}: open it "
        f"in the program it was made with, save it as a new {ending} file, and add that."
    )


def _check_sizes(path: Path, entries: list[ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    bomb = total > _ALWAYS_FINE and total > HIGHEST_RATIO * path.stat().st_size
    if bomb or total > LARGEST_IN_ALL or any(e.file_size > LARGEST_ENTRY for e in entries):
        raise UnreadableSource(
            f"{path.name} would unpack to {total // 1_000_000:,} MB, more than is safe: save it "
            "again without pictures and films, or in smaller parts, and add that."
        )
    if len(entries) > MOST_ENTRIES:
        raise UnreadableSource(
            f"{path.name} has {len(entries):,} parts inside, more than is safe: save it again in "
            "smaller parts, and add those."
        )
    if any(entry.flag_bits & 0x41 for entry in entries):
        raise UnreadableSource(
            f"{path.name} is protected by a password: save a copy without it and add that."
        )


def _check_kind(path: Path, archive: ZipFile, ending: str) -> None:
    names = archive.namelist()
    if any(name.startswith(_CONTENTS[ending][1]) for name in names):
        return
    for other, (kind, beginning) in _CONTENTS.items():
        if any(name.startswith(beginning) for name in names):
            raise UnreadableSource(
                f"{path.name} is {kind}, whatever its extension says: rename it to end in {other}."
            )
    raise BadZipFile


def _check_entry(path: Path, archive: ZipFile, entry: ZipInfo) -> None:
    """Unpack an entry to its real end, which may lie beyond its declared size."""
    if entry.compress_type not in {
        ZIP_STORED,
        ZIP_DEFLATED,
    }:  # others have no size limit
        raise NotImplementedError
    whole = copy(entry)
    whole.file_size = LARGEST_ENTRY
    unpacked = 0
    with archive.open(whole) as stream:
        while piece := stream.read(1 << 16):
            unpacked += len(piece)
            if unpacked > entry.file_size:
                raise UnreadableSource(
                    f"{path.name} is larger inside than it states, which may be an attack: do not "
                    "use it, or open it in the program it was made with and save it again."
                )
