"""Adding documents in the background: files, a folder, a web page or the whole sources folder.

The job knows the state of every file, so that the page can draw a row for each. Nothing here draws.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from app.answering.assistant import Assistant
from app.service import activity
from app.service.bootstrap import sources_folder
from app.ui.state.folder import is_document
from app.ui.state.jobs import Job, Stopped
from ingest.file_names import safe_name
from ingest.loading import NewDocument, load_files
from ingest.progress import Change, Step
from ingest.sidecar import SIDECAR
from ingest.source_files import add_all, add_page
from ingest.sync import ingest_files, sync

FileState = Literal["waiting", "reading", "read", "embedding", "done"]


@dataclass(frozen=True, slots=True)
class IngestRequest:
    """What is to be added; with nothing, the sources folder is synced.

    `files` are names and contents; `paths` files in `folder` elsewhere on this machine, to be
    copied into the sources folder; `retry` paths in the sources folder that could not be read;
    `address` that of a web page.
    """

    files: Sequence[tuple[str, bytes]] = ()
    paths: Sequence[Path] = ()
    folder: Path | None = None
    retry: Sequence[str] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class FileProgress:
    """The state of one file; `part` of `parts` are its pages, or the passages of its batch."""

    path: str
    state: FileState = "waiting"
    part: int = 0
    parts: int = 0
    change: Change | None = None


class IngestProgress:
    """The state of every file of a job, brought up to date by its steps."""

    def __init__(self, waiting: Iterable[str]) -> None:
        """All files wait at first."""
        self._files = {path: FileProgress(path) for path in waiting}

    def files(self) -> list[FileProgress]:
        """Return the files in the order in which they were given or begun."""
        return list(self._files.values())

    def follow(self, step: Step) -> None:
        """Update the files that a step concerns."""
        if step.change:
            self._files[step.path] = FileProgress(step.path, "done", change=step.change)
        elif step.passages:
            for file in self.files():
                if file.state in ("reading", "read", "embedding"):
                    self._files[file.path] = replace(
                        file, state="embedding", part=step.embedded, parts=step.passages
                    )
        elif step.path:
            for file in self.files():
                if file.state == "reading" and file.path != step.path:
                    self._files[file.path] = FileProgress(file.path, "read")
            self._files[step.path] = FileProgress(step.path, "reading", step.page, step.pages)


class IngestJob(Job):
    """Adds files, a web page or files that failed before, or syncs the sources folder.

    `whole_folder` says whether it syncs the folder.
    """

    keeps_partial_work = True

    def __init__(self, assistant: Assistant, request: IngestRequest, person: str = "") -> None:
        """Start at once, for this person.

        The request is not kept, so that the contents of files can be freed.
        """
        self._person = person
        self.changes: list[Change] = []
        self._given = _with_sidecars(request.files)
        self._paths, self._folder = request.paths, request.folder
        self._retry, self._address = request.retry, request.address
        self._library = assistant.library
        self.whole_folder = not (self._given or self._paths or self._retry or self._address)
        names = [safe_name(given.name) for given in self._given]
        names += [safe_name(path.name) for path in self._paths]
        names += [*self._retry, *([self._address] if self._address else [])]
        self.progress = IngestProgress(names)
        self.step = Step("", 0, len(self.progress.files()))
        super().__init__()

    @property
    def reported_changes(self) -> list[Change]:
        """All changes; after a sync of the folder only files that are not as they were."""
        return [c for c in self.changes if not self.whole_folder or c.outcome != "unchanged"]

    def _work(self) -> None:
        # The complete list replaces what `_follow` has collected, which is all there is if the
        # job is stopped or fails.
        try:
            self.changes = self._add(sources_folder(self._library))
        finally:
            for change in self.changes:
                if change.outcome != "unchanged":
                    activity.note(self._library.folder, self._person, change.outcome, change.path)

    def _add(self, folder: Path) -> list[Change]:
        given, self._given = self._given, []  # frees the contents once they are saved
        if given:
            return add_all(self._library, folder, given, self._follow)
        if self._paths:
            return add_all(
                self._library, folder, load_files(self._paths, self._folder), self._follow
            )
        if self._retry:
            return self._retry_files(folder)
        if self._address:
            self.step = Step(self._address, 0, 1)
            self.progress.follow(self.step)
            return [add_page(self._library, folder, self._address, self._follow_unfinished)]
        return sync(self._library, folder, self._follow)

    def _retry_files(self, folder: Path) -> list[Change]:
        with self._library.changing:
            listed = {file.path for file in self._library.catalog.unreadable()}
            self._retry = [path for path in self._retry if path in listed]  # and no other file
            for path in self._retry:
                self._library.catalog.forget_unreadable(path)
            if self._retry and all((folder / path).is_file() for path in self._retry):
                return ingest_files(self._library, folder, self._retry, self._follow)
        changes = sync(self._library, folder, self._follow)  # a file is gone or cannot be opened
        return [c for c in changes if c.path in self._retry or c.outcome != "unchanged"]

    def _follow_unfinished(self, step: Step) -> None:
        self._follow(replace(step, change=None))

    def _follow(self, step: Step) -> None:
        """Record the progress; stop here, between two steps, if the user asked for it."""
        self.step = step
        if not (self.whole_folder and step.change and step.change.outcome == "unchanged"):
            self.progress.follow(step)
        if step.change:
            self.changes.append(step.change)
        if self._stopped.is_set():
            raise Stopped


@dataclass
class IngestState:
    """Documents that a tab adds: the running job, then its changes until they are closed.

    `finished` counts the jobs that have ended. `upload_key` numbers the upload fields: a new number
    empties them, so that no file stays in memory.
    """

    job: IngestJob | None = None
    changes: list[Change] | None = None
    finished: int = 0
    upload_key: int = 0

    def start(self, assistant: Assistant, request: IngestRequest, person: str = "") -> None:
        """Start to add documents for this person, and drop the changes of an earlier job."""
        self.changes = None
        self.job = IngestJob(assistant, request, person)

    def finish(self, job: IngestJob) -> str:
        """Take over the changes of a job that has ended; return its error, or an empty string."""
        self.changes, self.job = job.reported_changes, None
        self.finished += 1
        return job.error

    def close_result(self) -> None:
        """Forget the changes."""
        self.changes = None


def _with_sidecars(files: Sequence[tuple[str, bytes]]) -> list[NewDocument]:
    """Pair each file with the sidecar that was given beside it.

    Skip hidden files and other formats in a folder; a single file of another format is reported
    by `add_all`.
    """
    contents = dict(files)
    given = []
    for name, content in files:
        place = PurePosixPath(name)
        beside = name.removesuffix(SIDECAR)
        if beside != name and beside in contents:
            continue
        in_folder = len(place.parts) > 1
        if in_folder and (place.name.startswith(".") or not is_document(name)):
            continue
        given.append(NewDocument(name, content, contents.get(name + SIDECAR)))
    return given
