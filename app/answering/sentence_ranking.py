"""Which sentences of the passages found bear on the question, and how strongly.

A sentence is scored by what it means (cosine of its vector to the question's), by which of the
question's words it has, each weighted by how rare it is in the library (inverse document
frequency, so that a name counts for more than a common verb), and by which the sentence before it
has, too; the passage around it counts a little, because names are often said once and then
replaced by pronouns. What is of the kind asked for (a date, a number, a name) counts where one is
asked for. The score is linear; its weights are those of a conditional logistic regression on
SQuAD 2 (`benchmarks/README.md`), so a difference of scores is a logarithm of odds.
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

_MEANING, _WORDS, _NEARBY, _AROUND, _FOUND, _FITS = 4.7, 4.4, 4.0, 1.8, 4.2, 1.8
_HIRAGANA = re.compile(f"[{HIRAGANA}]")  # Japanese endings and particles carry no topic
_WORD = re.compile(r"[^\W_][\w'’-]*")
_NEVER_NAMED = frozenset(
    "many much long often any some else really say says said tell list show give name write "
    "wrote written mean means summarise summarize explain describe please thanks thank know".split()
)
_LONGEST_WORD = 30  # what is longer is a run of Chinese or Japanese, or no word
_HEADING = re.compile(r"#{1,6}\s")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a source; its offsets are those of the source's stored text.

    `meaning` is a cosine (-1 to 1); `words` is the share of the question's words, by weight, that
    stand in the sentence, `nearby` in it or the one before it, `around` in its passage and heading
    (0 to 1); `found` is the score of its passage; `fits` says whether it has what is of the kind
    asked for. `score` joins them all.
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
    """Return the sentences of the passages found, scored, best first."""
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
            said, last = terms(text), before
            before = said
            if _HEADING.match(text) or not said:
                continue
            one = Evidence(
                text=text,
                start=start,
                end=end,
                passage=passage,
                ordinal=ordinal,
                meaning=meaning,
                words=_share(weights, said),
                nearby=_share(weights, said + last),
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
    """The words of a question, as written, that stand nowhere in the library.

    Whole runs of Chinese or Japanese are left out: where their words end cannot be told.
    """
    absent = []
    for word in dict.fromkeys(_WORD.findall(question)):
        said = terms(word)
        if (
            said
            and len(word) <= _LONGEST_WORD
            and cjk_share(word) < 0.5
            and word.lower() not in _NEVER_NAMED
            and not any(library.word_index.frequencies(said).values())
        ):
            absent.append(word)
    return absent


def _weigh(library: Library, query: Query) -> dict[str, float]:
    """The terms of a question by how few passages of the library have them."""
    total = library.database.count("passage")
    weights = {t: w for t, w in query.weights.items() if not _HIRAGANA.search(t)}
    found = library.word_index.frequencies(list(weights))
    accidental = _between_words(terms(query.text), found)
    return {
        term: math.log(1 + (total - n + 0.5) / (n + 0.5)) * weights[term]
        for term, n in found.items()
        if term not in accidental
    }


def _between_words(asked: Sequence[str], found: Mapping[str, int]) -> set[str]:
    """Pairs of characters that stand nowhere, but share one with a neighbour that does.

    Where Chinese or Japanese words meet, there is a pair that is no word: 国立 in 中国立陶宛.
    """
    known = {term for term, n in found.items() if n}
    return {
        term
        for before, term, after in zip(["", *asked], asked, [*asked[1:], ""], strict=False)
        if term not in known and cjk_share(term) == 1 and (before in known or after in known)
        if len(term) == 2 and (before[-1:] == term[0] or after[:1] == term[1])
    }


def _share(weights: Mapping[str, float], present: Sequence[str]) -> float:
    """Which part of the weight stands among these terms, 0 to 1."""
    whole = sum(weights.values())
    there = set(present)
    return sum(w for term, w in weights.items() if term in there) / whole if whole else 0.0
