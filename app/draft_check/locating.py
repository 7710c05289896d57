"""Locate the words of a quotation in a library: exactly, in segments, or approximately.

The word index selects passages that may contain them; their surroundings in the source are then
compared letter by letter, so a quotation may run across passages. If the index finds nothing, a
library of at most 2,500 passages is read completely, for words that are hyphenated at a line end or
too common to be indexed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from app.draft_check.alignment import Alignment, align_words, word_spans
from app.draft_check.letters import find_matches, fold_letters, without_accents
from vectorstore.errors import UnknownSource
from vectorstore.index.word_index import top_numbers
from vectorstore.library import Library
from vectorstore.records import Passage
from vectorstore.text.folding import FoldedText
from vectorstore.text.terms import terms

MAX_LOCATIONS = 20  # judged: more places of one text tell a reader nothing
_CANDIDATES = 200  # passages that are read for one text; judged
_NEAR = 12  # passages that are read for a text that is nowhere verbatim; judged
_CHUNK = 6  # terms in a row, all of which a passage must have; judged: such a row is rare
_AROUND = 400  # characters of the source around a passage, besides the text's own length; judged
_STEP = 500  # characters; judged
_KEPT = 400  # windows and texts that are kept for the next sentence; judged: bounds memory
# Passages of a library that is read as a whole, two million characters; judged by time
_WHOLE = 2500
_HIDDEN = 1500  # characters that an ellipsis may hide; judged: about a page
_BRACKETED = 120  # characters that words in brackets may stand for; judged: about a clause
_CASE = re.compile(r"\[(\w)\](?=\w)")  # [s]uggests
_CUT = re.compile(
    r"(?P<ellipsis>[\[(（]\s*(?:…+|\.{3,}|(?:\.\s){2,}\.)\s*[\])）]|…+|\.{3,}|(?:\.\s){2,}\.|⋯+)"
    r"|(?P<bracket>\[[^\[\]]{0,120}\])"
)


@dataclass(frozen=True, slots=True)
class Location:
    """A stretch of a source, `start` to `end` of its stored text, with the passage it begins in.

    `same` if the words are the same, not only the letters; `remark` says what else differs.
    """

    passage: Passage
    start: int
    end: int
    same: bool = True
    remark: str = ""


@dataclass(frozen=True, slots=True)
class NearestMatch:
    """The location with most of the words, and how they differ; offsets are the source's."""

    place: Location
    alignment: Alignment


@dataclass(frozen=True, slots=True)
class QuotationSegment:
    """A stretch of a quotation between ellipses and brackets.

    Up to `hides` characters of the source may be omitted before it; `glued` if a bracket is inside
    its first or last word.
    """

    text: str
    hides: int
    glued: bool


class QuotationLocator:
    """Locates quotations in a library; use one per draft, as the library may change."""

    def __init__(self, library: Library) -> None:
        """Read nothing before the first search."""
        self._library = library
        self._texts: dict[str, str] = {}
        self._letters: dict[tuple[str, int, int], FoldedText] = {}

    def locate(self, text: str, *, open_ends: bool = False) -> list[Location]:
        """Return where these words occur, at most MAX_LOCATIONS; exact words first."""
        mine = fold_letters(text)
        found = self._confirmed(mine, self._candidates(terms(text)), open_ends=open_ends)
        if not found and mine.text:
            found = self._anywhere(mine, open_ends=open_ends)
        return sorted(found, key=lambda place: (not place.same, bool(place.remark)))

    def locate_without_accents(self, text: str) -> list[Location]:
        """Return where these words occur with other accents; none of them is the same."""
        mine = without_accents(fold_letters(text))
        found: dict[tuple[str, int], Location] = {}
        for passage in islice(self._candidates(terms(text)), _CANDIDATES):
            first, last = self._around(passage, len(text))
            for match in find_matches(mine, without_accents(self._window(passage, first, last))):
                start, end = first + match.start, first + match.end
                place = Location(self._at(passage, start), start, end, same=False)
                found.setdefault((passage.source_id, start), place)
        return list(found.values())[:MAX_LOCATIONS]

    def locate_in_sequence(self, parts: Sequence[QuotationSegment]) -> list[Location]:
        """Return where the segments of a shortened quotation occur in order; empty if nowhere."""
        first, *rest = parts
        for place in self.locate(first.text, open_ends=first.glued):
            chained = [place]
            for part in rest:
                after = self._after(chained[-1], part)
                if after is None:
                    break
                chained.append(after)
            else:
                return chained
        return []

    def nearest(self, text: str) -> NearestMatch | None:
        """Return where most of the words of a text occur in a row."""
        best: NearestMatch | None = None
        weights = dict.fromkeys(terms(text), 1.0)
        if not weights:
            return None
        numbers, scores = self._library.word_index.scores(weights)
        for passage in self._passages(top_numbers(numbers, scores, _NEAR)):
            first, last = self._around(passage, len(text))
            window = self._text(passage.source_id)[first:last]
            found = align_words(text, window)
            if found and (best is None or found.share > best.alignment.share):
                start, end = first + found.start, first + found.end
                best = NearestMatch(Location(self._at(passage, start), start, end), found)
        return best

    def _candidates(self, said: Sequence[str]) -> Iterator[Passage]:
        """Yield passages that may have all of the words or, across a border, some in a row."""
        size = max(min(_CHUNK, len(said) // 2), 1) if len(said) > 3 else max(len(said), 1)
        chunks = [said[at : at + size] for at in range(0, len(said), size)]
        if 1 < len(said) <= 3:
            chunks += [[term] for term in said]
        known = self._library.word_index.frequencies(said)
        seen: set[int] = set()
        for chunk in sorted(chunks, key=lambda some: min(known[term] for term in some)):
            numbers = [int(n) for n in self._library.word_index.containing_all(chunk)]
            new = [n for n in numbers if n not in seen][:_CANDIDATES]
            seen.update(new)
            yield from self._passages(new)

    def _passages(self, numbers: Sequence[int]) -> list[Passage]:
        return self._library.passages.by_numbers(numbers)

    def _confirmed(
        self, mine: FoldedText, candidates: Iterator[Passage], *, open_ends: bool
    ) -> list[Location]:
        found: dict[tuple[str, int], Location] = {}
        for passage in islice(candidates, 2 * _CANDIDATES):
            if len(found) >= MAX_LOCATIONS:
                break
            first, last = self._around(passage, len(mine.raw))
            for match in find_matches(
                mine, self._window(passage, first, last), open_ends=open_ends
            ):
                start, end = first + match.start, first + match.end
                if (passage.source_id, start) not in found:
                    found[passage.source_id, start] = Location(
                        self._at(passage, start), start, end, match.same, match.remark
                    )
        return list(found.values())

    def _anywhere(self, mine: FoldedText, *, open_ends: bool) -> list[Location]:
        found: list[Location] = []
        for passage, letters in self._small_library:
            if len(found) >= MAX_LOCATIONS:
                break
            for match in find_matches(mine, letters, open_ends=open_ends):
                place = self._at(passage, match.start)
                found.append(Location(place, match.start, match.end, match.same, match.remark))
        return found

    def _after(self, before: Location, part: QuotationSegment) -> Location | None:
        """Return the location of a segment shortly after another."""
        first = before.end
        last = first + part.hides + 2 * len(part.text) + _AROUND
        window = fold_letters(self._text(before.passage.source_id)[first:last])
        for match in find_matches(fold_letters(part.text), window, open_ends=part.glued):
            if match.start <= part.hides:
                start = first + match.start
                passage = self._at(before.passage, start)
                return Location(passage, start, first + match.end, match.same, match.remark)
        return None

    def _around(self, passage: Passage, length: int) -> tuple[int, int]:
        """Return the stretch of a source to read for a passage and a text of this length."""
        margin = _AROUND + _STEP * -(-2 * length // _STEP)  # in steps, so that cached windows recur
        return max(passage.start - margin, 0), passage.end + margin

    def _window(self, passage: Passage, first: int, last: int) -> FoldedText:
        key = (passage.source_id, first, last)
        if key not in self._letters:
            if len(self._letters) >= _KEPT:
                self._letters.clear()
            self._letters[key] = fold_letters(self._text(passage.source_id)[first:last])
        return self._letters[key]

    def _text(self, source_id: str) -> str:
        if source_id not in self._texts:
            if len(self._texts) >= _KEPT:
                self._texts.clear()
            try:
                self._texts[source_id] = self._library.catalog.text(source_id)
            except UnknownSource:  # removed meanwhile
                self._texts[source_id] = ""
        return self._texts[source_id]

    def _at(self, passage: Passage, start: int) -> Passage:
        """Return the passage at an offset of the source, or the last before it."""
        if passage.start <= start < passage.end:
            return passage
        before = [
            p for p in self._library.passages.of_source(passage.source_id) if p.start <= start
        ]
        return before[-1] if before else passage

    @cached_property
    def _small_library(self) -> list[tuple[Passage, FoldedText]]:
        """All sources with their first passage, if the library is small enough to read."""
        if self._library.database.count("passage") > _WHOLE:
            return []
        sources = self._library.catalog.sources()
        first = {source.id: self._library.passages.of_source(source.id)[:1] for source in sources}
        return [(p, fold_letters(self._text(p.source_id))) for some in first.values() for p in some]


def split_quotation(text: str) -> list[QuotationSegment]:
    """Return the segments of a quotation between its ellipses and brackets.

    >>> [part.text for part in split_quotation("[T]okyo … has helped [its partner] Taipei")]
    ['Tokyo ', ' has helped ', ' Taipei']
    """
    text = _CASE.sub(r"\1", text)
    parts: list[QuotationSegment] = []
    place, hides, glued = 0, 0, False
    for match in [*_CUT.finditer(text), None]:
        end = match.start() if match else len(text)
        ends_glued = bool(match and match["bracket"] and text[end - 1 : end].isalnum())
        if word_spans(text[place:end]):
            parts.append(QuotationSegment(text[place:end], hides, glued or ends_glued))
            hides = 0
        if match:
            hides = max(hides, _HIDDEN if match["ellipsis"] else _BRACKETED)
            place = match.end()
            glued = bool(match["bracket"] and text[place : place + 1].isalnum())
    return parts
