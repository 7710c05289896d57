"""Saves catalog (texts, vectors, conversations) and documents in one file, and restores them.

A backup is an ordinary ZIP archive: `catalog.sqlite`, and the files of the sources folder below
`sources/`. It leaves out the vector index, which is rebuilt from the catalog.
"""

import contextlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.scan import part_of, walk
from ingest.sidecar import sidecar_of
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.errors import BadInput, CatalogDamaged, StorageFailure
from vectorstore.library import Library
from vectorstore.storage.database import Database, utc_now
from vectorstore.storage.lock import DataDirectoryLock
from vectorstore.storage.salvage import set_aside

_FORMAT = 1
_MANIFEST, _CATALOG, _SOURCES = "kakehashi.json", "catalog.sqlite", "sources/"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file: what it contains, and its size in bytes."""

    file: str
    sources: int
    conversations: int
    files: int
    size: int


def backup(library: Library, folder: Path, file: Path) -> Backup:
    """Write a backup file in one step; the library stays usable meanwhile.

    Raises BadInput or StorageFailure.
    """
    file = file.expanduser().absolute()
    if file.exists():
        raise BadInput(f"{file} already exists: give the backup another name.")
    if file.is_relative_to(folder) or file.is_relative_to(library.folder):
        raise BadInput(f"{file} lies inside the library: save the backup elsewhere.")
    part, copy = (file.with_name(f".{file.name}.{kind}") for kind in ("part", "catalog"))
    try:
        with library.changing:
            library.database.copy_to(copy)
            names = _files_of(folder)
            with zipfile.ZipFile(
                part, "w", zipfile.ZIP_DEFLATED, compresslevel=1, strict_timestamps=False
            ) as archive:
                archive.writestr(_MANIFEST, json.dumps({"format": _FORMAT, "made": utc_now()}))
                archive.write(copy, _CATALOG)
                for name in names:
                    archive.write(folder / name, _SOURCES + name)
            count = library.database.count
            held, talks = count("source"), count("conversation")
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(file)
    except (OSError, ValueError) as error:
        raise StorageFailure(
            f"The backup {file} could not be written ({error}): check that its folder "
            "exists and is writable, and that the disk has room."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
            copy.unlink(missing_ok=True)
    return Backup(str(file), held, talks, len(names), file.stat().st_size)


def restore(data: Path, folder: Path, file: Path, *, replace: bool = False) -> list[str]:
    """Restore the data directory and the sources folder from a backup; return what was done.

    `replace` allows replacing a library that is not empty, which is saved first. Raises BadInput,
    LibraryBusy or StorageFailure.
    """
    done: list[str] = []
    with _opened(file) as archive:
        if _is_used(data, folder):
            if not replace:
                raise BadInput(
                    "The library is not empty: add --replace to replace it by the backup, after "
                    "saving it in a file."
                )
            done.append(_saved_first(data, folder))
        ownership = DataDirectoryLock(data, "`kakehashi restore`")
        try:
            _write_back(archive, data, folder)
        except (OSError, zipfile.BadZipFile) as error:
            raise StorageFailure(
                f"{file} could not be restored ({error}): check that the disk is writable and has "
                f"room, then restore it again. {' '.join(done)}".rstrip()
            ) from error
        finally:
            ownership.release()
        database = Database(data / _CATALOG)
        database.set("sources_folder", str(folder))
        count = database.count
        done.append(
            f"Restored {count('source')} sources, {count('passage')} passages and "
            f"{count('conversation')} conversations from {file}."
        )
        database.close()
    return done


def _files_of(folder: Path) -> list[str]:
    """Return the documents and sidecars of a folder, relative to it."""
    documents = walk(folder).files if folder.is_dir() else ()
    beside = [sidecar_of(Path(name)).as_posix() for name in documents]
    return sorted([*documents, *(name for name in beside if (folder / name).is_file())])


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """Open and check a backup; raises BadInput if it is not one."""
    if not file.is_file():
        raise BadInput(f"There is no file {file}: check the path.")
    try:
        with zipfile.ZipFile(file) as archive:
            if json.loads(archive.read(_MANIFEST))["format"] != _FORMAT:
                raise BadInput(f"{file} was made by another version of Kakehashi: use that one.")
            for name in archive.namelist():
                if name not in (_MANIFEST, _CATALOG) and not _is_document(name):
                    raise BadInput(
                        f"{file} contains “{name}”, which no backup does: do not use it."
                    )
            if archive.testzip():
                raise zipfile.BadZipFile
            yield archive
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise BadInput(f"{file} is damaged, or is not a Kakehashi backup.") from error


def _is_document(name: str) -> bool:
    """Return whether a name in an archive is that of a file below the sources folder."""
    parts = name.split("/")
    strange = any(part in ("", ".", "..") for part in parts) or "\\" in name or "\0" in name
    return parts[0] == _SOURCES[:-1] and len(parts) > 1 and not strange


def _is_used(data: Path, folder: Path) -> bool:
    if _files_of(folder):
        return True
    if not (data / _CATALOG).is_file():
        return False
    try:
        database = Database(data / _CATALOG)
    except CatalogDamaged:
        return True
    try:
        return bool(database.count("source") or database.count("conversation"))
    finally:
        database.close()


def _saved_first(data: Path, folder: Path) -> str:
    """Save the current library; return a sentence that says where."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    try:
        with Library(data, SentenceEmbeddings(), "`kakehashi restore`") as library:
            made = backup(library, folder, data.parent / f"kakehashi-before-restore-{stamp}.zip")
    except CatalogDamaged:
        return f"The damaged catalog is now {set_aside(data).name}."
    return (
        f"The previous library is saved in {made.file}; delete the file when you no longer need it."
    )


def _write_back(archive: zipfile.ZipFile, data: Path, folder: Path) -> None:
    """Write the documents before the catalog, so that a sync repairs an interrupted restore."""
    copy = data / f".{_CATALOG}.restored"
    try:
        with archive.open(_CATALOG) as kept, copy.open("wb") as file:
            shutil.copyfileobj(kept, file)
        database = Database(copy)  # raises if it has another format
        trouble = database.integrity_error()
        database.close()
        if trouble:
            raise zipfile.BadZipFile(trouble)
        names = [name for name in archive.namelist() if name.startswith(_SOURCES)]
        wanted = [name.removeprefix(_SOURCES) for name in names]
        for name in wanted:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            part = part_of(target)
            with archive.open(_SOURCES + name) as kept, part.open("wb") as file:
                shutil.copyfileobj(kept, file)
            part.replace(target)  # replaces a symbolic link instead of following it
        for name in set(_files_of(folder)) - set(wanted):
            (folder / name).unlink()
        shutil.rmtree(data / "index", ignore_errors=True)
        for ending in ("-wal", "-shm"):
            Path(f"{data / _CATALOG}{ending}").unlink(missing_ok=True)
        copy.replace(data / _CATALOG)
    finally:
        for ending in ("", "-wal", "-shm"):
            Path(f"{copy}{ending}").unlink(missing_ok=True)
