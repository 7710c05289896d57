"""The gist of a text: the few of its own sentences that say what it is about.

A sentence counts by how central it is to the text (centroid summarisation, Radev et al. 2004, over
the stored sentence vectors), by what the text itself says of it (“the main point”, “in conclusion”,
a heading such as “Abstract”), and by its place, because writers open and close with what matters.
No two sentences alike are taken, and they stand in the order of the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.answering.catalog_answers import from_catalog, mentions
from app.answering.citations import Numbering
from app.answering.extractive import is_boilerplate, leans
from app.verification.names import full_names
from vectorstore.encoders.pooling import Vectors
from vectorstore.library import Library
from vectorstore.records import Passage, Sentence, Source
from vectorstore.text.sentences import Span, sentence_spans
from vectorstore.text.terms import fold, terms

MOST_SOURCES = 5  # judged: a screenful
_SENTENCES = 6  # shared by the sources (judged)
_LEAST = 2  # of each source (judged)
_WHOLE = 6  # terms a sentence needs to be quoted, if the text has such sentences (judged)
_ALIKE = 0.8  # cosine from which two sentences say the same (judged)
# What is added to the cosine to the text's mean vector; judged on the article
_SAID_TO_MATTER, _UNDER_HEADING, _AT_THE_ENDS, _LEANING = 0.25, 0.1, 0.06, -0.15
_ENDS = 4  # sentences at either end of a text (judged: a paragraph)
_SHARED = 3  # names told that several sources speak of (judged)
_MATTERS = re.compile(
    r"\b(?:main|key|central|core|basic|overall|most important|bottom) "
    r"(?:point|message|argument|finding|conclusion|lesson|idea|claim|question|reason|line|result)s?\b|"
    r"\b(?:in (?:short|sum|summary|conclusion|brief|a nutshell)|to (?:sum up|conclude)|all in all|"
    r"taken together|above all|overall,)|"
    r"\b(?:this|the|our|my) (?:article|paper|report|study|essay|book|chapter|section|text|document|"
    r"analysis|note|work) (?:argues?|shows?|finds?|found|examines?|describes?|explains?|concludes?|"
    r"explores?|presents?|investigates?|asks?|discusses|demonstrates?|proposes?|reviews?)\b|"
    r"\bwe (?:argue|show|find|found|conclude|demonstrate|propose|recommend)\b|"
    r"\bI (?:argue|conclude|contend|propose)\b|"
    r"要するに|結論|本稿|本論文|つまり|まとめると|总之|總之|本文|结论|結論|综上",
    re.IGNORECASE,
)
_TELLING_HEADING = re.compile(
    r"\b(?:abstract|summary|overview|introduction|conclusions?|key (?:points|findings|takeaways)|"
    r"highlights|tl;?dr)\b|要旨|概要|結論|まとめ|摘要|结论|结语",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class GistOf:
    """What a gist is asked of: sources, and of these only what a heading with `section` heads."""

    sources: tuple[Source, ...]
    section: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GistCandidate:
    """A sentence that may be quoted: its passage, its span in the source, and its vector."""

    passage: Passage
    span: Span
    vector: Vectors
    text: str


def gist(library: Library, asked: GistOf, numbering: Numbering) -> Iterator[Sentence]:
    """Quote what each source is about.

    Where there are several sources, it ends with the names that most of them speak of.
    """
    quoted = asked.sources[:MOST_SOURCES]
    each = max(_LEAST, _SENTENCES // max(len(quoted), 1))
    chosen: list[GistCandidate] = []
    for source in quoted:
        for one in most_telling(candidates(library, source, asked.section), each, chosen):
            chosen.append(one)
            yield Sentence(one.text, (numbering.cite(one.passage, *one.span),), "verbatim")
    if len(quoted) > 1:
        yield from _shared(library, list(quoted), chosen, numbering)
    yield from left_out(asked)


def left_out(asked: GistOf) -> Iterator[Sentence]:
    """Say how many of the sources the gist is from, if not of all."""
    if len(asked.sources) > MOST_SOURCES:
        yield from_catalog(f"That is from {MOST_SOURCES} of {len(asked.sources)} sources.")


def candidates(library: Library, source: Source, section: Sequence[str]) -> list[GistCandidate]:
    """Return the sentences of a source, or of its `section`, that can stand alone, in order."""
    passages = library.passages.of_source(source.id)
    if section:
        passages = [one for one in passages if set(section) <= set(terms(one.heading))]
    found = []
    for passage, embedded in zip(passages, library.vectors(passages), strict=True):
        for span, vector in zip(sentence_spans(passage), embedded.sentences, strict=True):
            text = passage.text[span[0] - passage.start : span[1] - passage.start]
            if terms(text) and not text.startswith("#") and not is_boilerplate(text):
                found.append(GistCandidate(passage, span, vector, text))
    whole = [one for one in found if len(terms(one.text)) >= _WHOLE]
    return whole or found


def by_worth(found: Sequence[GistCandidate]) -> list[int]:
    """Return the indexes of the sentences, those first that tell most of the whole."""
    if not found:
        return []
    matrix = np.stack([one.vector for one in found])
    worth = matrix @ matrix.mean(axis=0)
    worth = worth / max(float(worth.max()), 1e-6)
    worth += np.array([_signals(one, at, len(found)) for at, one in enumerate(found)])
    order: list[int] = np.argsort(-worth, kind="stable").tolist()
    return order


def most_telling(
    found: Sequence[GistCandidate], most: int, already: Sequence[GistCandidate] = ()
) -> list[GistCandidate]:
    """Return the sentences that tell most, in the order of the text, none like one `already`."""
    taken: list[int] = []
    said = [one.vector for one in already]
    for place in by_worth(found):
        if len(taken) == most:
            break
        if all(float(found[place].vector @ other) < _ALIKE for other in said):
            taken.append(place)
            said.append(found[place].vector)
    return [found[place] for place in sorted(taken)]


def _signals(one: GistCandidate, place: int, count: int) -> float:
    """Return what the text itself tells of a sentence's weight."""
    worth = 0.0
    if _MATTERS.search(one.text):
        worth += _SAID_TO_MATTER
    if _TELLING_HEADING.search(one.passage.heading):
        worth += _UNDER_HEADING
    if place < _ENDS or place >= count - _ENDS:
        worth += _AT_THE_ENDS
    if leans(one.text) or one.text.endswith("?"):
        worth += _LEANING
    return worth


def _shared(
    library: Library, sources: list[Source], chosen: Sequence[GistCandidate], numbering: Numbering
) -> Iterator[Sentence]:
    """Say which names of the quoted sentences several sources speak of, with a citation each."""
    counted: dict[str, tuple[int, str]] = {}
    held = {source.id for source in sources}
    for one in chosen:
        for name in full_names(one.text):
            if fold(name) not in counted:
                having = library.searcher.passages_with(terms(name))
                count = len({passage.source_id for passage in having} & held)
                counted[fold(name)] = (count, name)
    common = sorted((one for one in counted.values() if one[0] > 1), key=lambda one: -one[0])
    for count, written in common[:_SHARED]:
        found = list(mentions([terms(written)], True, library, sources, numbering))
        numbers = tuple(dict.fromkeys(n for one in found for n in one.citations))
        if numbers:
            text = f"{count} of the {len(sources)} sources speak of {written}."
            yield from_catalog(text, numbers)
