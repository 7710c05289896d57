"""The folder is the library: bring the two together.

A file is read again only when its size or time has changed, and embedded again only when its
content has. Files are taken in by groups, each whole or not at all, so the run may be ended at
any moment and goes on from there the next time. One file that cannot be read never stops the
others: it is listed with its reason.
"""

import contextlib
import hashlib
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice, zip_longest
from pathlib import Path

from ingest.progress import Change, Pace, Step, Watch
from ingest.reader_process import ReaderProcess
from ingest.scan import clean_up, content_hash, signature_of, walk
from ingest.sidecar import SIDECAR, with_sidecar
from ingest.splitter import VERSION, PassageSplitter
from vectorstore.errors import BadInput, UnreadableSource
from vectorstore.library import Library
from vectorstore.records import Document, Metadata, Passage, Source, Unreadable
from vectorstore.storage.database import now
from vectorstore.text.languages import language_of
from vectorstore.text.terms import fold

# A group is taken in when it has so many passages or files, or is so old (seconds): large enough
# to embed well, small enough to lose little.
_OF_THE_FILE = ("pdf", "docx", "pptx", "xlsx")  # kinds that know when they were made, not published
_MOST_PASSAGES, _MOST_FILES, _OLDEST = 512, 200, 10.0


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that has been read and waits to be taken in with its group."""

    change: Change
    source: Source
    document: Document
    passages: list[Passage]


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
    with library.changing, ReaderProcess() as reading:
        library.renew(lambda done, all_: watch(Step("", 0, 0, embedded=done, passages=all_)))
        clean_up(folder)
        walked = walk(folder)
        intake = _Intake(library, folder, watch, reading)
        if library.database.get("splitter") != VERSION:
            intake.distrust()
        intake.gone = {p: s for p, s in intake.known.items() if not walked.may_hold(p)}
        intake.bring_in(walked.files)
        for path in walked.unnameable:
            intake.refuse(path)
        for path, source in intake.gone.items():
            library.remove(source.id)
            intake.note(Change(path, "removed", source.metadata.title, source.id))
        for file in library.catalog.unreadable():
            if not walked.may_hold(file.path):
                library.catalog.forget_unreadable(file.path)
        library.database.set("splitter", VERSION)
        library.sweep()
    watch(Step("", len(walked.files), len(walked.files)))
    return sorted(intake.changes, key=lambda change: change.path)


def take_in(library: Library, folder: Path, path: str, watch: Watch = lambda _: None) -> Change:
    """Bring in one file of the folder."""
    return take_in_all(library, folder, [path], watch)[0]


def take_in_all(
    library: Library, folder: Path, paths: Sequence[str], watch: Watch = lambda _: None
) -> list[Change]:
    """Bring in some files of the folder; what became of each, in no order."""
    with library.changing, ReaderProcess() as reading:
        intake = _Intake(library, folder, watch, reading)
        intake.bring_in(paths)
        return intake.changes


class _Intake:
    """One run over the files of a folder.

    `known` are the sources by path, kept up to date; `gone` are those whose file is no longer
    there, as far as they have not turned up under another name.
    """

    def __init__(
        self, library: Library, folder: Path, watch: Watch, reading: ReaderProcess
    ) -> None:
        self.known: dict[str, Source] = {}
        self.gone: dict[str, Source] = {}
        self.changes: list[Change] = []
        self._by_content: dict[str, set[str]] = {}
        self._ids: set[str] = set()
        self._failed = {file.path: file for file in library.catalog.unreadable()}
        self._library = library
        self._folder = folder
        self._watch = watch
        self._reading = reading
        self._group: list[_Read] = []
        self._group_begun = 0.0
        self._done = self._total = 0
        self._pace = Pace(0)
        for source in library.catalog.sources():
            self._know(source)
        if not self.known:
            library.database.set("splitter", VERSION)

    def distrust(self) -> None:
        """Read everything anew: what is known was made by another version of the splitter."""
        self.known = {p: replace(s, size=-1, sha256="") for p, s in self.known.items()}
        self._by_content.clear()
        self._failed = {}

    def bring_in(self, paths: Iterable[str]) -> None:
        """Bring in files; whatever happens to one, the others are not affected."""
        work, self._total = {}, 0
        for path in paths:
            self._total += 1
            change = self._as_known(path)
            if change:
                self._done += 1
                self.note(change)
            else:
                work[path] = max(self._signature(path)[0], 0)
        self._pace = Pace(sum(work.values()))
        for path, following in zip_longest(work, islice(work, 1, None)):
            self._tell(path)
            self._bring_in_one(path)
            self._done += 1
            if not self._group:
                self._pace.done += work[path]
            if self._is_full():
                self._expect(following)
                self._take_group_in(work)
        self._take_group_in(work)

    def _expect(self, path: str | None) -> None:
        """Have the next file read while this group is embedded."""
        if path:
            with contextlib.suppress(OSError, UnreadableSource):
                self._reading.prefetch(self._folder / path)

    def refuse(self, path: str) -> None:
        """A file whose name cannot be written down."""
        reason = f"The name of {path} is not in UTF-8: rename the file, and sync again."
        self.note(self._fail(path, reason, (-1, -1)))

    def note(self, change: Change) -> None:
        """Tell what became of a file."""
        if change.outcome != "failed" and change.path in self._failed:
            self._library.catalog.forget_unreadable(change.path)
        self.changes.append(change)
        rate, left = self._pace.at()
        self._watch(Step(change.path, self._done, self._total, rate=rate, left=left, change=change))

    def _tell(self, path: str, page: int = 0, pages: int = 0) -> None:
        rate, left = self._pace.at()
        self._watch(
            Step(path, self._done, self._total, page=page, pages=pages, rate=rate, left=left)
        )

    def _as_known(self, path: str) -> Change | None:
        """A file whose size and time are as before is not even opened."""
        old, failed = self.known.get(path), self._failed.get(path)
        if not old and not failed:
            return None
        try:
            signature = signature_of(self._folder / path)
        except OSError:
            return None
        if old and (old.size, old.modified_ns) == signature:
            return Change(path, "unchanged", old.metadata.title, old.id)
        if failed and (failed.size, failed.modified_ns) == signature:
            return Change(path, "failed", reason=failed.reason)
        return None

    def _bring_in_one(self, path: str) -> None:
        file = self._folder / path
        try:
            change = self._told_by_content(file, path)
        except UnreadableSource as error:
            self._forget(path)
            change = self._fail(path, str(error), self._signature(path))
        except OSError as error:
            # What is known of it stays, and the next run tries again.
            reason = f"{file.name} cannot be read ({error.strerror}): check its permissions."
            change = self._fail(path, reason, (-1, -1))
        if change:
            self.note(change)

    def _told_by_content(self, file: Path, path: str) -> Change | None:
        """A file that is new or was touched; None if it has been read and waits for its group."""
        catalog = self._library.catalog
        signature, content, old = signature_of(file), content_hash(file), self.known.get(path)
        if old and old.sha256 == content:
            self._know(catalog.touch(old.id, path, *signature))
            return Change(path, "unchanged", old.metadata.title, old.id)
        others = self._by_content.get(content, set()) - {path}
        same = [self.known[other] for other in sorted(others)]
        if twin := next((source for source in same if self._still_holds(source)), None):
            self._forget(path)
            reason = f"the same as {twin.path}, which is kept"
            return Change(path, "duplicate", twin.metadata.title, twin.id, reason)
        moved = next(
            (s for s in same if s.path in self.gone and _kind(s.path) == _kind(path)), None
        )
        if moved and not old:
            del self.gone[moved.path]
            self._unknow(moved.path)
            self._know(catalog.touch(moved.id, path, *signature))
            return Change(path, "moved", moved.metadata.title, moved.id, f"was {moved.path}")
        self._read(file, path, old, content, signature)
        return None

    def _still_holds(self, source: Source) -> bool:
        """Whether the file of a source has the content that is known of it."""
        file = self._folder / source.path
        if not file.is_file():
            return False
        unchanged = (source.size, source.modified_ns) == signature_of(file)
        return unchanged or content_hash(file) == source.sha256

    def _read(
        self, file: Path, path: str, old: Source | None, content: str, signature: tuple[int, int]
    ) -> None:
        document = self._reading.read(file, lambda page, pages: self._tell(path, page, pages))
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
        change = Change(path, "updated" if old else "added", metadata.title, source_id)
        self._know(source)
        if not self._group:
            self._group_begun = time.monotonic()
        self._group.append(_Read(change, source, document, passages))

    def _is_full(self) -> bool:
        passages = sum(len(one.passages) for one in self._group)
        old = time.monotonic() - self._group_begun > _OLDEST
        return bool(self._group) and (
            passages >= _MOST_PASSAGES or len(self._group) >= _MOST_FILES or old
        )

    def _take_group_in(self, sizes: dict[str, int]) -> None:
        """Embed and keep what has been read; only then it is said to be in."""
        group, self._group = self._group, []
        if not group:
            return
        size = sum(sizes[one.source.path] for one in group)
        path = group[-1].source.path

        def embedded(done: int, total: int) -> None:
            rate, left = self._pace.at(size * done / max(total, 1), done)
            self._watch(Step(path, self._done, self._total, done, total, rate=rate, left=left))

        self._library.put_all([(one.source, one.document, one.passages) for one in group], embedded)
        self._pace.done += size
        self._pace.passages += sum(len(one.passages) for one in group)
        for one in group:
            self.note(one.change)

    def _know(self, source: Source) -> None:
        self._unknow(source.path)
        self.known[source.path] = source
        self._by_content.setdefault(source.sha256, set()).add(source.path)
        self._ids.add(source.id)

    def _unknow(self, path: str) -> Source | None:
        old = self.known.pop(path, None)
        if old:
            self._by_content.get(old.sha256, set()).discard(path)
        return old

    def _forget(self, path: str) -> None:
        """Take what was known of a path out of the library."""
        if old := self._unknow(path):
            self._library.remove(old.id)

    def _fail(self, path: str, reason: str, signature: tuple[int, int]) -> Change:
        """List the file with its reason."""
        self._library.catalog.put_unreadable(Unreadable(path, *signature, reason))
        return Change(path, "failed", reason=reason)

    def _signature(self, path: str) -> tuple[int, int]:
        """Size and time of a file; of one that has vanished, what no file has."""
        try:
            return signature_of(self._folder / path)
        except OSError:
            return -1, -1

    def _new_id(self, path: str) -> str:
        """A readable id that the same path always gets: `japans-role-in-taiwan-3f2a1c`."""
        words = re.findall(r"[^\W_]+", fold(Path(path).stem))
        slug = "-".join(words[:5])[:40].strip("-") or "source"
        first = source_id = f"{slug}-{hashlib.sha256(path.encode()).hexdigest()[:6]}"
        number = 2
        while source_id in self._ids:  # its former owner was moved
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
    named = document.headings and document.kind != "xlsx"  # a sheet's name is no title
    heading = document.headings[0].text if named else ""
    if metadata.date and metadata.date == document.metadata.date and document.kind in _OF_THE_FILE:
        metadata = replace(metadata, note=metadata.note or "The date is that of the file.")
    stem = " ".join(file.stem.replace("_", " ").split())
    language = metadata.language or language_of(document.text)
    return replace(metadata, title=metadata.title or heading or stem, language=language)


def _kind(path: str) -> str:
    return Path(path).suffix.lower()
