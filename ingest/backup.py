"""Saves catalog (texts, vectors, conversations) and documents in one file, and restores them.

A backup is an ordinary ZIP archive: `catalog.sqlite`, and the files of the sources folder below
`sources/`. It leaves out the vector index, which is rebuilt from the catalog. A backup that is
restored may come from anybody: `backup_process.py` opens it, and of its catalog only checked rows
come into a new one.
"""

import contextlib
import errno
import json
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.backup_archive import CATALOG, FORMAT, MANIFEST, SOURCES, check
from ingest.backup_process import DOCUMENTS, Rows, opened_backup, refused_of
from ingest.opened import leads_outside, link_to_elsewhere, open_file
from ingest.scan import part_of, walk
from ingest.sidecar import sidecar_of
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.errors import BadInput, CatalogDamaged, StorageFailure
from vectorstore.library import Library
from vectorstore.private_files import open_private, put_in_place
from vectorstore.storage.database import Database, utc_now
from vectorstore.storage.lock import DataDirectoryLock
from vectorstore.storage.row_checks import is_inside
from vectorstore.storage.row_import import RowImport
from vectorstore.storage.salvage import set_aside

_STAGING = ".restoring-"  # begins the name of the folder that a restore prepares everything in
_CHAT_MODEL = "chat_model"  # database key of the chat model chosen in the window


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file: what it contains, its size in bytes, and what its user has to know of it.

    `warnings` tell why some files are not in it, and what a restore would refuse.
    """

    file: str
    sources: int
    conversations: int
    files: int
    size: int
    warnings: tuple[str, ...] = ()


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
            names, warnings = _files_of(folder)
            with (
                open_private(part) as made,
                zipfile.ZipFile(
                    made, "w", zipfile.ZIP_DEFLATED, compresslevel=1, strict_timestamps=False
                ) as archive,
            ):
                archive.writestr(MANIFEST, json.dumps({"format": FORMAT, "made": utc_now()}))
                archive.write(copy, CATALOG)
                for name in names:
                    with open_file(folder / name, folder) as opened:  # the file that was checked
                        archive.write(f"/dev/fd/{opened.fileno()}", SOURCES + name)
                check(archive, part)
            count = library.database.count
            held, talks = count("source"), count("conversation")
        if wrong := refused_of(copy):
            found = f"its catalog has what Kakehashi does not store ({wrong})"
            told = (
                f"{file} could not be restored: {found}. Keep the data directory, and report this."
            )
            warnings = (*warnings, told)
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
    return Backup(str(file), held, talks, len(names), file.stat().st_size, warnings)


def restore(
    data: Path,
    folder: Path,
    file: Path,
    *,
    replace: bool = False,
    embeddings: SentenceEmbeddings | None = None,
) -> list[str]:
    """Restore the data directory and the sources folder from a backup; return what was done.

    `replace` allows replacing a library that is not empty, which is saved first; `embeddings` is
    the model that the library is set to. Nothing is changed before the whole backup has been read
    and checked. Raises BadInput, LibraryBusy or StorageFailure.
    """
    if not file.is_file():
        raise BadInput(f"There is no file {file}: check the path.")
    if _is_used(data, folder) and not replace:
        raise BadInput(
            "The library is not empty: add --replace to replace it by the backup, after "
            "saving it in a file."
        )
    done: list[str] = []
    try:
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_STAGING, dir=data) as place:
            staging = Path(place)
            with _owned(data):
                for left in set(data.glob(f"{_STAGING}*")) - {staging}:  # by a killed restore
                    shutil.rmtree(left, ignore_errors=True)
                names, said = _read(file, staging, folder, embeddings or SentenceEmbeddings())
                _require_plain(folder, names)
            if _is_used(data, folder):
                done.append(_saved_first(data, folder))
            with _owned(data):
                _install(staging, names, data, folder)
    except OSError as error:
        raise StorageFailure(
            f"{file} could not be restored ({error}): check that the disk is writable and has "
            f"room, then restore it again. {' '.join(done)}".rstrip()
        ) from error
    return done + said


@contextlib.contextmanager
def _owned(data: Path) -> Iterator[None]:
    ownership = DataDirectoryLock(data, "`kakehashi restore`")
    try:
        yield
    finally:
        ownership.release()


def _files_of(folder: Path) -> tuple[list[str], tuple[str, ...]]:
    """Return the documents and sidecars of a folder, relative to it, and why some are left out."""
    if not folder.is_dir():
        return [], ()
    walked = walk(folder)
    beside, refused = [], [*walked.refused.values()]
    for name in (sidecar_of(Path(document)).as_posix() for document in walked.files):
        if (folder / name).is_file():
            if leads_outside(folder / name, folder):
                refused.append(link_to_elsewhere(name))
            else:
                beside.append(name)
    return sorted([*walked.files, *beside]), tuple(refused)


def _read(
    file: Path, staging: Path, folder: Path, embeddings: SentenceEmbeddings
) -> tuple[list[str], list[str]]:
    """Read a backup into a folder: its documents, and a new catalog made of its rows.

    Return the names of the documents, and sentences on what was read. Raise BadInput if it contains
    anything that Kakehashi does not store.
    """
    names: list[str] = []
    database = Database(staging / CATALOG)
    try:
        rows = RowImport(database, embeddings)
        for piece in opened_backup(file, staging):
            if isinstance(piece, Rows):
                rows.store(piece.table, piece.rows)
            else:
                names = piece
        if not all(map(is_inside, names)):
            raise ValueError("a document outside the sources folder")
        rows.finish(str(folder))
        return names, _told(file, database, rows)
    except (ValueError, TypeError, KeyError) as error:
        raise BadInput(
            f"{file} is not restored: its catalog has what Kakehashi does not store ({error})."
        ) from error
    finally:
        database.close()


def _told(file: Path, database: Database, rows: RowImport) -> list[str]:
    count = database.count
    restored = (
        f"Restored {count('source')} sources, {count('passage')} passages and "
        f"{count('conversation')} conversations from {file}."
    )
    said = [restored]
    if _CHAT_MODEL in rows.settings:
        said.append("The chat model is not taken from a backup: choose it again.")
    if others := len(set(rows.settings) - {_CHAT_MODEL}):
        said.append(f"{others} settings that this version does not know were left out.")
    query = "SELECT count(*) AS n FROM passage WHERE hash NOT IN (SELECT hash FROM vector)"
    if missing := database.rows(query)[0]["n"]:
        said.append(
            f"{missing} passages are embedded when the library is opened: the backup has no "
            "vectors for them of the model that this library is set to."
        )
    return said


def _require_plain(folder: Path, names: list[str]) -> None:
    """Raise BadInput if a document would be written through a link, or over a folder."""
    for name in names:
        target = folder / name
        parents = list(target.parents)[: name.count("/")]
        wrong = [one for one in parents if one.is_symlink() or (one.exists() and not one.is_dir())]
        if wrong or (target.is_dir() and not target.is_symlink()):
            raise BadInput(
                f"{name} cannot be restored, because {wrong[0] if wrong else target} is in the "
                "way: move it elsewhere, then restore again."
            )


def _is_used(data: Path, folder: Path) -> bool:
    if _files_of(folder)[0]:
        return True
    if not (data / CATALOG).is_file():
        return False
    try:
        database = Database(data / CATALOG)
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


def _install(staging: Path, names: list[str], data: Path, folder: Path) -> None:
    """Write the documents before the catalog, so that a sync repairs an interrupted restore.

    What the backup does not have goes last: whenever this is interrupted, nothing is lost.
    """
    if not (staging / CATALOG).is_file():
        raise FileNotFoundError(f"{staging / CATALOG} is gone")
    folder.mkdir(parents=True, exist_ok=True)
    _require_room(staging, folder)
    for at, name in enumerate(names):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        part = part_of(target)
        unpacked = staging / DOCUMENTS / str(at)
        if not stat.S_ISREG(unpacked.lstat().st_mode):
            raise OSError(f"{name} is no file")
        with unpacked.open("rb") as kept, open_private(part) as written:
            shutil.copyfileobj(kept, written)
        put_in_place(part, target)  # replaces a symbolic link instead of following it
        unpacked.unlink()
    shutil.rmtree(data / "index", ignore_errors=True)
    for ending in ("-wal", "-shm"):
        Path(f"{data / CATALOG}{ending}").unlink(missing_ok=True)
    (staging / CATALOG).replace(data / CATALOG)
    for name in set(_files_of(folder)[0]) - set(names):
        (folder / name).unlink()


def _require_room(staging: Path, folder: Path) -> None:
    """Raise OSError unless the documents fit: on the disk of their copies, one after the other."""
    unpacked = staging / DOCUMENTS
    sizes = [one.lstat().st_size for one in unpacked.iterdir()] if unpacked.is_dir() else []
    beside = folder.stat().st_dev == staging.stat().st_dev
    if shutil.disk_usage(folder).free < (max(sizes, default=0) if beside else sum(sizes)):
        raise OSError(errno.ENOSPC, f"the documents do not fit on the disk of {folder}")
