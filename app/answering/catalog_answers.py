"""Answers about the library itself, from the catalog.

They list the sources, name their authors and dates, or find those that mention a name.
`catalog_questions.py` recognises the questions.
"""

from collections.abc import Iterator, Sequence

from app.answering.citations import Numbering
from vectorstore.library import Library
from vectorstore.records import UNITS, Metadata, Passage, Sentence, Source
from vectorstore.text.person_names import people
from vectorstore.text.sentences import Span, sentence_spans
from vectorstore.text.terms import terms

_MOST_LISTED = 30  # sources (judged: a screenful)
_FROM_CATALOG = "from the catalog"


def inventory(library: Library, sources: list[Source], numbering: Numbering) -> Iterator[Sentence]:
    """Say how many sources there are, and describe each in a sentence."""
    if len(sources) > 1:
        yield from_catalog(f"The library holds {len(sources)} sources.")
    for source in sources[:_MOST_LISTED]:
        unit = UNITS.get(source.kind, "page") + "s" * (source.pages != 1)
        size = f"{source.pages} {unit}" if source.pages else f"{source.characters:,} characters"
        credit = _credit(source.metadata)
        yield _about(library, source, numbering, f"{_name(source)}{credit} ({size}).")
    if len(sources) > _MOST_LISTED:
        yield from_catalog(f"And {len(sources) - _MOST_LISTED} more, listed on the Library page.")


def authorship(library: Library, sources: list[Source], numbering: Numbering) -> Iterator[Sentence]:
    """Say who wrote each source, when and where it appeared, and which of these are unknown."""
    for source in sources[:_MOST_LISTED]:
        known = source.metadata
        missing = [
            name for name, value in (("author", known.author), ("date", known.date)) if not value
        ]
        parts = [_name(source) + _credit(known) + "."]
        if missing:
            parts.append(f"The library knows no {' and no '.join(missing)} of it.")
        if known.note:
            parts.append(known.note)
        yield _about(library, source, numbering, " ".join(parts))


def mentions(
    names: Sequence[Sequence[str]],
    every: bool,
    library: Library,
    sources: list[Source],
    numbering: Numbering,
) -> Iterator[Sentence]:
    """Say which sources mention the names (all of them if `every`, else any), most first.

    Each name is a sequence of terms.
    """
    places = [_passages_with(library, name) for name in names]
    found: dict[str, list[tuple[Passage, Sequence[str]]]] = {}
    for source in sources:
        having = [place.get(source.id, []) for place in places]
        if all(having) if every else any(having):
            found[source.id] = [
                (passage, name)
                for name, passages in zip(names, having, strict=True)
                for passage in passages
            ]
    sources = sorted((s for s in sources if s.id in found), key=lambda s: -len(found[s.id]))
    for source in sources[:_MOST_LISTED]:
        firsts = {tuple(name): passage for passage, name in reversed(found[source.id])}
        spots = [(p, _best_sentence(p, set(name))) for name, p in firsts.items()]
        numbers = tuple(numbering.cite(passage, *span) for passage, span in spots)
        count = len({passage.id for passage, _ in found[source.id]})
        where = f" in {count} of its {source.passages} passages" if source.passages > 1 else ""
        what = "it" if len(names) == 1 else "them" if every else "one of them"
        yield from_catalog(f"{_name(source)} mentions {what}{where}.", numbers)
    if len(sources) > _MOST_LISTED:
        yield from_catalog(f"And {len(sources) - _MOST_LISTED} more sources do.")


def _passages_with(library: Library, name: Sequence[str]) -> dict[str, list[Passage]]:
    """Return the passages whose text contains all terms of a name, by source id."""
    found: dict[str, list[Passage]] = {}
    for passage in library.searcher.passages_with(name):
        if set(name) <= set(terms(passage.text)):  # a heading cannot be quoted
            found.setdefault(passage.source_id, []).append(passage)
    return found


def _best_sentence(passage: Passage, wanted: set[str]) -> Span:
    """Return the span of the sentence that contains most of the terms."""

    def common(span: Span) -> int:
        start, end = span
        return len(
            wanted.intersection(terms(passage.text[start - passage.start : end - passage.start]))
        )

    return max(sentence_spans(passage), key=common)


def _about(library: Library, source: Source, numbering: Numbering, text: str) -> Sentence:
    """Return a sentence about a source that cites its first sentence."""
    first = library.passages.of_source(source.id)[:1]
    numbers = tuple(numbering.cite(p, *sentence_spans(p)[0]) for p in first)
    return from_catalog(text, numbers)


def from_catalog(text: str, citations: tuple[int, ...] = ()) -> Sentence:
    """Return a sentence from the catalog."""
    return Sentence(text, citations, "supported", _FROM_CATALOG)


def _name(source: Source) -> str:
    return f"“{source.metadata.title}”"


def _credit(known: Metadata) -> str:
    authors = ", ".join(one.full_name for one in people(known.author))
    parts = [f"by {authors}" if authors else "", known.publisher, known.date]
    credit = ", ".join(part for part in parts if part)
    return f" {credit}" if authors else f", {credit}" if credit else ""
