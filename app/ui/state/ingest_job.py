"""Taking documents in beside the page: files, a folder, a web page, or the whole sources folder.

A job tells what each file is at, so that the page can show a row for it. Nothing here draws.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from app.answering.assistant import Assistant
from app.service.bootstrap import sources_folder
from app.ui.state.jobs import Job, Stopped
from ingest.file_names import safe_name
from ingest.progress import Change, Step
from ingest.readers import READERS
from ingest.scan import walk
from ingest.sidecar import SIDECAR
from ingest.source_files import Given, add_all, add_page, from_files
from ingest.sync import sync, take_in_all
from vectorstore.errors import BadInput

State = Literal["waiting", "reading", "read", "embedding", "done"]


@dataclass(frozen=True, slots=True)
class File:
    """What one file is at: `part` of `parts` are its pages, or the passages of its group."""

    path: str
    state: State = "waiting"
    part: int = 0
    parts: int = 0
    change: Change | None = None


class Files:
    """What all files of an intake are at, told by its steps."""

    def __init__(self, waiting: Iterable[str]) -> None:
        """At first all are waiting."""
        self._rows = {path: File(path) for path in waiting}

    def rows(self) -> list[File]:
        """In the order in which they were given or begun."""
        return list(self._rows.values())

    def follow(self, step: Step) -> None:
        """Take in what a step tells."""
        if step.change:
            self._rows[step.path] = File(step.path, "done", change=step.change)
        elif step.passages:
            for row in self.rows():
                if row.state in ("reading", "read", "embedding"):
                    now = replace(row, state="embedding", part=step.embedded, parts=step.passages)
                    self._rows[row.path] = now
        elif step.path:
            for row in self.rows():
                if row.state == "reading" and row.path != step.path:
                    self._rows[row.path] = File(row.path, "read")
            self._rows[step.path] = File(step.path, "reading", step.page, step.pages)


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder on this machine holds: documents to take in, and other files by ending."""

    folder: Path
    files: tuple[Path, ...]
    size: int
    others: dict[str, int]


def look_into(path: str, sources: Path) -> Found:
    """What could be copied in from a folder; raises BadInput where there is nothing."""
    folder = Path(path).expanduser()
    if not path or not folder.is_absolute():
        raise BadInput("Write the whole path of a folder, from its beginning: /home/me/papers.")
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder} on this machine: check the path.")
    if folder.resolve().is_relative_to(sources.resolve()):
        raise BadInput(
            f"{folder} is the sources folder, or lies in it: “Read the folder again” takes in "
            "what is new there."
        )
    names = walk(folder).files
    files = tuple(folder / name for name in names if _is_document(name))
    others = Counter(PurePosixPath(name).suffix.lower() or "no ending" for name in names)
    if not files:
        raise BadInput(f"{folder} holds no document that can be read.")
    size = sum(file.stat().st_size for file in files if file.is_file())
    return Found(folder, files, size, {e: n for e, n in others.items() if e not in READERS})


class IntakeJob(Job):
    """Takes documents in: files, a web page, files that failed; with none of them the folder."""

    def __init__(
        self,
        assistant: Assistant,
        files: Sequence[tuple[str, bytes]] = (),
        question: str = "",
        address: str = "",
        paths: Sequence[Path] = (),
        again: Sequence[str] = (),
    ) -> None:
        """`files` are names and contents, `question` is asked when they are in.

        `whole` is whether it goes through the whole sources folder, which is done for want of any.

        `paths` are files elsewhere on this machine, copied into the sources folder; `again` are
        paths of the sources folder to be tried once more.
        """
        self.question = question
        self.address = address
        self.changes: list[Change] = []
        self._given = _with_sidecars(files)
        self._paths = paths
        self._again = again
        self._library = assistant.library
        self.whole = not (self._given or paths or again or address)
        named = [safe_name(one.name) for one in self._given]
        named += [safe_name(path.name) for path in paths]
        self.files = Files([*named, *again, *([address] if address else [])])
        self.step = Step("", 0, len(self.files.rows()))
        super().__init__()

    @property
    def news(self) -> list[Change]:
        """What there is to tell: of what was given all, of the folder what is not as it was."""
        return [c for c in self.changes if not self.whole or c.outcome != "unchanged"]

    def _work(self) -> None:
        folder = sources_folder(self._library)
        given, self._given = self._given, []  # their contents are not kept beyond this
        if given:
            self.changes = add_all(self._library, folder, given, self._note)
        elif self._paths:
            self.changes = add_all(self._library, folder, from_files(self._paths), self._note)
        elif self._again:
            self._try_again(folder)
        elif self.address:
            self.step = Step(self.address, 0, 1)
            self.files.follow(self.step)
            self.changes.append(add_page(self._library, folder, self.address, self._watch))
        else:
            sync(self._library, folder, self._note)

    def _try_again(self, folder: Path) -> None:
        with self._library.changing:
            for path in self._again:
                self._library.catalog.forget_unreadable(path)
            if all((folder / path).is_file() for path in self._again):
                self.changes = take_in_all(self._library, folder, self._again, self._note)
                return
        changes = sync(self._library, folder, self._note)  # one has gone, or cannot be named
        self.changes = [c for c in changes if c.path in self._again or c.outcome != "unchanged"]

    def _watch(self, step: Step) -> None:
        self._note(replace(step, change=None))

    def _note(self, step: Step) -> None:
        """Remember how far it is; between two steps it can be stopped."""
        self.step = step
        if not (self.whole and step.change and step.change.outcome == "unchanged"):
            self.files.follow(step)
        if step.change:
            self.changes.append(step.change)
        if self._stopped.is_set():
            raise Stopped


def _is_document(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in READERS


def _with_sidecars(files: Sequence[tuple[str, bytes]]) -> list[Given]:
    """Files as they are to be added, each with the metadata that was given beside it.

    In a folder, what is hidden or no document is passed over; a single file is told of later.
    """
    contents = dict(files)
    given = []
    for name, content in files:
        place = PurePosixPath(name)
        beside = name.removesuffix(SIDECAR)
        if beside != name and beside in contents:
            continue
        in_folder = len(place.parts) > 1
        if in_folder and (place.name.startswith(".") or not _is_document(name)):
            continue
        given.append(Given(name, content, contents.get(name + SIDECAR)))
    return given
