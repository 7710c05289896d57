"""From the words an answer rests on to numbered citations.

Numbers follow the order of appearance; the same words get the same number. The quote is copied
from the passage as it was searched, here and nowhere else.
"""

from urllib.parse import urlencode

from vectorstore.errors import UnknownSource
from vectorstore.library import Library
from vectorstore.records import Citation, Passage, Source

ADDRESS = "http://127.0.0.1:8501"


class Numbering:
    """The citations of one answer, numbered as they come."""

    def __init__(self, library: Library) -> None:
        """`library` is where the quotes are copied from."""
        self._library = library
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._sources: dict[str, Source] = {}
        self.citations: list[Citation] = []

    def cite(self, passage: Passage, start: int, end: int) -> int:
        """The number for these words of a source, from 1."""
        key = (passage.source_id, start, end)
        if key not in self._numbers:
            self._numbers[key] = len(self.citations) + 1
            self.citations.append(self._citation(passage, start, end))
        return self._numbers[key]

    def _citation(self, passage: Passage, start: int, end: int) -> Citation:
        try:
            if passage.source_id not in self._sources:
                self._sources[passage.source_id] = self._library.catalog.source(passage.source_id)
            source = self._sources[passage.source_id]
            title, path = source.metadata.title, source.path
            page = page_at(self._library, source, start)
        except UnknownSource:  # it was removed while the answer was made
            title, path, page = "a source that was removed", "", passage.first_page
        return Citation(
            number=len(self.citations) + 1,
            source_id=passage.source_id,
            passage_id=passage.id,
            title=title,
            path=path,
            page=page,
            start=start,
            end=end,
            quote=passage.text[start - passage.start : end - passage.start],
            permalink=permalink(passage.source_id, start, end),
        )


def page_at(library: Library, source: Source, place: int) -> int | None:
    """The page on which a place of a source stands; None where the source has no pages."""
    if not source.pages:
        return None
    pages, _ = library.catalog.layout(source.id)
    return next((page.number for page in reversed(pages) if page.start <= place), None)


def permalink(source_id: str, start: int, end: int) -> str:
    """The address at which the window shows these words."""
    return f"{ADDRESS}/?{urlencode({'source': source_id, 'start': start, 'end': end})}"
