"""Putting files on the shelf and taking them off: what `add`, uploads and `remove` do.

Everything that comes into the library is saved in the sources folder first, so that the folder
always equals the library.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

import yaml

from ingest.file_names import safe_name
from ingest.progress import Change, Watch
from ingest.readers import READERS, unknown_kind
from ingest.scan import PART, content_hash, signature_of
from ingest.sidecar import SIDECAR, sidecar_of, sidecar_with
from ingest.sync import ingest_file, ingest_files
from ingest.web import fetch
from vectorstore.errors import BadInput, StorageFailure, UnreadableSource
from vectorstore.library import Library, RemovedSource
from vectorstore.records import Metadata, Source
from vectorstore.storage.database import utc_now
from vectorstore.text.iso_dates import iso_date


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out: the file's path in the sources folder, its content and its sidecar's.

    `content` is None where the file was not there any more, or had changed and was left alone.
    `taken` is what went out of the answers that cited it.
    """

    source: Source
    content: bytes | None
    sidecar: bytes | None
    taken: RemovedSource


@dataclass(frozen=True, slots=True)
class Given:
    """A document to be added: the name it came with, its content, and its sidecar's if any."""

    name: str
    content: bytes
    sidecar: bytes | None = None


def add(
    library: Library,
    folder: Path,
    name: str,
    content: bytes,
    watch: Watch = lambda _: None,
    sidecar: bytes | None = None,
) -> Change:
    """Add one document; see `add_all`."""
    return add_all(library, folder, [Given(name, content, sidecar)], watch)[0]


def add_all(
    library: Library,
    folder: Path,
    given: Iterable[Given | Change],
    watch: Watch = lambda _: None,
) -> list[Change]:
    """Save documents, and their metadata if given, in the sources folder and take them in.

    All are saved before the first is read: whatever happens then, the next sync goes on. The same
    document twice is said to be a duplicate and not saved. A file of a known kind that cannot be
    read stays in the folder and is listed with its reason, so that nothing is lost; one of an
    unknown kind is refused. A change among what is given is passed on as it is.
    """
    results: list[Change | Path] = []
    with library.changing:
        new: set[str] = set()
        for one in given:
            result = one if isinstance(one, Change) else _saved(folder, one, new)
            results.append(result)
        names = list(dict.fromkeys(path.name for path in results if isinstance(path, Path)))
        changes = {change.path: change for change in ingest_files(library, folder, names, watch)}
        for name in new:
            if changes[name].outcome == "duplicate":
                (folder / name).unlink()
                sidecar_of(folder / name).unlink(missing_ok=True)
    return [one if isinstance(one, Change) else changes[one.name] for one in results]


def _saved(folder: Path, given: Given, new: set[str]) -> Path | Change:
    """Where a document is now; `new` are the names of those that were not there before."""
    wanted = safe_name(given.name)
    if Path(wanted).suffix.lower() not in READERS:
        return Change(given.name, "failed", reason=unknown_kind(Path(wanted)))
    target = _free(folder, wanted, given.content)
    if not target.exists():
        _save(folder, target, given.content, given.sidecar)
        new.add(target.name)
    return target


def from_files(paths: Iterable[Path]) -> Iterator[Given | Change]:
    """Files from elsewhere on this machine, with the metadata beside them."""
    for path in paths:
        beside = sidecar_of(path)
        try:
            sidecar = beside.read_bytes() if beside.is_file() else None
            yield Given(path.name, path.read_bytes(), sidecar)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            reason = f"{path.name} cannot be read ({why}): check its path and permissions."
            yield Change(str(path), "failed", reason=reason)


def is_address(item: str) -> bool:
    """Whether what is to be added is a web page rather than a file."""
    return bool(re.match(r"[a-z][a-z0-9+.-]+://", item, re.I))


def add_page(library: Library, folder: Path, address: str, watch: Watch = lambda _: None) -> Change:
    """Fetch a web page and add it; one that was added before is brought up to date.

    Raises BadInput for an address that must not be fetched.
    """
    try:
        fetched = fetch(address)
    except UnreadableSource as error:
        return Change(address, "failed", reason=str(error))
    said = {"url": fetched.address, "note": f"Fetched on {utc_now()[:10]}."}
    with library.changing:
        known = [s for s in library.catalog.sources() if s.metadata.url == fetched.address]
        ending = Path(fetched.name).suffix
        known = [s for s in known if s.path.endswith(ending) and (folder / s.path).is_file()]
        if not known:
            sidecar = yaml.safe_dump(said, allow_unicode=True).encode()
            return add(library, folder, fetched.name, fetched.content, watch, sidecar)
        target = folder / known[0].path
        if target.read_bytes() != fetched.content:
            _save(folder, target, fetched.content, sidecar_with(target, said).encode())
        return ingest_file(library, folder, known[0].path, watch)


def remove(library: Library, folder: Path, source_id: str) -> Removed:
    """Take a source out of the library and its file out of the folder.

    A file whose content is not what was taken in is left alone. Returns what is needed to undo
    it. Raises UnknownSource, StorageFailure.
    """
    with library.changing:
        source = library.catalog.source(source_id)
        file = folder / source.path
        content = sidecar = None
        try:
            if file.is_file() and content_hash(file) == source.sha256:
                beside = sidecar_of(file)
                sidecar = beside.read_bytes() if beside.is_file() else None
                content = file.read_bytes()
                beside.unlink(missing_ok=True)
                file.unlink()
        except OSError as error:
            raise StorageFailure(
                f"{source.path} could not be removed from {folder} ({error.strerror}): check that "
                "the folder is writable, then try again."
            ) from error
        return Removed(source, content, sidecar, library.remove(source_id, for_good=True))


def delete_unreadable(library: Library, folder: Path, path: str) -> None:
    """Delete a file of the folder that could not be read; raises StorageFailure."""
    with library.changing:
        try:
            if any(file.path == path for file in library.catalog.unreadable()):
                sidecar_of(folder / path).unlink(missing_ok=True)
                (folder / path).unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailure(
                f"{path} could not be deleted ({error.strerror}): check that the folder "
                "is writable."
            ) from error
        library.catalog.forget_unreadable(path)


def restore(library: Library, folder: Path, removed: Removed) -> Change:
    """Undo a removal: the file is where it was, with its metadata, and in the library."""
    target = folder / removed.source.path
    if removed.content is None or target.exists():
        raise BadInput(
            f"{removed.source.path} cannot be put back: another file has its place. Add it anew."
        )
    with library.changing:
        _save(folder, target, removed.content, removed.sidecar)
        change = ingest_file(library, folder, removed.source.path)
        if change.source_id == removed.taken.source_id:
            library.restore(removed.taken)
        return change


def wrong_in(changes: Mapping[str, str]) -> dict[str, str]:
    """What cannot be said of a source so, and why: by field of `Metadata`, each a sentence."""
    wrong = {}
    title, day, url = (changes.get(field, "x").strip() for field in ("title", "date", "url"))
    if not title:
        wrong["title"] = "A source needs a title: write one."
    if "date" in changes and day and not iso_date(day):
        wrong["date"] = f"“{day}” is not a date: write 2023, 2023-05 or 2023-05-19."
    if "url" in changes and url and not re.match(r"https?://\S+$", url):
        wrong["url"] = f"“{url}” is no web address: write one with http:// or https://."
    return wrong


def edit(library: Library, folder: Path, source_id: str, changes: Mapping[str, str]) -> Source:
    """Change what is said of a source, in the file beside it, where a re-sync finds it again.

    `changes` are fields of `Metadata` with their new values; an empty one takes the field away.
    Raises UnknownSource, BadInput, StorageFailure.
    """
    changes = {key: " ".join(value.split()) for key, value in changes.items()}
    known = [field.name for field in fields(Metadata)]
    unknown = [key for key in changes if key not in known]
    if unknown:
        raise BadInput(
            f"“{unknown[0]}” is no part of what is said of a source: {', '.join(known)}."
        )
    for wrong in wrong_in(changes).values():
        raise BadInput(wrong)
    with library.changing:
        source = library.catalog.source(source_id)
        file = folder / source.path
        try:
            if content_hash(file) != source.sha256:
                raise BadInput(f"{source.path} has changed on disk: run `kakehashi sync` first.")
            _write(sidecar_of(file), sidecar_with(file, changes).encode())
            size, modified_ns = signature_of(file)
            sha256 = content_hash(file)
        except ValueError as error:
            raise BadInput(f"{file.name}{SIDECAR} cannot be read ({error}): mend it.") from error
        except OSError as error:
            raise StorageFailure(
                f"What is said of {source.path} could not be saved in {folder} "
                f"({error.strerror}): check that the folder is writable, then try again."
            ) from error
        metadata = replace(source.metadata, **changes)
        library.update_metadata(
            replace(source, metadata=metadata, sha256=sha256, size=size, modified_ns=modified_ns)
        )
        return library.catalog.source(source_id)


def _save(folder: Path, target: Path, content: bytes, sidecar: bytes | None) -> None:
    """Write a file, whole or not at all, its sidecar first."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if sidecar is not None:
            _write(sidecar_of(target), sidecar)
        _write(target, content)
    except OSError as error:
        raise StorageFailure(
            f"{target.name} could not be saved in {folder} ({error.strerror}): check that the "
            "folder is writable and the disk has room, then add it again."
        ) from error


def _write(target: Path, content: bytes) -> None:
    """Write a file in one step, so that no half of one is ever found."""
    part = target.with_name(f".{target.name[:200]}{PART}")
    try:
        part.write_bytes(content)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


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
