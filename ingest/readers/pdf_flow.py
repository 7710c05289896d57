"""Joins what the pages of a PDF hold to one text: sentences across columns and pages, notes, order.

Each page's text stays one stretch of the whole, so what interrupts a sentence at the end of a page
goes before its paragraph, and what interrupts it at the beginning of the next goes after.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ingest.readers.notes import note_paragraph
from ingest.readers.pdf_columns import across
from ingest.readers.pdf_edges import alike
from ingest.readers.pdf_lines import Line
from ingest.readers.pdf_notes import Note
from ingest.readers.pdf_paragraphs import Paragraph, begins_item, goes_on, may_go_on, unfinished
from ingest.readers.pdf_words import Repaired, count_words, repaired

Role = Literal["text", "rows", "note", "margin", "plain"]

# Judged.
_SKIPPED = 12  # paragraphs that may interrupt one: notes, captions, heads, tables
_LONG = 40  # characters; a paragraph of the same size that is longer is the next of the text
_WHOLE = 60  # characters; a line that is longer and reaches the margin may go on in capitals
_STOP = re.compile(r"[.!?。！？][\"'”’»)\]」』）]*(?=\s)|[。！？][」』）]*(?=\S)")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of the whole text.

    `parts` are its raw lines on each page; `first` and `last` are its first and last line if they
    have a place. `mark` and `before` are those of a note.
    """

    role: Role
    parts: tuple[tuple[int, str], ...]
    first: Line | None = None
    last: Line | None = None
    full: bool = False
    indented: bool = False
    mark: str = ""
    before: str = ""

    @property
    def text(self) -> str:
        """Return its raw lines."""
        return "\n".join(text for _, text in self.parts)


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole text, the span of each page in it, and the doubtful hyphens on each page.

    `numbers` are those printed in the margins of the pages, empty where none is.
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    doubtful: tuple[int, ...]
    numbers: tuple[str, ...] = ()


def block_of(page: int, paragraph: Paragraph, role: Role = "text") -> Block:
    """Return a paragraph of a page as a block."""
    return Block(
        "rows" if paragraph.rows else role,
        ((page, "\n".join(line.text for line in paragraph.lines)),),
        paragraph.lines[0],
        paragraph.lines[-1],
        paragraph.full,
        paragraph.indented,
    )


def blocks_of(page: int, texts: Sequence[Paragraph], notes: Sequence[Note]) -> list[Block]:
    """Return the paragraphs of a page, and each note after the paragraph that has its mark."""
    found: list[Block] = []
    for place, paragraph in enumerate(texts):
        found.append(block_of(page, paragraph))
        found += (_note(page, note) for note in notes if note.home == place)
    return found + [_note(page, note) for note in notes if note.home is None]


def _note(page: int, note: Note) -> Block:
    return replace(
        block_of(page, note.paragraph, "note"), role="note", mark=note.mark, before=note.before
    )


def flow(pages: Sequence[Sequence[Block]]) -> Flow:
    """Return the text of all pages, with the words of the document as evidence."""
    joined = [_joined_on_page(list(blocks)) for blocks in pages]
    for page in range(len(joined) - 1):
        _join_pages(joined, page)
    words = count_words(block.text for blocks in joined for block in blocks)
    text: list[str] = []
    length = 0
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    doubtful = [0] * len(pages)
    for block in (block for blocks in joined for block in blocks):
        made, bounds, doubts = _made(block, words)
        if not made:
            continue
        gap = "\n\n" if text else ""
        text += gap, made
        length += len(gap)
        doubtful[block.parts[0][0]] += doubts
        for page, start, end in bounds:
            starts.setdefault(page, length + start)
            ends[page] = length + end
        length += len(made)
    return Flow("".join(text), tuple(_spans(starts, ends, len(pages))), tuple(doubtful))


def _spans(starts: dict[int, int], ends: dict[int, int], pages: int) -> Iterator[tuple[int, int]]:
    end = 0
    for page in range(pages):
        start = starts.get(page, end)
        end = ends.get(page, start)
        yield start, end


def _made(block: Block, words: Counter[str]) -> tuple[str, list[tuple[int, int, int]], int]:
    """Return the text of a block, where each page's part is in it, and the doubtful hyphens."""
    wrapped = block.role in {"text", "note", "margin"}
    raw = block.text
    made = repaired(raw, words, wrapped=wrapped)
    if block.role == "note":
        before = repaired(block.before, words, wrapped=True).text
        text = note_paragraph(block.mark, before, made.text)
        return text, [(block.parts[0][0], 0, len(text))], made.doubtful
    return made.text, list(_bounds(block, made)), made.doubtful


def _bounds(block: Block, made: Repaired) -> Iterator[tuple[int, int, int]]:
    place = 0
    for number, (page, text) in enumerate(block.parts):
        last = number == len(block.parts) - 1
        end = len(made.text) if last else made.place(place + len(text))
        yield page, made.place(place) if number else 0, end
        place += len(text) + 1


def _joined_on_page(blocks: list[Block]) -> list[Block]:
    """Return the blocks of a page, those joined that one paragraph was broken into."""
    found: list[Block] = []
    while blocks:
        block = blocks.pop(0)
        while (place := _continuation(block, blocks)) is not None:
            block = _together(block, blocks.pop(place))
        found.append(block)
    return found


def _continuation(block: Block, following: Sequence[Block]) -> int | None:
    """Return which of the blocks that follow continues a block; None if none does."""
    if block.role != "text" or not may_go_on(block.text):
        return None
    for place, other in enumerate(following[:_SKIPPED]):
        if other.role != "text" or not _same_size(block, other):
            continue
        if _continues(block, other):
            return place
        if len(other.text) > _LONG:
            return None
    return None


def _same_size(one: Block, two: Block) -> bool:
    return bool(
        one.last
        and two.first
        and alike(one.last, two.first)
        and one.last.turned == two.first.turned
    )


def _continues(one: Block, two: Block) -> bool:
    """Return whether a block continues another, which stands in another column or page."""
    last, first = one.last, two.first
    if last is None or first is None or begins_item(first):
        return False
    below = one.parts[-1][0] == two.parts[0][0] and across(last, first) > 0.3 and first.y < last.y
    if below and last.y - first.y < 1.9 * last.size:
        return False  # the line ended early, or another look began
    if goes_on(last.text, first.text):
        return one.full or len(one.text) >= _LONG or last.text[-1] in "-\u2010\u00ad,"
    return (
        unfinished(one.text)
        and not below
        and one.full
        and not two.indented
        and last.font == first.font
        and len(last.text) >= _WHOLE / 2
        and len(one.text) >= _WHOLE
        and len(two.text) >= _LONG
    )


def _together(one: Block, two: Block) -> Block:
    """Return one block of two, the second of which continues the first."""
    (page, text), (other, more) = one.parts[-1], two.parts[0]
    if page == other:
        parts = (*one.parts[:-1], (page, f"{text}\n{more}"), *two.parts[1:])
    else:
        parts = one.parts + two.parts
    return replace(one, parts=parts, last=two.last, full=two.full)


def _join_pages(pages: list[list[Block]], page: int) -> None:
    """Join the paragraph that goes on from a page to the next, if one does."""
    here, there = pages[page], pages[page + 1]
    size = _main_size([*here, *there])
    for place in range(len(here) - 1, max(len(here) - 1 - _SKIPPED, -1), -1):
        block = here[place]
        if block.role != "text":
            continue
        following = _continuation(block, there)
        if following is not None:
            break
        main = block.last is not None and abs(block.last.size - size) < 0.05 * size
        if main and len(block.text) > _LONG and (not may_go_on(block.text) or block.full):
            return
    else:
        return
    others = here[:place] + here[place + 1 :]
    if block.parts[0][0] != page and others:  # it came from the page before: only its tail goes on
        whole, tail = _cut(block)
        if tail is None:
            return
        others, block = [whole, *others], tail
    more = there.pop(following)
    pages[page] = others
    there.insert(0, _together(block, more))
    if block.parts[0][0] == page:
        return


def _main_size(blocks: Sequence[Block]) -> float:
    """Return the size of most of the text of blocks."""
    sizes: Counter[float] = Counter()
    for block in blocks:
        if block.last is not None:
            sizes[block.last.size] += len(block.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _cut(block: Block) -> tuple[Block, Block | None]:
    """Return a block up to the end of its last whole sentence on its last page, and the rest."""
    page, text = block.parts[-1]
    stops = list(_STOP.finditer(text))
    if not stops:
        return block, None
    end = stops[-1].end()
    whole = replace(block, parts=(*block.parts[:-1], (page, text[:end])))
    return whole, replace(block, parts=((page, text[end:].lstrip()),))
