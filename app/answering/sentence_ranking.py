"""Rank the sentences of the passages found by how well they answer the question.

The score of a sentence is linear in seven features: the cosine of its vector to the question's; the
share of the question's words in it, in it and the sentence before, and in its passage; the score of
the passage; whether it contains an expression of the type asked for (a date, a number, a name); and
what the answer finder read, if it read it (`answer_finder.py`). Words are weighted by inverse
document frequency, so that a name counts more than a common verb. The passage counts because names
are often given once and then replaced by pronouns. The weights come from a conditional logistic
regression on SQuAD 2 (`docs/decisions/0006-sentence-ranking.md`): a difference of scores is a log
odds ratio.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.answering.answer_type import answer_type, candidate_spans
from app.answering.question_kinds import is_document_word
from vectorstore.library import Library
from vectorstore.ranking import Query
from vectorstore.records import Passage
from vectorstore.search import SearchResult
from vectorstore.text.scripts import HIRAGANA, cjk_share
from vectorstore.text.sentences import sentence_spans
from vectorstore.text.terms import terms

# Fitted: benchmarks/fit/sentence_ranking.py, on SQuAD 2: for the looks alone, and for the looks
# beside what the finder read
_MEANING, _WORDS, _NEARBY, _AROUND, _FOUND, _FITS = 4.7, 4.4, 4.0, 1.8, 4.2, 1.8
_READ_MEANING, _READ_WORDS, _READ_NEARBY, _READ_AROUND, _READ_FOUND = 3.0, 1.5, 2.9, 1.4, 3.4
_READ_FITS, _READ_ANSWERS = 1.3, 0.72
_TOPICAL = 10.0  # judged: more than all looks but the words differ by
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
    - `answers`: log-odds that it answers the question, from the answer finder; 0 if it read nothing
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
    answers: float = 0.0

    @property
    def place(self) -> tuple[str, int]:
        """Its source, and where it starts there."""
        return self.passage.source_id, self.start


def rank_sentences(
    library: Library, query: Query, result: SearchResult, *, topical: bool = False
) -> list[Evidence]:
    """Return the scored sentences of the passages found, best first.

    For a `topical` query, only its own words count, and of these those that the library knows; the
    sentences that have them come first.
    """
    weights = _weigh(library, query)
    if topical:
        known = library.word_index.frequencies(terms(query.text))
        weights = {term: weight for term, weight in weights.items() if known.get(term)}
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
            found.append(replace(one, score=_score(one) + _TOPICAL * one.words * topical))
    return best_first(found)


def best_first(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Return sentences by their score; those of the same score in the order of their sources."""
    return sorted(evidence, key=lambda one: (-one.score, *one.place))


def with_answers(one: Evidence, answers: float) -> Evidence:
    """Return the sentence with the log-odds that it answers, scored by them and its looks."""
    score = (
        _READ_MEANING * one.meaning
        + _READ_WORDS * one.words
        + _READ_NEARBY * one.nearby
        + _READ_AROUND * one.around
        + _READ_FOUND * one.found
        + _READ_FITS * one.fits
        + _READ_ANSWERS * answers
    )
    return replace(one, answers=answers, score=score)


def _score(one: Evidence) -> float:
    return (
        _MEANING * one.meaning
        + _WORDS * one.words
        + _NEARBY * one.nearby
        + _AROUND * one.around
        + _FOUND * one.found
        + _FITS * one.fits
    )


def telling_words(question: str) -> list[str]:
    """Return the words of a question, as written, that say what it is about.

    Chinese and Japanese are skipped, because their words are not separated.
    """
    return [
        word
        for word in dict.fromkeys(_WORD.findall(question))
        if terms(word)
        and len(word) <= _LONGEST_WORD
        and cjk_share(word) < 0.5
        and word.lower() not in _NEVER_NAMED
        and not is_document_word(word)
    ]


def unknown_words(library: Library, question: str) -> list[str]:
    """Return the telling words of a question, as written, that do not occur in the library."""
    return [
        word
        for word in telling_words(question)
        if not any(library.word_index.frequencies(terms(word)).values())
    ]


def _weigh(library: Library, query: Query) -> dict[str, float]:
    """Return the terms of a query with their weights: inverse document frequency times recency."""
    total = library.database.count("passage")
    weights = {t: w for t, w in query.weights.items() if not _HIRAGANA.search(t)}
    found = library.word_index.frequencies(list(weights))
    found = {term: n for term, n in found.items() if n or not is_document_word(term)}
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
