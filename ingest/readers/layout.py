"""Joins headings and paragraphs into the text of a document, with offsets of pages and headings.

Characters that cannot be stored are left out.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vectorstore.reading_warnings import page_warning
from vectorstore.records import Document, Heading, Metadata, Page, ReadingWarning

_UNSTORABLE = re.compile("[\ud800-\udfff\x00\u00ad]")  # soft hyphens would hide words from search
_BREAKS = re.compile("\r\n?|\v|\u2028")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or, if `close` to the line before, a row or an item of a list."""

    text: str
    heading: bool = False
    close: bool = False


def one_line(text: str) -> str:
    """Return a text on one line, without what cannot be stored; at most 1,000 characters."""
    return " ".join(_UNSTORABLE.sub("", text).split())[:1000]


def build_document(
    kind: str,
    sections: Iterable[Sequence[Block]],
    metadata: Metadata | None = None,
    *,
    paged: bool = True,
    warnings: Iterable[ReadingWarning] = (),
    labels: Sequence[str] = (),
) -> Document:
    """Return a document of all blocks, one below the other, in which every section is a page.

    The warnings of a page go into its sentence; `labels` are what the document calls its pages.
    """
    warnings = tuple(warnings)
    parts: list[str] = []
    pages: list[Page] = []
    headings: list[Heading] = []
    length = 0
    for number, section in enumerate(sections, start=1):
        start, end = length + (2 if length else 0), length
        before: Block | None = None
        for block in section:
            text = _BREAKS.sub("\n", _UNSTORABLE.sub("", block.text)).strip()
            text = " ".join(text.split()) if block.heading else text
            if not text:
                continue
            gap = "\n" if before and before.close and block.close else "\n\n" if length else ""
            parts += gap, text
            if block.heading:
                headings.append(Heading(text, length + len(gap), length + len(gap) + len(text)))
            length = end = length + len(gap) + len(text)
            before = block
        label = labels[number - 1] if number <= len(labels) else ""
        pages.append(Page(number, min(start, end), end, page_warning(warnings, number), label))
    return Document(
        "".join(parts),
        kind,
        metadata or Metadata(),
        pages=tuple(pages) if paged else (),
        headings=tuple(headings),
        warnings=warnings,
    )
