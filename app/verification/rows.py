"""Compare a sentence with rows of tables: a number or a word belongs to its own row and column.

Readers write a row as `Port: Alta; Year: 2020; Tonnes: 388`, as `Alta | 2019: 410; 2020: 388`, or,
where the names of the columns are not known, as `Alta | 410 | 388`.
Pooled, the rows of a table would support any of its numbers for any of its lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app.verification.comparison import Comparison, differs
from app.verification.quantities import Quantity, quantities
from vectorstore.records import Finding
from vectorstore.text.terms import terms

_PART = re.compile(r"; | \| ")
_LONGEST_NAME = 80  # characters; judged: a longer one is prose with a colon
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


@dataclass(frozen=True)
class _Place:
    """A cell of a row with the name of its column, empty if it has none."""

    name: str
    text: str

    @cached_property
    def number(self) -> Quantity | None:
        """The number of the cell, None for words and for years."""
        found = [] if _YEAR.fullmatch(self.text) else quantities(self.text)
        return found[0] if len(found) == 1 else None

    @cached_property
    def is_words(self) -> bool:
        """Whether the cell has letters and no number."""
        return self.number is None and any(letter.isalpha() for letter in self.text)


def compare_rows(pair: Comparison) -> Iterator[Finding]:
    """Report what the cited rows have, but not in the row that the sentence speaks of."""
    rows = [row for line in pair.whole.splitlines() if (row := _row(line))]
    said = frozenset(terms(pair.sentence))
    about = [row for row in rows if _speaks_of(row, said)]
    if not about:
        return
    yield from _words_of_others(rows, about, said)
    for one in quantities(pair.sentence):
        if one.kind == "ordinal" or any(_bears(row, one, said) for row in about):
            continue
        rivals = [rival for row in about if (rival := _rival(row, one, pair.sentence, said))]
        if rivals:
            yield differs("number", one.text, rivals[0].text)
        elif any(_has(row, one) for row in rows):
            yield Finding("not_stated", "number", one.text)


def _row(line: str) -> list[_Place]:
    """Return the cells of a row; none for prose."""
    parts = [part.partition(": ") for part in _PART.split(line.strip(" |"))]
    named = [bool(colon) and len(name) <= _LONGEST_NAME for name, colon, _ in parts]
    first = named.index(True) if True in named else len(parts)
    if len(parts) < 2 or not all(named[first:]) or (" | " not in line and first):
        return []
    return [
        _Place(name, text) if called else _Place("", name + colon + text)
        for called, (name, colon, text) in zip(named, parts, strict=True)
    ]


def _words_of_others(
    rows: list[list[_Place]], about: list[list[_Place]], said: frozenset[str]
) -> Iterator[Finding]:
    """Report a word of another row where the row that is spoken of has a word of its own."""
    own = frozenset(term for row in about for place in row for term in terms(place.text))
    for row in rows:
        for at, place in enumerate(row if row not in about else ()):
            words = set(terms(place.text))
            if not place.is_words or not words or not words <= said or words <= own:
                continue
            for mine in about:
                named = [other for other in mine if other.name == place.name]
                same = (named if place.name else mine[at : at + 1])[:1]
                if same and same[0].is_words and not _is_said(same[0].text, said):
                    yield Finding("not_stated", "name", place.text, same[0].text)
                    return


def _speaks_of(row: list[_Place], said: frozenset[str]) -> bool:
    """Return whether the sentence has the words of the first cell of a row that has words."""
    label = next((place for place in row if place.is_words), None)
    return label is not None and _is_said(label.text, said)


def _is_said(text: str, said: frozenset[str]) -> bool:
    words = terms(text)
    return bool(words) and set(words) <= said


def _has(row: list[_Place], one: Quantity) -> bool:
    return any(place.number and one.equals(place.number) for place in row)


def _bears(row: list[_Place], one: Quantity, said: frozenset[str]) -> bool:
    """Return whether a row has the number, in a column that the sentence may speak of."""
    own = [place for place in row if place.number and one.equals(place.number)]
    if not own:
        return _YEAR.fullmatch(one.text) is not None and any(one.text in p.text for p in row)
    if any(_is_said(place.name, said) for place in own):
        return True
    return not any(
        place.number
        and place.name
        and _is_said(place.name, said)
        and not _is_said(place.text, said)
        for place in row
    )


def _rival(row: list[_Place], one: Quantity, sentence: str, said: frozenset[str]) -> _Place | None:
    """Return the cell of a row that is fully spoken of and has another number in its place."""
    years = set(_YEAR.findall(sentence)) - {one.text}
    there = {year for place in row for year in _YEAR.findall(f"{place.name} {place.text}")}
    own_years = {place.text for place in row if _YEAR.fullmatch(place.text)}
    if not years <= there or not own_years <= years:
        return None
    if not all(_is_said(place.text, said) for place in row if place.is_words):
        return None
    named = [place for place in row if place.number and _is_said(place.name, said)]
    open_ = [p for p in named if not _is_said(p.text, said) and p.number and one.excludes(p.number)]
    return open_[0] if len(open_) == 1 else None
