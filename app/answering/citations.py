"""Number the citations of an answer and copy their quotes.

Numbers follow the order of appearance; the same words keep their number. Quotes are copied from the
passage that was searched (from the source's text if they go beyond it), and only in this module.
"""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from app.answering.wording import hidden_characters
from vectorstore.errors import UnknownSource
from vectorstore.library import Library
from vectorstore.ranking import wording
from vectorstore.reading_warnings import document_warning
from vectorstore.records import ADDRESS, UNITS, Answer, Citation, Hit, Page, Passage, Source


class Numbering:
    """The citations of one answer, numbered in the order in which they are made."""

    def __init__(self, library: Library) -> None:
        """Copy the quotes from `library`."""
        self._library = library
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._sources: dict[str, Source] = {}
        self._copies: dict[str, tuple[str, ...]] = {}
        self.citations: list[Citation] = []

    def note_copies(self, hits: Sequence[Hit]) -> None:
        """Remember which passages have near copies, to name their sources in citations."""
        self._copies |= {hit.passage.id: hit.copies for hit in hits if hit.copies}

    def restart(self) -> None:
        """Drop all citations and start again at 1."""
        self._numbers.clear()
        self.citations = []

    def cite(self, passage: Passage, start: int, end: int) -> int:
        """Return the number of the citation for these words, from 1; add it if it is new."""
        key = (passage.source_id, start, end)
        if key not in self._numbers:
            self._numbers[key] = len(self.citations) + 1
            self.citations.append(self.look_up(passage, start, end))
        return self._numbers[key]

    def number_of(self, passage: Passage, start: int, end: int) -> int | None:
        """Return the number of the citation for these words; None if they are not cited."""
        return self._numbers.get((passage.source_id, start, end))

    def look_up(self, passage: Passage, start: int, end: int) -> Citation:
        """Return a citation for these words without adding it to the answer."""
        quote = self._quote(passage, start, end)
        try:
            if passage.source_id not in self._sources:
                self._sources[passage.source_id] = self._library.catalog.source(passage.source_id)
            source = self._sources[passage.source_id]
            title, path = source.metadata.title, source.path
            unit = UNITS.get(source.kind, "page")
            page = page_at(self._library, source, start)
            warning = page.warning if page else document_warning(source.warnings)
        except UnknownSource:  # removed while the answer was built
            title, path, unit, page = "a source that was removed", "", "page", None
            warning = ""
        return Citation(
            number=len(self.citations) + 1,
            source_id=passage.source_id,
            passage_id=passage.id,
            title=title,
            path=path,
            page=page.number if page else None,
            start=start,
            end=end,
            quote=quote,
            permalink=permalink(passage.source_id, start, end),
            unit=unit,
            warning=" ".join(filter(None, (warning, hidden_characters(quote)))),
            label=page.label if page else "",
            also=self._also(passage, quote),
        )

    def _quote(self, passage: Passage, start: int, end: int) -> str:
        """Return the quoted words, even if they continue after the end of the passage."""
        if passage.start <= start and end <= passage.end:
            return passage.text[start - passage.start : end - passage.start]
        try:
            return self._library.catalog.text(passage.source_id)[start:end]
        except UnknownSource:
            return ""

    def _also(self, passage: Passage, quote: str) -> tuple[str, ...]:
        """Return the titles of the other sources that have these very words."""
        copies = self._library.passages.get(self._copies.get(passage.id, ())).values()
        others = {
            copy.source_id
            for copy in copies
            if copy.source_id != passage.source_id and _repeats(copy.text, quote)
        }
        return tuple(sorted(self._library.catalog.titles(others).values())) if others else ()


def _repeats(text: str, quote: str) -> bool:
    """Whether a text has the words of a quote, one after the other."""
    words, quoted = (f" {' '.join(wording(one))} " for one in (text, quote))
    return quoted in words


def page_at(library: Library, source: Source, place: int) -> Page | None:
    """Return the page at an offset of a source's text; None if the source has no pages."""
    if not source.pages:
        return None
    pages, _ = library.catalog.layout(source.id)
    return next((page for page in reversed(pages) if page.start <= place), None)


def linked_from(answer: Answer, address: str) -> Answer:
    """Return an answer whose permalinks begin with this address instead of the usual one."""
    return replace(
        answer,
        citations=links_from(answer.citations, address),
        more=links_from(answer.more, address),
    )


def links_from(citations: Sequence[Citation], address: str) -> tuple[Citation, ...]:
    """Return citations whose permalinks begin with this address instead of the usual one."""
    return tuple(
        replace(one, permalink=address.rstrip("/") + one.permalink.removeprefix(ADDRESS))
        if one.permalink.startswith(f"{ADDRESS}/")
        else one
        for one in citations
    )


def permalink(source_id: str, start: int, end: int) -> str:
    """Return the address at which the window shows these words."""
    return f"{ADDRESS}/?{urlencode({'source': source_id, 'start': start, 'end': end})}"
