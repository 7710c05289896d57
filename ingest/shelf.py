"""Putting files on the shelf and taking them off: what `add`, uploads and `remove` do.

Everything that comes into the library is saved in the sources folder first, so that the folder
always equals the library.
"""

import re
import unicodedata
from pathlib import Path

from ingest.metadata import sidecar_of
from ingest.readers import READERS
from ingest.sync import Change, Watch, take_in
from vectorstore.errors import BadInput, StorageFailure
from vectorstore.library import Library
from vectorstore.records import Source

_LONGEST_NAME = 150  # bytes; file systems stop at 255, and a sidecar's ending comes on top
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]')


def safe_name(name: str) -> str:
    """A name for a file from one that came from outside.

    >>> safe_name("../../etc/passwd.txt")
    'passwd.txt'
    """
    last = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    clean = _UNSAFE.sub("", last).strip(" .") or "document"
    stem, dot, suffix = clean.rpartition(".")
    if not dot:
        stem, suffix = clean, ""
    kept = stem.encode()[:_LONGEST_NAME].decode(errors="ignore").rstrip() or "document"
    return f"{kept}.{suffix[:20]}" if suffix else kept


def add(
    library: Library, folder: Path, name: str, content: bytes, watch: Watch = lambda _: None
) -> Change:
    """Save a document in the sources folder and take it in.

    The same document twice is said to be a duplicate and not saved. A file of a known kind that
    cannot be read stays in the folder and is listed with its reason, so that nothing is lost; one
    of an unknown kind is refused.
    """
    wanted = safe_name(name)
    if Path(wanted).suffix.lower() not in READERS:
        kinds = ", ".join(READERS)
        return Change(name, "failed", reason=f"{name} cannot be read: these kinds can: {kinds}.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = _free(folder, wanted, content)
        if not target.exists():
            part = target.with_name(f".{target.name}.part")
            part.write_bytes(content)
            part.replace(target)
    except OSError as error:
        raise StorageFailure(
            f"{name} could not be saved in {folder} ({error.strerror}): check that the folder is "
            "writable and the disk has room, then add it again."
        ) from error
    change = take_in(library, folder, target.name, watch)
    if change.outcome == "duplicate":
        target.unlink()
    return change


def remove(library: Library, folder: Path, source_id: str) -> tuple[Source, bytes | None]:
    """Take a source out of the library and its file out of the folder.

    Returns what was removed and the content of its file (None if it was gone), for undoing.
    Raises UnknownSource.
    """
    source = library.catalog.source(source_id)
    file = folder / source.path
    content = file.read_bytes() if file.is_file() else None
    try:
        sidecar_of(file).unlink(missing_ok=True)
        file.unlink(missing_ok=True)
    except OSError as error:
        raise StorageFailure(
            f"{source.path} could not be removed from {folder} ({error.strerror}): check that the "
            "folder is writable, then try again."
        ) from error
    library.remove(source_id)
    return source, content


def resolve_id(library: Library, given: str) -> str:
    """The id meant by an id or the unambiguous beginning of one; raises BadInput."""
    ids = [source.id for source in library.catalog.sources()]
    found = [given] if given in ids else [i for i in ids if given and i.startswith(given)]
    if len(found) > 1:
        raise BadInput(f"“{given}” could mean {', '.join(found)}: give more of the id.")
    return library.catalog.source(found[0] if found else given).id


def _free(folder: Path, name: str, content: bytes) -> Path:
    """A path for the content: one that is free, or already holds just this."""
    path = folder / name
    number = 2
    while path.exists() and path.read_bytes() != content:
        path = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
        number += 1
    return path
