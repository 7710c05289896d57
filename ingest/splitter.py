"""Splits documents into passages, on LangChain's `TextSplitter`.

A passage is one or more whole paragraphs under one heading, up to about a thousand characters. A
longer paragraph is split between sentences, and only a sentence that is itself too long is split
inside, by LangChain's recursive splitter. Passages do not overlap, so that each sentence that an
answer can quote is in one passage. Offsets are exact.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from langchain_text_splitters import RecursiveCharacterTextSplitter, TextSplitter

from vectorstore.library import passage_id
from vectorstore.records import Document, Heading, Page, Passage
from vectorstore.text.scripts import cjk_share, script_counts
from vectorstore.text.sentences import Span, sentences

VERSION = "4"  # part of each passage's id: a change rebuilds all passages
# Judged: about the 256 tokens that the default embedding model reads.
LONGEST = 1000  # characters of English

# Fitted by `benchmarks/fit/japanese_words.py` (docs/decisions/0016): what a CJK character counts
# above one of English.
_CJK_EXTRA = 0.6


def weight(text: str) -> int:
    """Return the length of a text in characters of English."""
    return _weight(len(text), cjk_share(text))


def _weight(length: int, share: float) -> int:
    return round(length * (1 + _CJK_EXTRA * share))


class PassageSplitter(TextSplitter):
    """Splits text into passages and keeps their offsets."""

    def __init__(self, longest: int = LONGEST, **kwargs: Any) -> None:
        """`longest` is in characters of English."""
        super().__init__(chunk_size=longest, chunk_overlap=0, length_function=weight, **kwargs)
        self._inside = RecursiveCharacterTextSplitter(
            chunk_size=max(longest // 4, 1),
            chunk_overlap=0,
            add_start_index=True,
            strip_whitespace=True,
            separators=["\n", "; ", ", ", " ", ""],
        )

    def split_text(self, text: str) -> list[str]:
        """Return the passages of a text without headings (LangChain's interface)."""
        return [text[start:end] for start, end in self.spans(text)]

    def split(self, document: Document, source_id: str) -> list[Passage]:
        """Return the passages of a document in order, with their pages and their heading."""
        passages: list[Passage] = []
        pages = _Pages(document.pages)
        for heading, start, end in _sections(document):
            section = document.text[start:end]
            for first, last in self.spans(section):
                text = section[first:last]
                first_page, last_page = pages.touched(start + first, start + last)
                passages.append(
                    Passage(
                        id=passage_id(source_id, VERSION, len(passages), text),
                        source_id=source_id,
                        text=text,
                        start=start + first,
                        end=start + last,
                        first_page=first_page,
                        last_page=last_page,
                        heading=heading,
                    )
                )
        return passages

    def spans(self, text: str) -> list[Span]:
        """Return the spans of the passages of a text without headings."""
        pieces: list[Span] = []
        for start, end in _paragraphs(text):
            if weight(text[start:end]) <= self._chunk_size:
                pieces.append((start, end))
            else:
                pieces += self._packed(text, self._units(text, start, end))
        return [span for span in self._packed(text, pieces) if _has_words(text, span)]

    def _units(self, text: str, start: int, end: int) -> Iterator[Span]:
        """Yield the spans of the sentences of a paragraph, splitting those that are too long."""
        for first, last in sentences(text[start:end]):
            sentence = text[start + first : start + last]
            if weight(sentence) <= self._chunk_size:
                yield start + first, start + last
                continue
            for piece in self._inside.create_documents([sentence]):
                place = start + first + int(piece.metadata["start_index"])
                yield place, place + len(piece.page_content)

    def _packed(self, text: str, spans: Iterable[Span]) -> list[Span]:
        """Join neighbouring spans as long as they fit into a passage.

        The characters of each span are counted once, however many are joined.
        """
        packed: list[Span] = []
        joined = (0, 0)  # of the last passage: letters and digits that are CJK, and all
        for start, end in spans:
            if packed:
                first, last = packed[-1]
                more = script_counts(text[last:end])
                both = (joined[0] + more[0], joined[1] + more[1])
                if _weight(end - first, both[0] / max(both[1], 1)) <= self._chunk_size:
                    packed[-1], joined = (first, end), both
                    continue
            packed.append((start, end))
            joined = script_counts(text[start:end])
        return packed


def _sections(document: Document) -> Iterator[tuple[str, int, int]]:
    """Yield the heading and the span of each section."""
    bounds = [Heading("", 0, 0), *document.headings]
    ends = [heading.start for heading in document.headings] + [len(document.text)]
    for heading, end in zip(bounds, ends, strict=True):
        if heading.end < end:
            yield heading.text, heading.end, end


class _Pages:
    """The pages of a document, which are in order."""

    def __init__(self, pages: tuple[Page, ...]) -> None:
        self._pages = pages
        self._starts = [page.start for page in pages]
        self._ends = [page.end for page in pages]

    def touched(self, start: int, end: int) -> tuple[int | None, int | None]:
        """Return the first and last page that a span touches; None if it touches none."""
        first, after = bisect_right(self._ends, start), bisect_left(self._starts, end)
        if first >= after:
            return None, None
        return self._pages[first].number, self._pages[after - 1].number


def _paragraphs(text: str) -> Iterator[Span]:
    """Yield the spans of paragraphs: lines without an empty line between them."""
    start, end, place = 0, 0, 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            if start == end:
                start = place + len(line) - len(line.lstrip())
            end = place + len(line.rstrip())
        elif start < end:
            yield start, end
            start = end = place
        place += len(line)
    if start < end:
        yield start, end


def _has_words(text: str, span: Span) -> bool:
    return any(character.isalnum() for character in text[slice(*span)])
