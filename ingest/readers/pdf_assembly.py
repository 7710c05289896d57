"""Makes one text of the pages of a PDF, without what is in their margins."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

from ingest.readers.pdf_columns import in_order
from ingest.readers.pdf_flow import Block, Flow, block_of, blocks_of, flow
from ingest.readers.pdf_margins import Margin, margins
from ingest.readers.pdf_notes import notes
from ingest.readers.pdf_page import ReadPage
from ingest.readers.pdf_paragraphs import Paragraph, paragraphs
from ingest.readers.pdf_plain import without_heads


def assembled(pages: Sequence[ReadPage], titles: Mapping[int, Set[str]]) -> Flow:
    """Return the text of all pages of a document.

    `titles` are those of the bookmarks to each page, folded; pages count from 0.
    """
    in_margin = margins([(page.box, page.lines) for page in pages])
    body = _body_size(pages)
    plain = iter(without_heads([page.text for page in pages if not page.lines]))
    blocks = [
        [
            *(
                _blocks(number, page, margin, body, titles.get(number, frozenset()))
                if page.lines
                else [Block("plain", ((number, next(plain)),))]
            ),
            *(Block("plain", ((number, text),)) for text in page.added),
        ]
        for number, (page, margin) in enumerate(zip(pages, in_margin, strict=True))
    ]
    return replace(flow(blocks), numbers=tuple(margin.number for margin in in_margin))


def _body_size(pages: Sequence[ReadPage]) -> float:
    """Return the size of most of the document's text."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _blocks(
    number: int, page: ReadPage, margin: Margin, body: float, titles: Set[str]
) -> Iterator[Block]:
    """Yield the paragraphs of a page, and what is kept of its margin around them."""
    aside = margin.left_out | margin.kept
    text = [line for place, line in enumerate(page.lines) if place not in aside]
    kept = [page.lines[place] for place in sorted(margin.kept)]
    middle = sum(line.y for line in text) / len(text) if text else 0.0
    found, its_notes = notes(paragraphs(in_order(text), titles), body)
    for line in kept:
        if line.y >= middle:
            yield block_of(number, Paragraph((line,)), "margin")
    yield from blocks_of(number, found, its_notes)
    for line in kept:
        if line.y < middle:
            yield block_of(number, Paragraph((line,)), "margin")
