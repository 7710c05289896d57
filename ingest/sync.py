"""The folder is the library: bring the two together, a file at a time.

A file is read again only when its size or time has changed, and embedded again only when its
content has. One file that cannot be read never stops the others: it is listed with its reason.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ingest.metadata import SIDECAR, with_sidecar
from ingest.readers import read
from ingest.splitter import VERSION, PassageSplitter
from ingest.walk import content_hash, signature_of, walk
from vectorstore.database import now
from vectorstore.errors import BadInput, UnreadableSource
from vectorstore.library import Library
from vectorstore.records import Document, Metadata, Source, Unreadable
from vectorstore.words import fold, language_of

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
    """How far a sync is: files done of all, and passages embedded of the file at hand.

    `change` is there once a file is done.
    """

    path: str
    done: int
    total: int
    embedded: int = 0
    passages: int = 0
    change: Change | None = None


Watch = Callable[[Step], None]


def sync(library: Library, folder: Path, watch: Watch = lambda _: None) -> list[Change]:
    """Make the library equal to the folder; returns what became of each file, by path.

    `watch` may raise to end the run: each file is in or out, and the next sync goes on from there.
    Raises BadInput if there is no such folder.
    """
    if not folder.is_dir():
        raise BadInput(
            f"The sources folder {folder} does not exist: make it, or set KAKEHASHI_SOURCES to "
            "the folder that holds the documents."
        )
    with library.changing:
        walked = walk(folder)
        intake = _Intake(library, folder, watch, total=len(walked.files))
        if library.database.get("splitter") != VERSION:
            intake.distrust()
        intake.gone = {p: s for p, s in intake.known.items() if not walked.may_hold(p)}
        for path in walked.files:
            intake.bring_in(path)
        for path in walked.unnameable:
            intake.refuse(path)
        for path, source in intake.gone.items():
            library.remove(source.id)
            intake.note(Change(path, "removed", source.metadata.title, source.id))
        for file in library.catalog.unreadable():
            if not walked.may_hold(file.path):
                library.catalog.forget_unreadable(file.path)
        library.database.set("splitter", VERSION)
    watch(Step("", len(walked.files), len(walked.files)))
    return sorted(intake.changes, key=lambda change: change.path)


def take_in(library: Library, folder: Path, path: str, watch: Watch = lambda _: None) -> Change:
    """Bring in one file of the folder."""
    with library.changing:
        return _Intake(library, folder, watch, total=1).bring_in(path)


class _Intake:
    """One run over the files of a folder.

    `known` are the sources by path, kept up to date; `gone` are those whose file is no longer
    there, as far as they have not turned up under another name.
    """

    def __init__(self, library: Library, folder: Path, watch: Watch, total: int) -> None:
        self.known = {source.path: source for source in library.catalog.sources()}
        self.gone: dict[str, Source] = {}
        self.changes: list[Change] = []
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
            self._forget(path)
            change = self._fail(path, str(error), signature_of(file))
        except OSError as error:
            # What is known of it stays, and the next run tries again.
            reason = f"{file.name} cannot be read ({error.strerror}): check its permissions."
            change = self._fail(path, reason, (-1, -1))
        if change.outcome != "failed" and path in self._failed:
            self._library.catalog.forget_unreadable(path)
        self._done += 1
        return self.note(change)

    def refuse(self, path: str) -> None:
        """A file whose name cannot be written down."""
        reason = f"The name of {path} is not in UTF-8: rename the file, and sync again."
        self.note(self._fail(path, reason, (-1, -1)))

    def note(self, change: Change) -> Change:
        """Tell what became of a file."""
        self.changes.append(change)
        self._watch(Step(change.path, self._done, self._total, change=change))
        return change

    def _as_known(self, file: Path, path: str) -> Change | None:
        """A file whose size and time are as before is not even opened."""
        old, failed = self.known.get(path), self._failed.get(path)
        if old and (old.size, old.modified_ns) == signature_of(file):
            return Change(path, "unchanged", old.metadata.title, old.id)
        if failed and (failed.size, failed.modified_ns) == signature_of(file):
            return Change(path, "failed", reason=failed.reason)
        return None

    def _by_content(self, file: Path, path: str) -> Change:
        """A file that is new or was touched; its content decides what it is."""
        catalog = self._library.catalog
        signature, content, old = signature_of(file), content_hash(file), self.known.get(path)
        if old and old.sha256 == content:
            self.known[path] = catalog.touch(old.id, path, *signature)
            return Change(path, "unchanged", old.metadata.title, old.id)
        same = [s for s in self.known.values() if s.sha256 == content and s.path != path]
        if twin := next((source for source in same if self._still_holds(source)), None):
            self._forget(path)
            reason = f"the same as {twin.path}, which is kept"
            return Change(path, "duplicate", twin.metadata.title, twin.id, reason)
        moved = next(
            (s for s in same if s.path in self.gone and _kind(s.path) == _kind(path)), None
        )
        if moved and not old:
            del self.gone[moved.path], self.known[moved.path]
            self.known[path] = catalog.touch(moved.id, path, *signature)
            return Change(path, "moved", moved.metadata.title, moved.id, f"was {moved.path}")
        source = self._read(file, path, old, content, signature)
        self.known[path] = source
        return Change(path, "updated" if old else "added", source.metadata.title, source.id)

    def _still_holds(self, source: Source) -> bool:
        """Whether the file of a source has the content that is known of it."""
        file = self._folder / source.path
        if not file.is_file():
            return False
        unchanged = (source.size, source.modified_ns) == signature_of(file)
        return unchanged or content_hash(file) == source.sha256

    def _read(
        self, file: Path, path: str, old: Source | None, content: str, signature: tuple[int, int]
    ) -> Source:
        document = read(file)
        metadata = _described(file, document)
        source_id = old.id if old else self._new_id(path)
        passages = PassageSplitter().split(document, source_id)
        source = Source(
            id=source_id,
            path=path,
            kind=document.kind,
            sha256=content,
            size=signature[0],
            modified_ns=signature[1],
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

    def _forget(self, path: str) -> None:
        """Take what was known of a path out of the library."""
        if old := self.known.pop(path, None):
            self._library.remove(old.id)

    def _fail(self, path: str, reason: str, signature: tuple[int, int]) -> Change:
        """List the file with its reason."""
        self._library.catalog.put_unreadable(Unreadable(path, *signature, reason))
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
    language = metadata.language or language_of(document.text)
    return replace(metadata, title=metadata.title or heading or stem, language=language)


def _kind(path: str) -> str:
    return Path(path).suffix.lower()
