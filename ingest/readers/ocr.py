"""Reads scanned pages with Tesseract, if it is installed.

PDFium draws a page at 300 dpi, and Tesseract reads it with those of English, Japanese and
traditional Chinese that are installed. On noisy pages in each of them, all three together
with English first read as well as the right one alone; detecting the script first took as long
again and missed Japanese among English. Nothing is written to disk.
"""

import math
import os
import re
import resource
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from vectorstore.errors import UnreadableSource
from vectorstore.text.scripts import CJK_PUNCTUATION, FULL_WIDTH, UNSPACED

BUDGET = 1200.0  # seconds for one document; judged: as long as somebody waits for a scanned book
_LONGEST = 30.0  # seconds for one page; judged: for a dense page on a slow machine
_LANGUAGES = ("eng", "jpn", "chi_tra")
_DPI = 300  # the least that the documentation of Tesseract recommends
_MOST_PIXELS = 20_000_000  # judged: an A4 page has 8.7 million
# Judged: smaller images and drawings are logos and rules, not scanned text.
_LARGE = 10_000  # pixels
_DRAWING = 3_000  # bytes of drawing commands
_CJK_OR_SIGN = UNSPACED + CJK_PUNCTUATION + FULL_WIDTH
_CJK_GAP = re.compile(f"(?<=[{_CJK_OR_SIGN}]) +(?=[{_CJK_OR_SIGN}])")

PageState = Literal["", "ocr", "picture", "unread", "late"]


class ScannedPages:
    """Reads the scanned pages of one document, for at most twenty minutes in all."""

    def __init__(self, path: Path, password: str = "") -> None:
        """Start nothing until there is a page to read."""
        self._path = path
        self._password = password
        self._spent = 0.0
        self._languages: list[str] | None = None

    def read(self, number: int) -> tuple[str, PageState]:
        """Return the text of a page and its outcome; the text is empty unless that is `ocr`."""
        if self._languages is None:
            self._languages = installed_languages()
        if not self._languages:
            return "", "unread"
        if self._spent >= BUDGET:
            return "", "late"
        began = time.monotonic()
        seconds = min(_LONGEST, BUDGET - self._spent)
        try:
            text = read_page(
                self._path, number, self._languages, password=self._password, seconds=seconds
            )
        except UnreadableSource:
            text = ""
        self._spent += time.monotonic() - began
        return (text, "ocr") if any(map(str.isalnum, text)) else ("", "picture")


def has_picture(page: Any) -> bool:
    """Return whether a page of pypdf has an image or a drawing large enough to hold text.

    Raises what pypdf raises on damaged files.
    """
    contents = page.get_contents()
    drawn = b"" if contents is None else contents.get_data()
    return len(drawn) > _DRAWING or b"\nBI" in drawn or _holds_image(page, drawn, 3)


def _holds_image(holder: Any, drawn: bytes, depth: int) -> bool:
    """Return whether the drawing includes a large image, directly or in a form."""
    resources = holder.get("/Resources", {}).get_object()
    for name, reference in resources.get("/XObject", {}).get_object().items():
        if name.encode() not in drawn:
            continue
        thing = reference.get_object()
        if thing.get("/Subtype") == "/Image":
            if int(thing.get("/Width", 0)) * int(thing.get("/Height", 0)) >= _LARGE:
                return True
        elif depth and _holds_image(thing, thing.get_data(), depth - 1):
            return True
    return False


def read_page(
    path: Path,
    number: int,
    languages: Sequence[str],
    *,
    password: str = "",
    seconds: float = _LONGEST,
) -> str:
    """Return the text printed on a page, counted from 1; raises UnreadableSource."""
    picture = _picture(path, number, password)
    arguments = ["-l", "+".join(languages), "-c", "preserve_interword_spaces=1"]
    try:
        done = _tesseract("stdin", "stdout", *arguments, given=picture, seconds=seconds)
    except subprocess.TimeoutExpired as error:
        raise UnreadableSource(
            f"Page {number} of {path.name} takes OCR more than {seconds:.0f} seconds: run ocrmypdf "
            "on the file and add the result."
        ) from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise UnreadableSource(
            f"Page {number} of {path.name} could not be read by Tesseract: run ocrmypdf on the "
            "file and add the result."
        ) from error
    text = done.decode(errors="replace").replace("\f", "")
    return re.sub(" {2,}", " ", _CJK_GAP.sub("", text)).strip()


def installed_languages() -> list[str]:
    """Return the languages Tesseract can read, first the one that decides doubtful cases.

    Empty if Tesseract, or each of the languages, is missing.
    """
    if not shutil.which("tesseract"):
        return []
    try:
        installed = _tesseract("--list-langs").decode(errors="replace").split()
    except (OSError, subprocess.SubprocessError):
        return []
    return [language for language in _LANGUAGES if language in installed]


def _tesseract(*arguments: str, given: bytes = b"", seconds: float = 10.0) -> bytes:
    """Run Tesseract on one processor, because several do not halve the time; return its output.

    What it writes to its standard error goes where that of this process goes. Its processor time
    is limited too, because a confined process may not end another on every kernel.
    """

    def limit() -> None:
        most = math.ceil(seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))

    return subprocess.run(
        [shutil.which("tesseract") or "tesseract", *arguments],
        input=given,
        stdout=subprocess.PIPE,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        timeout=seconds,
        check=True,
        preexec_fn=limit,  # safe: the process that reads has one thread
    ).stdout


def _picture(path: Path, number: int, password: str) -> bytes:
    """Return a page drawn in grey, as a PGM file."""
    import pypdfium2  # type: ignore[import-untyped]

    try:
        with pypdfium2.PdfDocument(path, password=password or None) as document:
            page = document[number - 1]
            width, height = page.get_size()
            area = max(width * height / 72**2, 1e-6)  # square inches
            scale = min(_DPI, (_MOST_PIXELS / area) ** 0.5) / 72
            drawn = page.render(scale=scale, grayscale=True)
            rows = bytes(drawn.buffer)
            stride, width, height = drawn.stride, drawn.width, drawn.height
    except (pypdfium2.PdfiumError, IndexError, ValueError) as error:
        raise UnreadableSource(
            f"Page {number} of {path.name} could not be drawn: open the file in a PDF viewer, "
            "print it as a new PDF, and add that."
        ) from error
    grey = b"".join(rows[row * stride : row * stride + width] for row in range(height))
    return b"P5 %d %d 255\n" % (width, height) + grey
