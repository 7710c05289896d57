"""Questions about the library itself, answered from the catalog: what it holds, who wrote it, what
it says on the whole, which sources mention a name.

Only questions that are plainly of this kind are taken; every other goes the way of search.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from app.answering.citations import Numbering
from vectorstore.encoders.embeddings import Vectors
from vectorstore.library import Library
from vectorstore.records import (
    EVERYTHING,
    UNITS,
    Metadata,
    Outcome,
    Passage,
    Scope,
    Sentence,
    Source,
)
from vectorstore.text.sentences import Span, sentence_spans
from vectorstore.text.terms import terms

_DOCUMENTS = r"(?:sources?|documents?|articles?|files?|texts?|papers?|reports?|books?)"
_LIBRARY = (
    rf"(?:(?:the|this|that|these|those|your|all|every|my|our) ){{0,3}}(?:{_DOCUMENTS}|library)"
)
_HELD = re.compile(
    rf"(?:what|which) {_DOCUMENTS} (?:do you|does the library|does it|are|have you|is)"
    r"(?: ?(?:there|have|hold|know|contain|here|got|in (?:the|your|this) library|available)){0,3}|"
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
    rf"(?:and |so )?(?:which|what|how many|do(?:es)? any)(?: of (?:the|your|these))? {_DOCUMENTS} "
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
_WRITTEN_TITLE = re.compile(
    r"who (?:wrote|is the author of|are the authors of|published) (?P<written>.+)|"
    r"(?:when|where) (?:was|were) (?P<published>.+) (?:published|written)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|thanks|thank you(?: very much)?|help|"
    r"who are you|what (?:can|do) you do|what can (?:i|you) ask|"
    r"こんにちは|ありがとう(?:ございます)?|你好|您好|谢谢|謝謝)"
    r"(?:,? (?:there|kakehashi|everyone|all))?",
    re.IGNORECASE,
)
_EITHER = re.compile(r",? (?:and|or) |, ", re.IGNORECASE)
_POINTS = re.compile(r"(?:this|that|these|those|it|them|him|her)\b", re.IGNORECASE)
_END = re.compile(r"[\s?？!！.。]+$")
_MOST_LISTED = 30
_MOST_SUMMED_UP = 5  # sources
_SENTENCES = 6  # of a summary, shared by the sources
_LEAST = 2  # of each source
_WHOLE = 6  # terms of a sentence that says something, if the source has such
_NEAR = 0.8  # cosine from which two sentences say the same
_FROM_CATALOG = "from the catalog"
_ABOUT = (
    "Ask what the sources of this library say: each sentence of an answer shows the words it rests "
    "on, and where they are silent, you are told so. “What do you hold?” lists them."
)
_MOST_OF_TITLE = 0.5  # share of a title's terms that a question must have to mean it


@dataclass(frozen=True, slots=True)
class Told:
    """An answer from the catalog: its sentences, or where there are none, why (`text`)."""

    outcome: Outcome
    sentences: tuple[Sentence, ...]
    text: str = ""


def is_about_library(question: str) -> bool:
    """Whether a question is one about the library."""
    return _route(question) is not None


def named_in(question: str) -> str:
    """The names that a question after the documents mentioning them asks for; else empty."""
    mentioning = _MENTIONING.fullmatch(_plain(question))
    return mentioning["what"] if mentioning else ""


def about_library(
    library: Library, question: str, scope: Scope, numbering: Numbering
) -> Told | None:
    """The answer to a question about the library, None for any other question."""
    if _GREETING.fullmatch(_plain(question)):
        return Told("answered", (_from_catalog(_ABOUT),))
    if not (route := _route(question) or _route_to_title(library, question)):
        return None
    every = library.catalog.sources()
    held = every
    if scope != EVERYTHING:
        inside = set(library.catalog.within(scope)[0])
        held = [source for source in every if source.id in inside]
    if not every:
        return Told("not_found", ())
    if held and (sentences := tuple(route(library, held, numbering))):
        return Told("answered", sentences)
    if held != every and any(route(library, every, Numbering(library))):
        elsewhere = "None of the chosen sources does, but others in the library do."
        return Told("out_of_scope", (), elsewhere if held else "No source is among those chosen.")
    name = named_in(question)
    text = f"No source mentions “{name}”." if name else "No source has text."
    return Told("not_found", (), text)


def _plain(question: str) -> str:
    return _END.sub("", question.strip())


def _route(
    question: str,
) -> "Callable[[Library, list[Source], Numbering], Iterator[Sentence]] | None":
    text = _plain(question)
    if mentioning := _MENTIONING.fullmatch(text):
        names = [name.strip() for name in _EITHER.split(mentioning["what"]) if name.strip()]
        wanted = [terms(name) for name in names]
        if not all(wanted) or _POINTS.match(mentioning["what"]):
            return None
        every = not re.search(r"\bor\b", mentioning["what"], re.IGNORECASE)
        return partial(_mentioning, wanted, every)
    for pattern, route in ((_HELD, _held), (_SUMMED_UP, _summed_up), (_WRITTEN, _written)):
        if pattern.fullmatch(text):
            return route
    return None


def _route_to_title(
    library: Library, question: str
) -> "Callable[[Library, list[Source], Numbering], Iterator[Sentence]] | None":
    """Where a question asks who wrote a source, or when it appeared, and says its title."""
    asked = _WRITTEN_TITLE.fullmatch(_plain(question))
    if not asked:
        return None
    said = set(terms(asked["written"] or asked["published"])) - set(terms("article report paper"))
    meant = {
        source.id
        for source in library.catalog.sources()
        if len(said) > 1
        and said <= (title := set(terms(source.metadata.title)))
        and len(said) >= _MOST_OF_TITLE * len(title)
    }
    if not meant:
        return None

    def about(library: Library, held: list[Source], numbering: Numbering) -> Iterator[Sentence]:
        return _written(library, [source for source in held if source.id in meant], numbering)

    return about


def _held(library: Library, held: list[Source], numbering: Numbering) -> Iterator[Sentence]:
    """How many there are, and a sentence on each, by title."""
    if len(held) > 1:
        yield _from_catalog(f"The library holds {len(held)} sources.")
    for source in held[:_MOST_LISTED]:
        unit = UNITS.get(source.kind, "page") + "s" * (source.pages != 1)
        size = f"{source.pages} {unit}" if source.pages else f"{source.characters:,} characters"
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
    names: Sequence[Sequence[str]],
    every: bool,
    library: Library,
    held: list[Source],
    numbering: Numbering,
) -> Iterator[Sentence]:
    """The sources that have the names, every one or any; those that have them oftenest first."""
    places = [_passages_with(library, name) for name in names]
    found: dict[str, list[tuple[Passage, Sequence[str]]]] = {}
    for source in held:
        having = [place.get(source.id, []) for place in places]
        if all(having) if every else any(having):
            found[source.id] = [
                (passage, name)
                for name, passages in zip(names, having, strict=True)
                for passage in passages
            ]
    held = sorted((s for s in held if s.id in found), key=lambda s: -len(found[s.id]))
    for source in held[:_MOST_LISTED]:
        firsts = {tuple(name): passage for passage, name in reversed(found[source.id])}
        spots = [(p, _with_most(p, set(name))) for name, p in firsts.items()]
        numbers = tuple(numbering.cite(passage, *span) for passage, span in spots)
        count = len({passage.id for passage, _ in found[source.id]})
        where = f" in {count} of its {source.passages} passages" if source.passages > 1 else ""
        what = "it" if len(names) == 1 else "them" if every else "one of them"
        yield Sentence(
            f"{_name(source)} mentions {what}{where}.", numbers, "supported", _FROM_CATALOG
        )
    if len(held) > _MOST_LISTED:
        yield _from_catalog(f"And {len(held) - _MOST_LISTED} more sources do.")


def _passages_with(library: Library, name: Sequence[str]) -> dict[str, list[Passage]]:
    """The passages whose text has all the terms of a name, by source."""
    found: dict[str, list[Passage]] = {}
    for passage in library.searcher.passages_with(name):
        if set(name) <= set(terms(passage.text)):  # the heading alone has no words to show
            found.setdefault(passage.source_id, []).append(passage)
    return found


def _with_most(passage: Passage, wanted: set[str]) -> Span:
    """The sentence of a passage that has most of the terms."""

    def common(span: Span) -> int:
        start, end = span
        said = terms(passage.text[start - passage.start : end - passage.start])
        return len(wanted.intersection(said))

    return max(sentence_spans(passage), key=common)


def _summed_up(library: Library, held: list[Source], numbering: Numbering) -> Iterator[Sentence]:
    """The sentences of each source that are nearest to the mean of all, as they follow each other.

    Centroid summarisation (Radev et al. 2004), on the vectors that are there anyway.
    """
    chosen = held[:_MOST_SUMMED_UP]
    each = max(_LEAST, _SENTENCES // len(chosen))
    said: list[Vectors] = []
    for source in chosen:
        for passage, (start, end) in _central(library, source, each, said):
            number = numbering.cite(passage, start, end)
            text = passage.text[start - passage.start : end - passage.start]
            yield Sentence(text, (number,), "verbatim")
    if len(held) > len(chosen):
        yield _from_catalog(f"That is from {len(chosen)} of {len(held)} sources.")


def _central(
    library: Library, source: Source, most: int, said: list[Vectors]
) -> list[tuple[Passage, Span]]:
    """The most central sentences of a source, none of which is nearly one that was `said`."""
    passages = library.passages.of_source(source.id)
    places, vectors = [], []
    for passage, embedded in zip(passages, library.vectors(passages), strict=True):
        for span, vector in zip(sentence_spans(passage), embedded.sentences, strict=True):
            text = passage.text[span[0] - passage.start : span[1] - passage.start]
            if terms(text) and not text.startswith("#"):
                places.append((passage, span, len(terms(text)) >= _WHOLE))
                vectors.append(vector)
    if not places:
        return []
    whole = [n for n, (_, _, long) in enumerate(places) if long] or list(range(len(places)))
    places = [places[n] for n in whole]
    matrix = np.stack([vectors[n] for n in whole])
    nearness = matrix @ matrix.mean(axis=0)
    taken: list[int] = []
    for place in np.argsort(-nearness):
        if len(taken) == most:
            break
        if all(float(matrix[place] @ other) < _NEAR for other in said):
            taken.append(int(place))
            said.append(matrix[place])
    return [places[place][:2] for place in sorted(taken)]


def _told(library: Library, source: Source, numbering: Numbering, text: str) -> Sentence:
    """A sentence on a source, with its beginning as the citation."""
    first = library.passages.of_source(source.id)[:1]
    numbers = tuple(numbering.cite(p, *sentence_spans(p)[0]) for p in first)
    return Sentence(text, numbers, "supported", _FROM_CATALOG)


def _from_catalog(text: str) -> Sentence:
    return Sentence(text, (), "supported", _FROM_CATALOG)


def _name(source: Source) -> str:
    return f"“{source.metadata.title}”"


def _credit(known: Metadata) -> str:
    parts = [f"by {known.author}" if known.author else "", known.publisher, known.date]
    told = ", ".join(part for part in parts if part)
    return f" {told}" if known.author else f", {told}" if told else ""
