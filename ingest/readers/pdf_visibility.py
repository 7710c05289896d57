"""Tells which words of a PDF page nobody sees, by drawing the page and looking where they stand.

A word is hidden if it stands outside the visible part of the page, is too small to be a word, or
leaves no mark on the drawn page: it is drawn with no ink or in the colour beneath it, is covered,
clipped away, or belongs to a layer that is off. Words over a scanned image (an OCR layer) are kept,
and so is every word of which this is not certain.
"""

import time
from collections.abc import Iterator, Sequence
from ctypes import byref, c_double
from dataclasses import dataclass
from typing import Any

from ingest.readers.pdf_cover import image_boxes, may_hide
from ingest.readers.pdf_glyphs import Glyph, Style, Unseen
from ingest.readers.pdf_picture import Drawn, Places, visible_box

Box = tuple[float, float, float, float]  # left, bottom, right, top

BUDGET = 120.0  # seconds of drawing for one document; judged: a thousand pages take four
_LONGEST = 8  # characters; judged: words of scripts without spaces are looked at piece by piece
_TINY = 1.0  # points; judged: no printer or screen shows letters of that size as letters
_SMALL = 2.0  # points; judged: below the smallest print in use (microprint apart)
_NO_MARK = 10  # of 255; judged: a difference that no eye sees
_FAINT = 24  # of 255; judged: a difference that most eyes do not see
_LIGHT = 170  # of 255, in each colour; judged: what may vanish on white paper
_NOT_DRAWN = frozenset((3, 7))  # text rendering modes that put no ink on the page
_MOSTLY = 0.5  # of the words of a page that OCR has read; judged
_CJK = 0x2E80  # where the scripts of East Asia begin


@dataclass(frozen=True, slots=True)
class _Word:
    glyphs: Sequence[Glyph]
    box: Box

    @property
    def font(self) -> tuple[str, int]:
        """The font and the script that it is used for: a stand-in font may lack only some."""
        code = ord(self.glyphs[0].text)
        return self.glyphs[0].style.font, min(code, _CJK) >> 8


class Visibility:
    """Looks at the pages of one document, and remembers which of its fonts can be drawn here."""

    def __init__(self) -> None:
        """Start with no font known."""
        self._drawable: set[tuple[str, int]] = set()
        self._spent = 0.0

    def unseen(self, page: Any, read: Any, glyphs: Sequence[Glyph]) -> Unseen:
        """Return what is not seen of an open page of pypdfium2, whose text page is `read`.

        Raises pypdfium2's error if it cannot be drawn.
        """
        found = Unseen()
        box = visible_box(page)
        doubted = any(map(_may_be_unseen, {id(one.style): one.style for one in glyphs}.values()))
        doubted = doubted or may_hide(page)
        if not doubted and all(_inside(glyph, box) for glyph in glyphs):
            return found
        rest = []
        images = image_boxes(page) if doubted else []
        words = list(_words(glyphs))
        recognised = 0
        for word in words:
            if not _overlaps(word.box, box) or _height(word) < _TINY:
                _hide(found, word)
            elif word.glyphs[0].style.mode in _NOT_DRAWN and _covered(word.box, images):
                recognised += 1
            else:
                rest.append(word)
        if doubted and rest and self._spent < BUDGET:
            began = time.monotonic()
            recognised += self._look(_Page(page, read, images), rest, found)
            self._spent += time.monotonic() - began
        shown = [word for word in words if word.glyphs[0].index not in found.glyphs]
        found.recognised = recognised > _MOSTLY * len(shown)
        found.doubtful += 0 if found.recognised else recognised
        found.places = _places(words, found.glyphs)
        return found

    def _look(self, page: "_Page", words: Sequence[_Word], found: Unseen) -> int:
        """Judge words by the drawn page; return how many of them OCR may have put there."""
        seen: list[_Word] = []
        blank: list[_Word] = []
        for word in words:
            mark = page.mark(word)
            (seen if mark >= _NO_MARK else blank).append(word)
            found.doubtful += _NO_MARK <= mark < _FAINT or _height(word) < _SMALL
        without_ink = list(page.without_ink(seen))
        lost = set(map(id, without_ink))
        seen = [word for word in seen if id(word) not in lost]
        self._drawable.update(word.font for word in seen)
        for word in blank:
            if self._certain(page, word):
                _hide(found, word)
            elif page.embedded(word):
                found.doubtful += 1
        recognised = 0
        for word in without_ink:
            if _covered(word.box, page.images) or (
                word.glyphs[0].style.mode in _NOT_DRAWN
                and not any(_overlaps(word.box, other.box) for other in seen)
            ):
                recognised += 1  # letters drawn as pictures or outlines, with their words
            else:
                _hide(found, word)
        return recognised

    def _certain(self, page: "_Page", word: _Word) -> bool:
        """Return whether a word that leaves no mark would do so with its font, were it shown."""
        style = word.glyphs[0].style
        if style.mode in _NOT_DRAWN or (style.fill and style.fill[3] == 0):
            return True
        if word.font in self._drawable:
            return True
        if style.fill and page.coloured_like(word, style.fill[:3]):
            return True
        layered = any(tag == "OC" for tag, _ in style.marks)
        return layered and all(glyph.text.isascii() for glyph in word.glyphs)


class _Page:
    """An open page of pypdfium2, drawn."""

    def __init__(self, page: Any, read: Any, images: Sequence[tuple[Box, bool]]) -> None:
        self._page, self._read = page, read
        self._places = Places(page)
        self._drawn = Drawn(page, self._places)
        self.images = [box for box, _ in images]
        self._above = [box for box, above in images if above]

    def mark(self, word: _Word) -> int:
        """Return the greatest difference of colour where a word stands, 0 to 255.

        The middle of the line is looked at first, and where that is plain, each letter's own box.
        """
        left, bottom, right, top = word.box
        level = abs(word.glyphs[0].style.angle) < 1
        rim = (top - bottom) * 0.2 if level else 0.0
        found = self._drawn.contrast((left, bottom + rim, right, top - rim))
        if found >= _FAINT:
            return found
        return max(found, *(self._drawn.contrast(self._tight(glyph), 1.5) for glyph in word.glyphs))

    def coloured_like(self, word: _Word, colour: Sequence[int]) -> bool:
        """Return whether the page has the colour of a word where it stands."""
        there = self._drawn.colour(word.box)
        return all(abs(one - other) < _NO_MARK for one, other in zip(there, colour, strict=True))

    def embedded(self, word: _Word) -> bool:
        """Return whether the font of a word is in the file, so that any program can draw it."""
        import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

        font = pdfium.FPDFTextObj_GetFont(self._object(word))
        return bool(font) and pdfium.FPDFFont_GetIsEmbedded(font) == 1

    def without_ink(self, words: Sequence[_Word]) -> Iterator[_Word]:
        """Yield the words whose place looks the same without them, of those that may be such."""
        import pypdfium2.raw as pdfium

        suspects = []
        for word in words:
            style = word.glyphs[0].style
            faint = style.fill is not None and _faint(style.fill)
            if style.mode in _NOT_DRAWN or faint or _covered(word.box, self._above):
                suspects.append(word)
        objects = {id(word): self._object(word) for word in suspects}
        if not suspects:
            return
        for drawn in objects.values():
            pdfium.FPDFPageObj_SetIsActive(drawn, False)
        bare = Drawn(self._page, self._places)
        for drawn in objects.values():
            pdfium.FPDFPageObj_SetIsActive(drawn, True)
        difference = self._drawn.difference(bare)
        for word in suspects:
            if difference.most(word.box) < _NO_MARK:
                yield word

    def _object(self, word: _Word) -> Any:
        import pypdfium2.raw as pdfium

        return pdfium.FPDFText_GetTextObject(self._read, word.glyphs[0].index)

    def _tight(self, glyph: Glyph) -> Box:
        import pypdfium2.raw as pdfium

        left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
        found = pdfium.FPDFText_GetCharBox(
            self._read, glyph.index, byref(left), byref(right), byref(bottom), byref(top)
        )
        if not found or left.value >= right.value or bottom.value >= top.value:
            return glyph.x0, glyph.y0, glyph.x1, glyph.y1
        return left.value, bottom.value, right.value, top.value


def _may_be_unseen(style: Style) -> bool:
    """Return whether text that is drawn so may leave no mark, or one too small to read."""
    faint = style.fill is None or _faint(style.fill)
    layered = any(tag == "OC" for tag, _ in style.marks)
    return faint or layered or style.mode not in (0, 2, 4, 6) or style.size < _SMALL


def _faint(fill: Sequence[int]) -> bool:
    return min(fill[:3]) >= _LIGHT or fill[3] < 128  # judged: half transparent


def _inside(glyph: Glyph, box: Box) -> bool:
    return box[0] < glyph.x1 and glyph.x0 < box[2] and box[1] < (glyph.y0 + glyph.y1) / 2 < box[3]


def _words(glyphs: Sequence[Glyph]) -> Iterator[_Word]:
    """Yield the runs of glyphs without space between them that have letters or digits."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and (
            glyph.gap
            or glyph.style is not run[-1].style
            or glyph.text.isspace()
            or len(run) >= _LONGEST
        ):
            yield from _word(run)
            run = []
        if not glyph.text.isspace():
            run.append(glyph)
    yield from _word(run)


def _word(run: Sequence[Glyph]) -> Iterator[_Word]:
    if any(glyph.text.isalnum() for glyph in run):
        box = (
            min(glyph.x0 for glyph in run),
            min(glyph.y0 for glyph in run),
            max(glyph.x1 for glyph in run),
            max(glyph.y1 for glyph in run),
        )
        yield _Word(tuple(run), box)


def _hide(found: Unseen, word: _Word) -> None:
    found.glyphs.update(glyph.index for glyph in word.glyphs)


def _places(words: Sequence[_Word], hidden: set[int]) -> int:
    """Return how many stretches of words of one look are hidden."""
    places, last = 0, None
    for word in words:
        style = word.glyphs[0].style if word.glyphs[0].index in hidden else None
        places += style is not None and style is not last
        last = style
    return places


def _height(word: _Word) -> float:
    first = word.glyphs[0]
    return max(first.style.size, min(first.y1 - first.y0, first.x1 - first.x0))


def _overlaps(one: Box, other: Box) -> bool:
    """Return whether the middle of a box is within another one."""
    x, y = (one[0] + one[2]) / 2, (one[1] + one[3]) / 2
    return other[0] < x < other[2] and other[1] < y < other[3]


def _covered(box: Box, images: Sequence[Any]) -> bool:
    return any(_overlaps(box, image[0] if len(image) == 2 else image) for image in images)
