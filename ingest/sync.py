"""The folder is the library: bring the two together, a file at a time.

A file is read again only when its size or time has changed, and embedded again only when its
content has. One file that cannot be read never stops the others: it is listed with its reason.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ingest.metadata import SIDECAR, sidecar_of, with_sidecar
from ingest.readers import read
from ingest.splitter import VERSION, PassageSplitter
from vectorstore.database import now
from vectorstore.errors import BadInput, UnreadableSource
from vectorstore.library import Library
from vectorstore.records import Document, Metadata, Source, Unreadable
from vectorstore.words import fold

Outcome = Literal["added", "updated", "unchanged", "moved", "duplicate", "removed", "failed"]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one file. `reason` says why it failed, or whose duplicate it is."""

    path: str
    outcome: Outcome
    title: str = ""
    source_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a sync is: files done of all, and passages embedded of the file at hand."""

    path: str
    done: int
    total: int
    embedded: int = 0
    passages: int = 0


Watch = Callable[[Step], None]


def sync(library: Library, folder: Path, watch: Watch = lambda _: None) -> list[Change]:
    """Make the library equal to the folder; returns what became of each file, by path.

    Raises BadInput if there is no such folder.
    """
    if not folder.is_dir():
        raise BadInput(
            f"The sources folder {folder} does not exist: make it, or set KAKEHASHI_SOURCES to "
            "the folder that holds the documents."
        )
    files = list(_files(folder))
    intake = _Intake(library, folder, watch, total=len(files))
    if library.database.get("splitter") != VERSION:
        intake.distrust()
    intake.gone = {path: s for path, s in intake.known.items() if path not in set(files)}
    changes = [intake.bring_in(path) for path in files]
    for path, source in intake.gone.items():
        library.remove(source.id)
        changes.append(Change(path, "removed", source.metadata.title, source.id))
    for file in library.catalog.unreadable():
        if file.path not in set(files):
            library.catalog.forget_unreadable(file.path)
    library.database.set("splitter", VERSION)
    watch(Step("", len(files), len(files)))
    return sorted(changes, key=lambda change: change.path)


def take_in(library: Library, folder: Path, path: str, watch: Watch = lambda _: None) -> Change:
    """Bring in one file of the folder."""
    return _Intake(library, folder, watch, total=1).bring_in(path)


def _files(folder: Path) -> Iterator[str]:
    """Paths of documents, relative to the folder; hidden files and sidecars are none."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if path.is_file() and not hidden and not path.name.endswith(SIDECAR):
            yield relative.as_posix()


class _Intake:
    """One run over the files of a folder.

    `known` are the sources by path, kept up to date; `gone` are those whose file is no longer
    there, as far as they have not turned up under another name.
    """

    def __init__(self, library: Library, folder: Path, watch: Watch, total: int) -> None:
        self.known = {source.path: source for source in library.catalog.sources()}
        self.gone: dict[str, Source] = {}
        self._failed = {file.path: file for file in library.catalog.unreadable()}
        self._library = library
        self._folder = folder
        self._watch = watch
        self._done, self._total = 0, total
        if not self.known:
            library.database.set("splitter", VERSION)

    def distrust(self) -> None:
        """Read everything anew: what is known was made by another version of the splitter."""
        self.known = {p: replace(s, size=-1, sha256="") for p, s in self.known.items()}
        self._failed = {}

    def bring_in(self, path: str) -> Change:
        """Bring in one file; whatever happens to it, the others are not affected."""
        self._watch(Step(path, self._done, self._total))
        file = self._folder / path
        try:
            change = self._as_known(file, path) or self._by_content(file, path)
        except UnreadableSource as error:
            change = self._fail(file, path, str(error))
        except OSError as error:
            reason = f"{file.name} cannot be read ({error.strerror}): check its permissions."
            change = self._fail(file, path, reason)
        self._done += 1
        return change

    def _as_known(self, file: Path, path: str) -> Change | None:
        """A file whose size and time are as before is not even opened."""
        old, failed = self.known.get(path), self._failed.get(path)
        if old and (old.size, old.modified_ns) == _stat(file):
            return Change(path, "unchanged", old.metadata.title, old.id)
        if failed and (failed.size, failed.modified_ns) == _stat(file):
            return Change(path, "failed", reason=failed.reason)
        return None

    def _by_content(self, file: Path, path: str) -> Change:
        """A file that is new or was touched; its content decides what it is."""
        catalog = self._library.catalog
        content, old = _content_hash(file), self.known.get(path)
        same = [source for source in self.known.values() if source.sha256 == content]
        if old and old in same:
            catalog.touch(old.id, path, _stat(file)[1])
            return Change(path, "unchanged", old.metadata.title, old.id)
        moved = next((source for source in same if source.path in self.gone), None)
        if moved and not old:
            del self.gone[moved.path]
            catalog.touch(moved.id, path, _stat(file)[1])
            return Change(path, "moved", moved.metadata.title, moved.id, f"was {moved.path}")
        if same:
            if old:
                self._library.remove(old.id)
            reason = f"the same as {same[0].path}, which is kept"
            return Change(path, "duplicate", same[0].metadata.title, same[0].id, reason)
        source = self._read(file, path, old, content)
        self.known[path] = source
        return Change(path, "updated" if old else "added", source.metadata.title, source.id)

    def _read(self, file: Path, path: str, old: Source | None, content: str) -> Source:
        size, modified = _stat(file)
        document = read(file)
        metadata = _described(file, document)
        source_id = old.id if old else self._new_id(path)
        passages = PassageSplitter().split(document, source_id)
        source = Source(
            id=source_id,
            path=path,
            kind=document.kind,
            sha256=content,
            size=size,
            modified_ns=modified,
            added=old.added if old else now(),
            characters=len(document.text),
            passages=len(passages),
            pages=len(document.pages),
            metadata=metadata,
            warnings=document.warnings,
        )

        def embedded(done: int, total: int) -> None:
            self._watch(Step(path, self._done, self._total, done, total))

        self._library.put(source, document, passages, embedded)
        return source

    def _fail(self, file: Path, path: str, reason: str) -> Change:
        """List the file with its reason; what it said when it could be read is not kept."""
        if old := self.known.get(path):
            self._library.remove(old.id)
        size, modified = _stat(file) if file.exists() else (0, 0)
        self._library.catalog.put_unreadable(Unreadable(path, size, modified, reason))
        return Change(path, "failed", reason=reason)

    def _new_id(self, path: str) -> str:
        """A readable id that the same path always gets: `japans-role-in-taiwan-3f2a1c`."""
        words = re.findall(r"[^\W_]+", fold(Path(path).stem))
        slug = "-".join(words[:5])[:40].strip("-") or "source"
        first = source_id = f"{slug}-{hashlib.sha256(path.encode()).hexdigest()[:6]}"
        taken = {source.id for source in self.known.values()}
        number = 2
        while source_id in taken:  # its former owner was moved
            source_id = f"{first}.{number}"
            number += 1
        return source_id


def _described(file: Path, document: Document) -> Metadata:
    """The metadata of a document; its title is its own, its first heading, or the file's name."""
    try:
        metadata = with_sidecar(file, document.metadata)
    except ValueError as error:
        raise UnreadableSource(
            f"{file.name}{SIDECAR} cannot be read ({error}): mend it."
        ) from error
    heading = document.headings[0].text if document.headings else ""
    stem = " ".join(file.stem.replace("_", " ").split())
    return replace(metadata, title=metadata.title or heading or stem)


def _stat(file: Path) -> tuple[int, int]:
    """Size in bytes, and when the file or its sidecar was last changed, in nanoseconds."""
    stat = file.stat()
    sidecar = sidecar_of(file)
    beside = sidecar.stat().st_mtime_ns if sidecar.is_file() else 0
    return stat.st_size, max(stat.st_mtime_ns, beside)


def _content_hash(file: Path) -> str:
    """SHA-256 of the file and its sidecar: a change to either is a change."""
    digest = hashlib.sha256(file.read_bytes())
    sidecar = sidecar_of(file)
    if sidecar.is_file():
        digest.update(b"\0" + sidecar.read_bytes())
    return digest.hexdigest()
