"""Reads where each glyph of a PDF page stands and how it is drawn, through PDFium.

pypdf reads the file; PDFium says where its words are. Of 594 pages of awkward test files PDFium has
the same letters as pypdf on 543 and nearly the same on 17; where they differ, PDFium is mostly
right (vertical and embedded Japanese fonts). It takes 3.7 s for them, boxes included; pypdf takes
7.0 s for plain text, and 6.4 s for its layout mode, which has no boxes.
"""

import math
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from ctypes import (
    CFUNCTYPE,
    byref,
    c_double,
    c_int,
    c_uint,
    c_ulong,
    c_void_p,
    cast,
    create_string_buffer,
    sizeof,
)
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

from ingest.readers import tex_symbols
from ingest.readers.pdf_picture import visible_box
from vectorstore.text.radicals import UNIFIED

_HYPHEN = 2  # what PDFium gives for a hyphen at the end of a line
_LONGEST_NAME = 256  # bytes; judged: of a font or a layer
_JAPANESE = {0x2F3E: "戸", 0x2FAD: "青", 0x2FCA: "黒"}  # radicals with another form in Japan
_MOST_MARKS = 16  # judged: more nested marks than any program writes


class NoGlyphs(Exception):
    """PDFium cannot read a file or a page."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a piece of text is drawn, the same for all its glyphs.

    `size` is the height of the font in points as drawn, `angle` the direction of writing in degrees
    counter-clockwise (0 is from left to right), `mode` PDF's text rendering mode (3 draws nothing,
    7 only clips), `fill` red, green, blue and opacity (0 to 255), None if PDFium does not say.
    `marks` are the marked contents around it: the tag and, if it has one, its `Name` (`OC` and the
    name of a layer, `Artifact`, `P`, `Span`).
    """

    font: str
    size: float
    angle: float
    mode: int
    fill: tuple[int, int, int, int] | None
    marks: tuple[tuple[str, str], ...]


class Glyph(NamedTuple):
    """One character where it is drawn; positions are in points from the lower left of the page.

    `index` is its number in PDFium's text of the page. The box (`x0`, `y0`, `x1`, `y1`) is that of
    the font: as wide as the character's step and as high as the line. `x` and `y` are its origin,
    on the baseline. `gap` says that PDFium sees white space before it that the file does not write.
    """

    index: int  # type: ignore[assignment]  # a method of tuples, which nobody calls here
    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    x: float
    y: float
    gap: bool
    style: Style


class Placed(NamedTuple):
    """A glyph in upright writing: `y` is the baseline, upwards, `size` the height of its font.

    `instead` is what to write for it if it is raised or lowered.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    glyph: Glyph
    instead: str | None = None


@dataclass(slots=True)
class Unseen:
    """What is not seen on a page: the `index` of each hidden glyph, and in how many places.

    `doubtful` counts words that are kept although they may be hidden. `recognised` says that the
    words lie over or under an image, as those that OCR puts there.
    """

    glyphs: set[int] = field(default_factory=set)
    places: int = 0
    doubtful: int = 0
    recognised: bool = False


@dataclass(frozen=True, slots=True)
class PageGlyphs:
    """The glyphs of a page in the order in which the file draws them, without the hidden ones.

    `box` is the visible part of the page (left, bottom, right, top), and `rotation` how far it is
    turned clockwise for display, in degrees. `unseen` says what is hidden.
    """

    box: tuple[float, float, float, float]
    rotation: int
    glyphs: tuple[Glyph, ...]
    unseen: Unseen


class GlyphReader:
    """Reads the glyphs of the pages of one file; close it at the end."""

    def __init__(
        self,
        path: Path,
        password: str = "",
        look: Callable[[Any, Any, Sequence[Glyph]], Unseen] = lambda *_: Unseen(),
    ) -> None:
        """Open the file. Raises NoGlyphs if PDFium cannot.

        `look` says what is not seen on a page: it gets the page and its text page of pypdfium2.
        """
        import pypdfium2  # type: ignore[import-untyped]

        self._look = look
        self._failed = pypdfium2.PdfiumError
        try:
            self._document = pypdfium2.PdfDocument(path, password=password or None)
        except (pypdfium2.PdfiumError, OSError) as error:
            raise NoGlyphs from error
        self.pages = len(self._document)

    def __enter__(self) -> Self:
        """Return the reader."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._document.close()

    def page(self, number: int) -> PageGlyphs:
        """Return the glyphs of a page, counted from 1. Raises NoGlyphs if PDFium cannot."""
        if not 1 <= number <= self.pages:
            raise NoGlyphs
        try:
            page = self._document[number - 1]
            read = page.get_textpage()
        except self._failed as error:
            raise NoGlyphs from error
        try:
            glyphs = _with_signs(_without_radicals(tuple(_glyphs(read.raw))))
            unseen = self._look(page, read, glyphs)
            if unseen.glyphs:
                glyphs = tuple(glyph for glyph in glyphs if glyph.index not in unseen.glyphs)
            return PageGlyphs(visible_box(page), page.get_rotation(), glyphs, unseen)
        finally:
            read.close()
            page.close()


def _without_radicals(glyphs: tuple[Glyph, ...]) -> tuple[Glyph, ...]:
    """Return the glyphs with radicals as the characters that they stand for."""
    if not any("\u2e80" <= glyph.text < "\u2fe0" for glyph in glyphs):
        return glyphs
    japanese = any("\u3041" <= glyph.text <= "\u30fa" for glyph in glyphs)
    forms = UNIFIED | (_JAPANESE if japanese else {})
    return tuple(glyph._replace(text=glyph.text.translate(forms)) for glyph in glyphs)


def _with_signs(glyphs: tuple[Glyph, ...]) -> tuple[Glyph, ...]:
    """Return the glyphs with the signs that fonts of TeX show: ≠ for a slash and =, ↦ for two."""
    found: list[Glyph] = []
    crossed = False
    for glyph in glyphs:
        shown = tex_symbols.sign(glyph.style.font, glyph.text)
        if shown == tex_symbols.SLASH:
            crossed = True
            continue
        if glyph.text == "→" and found and found[-1].text == "↦":
            found[-1] = found[-1]._replace(x1=glyph.x1)
            continue
        if crossed:
            shown = unicodedata.normalize("NFC", (shown or glyph.text) + tex_symbols.SLASH)
            crossed = False
        found.append(glyph if shown is None else glyph._replace(text=shown))
    return tuple(found)


def _glyphs(read: Any) -> Iterator[Glyph]:
    """Yield the glyphs of a page of PDFium."""
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

    x, y, box = c_double(), c_double(), pdfium.FS_RECTF()
    at, where = (byref(x), byref(y)), byref(box)
    styles: dict[int | None, Style] = {}
    gap, high = False, 0
    # Called for each glyph; a pointer as a number costs a fraction of one as an object.
    address = cast(pdfium.FPDFText_GetTextObject, c_void_p).value or 0
    object_of = CFUNCTYPE(c_void_p, c_void_p, c_int)(address)
    get_origin, get_box = pdfium.FPDFText_GetCharOrigin, pdfium.FPDFText_GetLooseCharBox
    get_code, is_made = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_IsGenerated
    for index in range(pdfium.FPDFText_CountChars(read)):
        code = get_code(read, index)
        if is_made(read, index) == 1:
            gap = True
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
        high = 0
        text = "-" if code == _HYPHEN else chr(code) if 0 < code <= 0x10FFFF else "\ufffd"
        drawn = object_of(read, index)
        if drawn not in styles:
            styles[drawn] = _style(read, index, pdfium.FPDFText_GetTextObject(read, index))
        get_origin(read, index, *at)
        get_box(read, index, where)
        yield Glyph(
            index, text, box.left, box.bottom, box.right, box.top, x.value, y.value, gap,
            styles[drawn],
        )  # fmt: skip
        gap = False


def _style(read: Any, index: int, drawn: Any) -> Style:
    """Return how the text object of a character is drawn."""
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(read, index, byref(matrix))
    size = abs(pdfium.FPDFText_GetFontSize(read, index)) * math.hypot(matrix.c, matrix.d)
    angle = math.degrees(math.atan2(matrix.b, matrix.a))
    name = create_string_buffer(_LONGEST_NAME)
    if font := pdfium.FPDFTextObj_GetFont(drawn):
        pdfium.FPDFFont_GetBaseFontName(font, name, _LONGEST_NAME)
    colours = [c_uint() for _ in range(4)]
    coloured = pdfium.FPDFPageObj_GetFillColor(drawn, *map(byref, colours))
    red, green, blue, opacity = (colour.value for colour in colours)
    return Style(
        font=name.value.decode(errors="replace"),
        size=size,
        angle=angle,
        mode=pdfium.FPDFTextObj_GetTextRenderMode(drawn),
        fill=(red, green, blue, opacity) if coloured else None,
        marks=tuple(_marks(drawn)),
    )


def _marks(drawn: Any) -> Iterator[tuple[str, str]]:
    """Yield the tag and the name of each marked content around a text object."""
    import pypdfium2.raw as pdfium

    buffer, length = (pdfium.FPDF_WCHAR * _LONGEST_NAME)(), c_ulong()

    def said(found: int) -> str:
        written = bytes(buffer)[: min(length.value, 2 * _LONGEST_NAME)] if found else b""
        return written.decode("utf-16-le", errors="replace").rstrip("\0")

    for place in range(min(pdfium.FPDFPageObj_CountMarks(drawn), _MOST_MARKS)):
        mark = pdfium.FPDFPageObj_GetMark(drawn, place)
        tag = said(pdfium.FPDFPageObjMark_GetName(mark, buffer, sizeof(buffer), byref(length)))
        found = pdfium.FPDFPageObjMark_GetParamStringValue(
            mark, b"Name", buffer, sizeof(buffer), byref(length)
        )
        yield tag, said(found)
