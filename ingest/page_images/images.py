"""Pages of PDF files as pictures with words boxed, drawn in a child process with limits.

The child (`renderer.py`) is started at the first page, kept for the next ones, and
started anew after a page that it did not survive. The last pictures are kept in memory, none on
disk. Nothing here reads a text out of a file: what is boxed is given.
"""

import base64
import contextlib
import hashlib
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.readers.pdf import locked, password_of
from vectorstore.errors import UnreadableSource
from vectorstore.records import Page, Source

PATIENCE = 15.0  # seconds for one page
_KEPT = 24  # pictures, of a fifth of a megabyte each
_LONGEST_LINE = 64 << 20  # bytes
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_", "TMPDIR", "VIRTUAL_ENV")
_FOR_TESTS = ("COVERAGE_", "COV_")

Box = tuple[float, float, float, float]  # left, top, width, height, as shares of the picture


@dataclass(frozen=True, slots=True)
class Picture:
    """A page drawn. `webp` is the image, `width` and `height` its pixels, `pages` the file's.

    `boxes` cover the words asked for, as far as the page has them as text; `share` is how much of
    their letters that is, 0 to 1; `text` is whether the page has letters at all.
    """

    number: int
    webp: bytes
    width: int
    height: int
    pages: int
    boxes: tuple[Box, ...]
    share: float
    text: bool


class PagePictures:
    """One child process for as many pages as it survives. Safe to call from any thread."""

    def __init__(self) -> None:
        """Nothing is started until a page is drawn."""
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], Picture] = OrderedDict()

    def get_ready(self) -> None:
        """Start the child, so that the first page need not wait for it; waits for nothing."""
        if self._lock.acquire(blocking=False):
            try:
                with contextlib.suppress(OSError):
                    self._started()
            finally:
                self._lock.release()

    def close(self) -> None:
        """End the child and forget the pictures."""
        with self._lock:
            self._end()
            self._kept.clear()

    def draw(
        self, path: Path, source: Source, page: Page, text: str, start: int, end: int
    ) -> Picture:
        """A page of a PDF file with the words boxed that stand in its stored `text` from `start`.

        `text` is that of the whole source, and so are the places; words on other pages are passed
        over. Raises UnreadableSource, whose message names the file, also where the file is not
        the one that was read.
        """
        _unchanged(path, source)
        stored = text[page.start : page.end]
        first = min(max(start - page.start, 0), len(stored))
        last = min(max(end - page.start, first), len(stored))
        key = (source.id, source.sha256, page.number, stored[first:last], first)
        with self._lock:
            if key not in self._kept:
                answer = self._asked(
                    path=str(path),
                    password=password_of(path),
                    page=page.number,
                    text=stored if first < last else "",
                    start=first if first < last else 0,
                    end=last if first < last else 0,
                )
                self._kept[key] = _picture(path, page.number, answer)
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    def _asked(self, **values: object) -> dict[str, Any]:
        """What the child says of one page; it is ended if it says nothing in time."""
        for fresh in (False, True):
            new = True
            try:
                child, new = self._started()
                line = _said(child, json.dumps(values).encode() + b"\n")
            except (OSError, TimeoutError) as error:
                self._end()
                if new or fresh or isinstance(error, TimeoutError):
                    raise UnreadableSource(
                        _cannot(Path(str(values["path"])), values["page"])
                    ) from error
                continue  # it had died since the last page
            answer: dict[str, Any] = json.loads(line)
            return answer
        raise AssertionError("unreachable")

    def _started(self) -> tuple["subprocess.Popen[bytes]", bool]:
        """The child, and whether it is a new one."""
        if self._child is not None and self._child.poll() is None:
            return self._child, False
        self._end()
        kept = (*_PASSED_ON, *_FOR_TESTS)
        self._child = subprocess.Popen(
            [sys.executable, "-m", "ingest.page_images.renderer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[2],
            env={k: v for k, v in os.environ.items() if k.startswith(kept)},
        )
        return self._child, True

    def _end(self) -> None:
        if self._child:
            self._child.kill()
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe:
                    with contextlib.suppress(OSError):
                        pipe.close()
        self._child = None


def _said(child: "subprocess.Popen[bytes]", asked: bytes) -> bytes:
    """What the child says when it is asked; it is ended if it does not even listen."""
    assert child.stdin
    impatient = threading.Timer(PATIENCE, child.kill)
    impatient.start()
    try:
        child.stdin.write(asked)
        child.stdin.flush()
        return _line(child)
    finally:
        impatient.cancel()


def _line(child: "subprocess.Popen[bytes]") -> bytes:
    """The next line; raises TimeoutError, or ConnectionError where the child has died."""
    assert child.stdout
    heard, end = bytearray(), time.monotonic() + PATIENCE
    with selectors.DefaultSelector() as ready:
        ready.register(child.stdout, selectors.EVENT_READ)
        while not heard.endswith(b"\n"):
            if not ready.select(max(end - time.monotonic(), 0)):
                raise TimeoutError
            piece = os.read(child.stdout.fileno(), 1 << 20)
            if not piece or len(heard) > _LONGEST_LINE:
                raise ConnectionError
            heard += piece
    return bytes(heard)


def _unchanged(path: Path, source: Source) -> None:
    """Raises UnreadableSource unless this is the file that was read."""
    try:
        stat = path.stat()
        if (stat.st_size, stat.st_mtime_ns) == (source.size, source.modified_ns):
            return
        with path.open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == source.sha256
    except OSError as error:
        raise UnreadableSource(
            f"{source.path} is not in the sources folder now, or cannot be opened: its pages "
            "cannot be shown, its text can."
        ) from error
    if not same:
        raise UnreadableSource(
            f"{source.path} has changed since it was read, so its pages may say something else: "
            "read the folder again on the Library page."
        )


def _picture(path: Path, number: int, answer: dict[str, Any]) -> Picture:
    if answer.get("error") == "locked":
        raise UnreadableSource(locked(path))
    if "error" in answer:
        raise UnreadableSource(_cannot(path, number))
    return Picture(
        number=number,
        webp=base64.b64decode(answer["picture"]),
        width=answer["width"],
        height=answer["height"],
        pages=answer["pages"],
        boxes=tuple((left, top, width, height) for left, top, width, height in answer["boxes"]),
        share=answer["share"],
        text=answer["letters"] > 0,
    )


def _cannot(path: Path, number: object) -> str:
    return (
        f"Page {number} of {path.name} cannot be drawn here: open the file in a PDF viewer. Its "
        "text is shown all the same."
    )
