"""Rank the sentences of the passages found by how well they answer the question.

The score of a sentence is linear in six features: the cosine of its vector to the question's; the
share of the question's words in it, in it and the sentence before, and in its passage; the score of
the passage; and whether it contains an expression of the type asked for (a date, a number, a name).
Words are weighted by inverse document frequency, so that a name counts more than a common verb. The
passage counts because names are often given once and then replaced by pronouns. The weights come
from a conditional logistic regression on SQuAD 2 (`docs/decisions/0006-sentence-ranking.md`), so a
difference of scores is a log odds ratio.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.answering.answer_type import answer_type, candidate_spans
from vectorstore.library import Library
from vectorstore.ranking import Query
from vectorstore.records import Passage
from vectorstore.search import SearchResult
from vectorstore.text.scripts import HIRAGANA, cjk_share
from vectorstore.text.sentences import sentence_spans
from vectorstore.text.terms import terms

# Fitted: benchmarks/fit/sentence_ranking.py, on SQuAD 2.
_MEANING, _WORDS, _NEARBY, _AROUND, _FOUND, _FITS = 4.7, 4.4, 4.0, 1.8, 4.2, 1.8
_HIRAGANA = re.compile(f"[{HIRAGANA}]")  # Japanese endings and particles carry no topic
_WORD = re.compile(r"[^\W_][\w'’-]*")
_NEVER_NAMED = frozenset(
    "many much long often any some else really say says said tell list show give name write "
    "wrote written mean means summarise summarize explain describe please thanks thank know".split()
)
_LONGEST_WORD = 30  # anything longer is a run of Chinese or Japanese, or no word
_HEADING = re.compile(r"#{1,6}\s")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a source with its features; offsets refer to the source's stored text.

    - `ordinal`: position of the sentence in its passage, from 0
    - `meaning`: cosine to the question, -1 to 1
    - `words`, `nearby`, `around`: weighted share of the question's words in the sentence, in it and
      the one before, and in its passage and heading, 0 to 1
    - `found`: score of its passage
    - `fits`: whether it contains an expression of the type asked for
    - `score`: weighted sum of the features
    """

    text: str
    start: int
    end: int
    passage: Passage
    ordinal: int
    meaning: float
    words: float
    nearby: float
    around: float
    found: float
    fits: bool
    score: float


def rank_sentences(library: Library, query: Query, result: SearchResult) -> list[Evidence]:
    """Return the scored sentences of the passages found, best first."""
    weights = _weigh(library, query)
    kind = answer_type(query.text)
    found: list[Evidence] = []
    for hit in result.hits:
        passage = hit.passage
        around = _share(weights, terms(passage.text) + terms(passage.heading))
        meanings = (result.vectors[passage.id].sentences @ result.query_vector).tolist()
        spans = sentence_spans(passage)
        before: tuple[str, ...] = ()
        for ordinal, ((start, end), meaning) in enumerate(zip(spans, meanings, strict=True)):
            text = passage.text[start - passage.start : end - passage.start]
            own, last = terms(text), before
            before = own
            if _HEADING.match(text) or not own:
                continue
            one = Evidence(
                text=text,
                start=start,
                end=end,
                passage=passage,
                ordinal=ordinal,
                meaning=meaning,
                words=_share(weights, own),
                nearby=_share(weights, own + last),
                around=around,
                found=hit.score,
                fits=bool(candidate_spans(kind, query.text, text)),
                score=0.0,
            )
            found.append(replace(one, score=_score(one)))
    return sorted(found, key=lambda e: (-e.score, e.passage.source_id, e.start))


def _score(one: Evidence) -> float:
    return (
        _MEANING * one.meaning
        + _WORDS * one.words
        + _NEARBY * one.nearby
        + _AROUND * one.around
        + _FOUND * one.found
        + _FITS * one.fits
    )


def unknown_words(library: Library, question: str) -> list[str]:
    """Return the words of a question, as written, that do not occur in the library.

    Chinese and Japanese are skipped, because their words are not separated.
    """
    absent = []
    for word in dict.fromkeys(_WORD.findall(question)):
        own = terms(word)
        if (
            own
            and len(word) <= _LONGEST_WORD
            and cjk_share(word) < 0.5
            and word.lower() not in _NEVER_NAMED
            and not any(library.word_index.frequencies(own).values())
        ):
            absent.append(word)
    return absent


def _weigh(library: Library, query: Query) -> dict[str, float]:
    """Return the terms of a query with their weights: inverse document frequency times recency."""
    total = library.database.count("passage")
    weights = {t: w for t, w in query.weights.items() if not _HIRAGANA.search(t)}
    found = library.word_index.frequencies(list(weights))
    accidental = _across_word_boundaries(terms(query.text), found)
    return {
        term: math.log(1 + (total - n + 0.5) / (n + 0.5)) * weights[term]
        for term, n in found.items()
        if term not in accidental
    }


def _across_word_boundaries(asked: Sequence[str], found: Mapping[str, int]) -> set[str]:
    """Return the pairs of characters that span a boundary between Chinese or Japanese words.

    Such a pair does not occur in the library but shares a character with a neighbouring pair that
    does, like 国立 in 中国立陶宛.
    """
    known = {term for term, n in found.items() if n}
    return {
        term
        for before, term, after in zip(["", *asked], asked, [*asked[1:], ""], strict=False)
        if term not in known and cjk_share(term) == 1 and (before in known or after in known)
        if len(term) == 2 and (before[-1:] == term[0] or after[:1] == term[1])
    }


def _share(weights: Mapping[str, float], present: Sequence[str]) -> float:
    """Return the share of the total weight that these terms have, 0 to 1."""
    whole = sum(weights.values())
    there = set(present)
    return sum(w for term, w in weights.items() if term in there) / whole if whole else 0.0
