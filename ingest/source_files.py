"""Adds, edits and removes files of the sources folder, and their sources with them.

Every document is saved in the sources folder before it is added to the library, so that the two
always agree.
"""

import contextlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

import yaml

from ingest.file_names import safe_name
from ingest.loading import NewDocument
from ingest.opened import holds, open_file
from ingest.progress import Change, StepCallback
from ingest.readers import READERS, unknown_kind
from ingest.scan import content_hash, part_of, signature_of
from ingest.sidecar import SIDECAR, metadata_warnings, sidecar_of, sidecar_with
from ingest.sync import ingest_file, ingest_files
from ingest.web import fetch
from vectorstore.errors import BadInput, StorageFailure, UnreadableSource
from vectorstore.library import Library, RemovedSource
from vectorstore.private_files import open_private, put_in_place
from vectorstore.records import Metadata, Source
from vectorstore.storage.database import utc_now
from vectorstore.storage.row_checks import is_inside
from vectorstore.text.iso_dates import iso_date


@dataclass(frozen=True, slots=True)
class RemovedFile:
    """A removed source, with the content of its file and its sidecar, to undo the removal.

    `content` is None if the file no longer existed, or had changed and was kept. `redacted` is what
    was removed from the library and from the answers that cited the source.
    """

    source: Source
    content: bytes | None
    sidecar: bytes | None
    redacted: RemovedSource


def add(
    library: Library,
    folder: Path,
    name: str,
    content: bytes,
    on_step: StepCallback = lambda _: None,
    sidecar: bytes | None = None,
) -> Change:
    """Add one document; see `add_all`."""
    return add_all(library, folder, [NewDocument(name, content, sidecar)], on_step)[0]


def add_all(
    library: Library,
    folder: Path,
    given: Iterable[NewDocument | Change],
    on_step: StepCallback = lambda _: None,
) -> list[Change]:
    """Save documents, and their metadata if given, in the sources folder and add them.

    All are saved before the first is read, so that the next sync continues after an interruption.
    A document that the library has already is reported as a duplicate and not saved. A file that
    cannot be read stays in the folder and is listed with the reason, so that nothing is lost, but
    a file of an unknown kind is rejected. A Change among `given` is returned unchanged.
    """
    results: list[Change | Path] = []
    with library.changing:
        new: set[str] = set()
        for one in given:
            result = one if isinstance(one, Change) else _save_new(folder, one, new)
            results.append(result)
        names = list(dict.fromkeys(path.name for path in results if isinstance(path, Path)))
        changes = {change.path: change for change in ingest_files(library, folder, names, on_step)}
        for name in new:
            if changes[name].outcome == "duplicate":
                (folder / name).unlink()
                sidecar_of(folder / name).unlink(missing_ok=True)
    return [one if isinstance(one, Change) else changes[one.name] for one in results]


def _save_new(folder: Path, given: NewDocument, new: set[str]) -> Path | Change:
    """Save a document and return its path; add its name to `new` if it was not there before."""
    wanted = safe_name(given.name)
    if Path(wanted).suffix.lower() not in READERS:
        return Change(given.name, "failed", reason=unknown_kind(Path(wanted)))
    target = _free_path(folder, wanted, given.content)
    if not target.exists():
        _save(folder, target, given.content, given.sidecar)
        new.add(target.name)
    return target


def is_address(item: str) -> bool:
    """Return whether an item is a web address rather than a path."""
    return bool(re.match(r"[a-z][a-z0-9+.-]+://", item, re.I))


def add_page(
    library: Library, folder: Path, address: str, on_step: StepCallback = lambda _: None
) -> Change:
    """Fetch a web page and add it, or update the one that was added before.

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
            return add(library, folder, fetched.name, fetched.content, on_step, sidecar)
        target = folder / known[0].path
        if not holds(target, fetched.content, folder):
            _save(folder, target, fetched.content, sidecar_with(target, folder, said).encode())
        return ingest_file(library, folder, known[0].path, on_step)


def remove(library: Library, folder: Path, source_id: str, *, last: bool = True) -> RemovedFile:
    """Remove a source from the library and delete its file; return what undoing it needs.

    A file that has changed since it was read is kept. The `last` of several removals purges the
    index. Raises UnknownSource, StorageFailure.
    """
    with library.changing:
        source = library.catalog.source(source_id)
        file = folder / source.path
        content = sidecar = None
        try:
            with contextlib.suppress(UnreadableSource, FileNotFoundError):  # a link is kept, too
                if content_hash(file, folder) == source.sha256:
                    content, sidecar = _both(folder, file)
            if content is not None:
                beside = sidecar_of(file)
                beside.unlink(missing_ok=True)
                file.unlink()
        except OSError as error:
            raise StorageFailure(
                f"{source.path} could not be removed from {folder} ({error.strerror}): check that "
                "the folder is writable, then try again."
            ) from error
        removed = RemovedFile(source, content, sidecar, library.remove(source_id, for_good=True))
        if last:
            library.purge_index()
        return removed


def delete_unreadable(library: Library, folder: Path, path: str) -> None:
    """Delete a file of the folder that could not be read; raises StorageFailure."""
    with library.changing:
        try:
            known = any(file.path == path for file in library.catalog.unreadable())
            if known and is_inside(path):
                sidecar_of(folder / path).unlink(missing_ok=True)
                (folder / path).unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailure(
                f"{path} could not be deleted ({error.strerror}): check that the folder "
                "is writable."
            ) from error
        library.catalog.forget_unreadable(path)


def restore(library: Library, folder: Path, removed: RemovedFile) -> Change:
    """Undo a removal: restore the file, its metadata and the source. Raises BadInput."""
    target = folder / removed.source.path
    if removed.content is None or target.exists():
        raise BadInput(
            f"{removed.source.path} cannot be restored: another file has its place. Add it again."
        )
    with library.changing:
        _save(folder, target, removed.content, removed.sidecar)
        change = ingest_file(library, folder, removed.source.path)
        if change.source_id == removed.redacted.source_id:
            library.restore(removed.redacted)
        return change


def invalid_fields(changes: Mapping[str, str]) -> dict[str, str]:
    """Return why changes to metadata are not valid: a sentence for each field at fault."""
    wrong = {}
    title, day, url = (changes.get(field, "x").strip() for field in ("title", "date", "url"))
    if not title:
        wrong["title"] = "A source needs a title: write one."
    if "date" in changes and day and not iso_date(day):
        wrong["date"] = f"“{day}” is not a date: write 2023, 2023-05 or 2023-05-19."
    if "url" in changes and url and not re.match(r"https?://\S+$", url):
        wrong["url"] = f"“{url}” is not a web address: write one with http:// or https://."
    return wrong


def edit(library: Library, folder: Path, source_id: str, changes: Mapping[str, str]) -> Source:
    """Change the metadata of a source in its sidecar, which the next sync reads again.

    `changes` are fields of `Metadata` with their new values; an empty value deletes the field.
    Raises UnknownSource, BadInput, StorageFailure.
    """
    changes = {key: " ".join(value.split()) for key, value in changes.items()}
    known = [field.name for field in fields(Metadata)]
    unknown = [key for key in changes if key not in known]
    if unknown:
        raise BadInput(
            f"“{unknown[0]}” is not metadata of a source. There are: {', '.join(known)}."
        )
    for wrong in invalid_fields(changes).values():
        raise BadInput(wrong)
    with library.changing:
        source = library.catalog.source(source_id)
        file = folder / source.path
        try:
            if content_hash(file, folder) != source.sha256:
                raise BadInput(f"{source.path} has changed on disk: run `kakehashi sync` first.")
            _write(sidecar_of(file), sidecar_with(file, folder, changes).encode())
            size, modified_ns = signature_of(file)
            sha256 = content_hash(file, folder)
        except ValueError as error:
            raise BadInput(f"{file.name}{SIDECAR} cannot be read ({error}): correct it.") from error
        except OSError as error:
            raise StorageFailure(
                f"The metadata of {source.path} could not be saved in {folder} "
                f"({error.strerror}): check that the folder is writable, then try again."
            ) from error
        metadata = replace(source.metadata, **changes)
        read = [one for one in source.warnings if one.kind != "date_ambiguous"]
        library.update_metadata(
            replace(
                source, metadata=metadata, warnings=(*read, *metadata_warnings(metadata)),
                sha256=sha256, size=size, modified_ns=modified_ns,
            )
        )  # fmt: skip
        return library.catalog.source(source_id)


def _save(folder: Path, target: Path, content: bytes, sidecar: bytes | None) -> None:
    """Write a sidecar and then its file, each in one step."""
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
    """Write a file in one step, so that it is never found half written."""
    part = part_of(target)
    try:
        with open_private(part) as file:
            file.write(content)
        put_in_place(part, target)
    finally:
        part.unlink(missing_ok=True)


def resolve_id(library: Library, given: str) -> str:
    """Return the id that an id or its unambiguous beginning means; raises BadInput."""
    given = given.encode("utf-8", "replace").decode()
    ids = [source_id for source_id, _ in library.catalog.hashes()]
    found = [given] if given in ids else [i for i in ids if given and i.startswith(given)]
    if len(found) > 1:
        raise BadInput(f"“{given}” could mean {', '.join(found)}: give more of the id.")
    return library.catalog.source(found[0] if found else given).id


def _both(folder: Path, file: Path) -> tuple[bytes, bytes | None]:
    """Return the content of a file of the folder, and of its sidecar if there is one."""
    sidecar = None
    with contextlib.suppress(FileNotFoundError), open_file(sidecar_of(file), folder) as opened:
        sidecar = opened.read()
    with open_file(file, folder) as opened:
        return opened.read(), sidecar


def _free_path(folder: Path, name: str, content: bytes) -> Path:
    """Return a path that is free or already holds exactly this content."""
    path, number = folder / name, 2
    while os.path.lexists(path) and not holds(path, content, folder):
        path = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
        number += 1
    return path
