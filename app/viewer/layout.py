"""Lay out an excerpt of a source as paragraphs and headings with highlighted words.

The input is the text with its headings and pages, the output blocks of runs. An excerpt begins
around a position and grows at either end. Nothing is drawn here.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vectorstore.records import Heading, Page

Span = tuple[int, int]

# Judged: an excerpt of these sizes is drawn without a noticeable delay.
CONTEXT = 20_000  # characters before and after the position
STEP = 40_000  # characters by which an excerpt grows
MAX_EXCERPT = 200_000  # characters; one that grows beyond is cut at its other end
_BREAK = re.compile(r"\n{2,}")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters highlighted alike: `cited`, a search `hit`, the `current` hit."""

    text: str
    cited: bool = False
    hit: bool = False
    current: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or heading that begins at `start`; `page` is set if a page begins with it."""

    start: int
    heading: bool
    runs: tuple[Run, ...]
    page: Page | None = None


@dataclass(frozen=True, slots=True)
class Highlights:
    """The cited span, the hits of a search in order, and the index of the current hit."""

    cited: Span = (0, 0)
    hits: Sequence[Span] = ()
    current: int = -1


def excerpt_around(text: str, position: int, end: int = 0) -> Span:
    """Return the paragraphs around a position; the whole text if it is short."""
    if len(text) <= 2 * CONTEXT:
        return 0, len(text)
    return _to_paragraphs(
        text, max(position - CONTEXT, 0), min(max(position, end) + CONTEXT, len(text))
    )


def extend_backward(text: str, excerpt: Span) -> Span:
    """Return the excerpt grown at its beginning."""
    first, last = excerpt
    first = max(first - STEP, 0)
    return _to_paragraphs(text, first, min(last, first + MAX_EXCERPT))


def extend_forward(text: str, excerpt: Span) -> Span:
    """Return the excerpt grown at its end."""
    first, last = excerpt
    last = min(last + STEP, len(text))
    return _to_paragraphs(text, max(first, last - MAX_EXCERPT), last)


def _to_paragraphs(text: str, first: int, last: int) -> Span:
    """Extend a span to whole paragraphs, unless one is far too long."""
    before = text.rfind("\n\n", max(first - CONTEXT, 0), first) if first else -2
    after = text.find("\n\n", last, last + CONTEXT) if last < len(text) else len(text)
    return before + 2 if before != -1 else first, after if after >= 0 else last


def lay_out(
    text: str,
    excerpt: Span,
    headings: Sequence[Heading],
    pages: Sequence[Page],
    highlights: Highlights,
) -> list[Block]:
    """Return the excerpt as blocks, in order."""
    blocks = []
    beginnings = [page.start for page in pages]
    for start, end, heading in _spans(text, excerpt, headings, pages):
        here = bisect_left(beginnings, start), bisect_left(beginnings, max(end, start + 1))
        page = next((pages[i] for i in range(*here) if pages[i].end > pages[i].start), None)
        runs = tuple(_runs(text, start, end, highlights))
        if heading and runs:
            first = Run(runs[0].text.lstrip("# "), runs[0].cited, runs[0].hit, runs[0].current)
            runs = (first, *runs[1:])
        blocks.append(Block(start, heading, runs, page))
    return blocks


def _spans(
    text: str, excerpt: Span, headings: Sequence[Heading], pages: Sequence[Page]
) -> Iterator[tuple[int, int, bool]]:
    """Cut the excerpt at blank lines, around headings and where a page begins.

    Yield the start and end of each block, and whether it is a heading.
    """
    first, last = excerpt
    titles = {h.start: h.end for h in headings if first <= h.start and h.end <= last}
    cuts = {first, last, *titles, *titles.values()}
    cuts |= {page.start for page in pages if first < page.start < last}
    cuts |= {found.end() for found in _BREAK.finditer(text, first, last)}
    inside: int = first
    for start, end in pairwise(sorted(cuts)):
        if start < inside:  # inside a heading that spans a page break or a blank line
            continue
        heading = start in titles
        stop = titles[start] if heading else end
        inside = stop
        if text[start:stop].strip():
            blank = len(text[start:stop]) - len(text[start:stop].lstrip("\n"))
            yield start + blank, stop, heading


def _runs(text: str, start: int, end: int, highlights: Highlights) -> Iterator[Run]:
    """Cut a block where a highlight begins or ends."""
    end = start + len(text[start:end].rstrip("\n"))
    low = bisect_right(highlights.hits, start, key=lambda hit: hit[1])
    high = bisect_left(highlights.hits, end, key=lambda hit: hit[0])
    current = (
        highlights.hits[highlights.current]
        if 0 <= highlights.current < len(highlights.hits)
        else (0, 0)
    )
    hits = highlights.hits[low:high]
    edges = {edge for span in (highlights.cited, *hits) for edge in span if start < edge < end}
    index = 0
    for a, b in pairwise(sorted({start, end, *edges})):
        while index < len(hits) and hits[index][1] <= a:
            index += 1
        yield Run(
            text[a:b],
            cited=highlights.cited[0] <= a and b <= highlights.cited[1],
            hit=index < len(hits) and hits[index][0] <= a,
            current=current[0] <= a and b <= current[1],
        )
