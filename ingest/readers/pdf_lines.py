"""Puts the glyphs of a PDF page together to lines, by where they stand.

Writing that is turned or runs from top to bottom is turned upright first, each direction for
itself, so that all further steps know only lines from left to right, one below the other.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TypeVar

from ingest.readers.pdf_direction import has_leftwards, text_in_order, together
from ingest.readers.pdf_glyphs import Glyph, Placed
from ingest.readers.pdf_raised import on_one_line
from vectorstore.text.scripts import CJK_PUNCTUATION, FULL_WIDTH, HAN, KANA

_Value = TypeVar("_Value")
# All in heights of the font. Judged: typesetters set word spaces of a quarter to a half, columns
# and cells at least a whole apart, and raise characters by a third.
_CELL = 1.2  # a wider gap is one between columns or cells
_HOLE = 0.7  # a gap that may be one between columns
_WORD = 0.15  # a wider gap is one between words where PDFium does not say
_WIDE = 0.6  # a gap between characters of East Asia that is meant as a space
_BACK = 0.6  # how far a glyph may stand left of the end of the one before
_SAME = 0.25  # how far baselines in a line may differ
_RAISED = 0.75  # the same for a glyph of another size
_TOUCHING = 0.35  # how far apart pieces of one line may be that the file draws apart
_LEAST_FIGURE = 2.1  # times a raised figure is as high as the others
_CAP = 1.6  # a drop cap is at least two lines high
_STRAIGHT = 5  # degrees; judged: a scan that is askew is not turned writing
_SPACED = 0.6  # judged: of the letters of a letter-spaced piece, those that stand apart
_SIGNS = frozenset("*†‡§¶‖⁰¹²³⁴⁵⁶⁷⁸⁹")  # that may be marks of notes
_MATHS = re.compile(r"CMMI|CMSY|CMEX|MSAM|MSBM|EUFM|RSFS|MTMI|MTSY|txsy|Math|Symbol", re.IGNORECASE)
_RELATIONS = frozenset("=≤≥<>∈∉⊂⊆∪∩→↦⇒⇔∑∏∫√∞∂∇±×·≈≠≡∀∃")
_MATHS_SHARE = 0.3  # judged: of the glyphs of a formula
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_FEW_WORDS = 4  # judged: a line with more words is a sentence
_EAST = frozenset(
    chr(code)
    for block in (KANA, HAN[:3], HAN[3:6], HAN[6:9], CJK_PUNCTUATION, FULL_WIDTH)
    for code in range(ord(block[0]), ord(block[2]) + 1)
)


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


def east_asian(character: str) -> bool:
    """Return whether a character is of a script without spaces, or a sign that goes with it."""
    return character in _EAST


def lines_of(glyphs: Sequence[Glyph]) -> list[Line]:
    """Return the lines of a page in the order in which the file draws them."""
    found: list[Line] = []
    for turned, placed in _directions(glyphs).items():
        for piece in _attached(together(list(_pieces(placed)))):
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


def _directions(glyphs: Sequence[Glyph]) -> dict[int, list[Placed]]:
    """Return the glyphs of each direction of writing, turned upright; the upright ones first."""
    found: defaultdict[int, list[Placed]] = defaultdict(list)
    found[0] = []
    upright: list[Glyph] = []
    turns: dict[int, int] = {}
    for glyph in glyphs:
        if glyph.text < " " or "\x7f" <= glyph.text < "\xa0":
            continue  # no character
        style = id(glyph.style)
        if style not in turns:
            turns[style] = _turn(glyph.style.angle)
        turn = turns[style]
        if turn:
            found[turn].append(_turned(glyph, turn))
        else:
            upright.append(glyph)
    falling = _falling(upright)
    for place, glyph in enumerate(upright):
        if place in falling:
            found[-1].append(_from_above(glyph))
        else:
            found[0].append(Placed(glyph.text, glyph.x0, glyph.x1, glyph.y, _size(glyph), glyph))
    return found


def _turn(angle: float) -> int:
    """Return the direction of writing that an angle stands for."""
    quarter = round(angle / 90) * 90
    return (quarter if abs(angle - quarter) <= _STRAIGHT else round(angle)) % 360


def _size(glyph: Glyph) -> float:
    return glyph.style.size or glyph.y1 - glyph.y0 or 1.0


def _turned(glyph: Glyph, turn: int) -> Placed:
    """Return a glyph turned clockwise by degrees."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    x, y = glyph.x * cos + glyph.y * sin, glyph.y * cos - glyph.x * sin
    size = _size(glyph)
    if turn % 90:
        return Placed(glyph.text, x, x + size / 2, y, size, glyph)
    start, end = sorted((glyph.x0 * cos + glyph.y0 * sin, glyph.x1 * cos + glyph.y1 * sin))
    return Placed(glyph.text, start, end, y, size, glyph)


def _from_above(glyph: Glyph) -> Placed:
    """Return a glyph of a line that runs from top to bottom as if it ran from left to right."""
    size = _size(glyph)
    middle = (glyph.x0 + glyph.x1) / 2
    return Placed(glyph.text, -glyph.y1, -glyph.y0, middle - size / 3, size, glyph)


def _falling(glyphs: Sequence[Glyph]) -> set[int]:
    """Return the places of glyphs in lines from top to bottom: each stands below the one before."""
    found: set[int] = set()
    for place, (one, two) in enumerate(pairwise(glyphs)):
        size = _size(two)
        if (
            0.5 * size < one.y - two.y < 1.7 * size
            and abs(one.x0 + one.x1 - two.x0 - two.x1) < 0.6 * size
            and east_asian(one.text[0])
            and east_asian(two.text[0])
        ):
            found |= {place, place + 1}
    signs = (place for place in range(1, len(glyphs) - 1) if place not in found)
    between = {
        place
        for place in signs
        if {place - 1, place + 1} <= found
        and glyphs[place - 1].y > glyphs[place].y > glyphs[place + 1].y
    }
    return found | between


def _pieces(glyphs: Sequence[Placed]) -> Iterator[list[Placed]]:
    """Yield runs of glyphs that the file draws one after another in one line without a wide gap."""
    piece: list[Placed] = []
    last: Placed | None = None
    for glyph in glyphs:
        if last is not None and not _next_to(last, glyph):
            yield piece
            piece = []
        piece.append(glyph)
        last = glyph
    if piece:
        yield piece


def _next_to(last: Placed, glyph: Placed) -> bool:
    """Return whether a glyph follows another in the same piece."""
    right = glyph.x0 - last.x1
    if last.size == glyph.size and last.y == glyph.y and -_BACK * last.size <= right <= last.size:
        return True  # nearly always
    if not _level(last, glyph):
        return False
    if glyph.x0 == last.x0 and glyph.x1 == last.x1:
        return True  # a ligature
    small, large = sorted((last.size, glyph.size))
    if large - small < 0.1 * large:
        widest = _CELL * large
    else:  # a raised character, or another text that stands beside
        widest = (_CELL if last.y != glyph.y else _HOLE) * small
    if -_BACK * large <= right <= widest:
        return True
    if unicodedata.category(glyph.text[0]) == "Mn":
        return right < large
    leftwards = _leftwards(glyph.text[0]) or _leftwards(last.text[0])
    return leftwards and last.x0 - glyph.x1 <= _CELL * large * 3 and right < _CELL * large


def _level(one: Placed, two: Placed) -> bool:
    """Return whether two glyphs can be in one line, one of them perhaps raised or lowered."""
    small, large = sorted((one.size, two.size))
    apart = abs(one.y - two.y)
    if large - small < 0.1 * large:
        return apart <= _SAME * large
    if _figure(one if one.size < two.size else two, large):
        return apart <= 0.5 * large
    return (small * _CAP > large and apart <= _RAISED * small) or apart <= 0.1 * small


def _figure(glyph: Placed, large: float) -> bool:
    """Return whether a glyph may be a raised figure beside others that are larger."""
    return glyph.text.isdigit() and large <= _LEAST_FIGURE * glyph.size


def _leftwards(character: str) -> bool:
    return character > "\u0590" and unicodedata.bidirectional(character) in {"R", "AL", "AN"}


def _attached(pieces: list[list[Placed]]) -> list[list[Placed]]:
    """Return the pieces, joining those that touch in one line but are drawn at different times."""
    kept: list[list[Placed]] = []
    levels: defaultdict[int, list[list[Placed]]] = defaultdict(list)
    for piece in pieces:
        first = piece[0]
        near = range(int((first.y - first.size) // 4), int((first.y + first.size) // 4) + 1)
        home = next(
            (other for level in near for other in levels[level] if _fits(other, piece)), None
        )
        if home is None:
            kept.append(piece)
            levels[int(first.y // 4)].append(piece)
        else:
            place = next((i for i, g in enumerate(home) if g.x0 >= first.x0), len(home))
            home[place:place] = piece
    return kept


def _fits(line: list[Placed], piece: list[Placed]) -> bool:
    """Return whether a piece continues a line at its end, or fills a hole in it."""
    first, last = piece[0], piece[-1]
    start, end = line[0], line[-1]
    small, large = sorted((start.size, first.size))
    touching = _TOUCHING * large
    inside = start.x0 < first.x0 and last.x1 < end.x1
    touches = abs(first.x0 - end.x1) <= touching or abs(start.x0 - last.x1) <= touching
    if not (inside or touches) or not _level(start, first):
        return False
    if large > _CAP * small and not _figure(first, large):
        return False
    if _leftwards(first.text[0]) or _leftwards(start.text[0]):
        return False
    return touches or not any(_overlap(glyph, first, last, 0.3 * large) for glyph in line)


def _overlap(glyph: Placed, first: Placed, last: Placed, slack: float) -> bool:
    """Return whether a glyph stands where a piece does, and not only leans into it."""
    if glyph.text.isspace() or glyph.x1 <= first.x0 or glyph.x0 >= last.x1:
        return False
    middle = (first.x0 + last.x1) / 2
    within = first.x0 + slack < glyph.x1 and glyph.x0 < last.x1 - slack
    return within or glyph.x0 < middle < glyph.x1


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
