"""From the words an answer rests on to numbered citations.

Numbers follow the order of appearance; the same words get the same number. The quote is copied
from the passage as it was searched (or, beyond it, from its source), here and nowhere else.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from app.answering.disagreements import difference
from vectorstore.errors import UnknownSource
from vectorstore.library import Library
from vectorstore.records import UNITS, Citation, Hit, Page, Passage, Source
from vectorstore.text.sentences import sentences

ADDRESS = "http://127.0.0.1:8501"


class Numbering:
    """The citations of one answer, numbered as they come."""

    def __init__(self, library: Library) -> None:
        """`library` is where the quotes are copied from."""
        self._library = library
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._sources: dict[str, Source] = {}
        self._copies: dict[str, tuple[str, ...]] = {}
        self.citations: list[Citation] = []

    def found(self, hits: Sequence[Hit]) -> None:
        """Take note of which passages stand in other sources, too."""
        self._copies |= {hit.passage.id: hit.copies for hit in hits if hit.copies}

    def restart(self) -> None:
        """Forget all citations: the answer begins anew."""
        self._numbers.clear()
        self.citations = []

    def cite(self, passage: Passage, start: int, end: int) -> int:
        """The number for these words of a source, from 1."""
        key = (passage.source_id, start, end)
        if key not in self._numbers:
            self._numbers[key] = len(self.citations) + 1
            self.citations.append(self._citation(passage, start, end))
        return self._numbers[key]

    def number_of(self, passage: Passage, start: int, end: int) -> int | None:
        """The number that these words have already; None if they are not cited."""
        return self._numbers.get((passage.source_id, start, end))

    def look_up(self, passage: Passage, start: int, end: int) -> Citation:
        """A citation for words that are shown and are no part of the answer."""
        return self._citation(passage, start, end)

    def _citation(self, passage: Passage, start: int, end: int) -> Citation:
        quote = self._quote(passage, start, end)
        try:
            if passage.source_id not in self._sources:
                self._sources[passage.source_id] = self._library.catalog.source(passage.source_id)
            source = self._sources[passage.source_id]
            title, path = source.metadata.title, source.path
            unit = UNITS.get(source.kind, "page")
            page = page_at(self._library, source, start)
        except UnknownSource:  # it was removed while the answer was made
            title, path, unit, page = "a source that was removed", "", "page", None
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
            warning=page.warning if page else "",
            also=self._also(passage, quote),
        )

    def _quote(self, passage: Passage, start: int, end: int) -> str:
        """The words, also where they go on after the passage in which they begin."""
        if passage.start <= start and end <= passage.end:
            return passage.text[start - passage.start : end - passage.start]
        try:
            return self._library.catalog.text(passage.source_id)[start:end]
        except UnknownSource:
            return ""

    def _also(self, passage: Passage, quote: str) -> tuple[str, ...]:
        """The titles of the other sources in which these words stand nearly as they do here."""
        copies = self._library.passages.get(self._copies.get(passage.id, ())).values()
        others = {
            copy.source_id
            for copy in copies
            if copy.source_id != passage.source_id and not _differs(quote, copy.text)
        }
        return tuple(sorted(self._library.catalog.titles(others).values())) if others else ()


def _differs(quote: str, text: str) -> bool:
    """Whether a text says what is quoted with another number, date or name."""
    return any(difference(quote, text[a:b], names=True) for a, b in sentences(text))


def page_at(library: Library, source: Source, place: int) -> Page | None:
    """The page on which a place of a source stands; None where the source has no pages."""
    if not source.pages:
        return None
    pages, _ = library.catalog.layout(source.id)
    return next((page for page in reversed(pages) if page.start <= place), None)


def permalink(source_id: str, start: int, end: int) -> str:
    """The address at which the window shows these words."""
    return f"{ADDRESS}/?{urlencode({'source': source_id, 'start': start, 'end': end})}"
