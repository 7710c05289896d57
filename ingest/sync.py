"""Bring the library in line with its sources folder.

A file is read again only if its size or time has changed, and embedded again only if its content
has. Files are stored in batches, each in one transaction, so a run may be stopped at any moment
and the next one continues. A file that cannot be read never stops the others: it is listed with
its reason.
"""

import contextlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path

from ingest.known_sources import KnownSources
from ingest.progress import Change, Pace, Step, StepCallback, shown
from ingest.reader_process import ReaderProcess
from ingest.scan import clean_up, content_hash, kind_of, require_folder, signature_of, walk
from ingest.sidecar import metadata_warnings
from ingest.splitter import VERSION, PassageSplitter
from vectorstore.errors import UnreadableSource
from vectorstore.library import Library
from vectorstore.records import Document, Passage, Source, Unreadable
from vectorstore.storage.database import utc_now

# A batch is stored when it has so many passages or files, or is so old (seconds): large enough to
# embed well, small enough to lose little (judged).
_MOST_PASSAGES, _MOST_FILES, _OLDEST = 512, 200, 10.0


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that has been read and waits to be stored with its batch."""

    change: Change
    source: Source
    document: Document
    passages: list[Passage]


def sync(library: Library, folder: Path, on_step: StepCallback = lambda _: None) -> list[Change]:
    """Make the library equal to the folder; return what happened to each file, by path.

    `on_step` may raise to stop the run: each file is in or out, and the next sync continues.
    Raise BadInput if there is no such folder.
    """
    require_folder(folder)
    with library.changing, ReaderProcess(folder) as reader, shown(library, on_step) as report:
        library.reembed(lambda done, all_: report(Step("", 0, 0, embedded=done, passages=all_)))
        clean_up(folder)
        walked = walk(folder)
        run = _Run(library, folder, report, reader)
        if library.database.get("splitter") != VERSION:
            run.distrust()
        run.gone = {p: s for p, s in run.known.by_path.items() if not walked.may_hold(p)}
        run.ingest(walked.files)
        for path, reason in walked.refused.items():
            run.refuse(path, reason)
        for path, source in run.gone.items():
            library.remove(source.id)
            run.note(Change(path, "removed", source.metadata.title, source.id))
        for file in library.catalog.unreadable():
            if not walked.may_hold(file.path):
                library.catalog.forget_unreadable(file.path)
        library.database.set("splitter", VERSION)
        library.delete_orphan_vectors()
        library.purge_index()
    on_step(Step("", len(walked.files), len(walked.files)))
    return sorted(run.changes, key=lambda change: change.path)


def ingest_file(
    library: Library, folder: Path, path: str, on_step: StepCallback = lambda _: None
) -> Change:
    """Ingest one file of the folder."""
    return ingest_files(library, folder, [path], on_step)[0]


def ingest_files(
    library: Library, folder: Path, paths: Sequence[str], on_step: StepCallback = lambda _: None
) -> list[Change]:
    """Ingest some files of the folder; return what happened to each, in no order."""
    with library.changing, ReaderProcess(folder) as reader, shown(library, on_step) as report:
        run = _Run(library, folder, report, reader)
        run.ingest(paths)
        library.purge_index()
    return run.changes


class _Run:
    """One run over the files of a folder.

    `known` are the sources in the library; `gone`, by path, are those whose file is missing and has
    not turned up under another name.
    """

    def __init__(
        self, library: Library, folder: Path, on_step: StepCallback, reader: ReaderProcess
    ) -> None:
        self.known = KnownSources(library.catalog.sources())
        self.gone: dict[str, Source] = {}
        self.changes: list[Change] = []
        self._failed = {file.path: file for file in library.catalog.unreadable()}
        self._library = library
        self._folder, self._on_step, self._reader = folder, on_step, reader
        self._batch: list[_Read] = []
        self._batch_started = 0.0
        self._done = self._total = 0
        self._pace = Pace(0)
        if not self.known.by_path:
            library.database.set("splitter", VERSION)

    def distrust(self) -> None:
        """Read every file again: another version of the splitter made what is known."""
        self.known.distrust()
        self._failed = {}

    def ingest(self, paths: Iterable[str]) -> None:
        """Ingest files; whatever happens to one, the others are not affected."""
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
            self._progress(path)
            self._ingest_one(path)
            self._done += 1
            if not self._batch:
                self._pace.done += work[path]
            if self._is_full():
                self._expect(following)
                self._store_batch(work)
        self._store_batch(work)

    def _expect(self, path: str | None) -> None:
        """Read the next file while this batch is embedded."""
        if path:
            with contextlib.suppress(OSError, UnreadableSource):
                self._reader.prefetch(self._folder / path)

    def refuse(self, path: str, reason: str) -> None:
        """Report what is not opened, for instance a link to elsewhere."""
        self._forget(path)
        self.note(self._fail(path, reason, (-1, -1)))

    def note(self, change: Change) -> None:
        """Report what happened to a file."""
        if change.outcome != "failed" and change.path in self._failed:
            self._library.catalog.forget_unreadable(change.path)
        self.changes.append(change)
        rate, left = self._pace.at()
        step = Step(change.path, self._done, self._total, rate=rate, left=left, change=change)
        self._on_step(step)

    def _progress(self, path: str, page: int = 0, pages: int = 0) -> None:
        rate, left = self._pace.at()
        self._on_step(
            Step(path, self._done, self._total, page=page, pages=pages, rate=rate, left=left)
        )

    def _as_known(self, path: str) -> Change | None:
        """Return the result for a file of unchanged size and time, without opening it."""
        old, failed = self.known.by_path.get(path), self._failed.get(path)
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

    def _ingest_one(self, path: str) -> None:
        file = self._folder / path
        try:
            change = self._compare_content(file, path)
        except UnreadableSource as error:
            self._forget(path)
            change = self._fail(path, str(error), self._signature(path))
        except OSError as error:
            # What the library knows of it stays, and the next run tries again.
            why = f"{error.strerror}): check its permissions, and whether the disk has room."
            change = self._fail(path, f"{file.name} cannot be read ({why}", (-1, -1))
        if change:
            self.note(change)

    def _compare_content(self, file: Path, path: str) -> Change | None:
        """Return the result for a new or touched file; None if it was read and awaits its batch."""
        catalog = self._library.catalog
        signature, content = signature_of(file), content_hash(file, self._folder)
        old = self.known.by_path.get(path)
        if old and old.sha256 == content:
            self.known.add(catalog.update_file(old.id, path, *signature))
            return Change(path, "unchanged", old.metadata.title, old.id)
        same = self.known.same_content(content, path)
        if twin := next((source for source in same if self._still_holds(source)), None):
            self._forget(path)
            reason = f"the same as {twin.path}, which is kept"
            return Change(path, "duplicate", twin.metadata.title, twin.id, reason)
        moved = next(
            (s for s in same if s.path in self.gone and kind_of(s.path) == kind_of(path)), None
        )
        if moved and not old:
            del self.gone[moved.path]
            self.known.discard(moved.path)
            self.known.add(catalog.update_file(moved.id, path, *signature))
            return Change(path, "moved", moved.metadata.title, moved.id, f"was {moved.path}")
        self._read(file, path, old, content, signature)
        return None

    def _still_holds(self, source: Source) -> bool:
        """Return whether the file of a source still has the content the library knows."""
        file = self._folder / source.path
        if not file.is_file():
            return False
        if (source.size, source.modified_ns) == signature_of(file):
            return True
        try:
            return content_hash(file, self._folder) == source.sha256
        except UnreadableSource:
            return False  # a link to elsewhere is there now

    def _read(
        self, file: Path, path: str, old: Source | None, content: str, signature: tuple[int, int]
    ) -> None:
        document = self._reader.read(file, lambda *pages: self._progress(path, *pages))
        metadata = document.metadata
        source_id = old.id if old else self.known.new_id(path)
        passages = PassageSplitter().split(document, source_id)
        source = Source(
            id=source_id,
            path=path,
            kind=document.kind,
            sha256=content,
            size=signature[0],
            modified_ns=signature[1],
            added=old.added if old else utc_now(),
            characters=len(document.text),
            passages=len(passages),
            pages=len(document.pages),
            metadata=metadata,
            warnings=(*document.warnings, *metadata_warnings(metadata)),
        )
        change = Change(path, "updated" if old else "added", metadata.title, source_id)
        self.known.add(source)
        if not self._batch:
            self._batch_started = time.monotonic()
        self._batch.append(_Read(change, source, document, passages))

    def _is_full(self) -> bool:
        passages = sum(len(one.passages) for one in self._batch)
        old = time.monotonic() - self._batch_started > _OLDEST
        large = passages >= _MOST_PASSAGES or len(self._batch) >= _MOST_FILES
        return bool(self._batch) and (large or old)

    def _store_batch(self, sizes: dict[str, int]) -> None:
        """Embed and store what has been read; only then report it."""
        batch, self._batch = self._batch, []
        if not batch:
            return
        size = sum(sizes[one.source.path] for one in batch)
        path = batch[-1].source.path

        def embedded(done: int, total: int) -> None:
            rate, left = self._pace.at(size * done / max(total, 1), done)
            self._on_step(Step(path, self._done, self._total, done, total, rate=rate, left=left))

        self._library.put_all([(one.source, one.document, one.passages) for one in batch], embedded)
        self._pace.done += size
        self._pace.passages += sum(len(one.passages) for one in batch)
        for one in batch:
            self.note(one.change)

    def _forget(self, path: str) -> None:
        """Remove the source at a path from the library."""
        if old := self.known.discard(path):
            self._library.remove(old.id)

    def _fail(self, path: str, reason: str, signature: tuple[int, int]) -> Change:
        """List a file as unreadable, with the reason."""
        self._library.catalog.put_unreadable(Unreadable(path, *signature, reason))
        return Change(path, "failed", reason=reason)

    def _signature(self, path: str) -> tuple[int, int]:
        """Return size and time of a file; impossible values for one that has vanished."""
        with contextlib.suppress(OSError):
            return signature_of(self._folder / path)
        return -1, -1
