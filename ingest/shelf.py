"""Putting files on the shelf and taking them off: what `add`, uploads and `remove` do.

Everything that comes into the library is saved in the sources folder first, so that the folder
always equals the library.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from ingest.metadata import sidecar_of
from ingest.readers import READERS
from ingest.sync import Change, Watch, take_in
from ingest.walk import content_hash
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


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out: the file's path in the sources folder, its content and its sidecar's.

    `content` is None where the file was not there any more, or had changed and was left alone.
    """

    source: Source
    content: bytes | None
    sidecar: bytes | None


def add(
    library: Library,
    folder: Path,
    name: str,
    content: bytes,
    watch: Watch = lambda _: None,
    sidecar: bytes | None = None,
) -> Change:
    """Save a document, and its metadata if given, in the sources folder and take it in.

    The same document twice is said to be a duplicate and not saved. A file of a known kind that
    cannot be read stays in the folder and is listed with its reason, so that nothing is lost; one
    of an unknown kind is refused.
    """
    wanted = safe_name(name)
    if Path(wanted).suffix.lower() not in READERS:
        kinds = ", ".join(READERS)
        return Change(name, "failed", reason=f"{name} cannot be read: these kinds can: {kinds}.")
    with library.changing:
        target = _free(folder, wanted, content)
        if new := not target.exists():
            _save(folder, target, content, sidecar)
        change = take_in(library, folder, target.name, watch)
        if new and change.outcome == "duplicate":
            target.unlink()
            sidecar_of(target).unlink(missing_ok=True)
    return change


def add_file(library: Library, folder: Path, file: Path, watch: Watch = lambda _: None) -> Change:
    """Add a file from elsewhere on this machine, with the metadata beside it."""
    beside = sidecar_of(file)
    try:
        content = file.read_bytes()
        sidecar = beside.read_bytes() if beside.is_file() else None
    except OSError as error:
        reason = f"{file.name} cannot be read ({error.strerror}): check its permissions."
        return Change(str(file), "failed", reason=reason)
    return add(library, folder, file.name, content, watch, sidecar)


def remove(library: Library, folder: Path, source_id: str) -> Removed:
    """Take a source out of the library and its file out of the folder.

    A file whose content is not what was taken in is left alone. Returns what is needed to undo
    it. Raises UnknownSource, StorageFailure.
    """
    with library.changing:
        source = library.catalog.source(source_id)
        file = folder / source.path
        removed = Removed(source, None, None)
        try:
            if file.is_file() and content_hash(file) == source.sha256:
                beside = sidecar_of(file)
                sidecar = beside.read_bytes() if beside.is_file() else None
                removed = Removed(source, file.read_bytes(), sidecar)
                file.unlink()
                beside.unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailure(
                f"{source.path} could not be removed from {folder} ({error.strerror}): check that "
                "the folder is writable, then try again."
            ) from error
        library.remove(source_id)
    return removed


def restore(library: Library, folder: Path, removed: Removed) -> Change:
    """Undo a removal: the file is where it was, with its metadata, and in the library."""
    target = folder / removed.source.path
    if removed.content is None or target.exists():
        raise BadInput(
            f"{removed.source.path} cannot be put back: another file has its place. Add it anew."
        )
    with library.changing:
        _save(folder, target, removed.content, removed.sidecar)
        return take_in(library, folder, removed.source.path)


def _save(folder: Path, target: Path, content: bytes, sidecar: bytes | None) -> None:
    """Write a file, whole or not at all, its sidecar first."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if sidecar is not None:
            sidecar_of(target).write_bytes(sidecar)
        part = target.with_name(f".{target.name}.part")
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        raise StorageFailure(
            f"{target.name} could not be saved in {folder} ({error.strerror}): check that the "
            "folder is writable and the disk has room, then add it again."
        ) from error


def resolve_id(library: Library, given: str) -> str:
    """The id meant by an id or the unambiguous beginning of one; raises BadInput."""
    given = given.encode("utf-8", "replace").decode()
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
