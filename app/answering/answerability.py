"""Decide whether the sources answer a question, by code and never by a model.

A question counts as answered if a sentence is similar to it in meaning and the passage around that
sentence contains its words. Off-topic questions fail this test, and so do questions with a name
that the sources do not know, unless the answer finder is sure. A logistic regression over what
retrieval and the finder saw, fitted on three sets of questions together, then estimates the chance
that the evidence answers; if it is low, the answer says so, or there is none
(`docs/decisions/0021-the-answer-finder.md`). The method still misses often that a fitting passage
lacks the one detail asked for.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.answering.query_rewriting import names_in
from app.answering.retrieval import Retrieved, SubQuestion, retrieve_one
from app.answering.sentence_ranking import Evidence, unknown_words
from vectorstore.library import Library
from vectorstore.ranking import Query
from vectorstore.records import EVERYTHING, Hit, Outcome, Scope
from vectorstore.text import negation
from vectorstore.text.scripts import cjk_share
from vectorstore.text.tables import any_of
from vectorstore.text.terms import terms

# Cosine of the best sentence and share of words around it, added; judged: benchmarks/fit/silence.py
ENOUGH = 0.4
TOUCHED = 0.35  # the same; judged: above it, the sources touch on the matter
UNLIKELY = 0.17  # strength below which even that does not answer; judged: benchmarks/fit/silence.py
# The same for a follow-up on what was told, which says little by itself; judged
_UNLIKELY_AFTER = 0.08
# Strength below which an answer is called doubtful; judged: benchmarks/fit/silence.py
DOUBTFUL = 0.45
# Share of the question's words in one sentence from which it is no silence, whatever the strength;
# judged: it costs no right silence of the three sets
_ALL_WORDS = 0.99
_SURELY = 0.5  # log-odds by the finder from which such a sentence is in no doubt; judged
_ENOUGH_WORDS = 0.5  # judged: where the model cannot read the question's script, words alone decide
# Fitted: benchmarks/fit/answerability.py; _NEGATED is half of that (judged).
_AHEAD, _NEGATED, _NUMBERS, _ANSWERS, _REST = 3.4, -0.7, -1.0, 0.52, -0.95
# Log-odds by the finder from which a sentence answers although the library does not know a name
# or a number of the question; judged
_DESPITE = 1.0
_UNREAD = 1.5  # log-odds where the finder read nothing; judged: then the search alone decides
_NOT = re.compile(rf"\b(?:{any_of(negation.CORE)})\b|{negation.CONTRACTED}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The outcome for one question; `strength` is the estimated chance of an answer, 0 to 1."""

    outcome: Outcome
    strength: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a question, and which parts of it, can be answered from what was retrieved.

    - `strength`: estimated chance that the evidence answers, 0 to 1
    - `hits`: the passages retrieved, best first
    - `answering`: the parts that can be answered; empty unless `outcome` is `answered`
    - `unanswered`: the texts of the other parts, if any part can be answered
    - `unknown`: names and numbers of the question that the library lacks, in the same case
    - `doubtful`: whether it is not certain of any answerable part that it is answered
    """

    outcome: Outcome
    strength: float
    hits: tuple[Hit, ...]
    answering: tuple[SubQuestion, ...] = ()
    unanswered: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    doubtful: bool = False


def judge(library: Library, retrieved: Retrieved, scope: Scope = EVERYTHING) -> Judgement:
    """Decide whether the question is answered, and which of its parts are."""
    whole, parts = retrieved.whole, retrieved.parts
    overall = _assessed(library, whole)
    each = [overall if part is whole else _assessed(library, part) for part in parts]
    if overall.outcome == "answered" and not any(one.outcome == "answered" for one in each):
        retrieved, parts, each = Retrieved(whole, (whole,)), (whole,), [overall]
    pairs = list(zip(parts, each, strict=True))
    answered = [(part, one) for part, one in pairs if one.outcome == "answered"]
    strength = max((one.strength for _, one in answered), default=overall.strength)
    outcome: Outcome = "answered" if answered else overall.outcome
    if scope != EVERYTHING and _answered_only_elsewhere(library, whole, scope, outcome):
        return Judgement("out_of_scope", strength, retrieved.hits)
    if not answered:
        return Judgement(outcome, strength, retrieved.hits)
    return Judgement(
        outcome,
        strength,
        retrieved.hits,
        tuple(part for part, _ in answered),
        tuple(_open(pairs, whole)),
        tuple(_unknown_names(library, whole.query.text)),
        doubtful=all(_in_doubt(part, one) for part, one in answered),
    )


def _in_doubt(part: SubQuestion, found: Assessment) -> bool:
    """Whether an answer is called doubtful: not where one sentence says it all, and surely."""
    best = part.evidence[0]
    surely = best.words >= _ALL_WORDS and best.answers >= _SURELY
    return found.strength < DOUBTFUL and not surely


def _open(pairs: Sequence[tuple[SubQuestion, Assessment]], whole: SubQuestion) -> Iterator[str]:
    """Yield the texts of the parts that are not answered; not a comparison whose sides are."""
    sides = any(part.topical for part, one in pairs if one.outcome == "answered")
    for part, one in pairs:
        if one.outcome != "answered" and not (part is whole and sides):
            yield part.query.text


def assess(
    query: Query, hits: Sequence[Hit], evidence: Sequence[Evidence], *, words_only: bool
) -> Assessment:
    """Decide whether the evidence from these hits, best first, answers one question.

    The outcome is `answered`, `too_weak` or `not_found`. With `words_only`, only the share of words
    counts: for a topic, and for questions in a script that the embedding model cannot read.
    """
    if not evidence:
        return Assessment("not_found", 0.0)
    if words_only:
        most = max(one.around for one in evidence)
        return Assessment("answered" if most >= _ENOUGH_WORDS else "not_found", most)
    strength = _strength(query, hits, evidence)
    near = max(one.meaning + one.around for one in evidence)
    says_it_all = max(one.words for one in evidence) >= _ALL_WORDS
    least = _UNLIKELY_AFTER if query.told else UNLIKELY
    if near >= ENOUGH and (strength >= least or says_it_all):
        return Assessment("answered", strength)
    return Assessment("too_weak" if near >= TOUCHED else "not_found", strength)


def _assessed(library: Library, part: SubQuestion) -> Assessment:
    unread = library.embeddings.english_only and cjk_share(part.query.whole) > 0.5
    found = assess(part.query, part.hits, part.evidence, words_only=part.topical or unread)
    surest = max((one.answers for one in part.evidence), default=0.0)
    if found.outcome != "answered" or part.topical or surest >= _DESPITE:
        return found
    if _unknown_names(library, part.query.text):
        return Assessment("too_weak", found.strength)
    return found


def _answered_only_elsewhere(
    library: Library, whole: SubQuestion, scope: Scope, outcome: Outcome
) -> bool:
    """Whether sources outside the scope answer the question and those inside do not."""
    if outcome == "answered" and not _has_name_only_elsewhere(library, whole.query.text, scope):
        return False
    everywhere = retrieve_one(library, whole.query, topical=whole.topical)
    return _assessed(library, everywhere).outcome == "answered"


def _has_name_only_elsewhere(library: Library, question: str, scope: Scope) -> bool:
    """Whether the question has a name that only sources outside the scope mention."""
    inside = set(library.catalog.split_by_scope(scope)[0])
    for name in names_in(question):
        places = {one.source_id for one in library.searcher.passages_with(terms(name))}
        if places and not places & inside:
            return True
    return False


def _unknown_names(library: Library, question: str) -> list[str]:
    """Return the names and numbers of a question that occur nowhere in the library."""
    names = {word for name in names_in(question) for word in name.split()}
    unknown = unknown_words(library, question)
    return [word for word in unknown if word in names or any(c.isdigit() for c in word)]


def _strength(query: Query, hits: Sequence[Hit], evidence: Sequence[Evidence]) -> float:
    """Return the chance that the evidence answers, assuming that half of all questions have one.

    The features are: the lead of the first passage over the mean of the others (cosine); whether
    only the question is negated; the share of the question's numbers that the passage lacks; the
    answer finder's log-odds of the best sentence.
    """
    best = evidence[0]
    others = [hit.dense for hit in hits[1:]]
    ahead = hits[0].dense - sum(others) / len(others) if others else 0.0
    negated = bool(_NOT.search(query.text)) and not _NOT.search(best.text)
    numbers = [term for term in terms(query.text) if term[0].isdigit()]
    there = set(terms(best.passage.text))
    lacking = sum(number not in there for number in numbers) / max(len(numbers), 1)
    was_read = any(one.answers for one in evidence)
    total = (
        _AHEAD * ahead
        + _NEGATED * negated
        + _NUMBERS * lacking
        + _ANSWERS * (best.answers if was_read else _UNREAD)
        + _REST
    )
    return 1 / (1 + math.exp(-total))
