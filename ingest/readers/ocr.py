"""Pages that are pictures, read by Tesseract where it is installed.

A page is drawn by PDFium at 300 dpi and given to Tesseract with all of English, Japanese and
traditional Chinese that it has. On noisy pages of each that read as well as the right language
alone, with English first; asking for the script beforehand took as long again and missed Japanese
among English.
Nothing is written to disk.
"""

import os
import re
import shutil
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from vectorstore.errors import UnreadableSource
from vectorstore.text.scripts import CJK_PUNCTUATION, FULL_WIDTH, UNSPACED

BUDGET = 1200.0  # seconds for one document
_LONGEST = 30.0  # seconds for one page
_LANGUAGES = ("eng", "jpn", "chi_tra")
_DPI = 300
_MOST_PIXELS = 20_000_000  # an A4 page has 8.7 million
_LARGE = 10_000  # pixels of an image that is worth looking at
_DRAWING = 3_000  # bytes of drawing commands that are
_CJK_OR_SIGN = UNSPACED + CJK_PUNCTUATION + FULL_WIDTH
_CJK_GAP = re.compile(f"(?<=[{_CJK_OR_SIGN}]) +(?=[{_CJK_OR_SIGN}])")

Outcome = Literal["", "ocr", "picture", "unread", "late"]


class Scans:
    """The scanned pages of one document, read for twenty minutes altogether."""

    def __init__(self, path: Path, password: str = "") -> None:
        """Nothing is started until a page has to be read."""
        self._path = path
        self._password = password
        self._spent = 0.0

    def read(self, number: int) -> tuple[str, Outcome]:
        """The text of a page and what became of it; the text is empty unless that is `ocr`."""
        if not available():
            return "", "unread"
        if self._spent >= BUDGET:
            return "", "late"
        began = time.monotonic()
        seconds = min(_LONGEST, BUDGET - self._spent)
        try:
            text = read_page(self._path, number, password=self._password, seconds=seconds)
        except UnreadableSource:
            text = ""
        self._spent += time.monotonic() - began
        return (text, "ocr") if any(map(str.isalnum, text)) else ("", "picture")


def pictured(page: Any) -> bool:
    """Whether something is on a page of pypdf, other than text, that is worth looking at.

    Raises what pypdf raises on damaged files.
    """
    contents = page.get_contents()
    drawn = b"" if contents is None else contents.get_data()
    return len(drawn) > _DRAWING or b"\nBI" in drawn or _holds_image(page, drawn, 3)


def _holds_image(holder: Any, drawn: bytes, depth: int) -> bool:
    """Whether what is drawn takes in an image, perhaps by way of a form that holds one."""
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


def available() -> bool:
    """Whether pages can be read here: Tesseract, one of the languages and PDFium are there."""
    return find_spec("pypdfium2") is not None and bool(_languages())


def read_page(path: Path, number: int, *, password: str = "", seconds: float = _LONGEST) -> str:
    """What is printed on a page, counted from 1; raises UnreadableSource if that cannot be told."""
    picture = _picture(path, number, password)
    arguments = ["-l", "+".join(_languages()), "-c", "preserve_interword_spaces=1"]
    try:
        done = _tesseract("stdin", "stdout", *arguments, given=picture, seconds=seconds)
    except subprocess.TimeoutExpired as error:
        raise UnreadableSource(
            f"Page {number} of {path.name} took OCR more than {seconds:.0f} seconds: run ocrmypdf "
            "on the file and add the result."
        ) from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise UnreadableSource(
            f"Page {number} of {path.name} could not be read by Tesseract: run ocrmypdf on the "
            "file and add the result."
        ) from error
    text = done.decode(errors="replace").replace("\f", "")
    return re.sub(" {2,}", " ", _CJK_GAP.sub("", text)).strip()


def _languages() -> list[str]:
    """Those of our languages that are installed, the one that settles doubts first."""
    if not shutil.which("tesseract"):
        return []
    try:
        installed = _tesseract("--list-langs").decode(errors="replace").split()
    except (OSError, subprocess.SubprocessError):
        return []
    return [language for language in _LANGUAGES if language in installed]


def _tesseract(*arguments: str, given: bytes = b"", seconds: float = 10.0) -> bytes:
    """What Tesseract answers, on one processor: several would not halve the time."""
    return subprocess.run(
        [shutil.which("tesseract") or "tesseract", *arguments],
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        timeout=seconds,
        check=True,
    ).stdout


def _picture(path: Path, number: int, password: str) -> bytes:
    """A page drawn in greys, as a PGM file (netpbm's simplest)."""
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
