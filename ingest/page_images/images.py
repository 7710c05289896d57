"""Draws pages of PDF files with words boxed, in a child process with limits.

The child (`renderer.py`) starts with the first page, serves the next ones too, and is replaced
after a page that it did not survive. The last pictures are kept in memory, none on disk.
"""

import base64
import contextlib
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.inbox import Inbox
from ingest.process_limits import LONGEST_LIFE
from ingest.scan import content_hash, signature_of
from vectorstore.child_process import ChildFailed, ChildProcess
from vectorstore.errors import UnreadableSource
from vectorstore.records import Page, Source

PAGE_TIMEOUT = 15.0  # seconds for one page; judged: what a reader waits at most
_KEPT = 24  # pictures, of a fifth of a megabyte each; judged: bounds memory
_LONGEST_LINE = 64 << 20  # bytes; judged: far more than any picture needs

Box = tuple[float, float, float, float]  # left, top, width, height, as shares of the picture


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn page: `webp` is the image, `width` and `height` are in pixels.

    `pages` is the number of pages of the file. `boxes` cover the requested words as far as the
    page has them as text, `share` is the share of their letters covered, 0 to 1, and `text` says
    whether the page has letters at all.
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
    """Draws pages in a child process; safe to call from any thread."""

    def __init__(self) -> None:
        """Start nothing until there is a page to draw."""
        self._child: ChildProcess | None = None
        self._inbox: Inbox | None = None
        self._copied: tuple[object, ...] = ()
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], Picture] = OrderedDict()

    def get_ready(self) -> None:
        """Start the child ahead of the first page; return at once."""
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
        """Draw a page of a PDF file and box the words of `text` from `start` to `end`.

        `text` is the stored text of the whole source, to which the offsets refer; words on other
        pages are skipped. Raises UnreadableSource, whose message names the file, also if the file
        has changed since it was read.
        """
        folder = path.parents[source.path.count("/")]
        _unchanged(path, folder, source)
        stored = text[page.start : page.end]
        first = min(max(start - page.start, 0), len(stored))
        last = min(max(end - page.start, first), len(stored))
        key = (source.id, source.sha256, page.number, stored[first:last], first)
        with self._lock:
            if key not in self._kept:
                answer = self._answer(
                    path,
                    folder,
                    {
                        "page": page.number,
                        "text": stored if first < last else "",
                        "start": first if first < last else 0,
                        "end": last if first < last else 0,
                    },
                )
                self._kept[key] = _picture(path, page.number, answer)
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    def _answer(self, path: Path, folder: Path, request: dict[str, Any]) -> dict[str, Any]:
        """Return what the child says of a page, and end it if it says nothing in time.

        A child that died since the last page is replaced once.
        """
        fresh = self._child is None or not self._child.running
        try:
            end = time.monotonic() + PAGE_TIMEOUT
            child, inbox = self._started()
            self._copy(path, folder, inbox)
            child.send({"name": path.name, **request}, PAGE_TIMEOUT)
            answer = child.receive(max(end - time.monotonic(), 0))
            if answer is None:
                raise TimeoutError
        except (OSError, ChildFailed) as error:  # TimeoutError is an OSError
            self._end()
            if fresh or isinstance(error, TimeoutError):
                raise UnreadableSource(_undrawable(path, request["page"])) from error
            return self._answer(path, folder, request)
        return answer

    def _copy(self, path: Path, folder: Path, inbox: Inbox) -> None:
        """Put the file before the child, unless it was there for the last page already."""
        wanted = (path, signature_of(path))
        if self._copied != wanted:
            self._copied = ()
            inbox.put(path, folder)
            self._copied = wanted

    def _started(self) -> tuple[ChildProcess, Inbox]:
        """Return the child and its inbox; a dead child is replaced, and one of a long life too."""
        if self._child and (not self._child.running or self._child.age > LONGEST_LIFE):
            self._end()
        if self._child is None or self._inbox is None:
            self._inbox = Inbox()
            arguments = [str(self._inbox.folder)]
            self._child = ChildProcess("ingest.page_images.renderer", _LONGEST_LINE, arguments)
        return self._child, self._inbox

    def _end(self) -> None:
        if self._child:
            self._child.kill()
        if self._inbox:
            self._inbox.close()
        self._child = self._inbox = None
        self._copied = ()


def _unchanged(path: Path, folder: Path, source: Source) -> None:
    """Raise UnreadableSource unless the file is the one that was read."""
    try:
        if signature_of(path) == (source.size, source.modified_ns):
            return
        same = content_hash(path, folder) == source.sha256
    except OSError as error:
        raise UnreadableSource(
            f"{source.path} is not in the sources folder any more, or cannot be opened: its "
            "pages cannot be shown, but its text can."
        ) from error
    if not same:
        raise UnreadableSource(
            f"{source.path} has changed since it was read, so its pages may differ from its "
            "text: sync the folder again on the Library page."
        )


def _picture(path: Path, number: int, answer: dict[str, Any]) -> Picture:
    if "locked" in answer:
        raise UnreadableSource(answer["locked"])
    if "error" in answer:
        raise UnreadableSource(_undrawable(path, number))
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


def _undrawable(path: Path, number: object) -> str:
    return (
        f"Page {number} of {path.name} cannot be drawn here: open the file in a PDF viewer. Its "
        "text is shown instead."
    )
