"""A stretch of a source made ready to be read: paragraphs, headings, and what is set off in them.

In go the text and its layout, out come blocks of runs. Which stretch is asked for by a place and
grows at either end; nothing is drawn here.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vectorstore.records import Heading, Page

Span = tuple[int, int]

AROUND = 20_000  # characters before and after the place that is looked for
STEP = 40_000  # by which the stretch grows
MOST = 200_000  # characters at once; the far end is given up beyond
_BREAK = re.compile(r"\n{2,}")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one kind: `cited`, a `hit` of the search, the hit that is looked at (`now`)."""

    text: str
    cited: bool = False
    hit: bool = False
    now: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or heading that begins at `start`; `page` is the one that begins with it."""

    start: int
    heading: bool
    runs: tuple[Run, ...]
    page: Page | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """What is set off: the cited words, the hits of a search in order, and which is looked at."""

    cited: Span = (0, 0)
    hits: Sequence[Span] = ()
    now: int = -1


def around(text: str, place: int, end: int = 0) -> Span:
    """The paragraphs around a place; the whole text where it is short."""
    if len(text) <= 2 * AROUND:
        return 0, len(text)
    return _whole(text, max(place - AROUND, 0), min(max(place, end) + AROUND, len(text)))


def earlier(text: str, stretch: Span) -> Span:
    """The stretch grown at its beginning."""
    first, last = stretch
    first = max(first - STEP, 0)
    return _whole(text, first, min(last, first + MOST))


def later(text: str, stretch: Span) -> Span:
    """The stretch grown at its end."""
    first, last = stretch
    last = min(last + STEP, len(text))
    return _whole(text, max(first, last - MOST), last)


def _whole(text: str, first: int, last: int) -> Span:
    """No paragraph cut at its beginning or end, unless it is far too long."""
    before = text.rfind("\n\n", max(first - AROUND, 0), first) if first else -2
    after = text.find("\n\n", last, last + AROUND) if last < len(text) else len(text)
    return before + 2 if before != -1 else first, after if after >= 0 else last


def blocks(
    text: str, stretch: Span, headings: Sequence[Heading], pages: Sequence[Page], marks: Marks
) -> list[Block]:
    """The stretch as blocks, in order."""
    made = []
    beginnings = [page.start for page in pages]
    for start, end, heading in _parts(text, stretch, headings, pages):
        here = bisect_left(beginnings, start), bisect_left(beginnings, max(end, start + 1))
        page = next((pages[i] for i in range(*here) if pages[i].end > pages[i].start), None)
        runs = tuple(_runs(text, start, end, marks))
        if heading and runs:
            first = Run(runs[0].text.lstrip("# "), runs[0].cited, runs[0].hit, runs[0].now)
            runs = (first, *runs[1:])
        made.append(Block(start, heading, runs, page))
    return made


def _parts(
    text: str, stretch: Span, headings: Sequence[Heading], pages: Sequence[Page]
) -> Iterator[tuple[int, int, bool]]:
    """Where the stretch is cut: at blank lines, around headings, where a page begins."""
    first, last = stretch
    titles = {h.start: h.end for h in headings if first <= h.start and h.end <= last}
    cuts = {first, last, *titles, *titles.values()}
    cuts |= {page.start for page in pages if first < page.start < last}
    cuts |= {found.end() for found in _BREAK.finditer(text, first, last)}
    inside: int = first
    for start, end in pairwise(sorted(cuts)):
        if start < inside:  # a heading that runs on over a page or a blank line
            continue
        heading = start in titles
        stop = titles[start] if heading else end
        inside = stop
        if text[start:stop].strip():
            blank = len(text[start:stop]) - len(text[start:stop].lstrip("\n"))
            yield start + blank, stop, heading


def _runs(text: str, start: int, end: int, marks: Marks) -> Iterator[Run]:
    """The block cut where something that is set off begins or ends."""
    end = start + len(text[start:end].rstrip("\n"))
    low = bisect_right(marks.hits, start, key=lambda hit: hit[1])
    high = bisect_left(marks.hits, end, key=lambda hit: hit[0])
    now = marks.hits[marks.now] if 0 <= marks.now < len(marks.hits) else (0, 0)
    hits = marks.hits[low:high]
    edges = {edge for span in (marks.cited, *hits) for edge in span if start < edge < end}
    place = 0
    for a, b in pairwise(sorted({start, end, *edges})):
        while place < len(hits) and hits[place][1] <= a:
            place += 1
        yield Run(
            text[a:b],
            cited=marks.cited[0] <= a and b <= marks.cited[1],
            hit=place < len(hits) and hits[place][0] <= a,
            now=now[0] <= a and b <= now[1],
        )
