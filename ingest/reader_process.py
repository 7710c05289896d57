"""Reading files in a child process with limits, so that no file can take the library down.

The child (`ingest/readers/__main__.py`) is started at the first file, kept for the next ones, and
started anew after one that it did not survive. It gets no secrets: only the variables of the
environment that a program needs to run.
"""

import contextlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.file_names import safe_name
from ingest.readers.__main__ import damaged
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, Heading, Metadata, Page

QUIET = 90.0  # seconds without a sign of life
ALTOGETHER = 1800.0  # seconds for one file; what takes longer is a scan of hundreds of pages
MOST_BYTES = 200 << 20  # of one file
_LONGEST_LINE = 256 << 20  # bytes of JSON for one document
_TICK = 0.2  # seconds between two looks at whether the user has stopped it
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_", "TMPDIR", "TESSDATA_PREFIX", "OMP_", "VIRTUAL_ENV")
_FOR_TESTS = ("COVERAGE_", "COV_")

Alive = Callable[[int, int], None]


class Reading:
    """One child process for as many files as it survives. Close it when the last one is read."""

    def __init__(self) -> None:
        """Nothing is started until a file has to be read."""
        self._child: subprocess.Popen[bytes] | None = None
        self._buffer = bytearray()
        self._expected: tuple[Path, tuple[int, int]] | None = None

    def __enter__(self) -> "Reading":
        """End the child with the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child with the block."""
        self.close()

    def close(self) -> None:
        """End the child."""
        if self._child:
            self._child.kill()
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe:
                    with contextlib.suppress(OSError):
                        pipe.close()
        self._child = self._expected = None
        self._buffer.clear()

    def expect(self, path: Path) -> None:
        """Begin to read a file that will be asked for next; nothing is said of it yet."""
        if self._expected is None and path.stat().st_size <= MOST_BYTES:
            self._send(path)
            self._expected = (path, _stamp(path))

    def read(self, path: Path, alive: Alive = lambda *_: None) -> Document:
        """The document in a file; `alive` hears of pages done and all pages, and may raise to stop.

        Raises UnreadableSource, whose message names the file.
        """
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableSource(
                f"{path.name} is larger than {MOST_BYTES >> 20} MB: split it into smaller files."
            )
        try:
            answer = self._asked(path, alive)
        except BaseException:
            self.close()  # what the child would still say must not be taken for the next answer
            raise
        if "error" in answer:
            raise UnreadableSource(answer["error"])
        return _document(answer["document"])

    def _asked(self, path: Path, alive: Alive) -> dict[str, Any]:
        expected, self._expected = self._expected, None
        if expected != (path, _stamp(path)):
            if expected:
                self.close()  # it is reading another file, or one that has changed since
            self._send(path)
        child = self._child
        assert child
        started, page, pages = time.monotonic(), 0, 0
        heard = started
        while True:
            line = self._line(child, path)
            if line is None:
                alive(page, pages)
                now = time.monotonic()
                if now - heard > QUIET or now - started > ALTOGETHER:
                    raise UnreadableSource(_too_slow(path))
                continue
            heard = time.monotonic()
            answer: dict[str, Any] = json.loads(line)
            if "page" not in answer:
                return answer
            page, pages = answer["page"], answer["pages"]
            alive(page, pages)

    def _send(self, path: Path) -> None:
        child = self._started()
        assert child.stdin
        try:
            child.stdin.write(json.dumps({"path": str(path)}).encode() + b"\n")
            child.stdin.flush()
        except BrokenPipeError as error:
            self.close()
            raise UnreadableSource(damaged(path)) from error

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self.close()
            kept = (*_PASSED_ON, *_FOR_TESTS)
            self._child = subprocess.Popen(
                [sys.executable, "-m", "ingest.readers"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # libraries quote documents in their complaints
                cwd=Path(__file__).parent.parent,
                env={k: v for k, v in os.environ.items() if k.startswith(kept)},
            )
            assert self._child.stdout
            os.set_blocking(self._child.stdout.fileno(), False)
        return self._child

    def _line(self, child: "subprocess.Popen[bytes]", path: Path) -> bytes | None:
        """The next line, or None if there is none yet; raises UnreadableSource if it has died."""
        assert child.stdout
        with selectors.DefaultSelector() as ready:
            ready.register(child.stdout, selectors.EVENT_READ)
            end = time.monotonic() + _TICK
            searched = 0
            while self._buffer.find(b"\n", searched) < 0:
                searched = len(self._buffer)
                if not ready.select(max(end - time.monotonic(), 0)):
                    return None
                piece = os.read(child.stdout.fileno(), 1 << 20)
                if not piece or len(self._buffer) > _LONGEST_LINE:
                    raise UnreadableSource(_died(path, child))
                self._buffer += piece
        line, _, rest = self._buffer.partition(b"\n")
        self._buffer = bytearray(rest)
        return bytes(line)


def text_in(name: str, content: bytes) -> str:
    """The text of a document that is not kept; raises UnreadableSource.

    It is written to a folder of its own while it is read, under a safe name.
    """
    with tempfile.TemporaryDirectory() as folder, Reading() as reading:
        path = Path(folder) / safe_name(name)
        path.write_bytes(content)
        return reading.read(path).text


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def _died(path: Path, child: "subprocess.Popen[bytes]") -> str:
    try:
        code = child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return f"{path.name} holds more text than can be taken in: split it into smaller files."
    return _too_slow(path) if code == -24 else damaged(path)  # 24 is SIGXCPU


def _too_slow(path: Path) -> str:
    return (
        f"{path.name} takes too long to be read: split it into smaller files, or save it anew from "
        "the program it comes from."
    )


def _document(values: dict[str, Any]) -> Document:
    return Document(
        text=values["text"],
        kind=values["kind"],
        metadata=Metadata(**values["metadata"]),
        pages=tuple(Page(**page) for page in values["pages"]),
        headings=tuple(Heading(**heading) for heading in values["headings"]),
        warnings=tuple(values["warnings"]),
    )
