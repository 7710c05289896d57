"""Questions about the library itself, answered from the catalog: what it holds, who wrote it, what
it says on the whole, which sources mention a name.

Only questions that are plainly of this kind are taken; every other goes the way of search.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from app.citations import Numbering
from vectorstore.library import Library
from vectorstore.records import EVERYTHING, Metadata, Passage, Scope, Sentence, Source
from vectorstore.sentences import Span
from vectorstore.words import terms

_DOCUMENTS = r"(?:sources?|documents?|articles?|files?|texts?|papers?|reports?|books?)"
_LIBRARY = rf"(?:(?:the|this|these|those|your|all|all the|every|my|our) )*(?:{_DOCUMENTS}|library)"
_HELD = re.compile(
    rf"(?:what|which) {_DOCUMENTS} (?:do you|does the library|does it|are|have you|is) ?"
    r"(?:there|have|hold|know|contain|here|got|in (?:the|your|this) library|available)*|"
    r"what (?:do you|does the library) (?:hold|have|know|contain)(?: about| of)?|"
    r"what(?:'s|’s| is| are) (?:there )?(?:in|inside|held in) (?:the|your|this) library|"
    rf"(?:list|show)(?: me)?(?: all)? {_LIBRARY}|"
    rf"how many {_DOCUMENTS} (?:do you have|do you hold|are there|are in (?:the|your) library)|"
    r"(?:どんな|どの|何の)(?:資料|文書|記事|ソース)が(?:ありますか|入っていますか)|"
    r"(?:有哪些|有什么|有什麼)(?:资料|資料|文件|文章|来源|來源)",
    re.IGNORECASE,
)
_SUMMED_UP = re.compile(
    rf"(?:(?:can|could) you )?(?:please )?(?:summari[sz]e|sum up) {_LIBRARY}(?: for me| please)?|"
    rf"(?:give me |write )?(?:a|an|the) (?:short |brief )?(?:summary|overview) of {_LIBRARY}|"
    rf"what (?:is|are) {_LIBRARY} about|what (?:does|do) {_LIBRARY} say|"
    r"(?:この|全ての|すべての)?(?:資料|文書|記事|ソース)を(?:要約し|まとめ)て(?:ください)?|"
    r"(?:请|請)?(?:总结|總結|概括)(?:这些|這些|这篇|這篇|所有)?(?:资料|資料|文件|文章)",
    re.IGNORECASE,
)
_MENTIONING = re.compile(
    rf"(?:which|what|how many)(?: of (?:the|your|these))? {_DOCUMENTS} "
    r"(?:mentions?|talks? about|discuss(?:es)?|deals? with|(?:is|are) about|refers? to|covers?|"
    r"names?|says? (?:something|anything) (?:about|on)|speaks? of|writes? about) (?P<what>.+)",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    rf"who (?:wrote|is the author of|are the authors of|published) {_LIBRARY}|"
    rf"(?:when|where) (?:was|were) {_LIBRARY} (?:published|written)|"
    rf"what is the (?:title|date|author) of {_LIBRARY}",
    re.IGNORECASE,
)
_END = re.compile(r"[\s?？!！.。]+$")
_MOST_LISTED = 30
_MOST_SUMMED_UP = 5  # sources
_SENTENCES = 6  # of a summary, shared by the sources
_LEAST = 2  # of each source
_NEAR = 0.8  # cosine from which two sentences say the same
_FROM_CATALOG = "from the catalog"


def about_library(
    library: Library, question: str, scope: Scope, numbering: Numbering
) -> list[Sentence] | None:
    """The answer to a question about the library, None for any other question.

    An empty list says that no source is so.
    """
    if not (route := _route(question)):
        return None
    within = None if scope == EVERYTHING else set(library.catalog.within(scope))
    held = [s for s in library.catalog.sources() if within is None or s.id in within]
    return list(route(library, held, numbering)) if held else []


def none_is_so(question: str) -> str:
    """How it is said that no source is as the question asks."""
    mentioning = _MENTIONING.fullmatch(_plain(question))
    return f"No source mentions “{mentioning['what']}”." if mentioning else "No source is in scope."


def _plain(question: str) -> str:
    return _END.sub("", question.strip())


def _route(
    question: str,
) -> "Callable[[Library, list[Source], Numbering], Iterator[Sentence]] | None":
    text = _plain(question)
    if mentioning := _MENTIONING.fullmatch(text):
        wanted = terms(mentioning["what"])
        return partial(_mentioning, wanted) if wanted else None
    for pattern, route in ((_HELD, _held), (_SUMMED_UP, _summed_up), (_WRITTEN, _written)):
        if pattern.fullmatch(text):
            return route
    return None


def _held(library: Library, held: list[Source], numbering: Numbering) -> Iterator[Sentence]:
    """A sentence a source, newest metadata first."""
    if len(held) > 1:
        yield _from_catalog(f"The library holds {len(held)} sources.")
    for source in held[:_MOST_LISTED]:
        size = f"{source.pages} pages" if source.pages else f"{source.characters:,} characters"
        credit = _credit(source.metadata)
        yield _told(library, source, numbering, f"{_name(source)}{credit} ({size}).")
    if len(held) > _MOST_LISTED:
        yield _from_catalog(f"And {len(held) - _MOST_LISTED} more, listed on the Library page.")


def _written(library: Library, held: list[Source], numbering: Numbering) -> Iterator[Sentence]:
    for source in held[:_MOST_LISTED]:
        known = source.metadata
        missing = [
            name for name, value in (("author", known.author), ("date", known.date)) if not value
        ]
        parts = [_name(source) + _credit(known) + "."]
        if missing:
            parts.append(f"The library knows no {' and no '.join(missing)} of it.")
        if known.note:
            parts.append(known.note)
        yield _told(library, source, numbering, " ".join(parts))


def _mentioning(
    wanted: Sequence[str], library: Library, held: list[Source], numbering: Numbering
) -> Iterator[Sentence]:
    """The sources that have all the words in one passage, those that have them oftenest first."""
    found: dict[str, list[Passage]] = {}
    for passage in library.passages_with(wanted):
        found.setdefault(passage.source_id, []).append(passage)
    held = sorted((s for s in held if s.id in found), key=lambda s: -len(found[s.id]))
    for source in held[:_MOST_LISTED]:
        first = found[source.id][0]
        start, end = _with_most(library, first, set(wanted))
        number = numbering.cite(first, start, end)
        count = len(found[source.id])
        places = f"in {count} of its {source.passages} passages" if source.passages > 1 else ""
        text = " ".join(f"{_name(source)} mentions it {places}".split()) + "."
        yield Sentence(text, (number,), "supported", _FROM_CATALOG)
    if len(held) > _MOST_LISTED:
        yield _from_catalog(f"And {len(held) - _MOST_LISTED} more sources do.")


def _with_most(library: Library, passage: Passage, wanted: set[str]) -> Span:
    """The sentence of a passage that has most of the terms."""

    def common(span: Span) -> int:
        start, end = span
        said = terms(passage.text[start - passage.start : end - passage.start])
        return len(wanted.intersection(said))

    return max(library.sentences_of(passage), key=common)


def _summed_up(library: Library, held: list[Source], numbering: Numbering) -> Iterator[Sentence]:
    """The sentences of each source that are nearest to the mean of all, as they follow each other.

    Centroid summarisation (Radev et al. 2004), on the vectors that are there anyway.
    """
    chosen = held[:_MOST_SUMMED_UP]
    each = max(_LEAST, _SENTENCES // len(chosen))
    for source in chosen:
        for passage, (start, end) in _central(library, source, each):
            number = numbering.cite(passage, start, end)
            text = passage.text[start - passage.start : end - passage.start]
            yield Sentence(text, (number,), "verbatim")
    if len(held) > len(chosen):
        yield _from_catalog(
            f"That is from {len(chosen)} of {len(held)} sources: choose sources to see others."
        )


def _central(library: Library, source: Source, most: int) -> list[tuple[Passage, Span]]:
    passages = library.passages.of_source(source.id)
    places, vectors = [], []
    for passage, embedded in zip(passages, library.vectors(passages), strict=True):
        for span, vector in zip(library.sentences_of(passage), embedded.sentences, strict=True):
            text = passage.text[span[0] - passage.start : span[1] - passage.start]
            if len(terms(text)) >= 6 and not text.startswith("#"):
                places.append((passage, span))
                vectors.append(vector)
    if not places:
        return []
    matrix = np.stack(vectors)
    nearness = matrix @ matrix.mean(axis=0)
    taken: list[int] = []
    for place in np.argsort(-nearness):
        if len(taken) == most:
            break
        if all(float(matrix[place] @ matrix[other]) < _NEAR for other in taken):
            taken.append(int(place))
    return [places[place] for place in sorted(taken)]


def _told(library: Library, source: Source, numbering: Numbering, text: str) -> Sentence:
    """A sentence on a source, with its beginning as the citation."""
    first = library.passages.of_source(source.id)[:1]
    numbers = tuple(numbering.cite(p, *library.sentences_of(p)[0]) for p in first)
    return Sentence(text, numbers, "supported", _FROM_CATALOG)


def _from_catalog(text: str) -> Sentence:
    return Sentence(text, (), "supported", _FROM_CATALOG)


def _name(source: Source) -> str:
    return f"“{source.metadata.title}”"


def _credit(known: Metadata) -> str:
    parts = [f"by {known.author}" if known.author else "", known.publisher, known.date]
    told = ", ".join(part for part in parts if part)
    return f" {told}" if known.author else f", {told}" if told else ""
