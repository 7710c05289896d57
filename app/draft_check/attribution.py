"""Whether a draft gives a quotation to the person who says it in the library.

Of the places where the quoted words stand, the places that fit what the draft says of them are
chosen, or the fault of all of them is explained. A draft names a source by its title, id or
author, and a speaker with a reporting verb (`speakers.py`). In doubt, nothing is objected to.
"""

import re
from collections.abc import Sequence
from functools import cached_property

from app.draft_check import wording
from app.draft_check.letters import fold_letters
from app.draft_check.locating import Location
from app.draft_check.speakers import is_outlet, key, said_in, same_person, speakers_of, written_by
from vectorstore.library import Library
from vectorstore.records import Source
from vectorstore.text.person_names import people
from vectorstore.text.sentences import Span
from vectorstore.text.terms import terms

_TITLE = 10  # letters; judged: nobody writes a title of so many by chance


class Attribution:
    """Compares what one draft says of its quotations with the sources."""

    def __init__(self, library: Library) -> None:
        """Read nothing yet: the catalog is read on first use."""
        self._library = library

    def is_title(self, words: str) -> bool:
        """Return whether these words are the title of a source."""
        return fold_letters(words).text in self._titles

    def is_author(self, name: str) -> bool:
        """Return whether a source is by somebody of this name."""
        return bool(key(name)) and any(key(name) <= author for author in self._authors)

    def of(
        self, found: Sequence[Sequence[Location]], sentence: str, quoted: Span, notes: str
    ) -> tuple[list[Location], str, str]:
        """Return the places that fit, each with its further parts; the fault; a remark.

        `quoted` is where the quotation stands in the sentence.
        """
        outside = f"{sentence[: quoted[0]]} {sentence[quoted[1] :]}"
        places, fault = self.source_of([one[0] for one in found], outside, notes)
        if fault:
            return places, fault, ""
        whole = {(p[0].passage.source_id, p[0].start): list(p) for p in found}
        sources = {place.passage.source_id for place in places}
        texts = [self._library.catalog.text(one) for one in sources]
        speakers = speakers_of(
            sentence, quoted, lambda name: any(name.split()[-1] in text for text in texts)
        )
        fitting, faults, remarks = [], [], []
        for place in places:
            fault, remark = self._speaker(place, speakers, outside)
            faults.append(fault)
            if not fault:
                fitting.append(place)
                remarks.append(remark)
        chosen = fitting or places[:1]
        parts = [p for one in chosen for p in whole[one.passage.source_id, one.start]]
        return parts, "" if fitting else faults[0], min(remarks, default="")

    def source_of(
        self, places: Sequence[Location], outside: str, notes: str
    ) -> tuple[list[Location], str]:
        """Return the places in the named source, or all if none is; the fault if none fits."""
        meant = self._named(outside, notes)
        if not meant:
            return list(places), ""
        inside = [place for place in places if place.passage.source_id in meant]
        if inside:
            return inside, ""
        there = self._sources[places[0].passage.source_id].metadata.title
        other = self._sources[min(meant)].metadata.title
        return list(places[:1]), wording.other_source(there, other)

    def _speaker(self, place: Location, speakers: Sequence[str], outside: str) -> tuple[str, str]:
        """Return the fault in giving the words of a place to these speakers; a remark."""
        source = self._sources[place.passage.source_id]
        title = (
            set(terms(source.metadata.title)) if source.id in self._named(outside, "") else set()
        )
        wrong = [s for s in speakers if not written_by(s, source.metadata) and not key(s) <= title]
        if len(wrong) < len(speakers) or not speakers:
            return "", ""
        text = self._library.catalog.text(source.id)
        said = said_in(text, place.start, place.end)
        if any(same_person(name, said.speakers) for name in wrong):
            return "", ""
        name = wrong[0]
        if said.speakers:
            return wording.other_speaker(said.speakers[0], name), ""
        if said.quoted:
            if any(key(one) & set(terms(said.around)) for one in wrong):
                return "", ""
            return wording.no_speaker(name), ""
        return self._own_words(source, name, outside)

    def _own_words(self, source: Source, name: str, outside: str) -> tuple[str, str]:
        """Return fault and remark where a draft gives a source's own words to somebody."""
        if not source.metadata.publisher and is_outlet(name, outside):
            return "", wording.unknown_origin(name, published=True)
        author = source.metadata.author or source.metadata.publisher
        if author:
            return wording.authors_words(author, name), ""
        elsewhere = any(key(name) <= known for known in self._authors)
        if elsewhere or all(self._library.word_index.frequencies(sorted(key(name))).values()):
            return wording.sources_words(name), ""
        return "", wording.unknown_origin(name, published=False)

    def _named(self, text: str, notes: str) -> set[str]:
        """Return the ids of the sources that a text or its notes name; authors only in notes."""
        text, words = f"{text}\n{notes}", set(terms(notes))
        folded = fold_letters(text).text
        meant = {i for title, ids in self._titles.items() if title in folded for i in ids}
        meant |= {i for i in re.findall(r"[\w-]+", text) if i in self._sources and "-" in i}
        for author, ids in self._authors.items():
            if author <= words:
                meant |= ids
        return meant

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {source.id: source for source in self._library.catalog.sources()}

    @cached_property
    def _titles(self) -> dict[str, set[str]]:
        """Return the ids of the sources by the letters of their titles."""
        found: dict[str, set[str]] = {}
        for source in self._sources.values():
            title = fold_letters(source.metadata.title).text
            if len(title) >= _TITLE and len(source.metadata.title.split()) > 1:
                found.setdefault(title, set()).add(source.id)
        return found

    @cached_property
    def _authors(self) -> dict[frozenset[str], set[str]]:
        """Return the ids of the sources by the terms of their authors' names."""
        found: dict[frozenset[str], set[str]] = {}
        for source in self._sources.values():
            for author in people(source.metadata.author):
                words = frozenset(key(author.full_name))
                if len(words) > 1:
                    found.setdefault(words, set()).add(source.id)
        return found
