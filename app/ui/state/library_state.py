"""What all tabs share of the Library page: its rows, the last removal, and the running task.

It outlives a tab, so that a removal can be undone after the page was reloaded. Nothing here draws.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from app.service import activity
from app.service.bootstrap import sources_folder
from app.service.doctor import Check, inspect_library
from app.ui.state.ingest_job import IngestJob
from app.ui.state.jobs import Task
from app.ui.state.library_rows import Row, source_row, unreadable_row
from app.ui.state.shared import shared
from app.ui.wording import count_of
from ingest import source_files
from ingest.progress import Change
from ingest.source_files import RemovedFile
from vectorstore.errors import BadInput, KakehashiError, LibraryBusy
from vectorstore.library import Library
from vectorstore.near_duplicates import NearDuplicate, find_near_duplicates
from vectorstore.storage.usage import Usage

_MAX_UNDO = 500_000_000  # bytes of removed files that are kept in memory
_LOCK_TIMEOUT = 2.0  # seconds

ReportProgress = Callable[[int, int], None]


@dataclass
class LibraryState:
    """The Library page of this process. At most one `task` runs at a time.

    `removed` holds what the last removal took, until it is undone, closed or replaced by another.
    """

    library: Library
    usage: Usage
    ingest_job: IngestJob | None = None
    task: Task[Any] | None = None
    removed: list[RemovedFile] = field(default_factory=list)
    findings: list[Check] = field(default_factory=list)
    _duplicates: list[NearDuplicate] = field(default_factory=list)
    _duplicates_revision: int = -1
    _starting: threading.Lock = field(default_factory=threading.Lock)
    _rows: dict[str, tuple[str, list[Row]]] = field(default_factory=dict)

    @property
    def busy(self) -> str:
        """Why nothing can be changed now; empty if it can."""
        if self.ingest_job and not self.ingest_job.done:
            return "Documents are being added. You can make changes when that is done."
        if self.task and not self.task.done:
            return f"{self.task.name} … You can make changes when that is done."
        return ""

    @property
    def version(self) -> str:
        """A text that differs whenever the rows may differ."""
        return f"{self.library.database.writes}-{len(self.duplicates)}"

    @property
    def duplicates(self) -> list[NearDuplicate]:
        """The pairs of near-duplicate sources that were found; empty once the library changes."""
        return self._duplicates if self.compared else []

    @property
    def compared(self) -> bool:
        """Whether the sources were compared since the library last changed."""
        return self._duplicates_revision == self.library.revision

    def rows(self, person: str = "") -> list[Row]:
        """Return a row for each source and each file that could not be read.

        It counts the answers of this person that cite the source.
        """
        version = self.version
        known, rows = self._rows.get(person, ("", []))
        if known != version:
            others = list(self._rows.items())
            self._rows = {one: kept for one, kept in others if kept[0] == version}
            catalog, cited = self.library.catalog, self.usage.counts(person)
            duplicates: dict[str, list[tuple[str, int]]] = {}
            for pair in self.duplicates:
                duplicates.setdefault(pair.source_id, []).append((pair.other_id, pair.passages))
                duplicates.setdefault(pair.other_id, []).append((pair.source_id, pair.passages))
            rows = [
                source_row(source, cited[source.id], duplicates.get(source.id, []))
                for source in catalog.sources()
            ]
            rows += [unreadable_row(file) for file in catalog.unreadable()]
            self._rows[person] = (version, rows)
        return rows

    def start(
        self,
        name: str,
        function: Callable[[ReportProgress], Any],
        *,
        keeps_partial_work: bool = False,
    ) -> Task[Any]:
        """Start a task; raise BadInput while another is running."""
        with self._starting:  # two tabs may start one at the same time
            if self.busy:
                raise BadInput(self.busy)
            task = Task(name, function, keeps_partial_work=keeps_partial_work)
            self.task = task
        task.wait_briefly()
        return task

    def remove(self, ids: Sequence[str], person: str = "") -> None:
        """Start to remove sources for a person; raise KakehashiError if that is not possible."""
        with self.changing_library():
            sources = [self.library.catalog.source(source_id) for source_id in ids]
        if sum(source.size for source in sources) > _MAX_UNDO:
            raise BadInput(
                "These files are too large to keep for undo: remove fewer at once "
                f"(up to {_MAX_UNDO / 1e6:.0f} MB)."
            )

        def work(report: ReportProgress) -> None:
            removed: list[RemovedFile] = []
            folder = sources_folder(self.library)
            try:
                for number, source in enumerate(sources):
                    report(number, len(sources))
                    removed.append(source_files.remove(self.library, folder, source.id, last=False))
                    activity.note(self.library.folder, person, "removed", source.path)
                    self.removed = removed  # replaces the removal before once this one succeeds
            finally:
                self.library.purge_index()

        name = f"Removing {count_of(len(sources), 'source')}"
        self.start(name, work, keeps_partial_work=True)

    def undo_removal(self, person: str = "") -> None:
        """Start to undo the last removal for a person; the result of the task are the changes."""
        # In reverse order: each undo expects the answers as its removal left them.
        restorable = [one for one in reversed(self.removed) if one.content is not None]

        def work(report: ReportProgress) -> list[Change]:
            changes = []
            for number, one in enumerate(restorable):
                report(number, len(restorable))
                folder = sources_folder(self.library)
                try:
                    changes.append(source_files.restore(self.library, folder, one))
                    self.removed.remove(one)
                    activity.note(self.library.folder, person, "restored", one.source.path)
                except KakehashiError as error:  # restore the others all the same
                    changes.append(Change(one.source.path, "failed", reason=str(error)))
            self.removed = [one for one in self.removed if one.content is not None]
            return changes

        name = f"Restoring {count_of(len(restorable), 'source')}"
        self.start(name, work, keeps_partial_work=True)

    def check_health(self) -> None:
        """Start to inspect the library."""

        def work(report: ReportProgress) -> None:
            self.findings = []
            findings = []
            for number, finding in enumerate(inspect_library(self.library)):
                report(number, 0)
                findings.append(finding)
            self.findings = findings

        self.start("Checking the library", work)

    def find_duplicates(self) -> None:
        """Start to look for near-duplicate sources."""

        def work(report: ReportProgress) -> None:
            revision = self.library.revision
            self._duplicates = find_near_duplicates(self.library.passages.all())
            report(0, 0)
            self._duplicates_revision = revision

        self.start("Comparing all passages", work)

    @contextmanager
    def changing_library(self) -> Iterator[None]:
        """Hold the library for a change; raise LibraryBusy if it cannot be had soon."""
        if self.busy or not self.library.changing.acquire(timeout=_LOCK_TIMEOUT):
            raise LibraryBusy(
                self.busy
                or "Another tab or program is changing the library: try again when it is done."
            )
        try:
            yield
        finally:
            self.library.changing.release()


@st.cache_resource(show_spinner=False)
def library_state() -> LibraryState:
    """Return the state of this process."""
    library = shared().assistant.library
    return LibraryState(library, Usage(library.database))
