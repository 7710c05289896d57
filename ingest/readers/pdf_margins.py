"""Tells running heads, running feet and page numbers from the text, by their place and repetition.

What stands apart at the top or the bottom of a page, where it stands on other pages too, is in the
margin. Of what is in the margin, page numbers and what is the same on several pages are left out;
the rest is kept as a paragraph of its own that does not interrupt a sentence. Lines that differ in
other figures than the number of the page are not the same.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.readers.pdf_columns import level
from ingest.readers.pdf_lines import Line

Box = tuple[float, float, float, float]  # left, bottom, right, top

# Judged, from the layout of printed books and papers.
_DEEPEST = 3  # rows of a head or foot
_LONGEST = 200  # characters of a row
_APART = 1.5  # times the usual step from line to line
_SHORT = 0.6  # of the longest row; a row of the text that is longer is text
_STEP = 3.5  # heights of the font from line to line, at most
_SOME = 0.15  # of the pages; fewer lines at one place are there by chance
_ZONE = 0.16  # of the height of a page, at either end
_PLACE = 4.0  # points by which the place of a head differs from page to page
_FEWEST = 3  # pages that have the same head
_NUMBER = re.compile(r"(?<![\d.,])\d{1,4}(?![\d]|[.,]\d)")
_ONLY_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|p\.|pg\.?|página|pagina|стр\.?|第)\s*)?(?P<number>\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:of|/|von|de|sur|di|из|頁|页|ページ)\s*\d{0,4})?\W*",
    re.IGNORECASE,
)
_NOTE = re.compile(r"(?:\d{1,3}|[*†‡§¶]+)[.)]?\s*[^\W\d_]\w*(?:\W+\w+){2}")
_ROMAN = dict(i=1, v=5, x=10, l=50, c=100)  # noqa: C408 - shorter to read


@dataclass(frozen=True, slots=True)
class Margin:
    """The lines of one page that are in its margin.

    `left_out` are page numbers and repeated heads, `kept` the others; `number` is the printed
    number of the page, empty if it has none.
    """

    left_out: frozenset[int] = frozenset()
    kept: frozenset[int] = frozenset()
    number: str = ""


@dataclass(slots=True)
class _Row:
    """A line at the edge of a page: which one it is, and where it stands.

    A `plain` one looks like the text and is nearly as long as its lines.
    """

    page: int
    line: int
    text: str
    top: bool
    place: float
    size: float
    font: str
    plain: bool
    outcome: str = ""
    shifts: set[int] = field(default_factory=set)


def margins(pages: Sequence[tuple[Box, Sequence[Line]]]) -> list[Margin]:
    """Return what is in the margin of each page, by the places of its lines in the page's list."""
    rows = [
        row
        for number, (box, lines) in enumerate(pages)
        for top in (True, False)
        for row in _outermost(number, box, lines, top)
    ]
    shift = _shift(rows)
    for group in _places(rows):
        _judge(group, shift, len(pages))
    found = []
    for page, (_, lines) in enumerate(pages):
        its = [row for row in rows if row.page == page and row.outcome]
        out = {row.line for row in its if row.outcome == "out"}
        kept = {row.line for row in its if row.outcome == "kept"}
        if out >= set(range(len(lines))) and any(c.isalpha() for x in its for c in x.text):
            out = set()
        numbers = [
            said["number"]
            for row in its
            if row.outcome == "out" and (said := _ONLY_NUMBER.fullmatch(row.text))
        ]
        found.append(Margin(frozenset(out), frozenset(kept - out), "".join(numbers[-1:])))
    return found


def _outermost(page: int, box: Box, lines: Sequence[Line], top: bool) -> Iterator[_Row]:
    """Yield the rows at one edge of a page that stand apart from its text."""
    rows = _level_rows(lines)
    if not rows:
        return
    longest = max(range(len(rows)), key=lambda place: max(len(lines[i].text) for i in rows[place]))
    if not top:
        rows.reverse()
        longest = len(rows) - 1 - longest
    zone = _ZONE * (box[3] - box[1])
    body = _body(lines)
    shown = _SHORT * max(len(lines[its].text) for its in rows[longest])
    wide = [max((lines[its] for its in row), key=lambda line: len(line.text)) for row in rows]
    for row in rows[: _last_apart(wide, longest, body)]:
        for its in row:
            line = lines[its]
            place = box[3] - line.y if top else line.y - box[1]
            if len(line.text) <= _LONGEST and place <= zone:
                plain = (round(line.size), line.font) == body and len(line.text) > shown
                yield _Row(page, its, line.text, top, place, line.size, line.font, plain)


def _body(lines: Sequence[Line]) -> tuple[int, str]:
    """Return the size and the font of most of the text of a page."""
    styles: Counter[tuple[int, str]] = Counter()
    for line in lines:
        styles[round(line.size), line.font] += len(line.text)
    return styles.most_common(1)[0][0]


def _level_rows(lines: Sequence[Line]) -> list[list[int]]:
    """Return the places of the upright lines, row for row from the top, from left to right."""
    places = [place for place, line in enumerate(lines) if line.turned == 0]
    rows: list[list[int]] = []
    for place in sorted(places, key=lambda place: -lines[place].y):
        if rows and level(lines[rows[-1][0]], lines[place]):
            rows[-1].append(place)
        else:
            rows.append([place])
    return [sorted(row, key=lambda place: lines[place].x0) for row in rows]


def _last_apart(rows: Sequence[Line], longest: int, body: tuple[int, str]) -> int:
    """Return how many rows from the edge stand apart from the next, or look unlike the text.

    The longest row is text, and so is what is beyond it.
    """
    gaps = sorted(abs(one.y - two.y) for one, two in pairwise(rows))
    for place in range(min(longest, _DEEPEST)):
        row, following = rows[place], rows[place + 1]
        looks = round(row.size), row.font
        gap = abs(row.y - following.y)
        usual = max(min(gaps[len(gaps) // 4], _STEP * following.size), 1.1 * following.size)
        different = looks not in {body, (round(following.size), following.font)}
        apart = gap > _APART * usual and (len(gaps) < 3 or gap > 1.1 * gaps[0])
        if apart or (different and gap > 1.1 * max(row.size, following.size)):
            return place + 1
    return 0


def _shift(rows: Sequence[_Row]) -> int | None:
    """Return what to add to the place of a page to get its printed number; None if unknown."""
    for row in rows:
        said = _ONLY_NUMBER.fullmatch(row.text)
        numbers = [_value(said["number"])] if said else map(int, _NUMBER.findall(row.text))
        row.shifts = {number - row.page for number in numbers if number}
    pages: defaultdict[int, set[int]] = defaultdict(set)
    for row in rows:
        for shift in row.shifts:
            pages[shift].add(row.page)
    best = max(pages, key=lambda shift: (len(pages[shift]), -abs(shift)), default=None)
    return best if best is not None and len(pages[best]) >= 2 else None


def _value(number: str) -> int:
    """Return the value of a number in digits or Roman numerals."""
    if number.isdigit():
        return int(number)
    values = [_ROMAN.get(letter, 0) for letter in number.lower()]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _places(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Yield the rows that stand at the same place of their pages."""
    for top in (True, False):
        waiting = sorted((row for row in rows if row.top == top), key=lambda row: row.place)
        group: list[_Row] = []
        for row in waiting:
            if group and row.place - group[0].place > _PLACE:
                yield group
                group = []
            group.append(row)
        if group:
            yield group


def _judge(group: Sequence[_Row], shift: int | None, all_pages: int) -> None:
    """Mark the rows at one place: left out, kept apart, or part of the text (no outcome).

    Lines of one look on some pages, of `all_pages`, make the place one of the margin.
    """
    same: defaultdict[tuple[bool, str], list[_Row]] = defaultdict(list)
    for row in group:
        numbered = shift is not None and shift in row.shifts
        only = _ONLY_NUMBER.fullmatch(row.text)
        if only and numbered:
            row.outcome = "out"
            continue
        said = row.text
        if numbered and shift is not None:
            said = re.sub(rf"(?<!\d){row.page + shift}(?!\d)", "", said, count=1)
        same[numbered, "".join(said.split())].append(row)
    styles: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for row in group:
        styles[round(row.size), row.font].add(row.page)
    for (_, said), rows in same.items():
        pages = {row.page for row in rows}
        worded = any(map(str.isalpha, said))
        if len(pages) >= (max(_FEWEST, all_pages / 2) if rows[0].plain else _FEWEST) and worded:
            for row in rows:
                row.outcome = "out" if row.page != min(pages) else "kept"
            continue
        for row in rows:
            shared = len(styles[round(row.size), row.font]) >= max(2, _SOME * all_pages)
            if shared and not row.plain and (row.top or not _NOTE.match(row.text)):
                row.outcome = "kept"
