"""Puts the glyphs of a PDF page together to lines, by where they stand."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TypeVar

from ingest.readers.pdf_direction import has_leftwards, text_in_order
from ingest.readers.pdf_glyphs import Glyph, Placed
from ingest.readers.pdf_pieces import east_asian, pieces_of
from ingest.readers.pdf_raised import on_one_line

_Value = TypeVar("_Value")
# All in heights of the font. Judged: typesetters set word spaces of a quarter to a half, columns
# and cells at least a whole apart, and raise characters by a third.
_HOLE = 0.7  # a gap that may be one between columns
_WORD = 0.15  # a wider gap is one between words where PDFium does not say
_WIDE = 0.6  # a gap between characters of East Asia that is meant as a space
_CAP = 1.6  # a drop cap is at least two lines high
_SPACED = 0.6  # judged: of the letters of a letter-spaced piece, those that stand apart
_SIGNS = frozenset("*†‡§¶‖⁰¹²³⁴⁵⁶⁷⁸⁹")  # that may be marks of notes
_MATHS = re.compile(r"CMMI|CMSY|CMEX|MSAM|MSBM|EUFM|RSFS|MTMI|MTSY|txsy|Math|Symbol", re.IGNORECASE)
_RELATIONS = frozenset("=≤≥<>∈∉⊂⊆∪∩→↦⇒⇔∑∏∫√∞∂∇±×·≈≠≡∀∃")
_MATHS_SHARE = 0.3  # judged: of the glyphs of a formula
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_FEW_WORDS = 4  # judged: a line with more words is a sentence


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or the part of one that stands apart: its glyphs in the order of reading.

    `y` and `size` are those of most of its glyphs, `font` likewise. `turned` tells directions of
    writing apart; 0 is upright. `row` says that the text is a row of a table, its cells apart,
    `last_font` is the font of its end, and `doubtful` counts characters that may be raised. A
    `formula` is set in mathematical fonts. `holes` are the wide gaps in it: the offset of the text
    after the gap, and where the gap begins and ends.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    font: str
    glyphs: tuple[Placed, ...]
    turned: int = 0
    row: bool = False
    last_font: str = ""
    formula: bool = False
    holes: tuple[tuple[int, float, float], ...] = ()
    doubtful: int = 0


def lines_of(glyphs: Sequence[Glyph]) -> list[Line]:
    """Return the lines of a page in the order in which the file draws them."""
    found: list[Line] = []
    for turned, piece in pieces_of(glyphs):
        line = line_of(piece, turned)
        if line.text:
            found.append(line)
    return _with_caps(found)


def line_of(glyphs: Sequence[Placed], turned: int = 0) -> Line:
    """Return the line of glyphs in the order of reading."""
    inked = [glyph for glyph in glyphs if not glyph.text.isspace()] or list(glyphs)
    size = _most(round(glyph.size, 1) for glyph in inked)
    most = [glyph for glyph in inked if abs(glyph.size - size) < 0.1] or inked
    y = _most(round(glyph.y, 1) for glyph in most)
    instead, doubtful = on_one_line(glyphs, y, size)
    if instead:
        glyphs = [
            glyph._replace(instead=instead[place]) if place in instead else glyph
            for place, glyph in enumerate(glyphs)
        ]
    text, holes = _text_of(glyphs)
    return Line(
        text,
        min(glyph.x0 for glyph in inked),
        max(glyph.x1 for glyph in inked),
        y,
        size,
        _most(glyph.glyph.style.font for glyph in most),
        tuple(glyphs),
        turned,
        last_font=inked[-1].glyph.style.font,
        formula=_formula(inked, text),
        holes=holes,
        doubtful=doubtful,
    )


def _most(values: Iterable[_Value]) -> _Value:
    return Counter(values).most_common(1)[0][0]


def _formula(glyphs: Sequence[Placed], text: str) -> bool:
    """Return whether glyphs are mostly those of a formula, not of words."""
    fonts = Counter(glyph.glyph.style.font for glyph in glyphs)
    signs = sum(number for font, number in fonts.items() if _MATHS.search(font))
    signs += len(_RELATIONS & set(text))
    return signs >= _MATHS_SHARE * len(glyphs) and len(_LONG_WORD.findall(text)) < _FEW_WORDS


def split(line: Line, x: float) -> tuple[Line, Line] | None:
    """Return the parts of a line left and right of a place, None if it has no wide gap there."""
    for offset, start, end in line.holes:
        if start <= x <= end:
            left = tuple(glyph for glyph in line.glyphs if glyph.x1 <= x)
            right = tuple(glyph for glyph in line.glyphs if glyph.x1 > x)
            holes = tuple((a - offset, b, c) for a, b, c in line.holes if a > offset)
            one = replace(line, text=line.text[:offset].rstrip(), x1=start, glyphs=left)
            return (
                replace(one, holes=tuple(hole for hole in line.holes if hole[0] < offset)),
                replace(line, text=line.text[offset:], x0=end, glyphs=right, holes=holes),
            )
    return None


def slim(line: Line) -> Line:
    """Return a line without its glyphs, unless some may be marks, raised or lowered.

    A book has millions of glyphs, and most are not needed again.
    """
    plain = all(
        abs(glyph.size - line.size) < 0.1 * line.size and abs(glyph.y - line.y) < 0.1 * line.size
        for glyph in line.glyphs
    )
    return replace(line, glyphs=()) if plain and not _SIGNS & set(line.text) else line


def text_of(glyphs: Sequence[Placed]) -> str:
    """Return the text of glyphs in a line, with one space between words."""
    return _text_of(glyphs)[0]


def _text_of(glyphs: Sequence[Placed]) -> tuple[str, tuple[tuple[int, float, float], ...]]:
    """Return the text of glyphs in a line, and the wide gaps in it."""
    if has_leftwards(glyphs):
        return text_in_order(glyphs), ()
    spread = _spread(glyphs)
    parts: list[str] = []
    before: Placed | None = None
    holes: list[tuple[int, float, float]] = []
    space, length = False, 0
    for glyph in glyphs:
        if glyph.text.isspace():
            space = space or spread is None
            continue
        if before is not None:
            apart = max(glyph.x0 - before.x1, before.x0 - glyph.x1)
            if spread is not None:
                space = apart > spread
            elif not space:
                space = _apart(before, glyph, apart)
            if space:
                parts.append(" ")
                length += 1
            if apart > _HOLE * glyph.size:
                holes.append((length, before.x1, glyph.x0))
        parts.append(glyph.text if glyph.instead is None else glyph.instead)
        length += len(parts[-1])
        before, space = glyph, False
    return "".join(parts), tuple(holes)


def _apart(before: Placed, glyph: Placed, apart: float) -> bool:
    """Return whether there is a space between two glyphs that the file does not write."""
    size = min(before.size, glyph.size)
    if east_asian(before.text[-1]) and east_asian(glyph.text[0]):
        return apart > _WIDE * size
    if unicodedata.category(glyph.text[0]) == "Mn":
        return False
    if glyph.glyph.gap and 0 < glyph.glyph.index - before.glyph.index <= 2:
        return apart > -_WORD * size
    return apart > _WORD * size if glyph.glyph.gap else apart > 2 * _WORD * size


def _spread(glyphs: Sequence[Placed]) -> float | None:
    """Return the least gap between words of a piece that is letter-spaced; None if it is not."""
    if not any(glyph.glyph.gap for glyph in glyphs):
        return None
    inked = [glyph for glyph in glyphs if not glyph.text.isspace()]
    gaps = [two.x0 - one.x1 for one, two in pairwise(inked)]
    if len(gaps) < 4 or not all(glyph.text.isalpha() for glyph in inked):
        return None
    wide = [gap for gap, glyph in zip(gaps, inked, strict=False) if gap > _WORD * glyph.size]
    return 1.8 * median(wide) if len(wide) >= _SPACED * len(gaps) else None


def _with_caps(lines: list[Line]) -> list[Line]:
    """Return the lines with each drop cap put before the line that it begins."""
    caps = [line for line in lines if len(line.text) <= 2 and line.text[-1:].isalpha()]
    for cap in caps:
        beside = [line for line in lines if _beside(cap, line)]
        if not beside:
            continue
        first = max(beside, key=lambda line: line.y)
        space = " " if _stands_alone(cap, first, lines) else ""
        joined = replace(
            first, text=cap.text + space + first.text, glyphs=cap.glyphs + first.glyphs
        )
        lines = [joined if line is first else line for line in lines if line is not cap]
    return lines


def _stands_alone(cap: Line, first: Line, lines: Sequence[Line]) -> bool:
    """Return whether a drop cap is a word: a space follows, or only the rest is a word here."""
    if first.glyphs[0].text.isspace():
        return True
    rest = first.text.split(None, 1)[0].lower()
    others = " ".join(line.text for line in lines if line is not first)
    words = Counter(others.lower().split())
    return words[cap.text.lower()] > 0 and words[rest] > 0 and not words[cap.text.lower() + rest]


def _beside(cap: Line, line: Line) -> bool:
    """Return whether a line stands to the right of a drop cap, above its baseline."""
    return (
        line.turned == cap.turned
        and cap.size >= _CAP * line.size
        and -0.5 * line.size <= line.x0 - cap.x1 <= 1.5 * line.size
        and cap.y + 0.4 * line.size < line.y < cap.y + cap.size
    )
