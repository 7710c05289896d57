"""Reads files in a child process with limits, so that no file can take the library down.

The child (`ingest/readers/__main__.py`) starts with the first file, serves the next ones too, and
is replaced after a file that it did not survive.
"""

import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.file_names import safe_name
from ingest.inbox import LARGEST_FILE, Inbox
from ingest.process_limits import LONGEST_LIFE
from ingest.readers.__main__ import damaged
from vectorstore.child_process import ChildFailed, ChildProcess
from vectorstore.confinement import Confinement
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, Heading, Metadata, Page, ReadingWarning

# Judged: even a page that is read by OCR shows a sign of life sooner.
SILENCE_TIMEOUT = 90.0  # seconds without a sign of life
FILE_TIMEOUT = (
    1800.0  # seconds for one file; judged: what takes longer is a scan of hundreds of pages
)
_LONGEST_LINE = 256 << 20  # bytes of JSON; judged: more than the longest document needs
_SEND_TIMEOUT = 5.0  # seconds; judged: a name fits into the pipe at once
_POLL = 0.2  # seconds between two chances for the user to stop; judged: feels immediate

PageCallback = Callable[[int, int], None]


class ReaderProcess:
    """A child process that reads one file after another; end it with `close`."""

    def __init__(self, within: Path | None = None) -> None:
        """Start nothing until there is a file to read; with `within`, only files in that folder."""
        self._within = within
        self._child: ChildProcess | None = None
        self._inbox: Inbox | None = None
        self._prefetched: tuple[Path, tuple[int, int]] | None = None

    def __enter__(self) -> "ReaderProcess":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child with the block."""
        self.close()

    def close(self) -> None:
        """End the child, and delete the copy that it has."""
        if self._child:
            self._child.kill()
        if self._inbox:
            self._inbox.close()
        self._child = self._inbox = self._prefetched = None

    def prefetch(self, path: Path) -> None:
        """Start to read the file that `read` will ask for next; report nothing of it yet."""
        if self._prefetched is None and path.stat().st_size <= LARGEST_FILE:
            self._send(path)
            self._prefetched = (path, _stamp(path))

    def read(
        self, path: Path, on_page: PageCallback = lambda *_: None, *, draft: bool = False
    ) -> Document:
        """Return the document in a file, with the metadata of its sidecar.

        The notes of a `draft` keep their marks, and it has no sidecar. `on_page` receives the pages
        read and all pages, and may raise to stop. Raises UnreadableSource, whose message names the
        file.
        """
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableSource(
                f"{path.name} is larger than {LARGEST_FILE >> 20} MB: split it into smaller files."
            )
        try:
            answer = self._answer(path, on_page, draft=draft)
        except BaseException:
            self.close()  # a late answer must not pass for that of the next file
            raise
        if "error" in answer:
            raise UnreadableSource(answer["error"])
        return _document(answer["document"])

    def confinement(self) -> tuple[Confinement, bool]:
        """Return what the kernel takes away from the child, and whether OCR works there.

        Raises OSError, ChildFailed, TimeoutError.
        """
        child, _ = self._started()
        child.send({"confinement": True}, _SEND_TIMEOUT)
        answer = child.receive(SILENCE_TIMEOUT)
        if answer is None:
            raise TimeoutError
        return Confinement(answer["files"], answer["calls"]), answer["ocr"]

    def _answer(self, path: Path, on_page: PageCallback, *, draft: bool) -> dict[str, Any]:
        prefetched, self._prefetched = self._prefetched, None
        if draft or prefetched != (path, _stamp(path)):
            if prefetched:
                self.close()  # it is reading another file, or one that has changed since
            self._send(path, draft=draft)
        assert self._child
        started = last_sign = time.monotonic()
        page = pages = 0
        while True:
            try:
                answer = self._child.receive(_POLL)
            except ChildFailed as failure:
                raise UnreadableSource(_failed(path, failure.returncode)) from failure
            now = time.monotonic()
            if answer is None:
                on_page(page, pages)
                if now - last_sign > SILENCE_TIMEOUT or now - started > FILE_TIMEOUT:
                    raise UnreadableSource(_too_slow(path))
                continue
            last_sign = now
            if "page" not in answer:
                return answer
            page, pages = answer["page"], answer["pages"]
            on_page(page, pages)

    def _send(self, path: Path, *, draft: bool = False) -> None:
        child, inbox = self._started()
        inbox.put(path, self._within)
        try:
            child.send({"name": path.name, "draft": draft}, _SEND_TIMEOUT)
        except (ChildFailed, TimeoutError) as error:
            self.close()
            raise UnreadableSource(damaged(path)) from error

    def _started(self) -> tuple[ChildProcess, Inbox]:
        """Return the child and its inbox; a dead child is replaced, and one of a long life too."""
        if self._child and (not self._child.running or self._child.age > LONGEST_LIFE):
            self.close()
        if self._child is None or self._inbox is None:
            inbox = Inbox()
            try:
                self._child = ChildProcess("ingest.readers", _LONGEST_LINE, [str(inbox.folder)])
            except OSError:
                inbox.close()
                raise
            self._inbox = inbox
        return self._child, self._inbox


def text_in(name: str, content: bytes) -> str:
    """Return the text of a draft, which is not kept; raises UnreadableSource.

    While it is read, it is written to a temporary folder under a safe name.
    """
    with tempfile.TemporaryDirectory() as folder, ReaderProcess() as reader:
        path = Path(folder) / safe_name(name)
        path.write_bytes(content)
        return reader.read(path, draft=True).text


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def _failed(path: Path, returncode: int | None) -> str:
    """Return what to say of a file at which the child ended, or whose text is too long (None)."""
    if returncode is None:
        return f"{path.name} holds more text than Kakehashi can read: split it into smaller files."
    return _too_slow(path) if returncode == -signal.SIGXCPU else damaged(path)


def _too_slow(path: Path) -> str:
    return (
        f"{path.name} takes too long to read: split it into smaller files, or save it again "
        "from the program it comes from."
    )


def _document(values: dict[str, Any]) -> Document:
    return Document(
        text=values["text"],
        kind=values["kind"],
        metadata=Metadata(**values["metadata"]),
        pages=tuple(Page(**page) for page in values["pages"]),
        headings=tuple(Heading(**heading) for heading in values["headings"]),
        warnings=tuple(ReadingWarning(**warning) for warning in values["warnings"]),
    )
