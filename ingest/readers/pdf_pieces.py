"""Puts the glyphs of a PDF page together to pieces of lines, each in upright writing.

Writing that is turned or runs from top to bottom is turned upright first, each direction for
itself, so that all further steps know only lines from left to right, one below the other.
"""

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.readers.pdf_direction import together
from ingest.readers.pdf_glyphs import Glyph, Placed
from vectorstore.text.scripts import CJK_PUNCTUATION, FULL_WIDTH, HAN, KANA

# All in heights of the font. Judged: typesetters set columns and cells at least a height apart, and
# raise characters by a third.
_CELL = 1.2  # a wider gap is one between columns or cells
_HOLE = 0.7  # a gap that may be one between columns
_CAP = 1.6  # a drop cap is at least two lines high
_BACK = 0.6  # how far a glyph may stand left of the end of the one before
_SAME = 0.25  # how far baselines in a line may differ
_RAISED = 0.75  # the same for a glyph of another size
_TOUCHING = 0.35  # how far apart pieces of one line may be that the file draws apart
_LEAST_FIGURE = 2.1  # times a raised figure is as high as the others
_STRAIGHT = 5  # degrees; judged: a scan that is askew is not turned writing
_EAST = frozenset(
    chr(code)
    for block in (KANA, HAN[:3], HAN[3:6], HAN[6:9], CJK_PUNCTUATION, FULL_WIDTH)
    for code in range(ord(block[0]), ord(block[2]) + 1)
)


def pieces_of(glyphs: Sequence[Glyph]) -> Iterator[tuple[int, list[Placed]]]:
    """Yield the pieces of a page in the order in which the file draws them, with their direction.

    The direction is 0 for upright writing, and else tells those of a page apart.
    """
    for turned, placed in _directions(glyphs).items():
        for piece in _attached(together(list(_pieces(placed)))):
            yield turned, piece


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


def east_asian(character: str) -> bool:
    """Return whether a character is of a script without spaces, or a sign that goes with it."""
    return character in _EAST
