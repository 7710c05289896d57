"""Reads one page of a PDF: its lines where they stand, or its plain text, or what OCR reads.

PDFium says where the glyphs are. pypdf's plain text is taken where PDFium has fewer letters or
garbled ones, with a warning, because sentences may be cut there.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from ingest.readers.garbled import garbled
from ingest.readers.ocr import ScannedPages, has_picture
from ingest.readers.pdf_glyphs import GlyphReader, NoGlyphs
from ingest.readers.pdf_lines import Line, lines_of, slim
from ingest.readers.pdf_margins import Box
from ingest.readers.pdf_metadata import DAMAGE

Outcome = Literal["", "ocr", "picture", "unread", "late", "garbled", "damaged", "no_layout"]
_LITTLE = 20  # letters and digits on a page; judged: a page number and a heading have fewer
_MORE = 1.1  # judged: letters that pypdf has for each of PDFium, if PDFium misses some


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What was read of a page: its `lines` within its visible `box`, or only its `text`.

    `outcome` is what a warning says of it; empty if nothing.
    """

    text: str
    outcome: Outcome = ""
    lines: tuple[Line, ...] = ()
    box: Box = (0.0, 0.0, 0.0, 0.0)


def read_page(
    reader: PdfReader, glyphs: GlyphReader | None, number: int, scans: ScannedPages
) -> ReadPage:
    """Return a page, counted from 1. Raises pypdf's errors if the file is protected."""
    placed = _placed(glyphs, number)
    text = "\n".join(line.text for line in placed.lines)
    if _letters(text) >= _LITTLE and not garbled(text):
        return placed
    try:
        page = reader.pages[number - 1]
        plain = page.extract_text()
    except (FileNotDecryptedError, DependencyError):
        raise
    except DAMAGE:
        return placed if placed.lines else ReadPage("", "damaged")
    words = max(_letters(text), _letters(plain))
    picture = False
    if words < _LITTLE:
        with suppress(*DAMAGE):
            picture = has_picture(page)
    if picture and not words:
        return ReadPage(*scans.read(number))
    better = _letters(plain) > _MORE * _letters(text) or (garbled(text) and not garbled(plain))
    said = plain if better else text
    outcome: Outcome = "picture" if picture else "garbled" if garbled(said) else ""
    if better:
        return ReadPage(plain, outcome or "no_layout")
    return ReadPage(text, outcome, placed.lines, placed.box)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _placed(glyphs: GlyphReader | None, number: int) -> ReadPage:
    """Return what PDFium reads of a page, empty if it cannot."""
    if glyphs is None:
        return ReadPage("")
    try:
        page = glyphs.page(number)
    except NoGlyphs:
        return ReadPage("")
    lines = [slim(line) for line in lines_of(page.glyphs)]
    return ReadPage("\n".join(_texts(lines)), "", tuple(lines), page.box)


def _texts(lines: Sequence[Line]) -> list[str]:
    return [line.text for line in lines]
