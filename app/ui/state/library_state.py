"""What all tabs share of the Library page: its rows, what was removed last, and what goes on.

It outlives a tab, so that a removal can be undone after the page was reloaded. Nothing here draws.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from app.service.bootstrap import sources_folder
from app.service.doctor import Finding, inspect_library
from app.ui.components.labels import counted
from app.ui.state.ingest_job import IntakeJob
from app.ui.state.jobs import Task
from app.ui.state.library_rows import Row, row_of, row_of_failed
from app.ui.state.session import window
from ingest import source_files as shelf
from ingest.progress import Change
from ingest.source_files import Removed
from vectorstore.errors import BadInput, KakehashiError, LibraryBusy
from vectorstore.library import Library
from vectorstore.near_duplicates import Repeated, repeated
from vectorstore.storage.usage import Usage

_PATIENCE = 0.4  # seconds; what is done by then is drawn at once
_MOST_KEPT = 500_000_000  # bytes of removed files that are kept in memory to undo it
_LOCK_PATIENCE = 2.0  # seconds

Tell = Callable[[int, int], None]


@dataclass
class Shelving:
    """The shelf of a library. `task` is removing, putting back or looking; one at a time.

    `removed` is what the last removal took, until it is undone, closed or another one follows.
    """

    library: Library
    usage: Usage
    intake: IntakeJob | None = None
    task: Task[Any] | None = None
    removed: list[Removed] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    copies: list[Repeated] | None = None
    _starting: threading.Lock = field(default_factory=threading.Lock)
    _compared: int = -1
    _rows: tuple[object, list[Row]] = (None, [])

    @property
    def busy(self) -> str:
        """Why nothing can be changed just now; empty where it can."""
        if self.intake and not self.intake.done:
            return "Documents are being taken in: changes can be made when they are in."
        if self.task and not self.task.done:
            return f"{self.task.name}: changes can be made when that is done."
        return ""

    @property
    def version(self) -> str:
        """Another one whenever the rows may be others."""
        copies = len(self._repeated())
        return f"{self.library.database.writes}-{copies}"

    def rows(self) -> list[Row]:
        """A row for each source and each file that could not be read."""
        if self._rows[0] != self.version:
            catalog, cited = self.library.catalog, self.usage.counts()
            copies: dict[str, list[tuple[str, int]]] = {}
            for pair in self._repeated():
                copies.setdefault(pair.source_id, []).append((pair.other_id, pair.passages))
                copies.setdefault(pair.other_id, []).append((pair.source_id, pair.passages))
            version = self.version
            rows = [row_of(s, cited[s.id], copies.get(s.id, [])) for s in catalog.sources()]
            self._rows = (version, rows + [row_of_failed(file) for file in catalog.unreadable()])
        return self._rows[1]

    def _repeated(self) -> list[Repeated]:
        """The pairs that were found, as long as the library is as it was then."""
        return (self.copies or []) if self._compared == self.library.revision else []

    @property
    def compared(self) -> bool:
        """Whether it is known which sources repeat each other."""
        return self._compared == self.library.revision

    def start(self, name: str, do: Callable[[Tell], Any]) -> Task[Any]:
        """Begin something; raises BadInput while something else goes on."""
        with self._starting:  # two tabs may want to
            if self.busy:
                raise BadInput(self.busy)
            task = self.task = Task(name, do)
        task.wait(_PATIENCE)
        return task

    def remove(self, ids: Sequence[str]) -> None:
        """Begin to take sources out; raises KakehashiError."""
        with self.changeable():
            sources = [self.library.catalog.source(one) for one in ids]
        if sum(source.size for source in sources) > _MOST_KEPT:
            raise BadInput(
                "So many files could not be brought back, were it undone: remove fewer at once "
                f"(up to {_MOST_KEPT / 1e6:.0f} MB)."
            )

        def do(tell: Tell) -> None:
            removed: list[Removed] = []
            for number, source in enumerate(sources):
                tell(number, len(sources))
                folder = sources_folder(self.library)
                removed.append(shelf.remove(self.library, folder, source.id))
                self.removed = removed  # only now can the removal before not be undone any more

        self.start(f"Removing {counted(len(sources), 'source')}", do)

    def put_back(self) -> None:
        """Begin to undo the last removal; its task's result are the changes."""
        # The last one first: each undo leaves an answer as the next one expects it.
        lost = [one for one in reversed(self.removed) if one.content is not None]

        def do(tell: Tell) -> list[Change]:
            changes = []
            for number, one in enumerate(lost):
                tell(number, len(lost))
                folder = sources_folder(self.library)
                try:
                    changes.append(shelf.restore(self.library, folder, one))
                    self.removed.remove(one)
                except KakehashiError as error:  # the others come back all the same
                    changes.append(Change(one.source.path, "failed", reason=str(error)))
            self.removed = [one for one in self.removed if one.content is not None]
            return changes

        self.start(f"Putting back {counted(len(lost), 'source')}", do)

    def look_after(self) -> None:
        """Begin to look whether everything is well."""

        def do(tell: Tell) -> None:
            self.findings = []
            found = []
            for number, finding in enumerate(inspect_library(self.library)):
                tell(number, 0)
                found.append(finding)
            self.findings = found

        self.start("Looking whether all is well", do)

    def compare(self) -> None:
        """Begin to look which sources repeat each other."""

        def do(tell: Tell) -> None:
            revision = self.library.revision
            self.copies = repeated(self.library.passages.all())
            tell(0, 0)
            self._compared = revision

        self.start("Comparing all passages", do)

    @contextmanager
    def changeable(self) -> Iterator[None]:
        """Hold the library for a change; raises LibraryBusy where another program has it long."""
        if self.busy or not self.library.changing.acquire(timeout=_LOCK_PATIENCE):
            raise LibraryBusy(
                self.busy
                or "The library is being changed by another tab or program: try again "
                "when that is done."
            )
        try:
            yield
        finally:
            self.library.changing.release()


@st.cache_resource(show_spinner=False)
def shelving() -> Shelving:
    """The one of this process."""
    library = window().assistant.library
    return Shelving(library, Usage(library.database))
