"""Reads one page of a PDF: its lines where they stand, or its plain text, or what OCR reads.

PDFium says where the glyphs are. pypdf's plain text is taken where PDFium has fewer letters or
garbled ones, with a warning, because sentences may be cut there.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from ingest.readers.garbled import garbled
from ingest.readers.ocr import ScannedPages, has_picture
from ingest.readers.pdf_additions import additions_of, struck_glyphs
from ingest.readers.pdf_annotations import Additions
from ingest.readers.pdf_glyphs import GlyphReader, NoGlyphs, PageGlyphs, Unseen
from ingest.readers.pdf_lines import Line, lines_of, slim
from ingest.readers.pdf_margins import Box
from ingest.readers.pdf_metadata import DAMAGE
from vectorstore.records import WarningKind
from vectorstore.text.radicals import unified

Outcome = Literal["", "ocr", "picture", "unread", "late", "garbled", "damaged", "no_layout"]
_LITTLE = 20  # letters and digits on a page; judged: a page number and a heading have fewer
_MORE = 1.1  # judged: letters that pypdf has for each of PDFium, if PDFium misses some


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What was read of a page: its `lines` within its visible `box`, or only its `text`.

    `outcome` is what a warning says of it; empty if nothing. `added` are paragraphs beside its own
    text, and `counted` says how much was left out or is in doubt.
    """

    text: str
    outcome: Outcome = ""
    lines: tuple[Line, ...] = ()
    box: Box = (0.0, 0.0, 0.0, 0.0)
    added: tuple[str, ...] = ()
    counted: tuple[tuple[WarningKind, int], ...] = ()


def read_page(
    reader: PdfReader,
    glyphs: GlyphReader | None,
    number: int,
    scans: ScannedPages,
    layer_off: Callable[[Any], bool],
) -> ReadPage:
    """Return a page, counted from 1. Raises pypdf's errors if the file is protected.

    `layer_off` says whether what belongs to a layer is not shown.
    """
    drawn = _drawn(glyphs, number)
    added = Additions()
    with suppress(*DAMAGE):
        added = additions_of(reader.pages[number - 1], drawn.glyphs, layer_off)
    struck, places = struck_glyphs(drawn.glyphs, added.struck)
    lines = [
        slim(line) for line in lines_of([one for one in drawn.glyphs if one.index not in struck])
    ]
    unseen = drawn.unseen
    left_out = len(unseen.glyphs) + len(struck)
    page = _own_text(reader, number, scans, ReadPage("", "", tuple(lines), drawn.box), left_out)
    counts: dict[WarningKind, int] = {
        "attached_files": len(added.attached),
        "hidden_text": unseen.places + added.hidden,
        "maybe_hidden_text": unseen.doubtful,
        "raised_doubtful": sum(line.doubtful for line in lines),
        "struck": places,
    }
    recognised = unseen.recognised and not page.outcome
    return replace(
        page,
        outcome="ocr" if recognised else page.outcome,
        added=tuple(addition.text for addition in added.found),
        counted=tuple((kind, count) for kind, count in counts.items() if count),
    )


def _own_text(
    reader: PdfReader, number: int, scans: ScannedPages, placed: ReadPage, left_out: int
) -> ReadPage:
    """Return a page by its lines, or, where PDFium misses some, by its plain text, or OCR.

    `left_out` characters are not in its lines although the file has them.
    """
    text = "\n".join(line.text for line in placed.lines)
    if _letters(text) >= _LITTLE and not garbled(text):
        return replace(placed, text=text)
    try:
        page = reader.pages[number - 1]
        plain = page.extract_text()
    except (FileNotDecryptedError, DependencyError):
        raise
    except DAMAGE:
        return replace(placed, text=text) if placed.lines else ReadPage("", "damaged")
    words = max(_letters(text), _letters(plain))
    picture = False
    if words < _LITTLE:
        with suppress(*DAMAGE):
            picture = has_picture(page)
    if picture and not words:
        return ReadPage(*scans.read(number))
    better = _letters(plain) > _MORE * (_letters(text) + left_out) or (
        garbled(text) and not garbled(plain)
    )
    said = plain if better else text
    outcome: Outcome = "picture" if picture else "garbled" if garbled(said) else ""
    if better:
        return ReadPage(unified(plain), outcome or "no_layout")
    return replace(placed, text=text, outcome=outcome)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _drawn(glyphs: GlyphReader | None, number: int) -> PageGlyphs:
    """Return what PDFium reads of a page, empty if it cannot."""
    if glyphs is not None:
        with suppress(NoGlyphs):
            return glyphs.page(number)
    return PageGlyphs((0.0, 0.0, 0.0, 0.0), 0, (), Unseen())
