"""When the sources do not answer, and how that is said. Decided by code, never by a model.

A question is answered when some sentence means something like it and the passage around has its
words: off-topic questions fail there, and those with a name that the sources do not know. How sure
it is beyond that is a logistic regression over five things that can be seen before anything is
written, fitted on SQuAD 2 and CLAPnq together (`benchmarks/README.md`). It sees poorly that a
fitting passage lacks the one detail that was asked for; where it is in doubt, the answer says so.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.sentence_ranking import Evidence
from vectorstore.ranking import Query
from vectorstore.records import Hit, Outcome
from vectorstore.text.terms import terms

ENOUGH = 0.70  # cosine of the best sentence plus share of words around it, -1 to 2
TOUCHED = 0.45
UNLIKELY = 0.08  # strength below which even that does not answer
DOUBTFUL = 0.27  # below it one in three questions that look answered is not
_ENOUGH_WORDS = 0.5  # where the model cannot read the question's script, words alone decide
_MEANING, _WORDS, _AHEAD, _NEGATED, _NUMBERS, _REST = 5.3, 1.5, 2.3, -1.5, -0.7, -4.4
_NOT = re.compile(r"\b(?:not|never|no|without|neither|nor|cannot|none)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether the evidence answers, and how sure that is, 0 to 1."""

    outcome: Outcome
    strength: float

    @property
    def doubtful(self) -> bool:
        """Whether what is shown may well not answer."""
        return self.outcome == "answered" and self.strength < DOUBTFUL


def judge(
    query: Query, hits: Sequence[Hit], evidence: Sequence[Evidence], *, words_only: bool
) -> Judgement:
    """Whether the evidence (best first, of these hits) can answer.

    The outcome is `answered`, `too_weak` or `not_found`.
    """
    if not evidence:
        return Judgement("not_found", 0.0)
    if words_only:
        most = max(one.around for one in evidence)
        return Judgement("answered" if most >= _ENOUGH_WORDS else "not_found", most)
    strength = _strength(query, hits, evidence)
    near = max(one.meaning + one.around for one in evidence)
    if near >= ENOUGH and strength >= UNLIKELY:
        return Judgement("answered", strength)
    return Judgement("too_weak" if near >= TOUCHED else "not_found", strength)


def _strength(query: Query, hits: Sequence[Hit], evidence: Sequence[Evidence]) -> float:
    """The chance that the question is answered, where half of all questions are.

    What counts: what the nearest sentence of the first passage means; the question's words in the
    best sentence; how far the first passage is ahead of the others; whether the question says
    “not” and the best sentence does not; which of its numbers the passage lacks.
    """
    best = evidence[0]
    first = [one.meaning for one in evidence if one.passage.id == hits[0].passage.id]
    others = [hit.dense for hit in hits[1:]]
    ahead = hits[0].dense - sum(others) / len(others) if others else 0.0
    negated = bool(_NOT.search(query.text)) and not _NOT.search(best.text)
    numbers = re.findall(r"\d+", query.text)
    there = set(terms(best.passage.text))
    lacking = sum(number not in there for number in numbers) / max(len(numbers), 1)
    total = (
        _MEANING * max(first, default=0.0)
        + _WORDS * best.nearby
        + _AHEAD * ahead
        + _NEGATED * negated
        + _NUMBERS * lacking
        + _REST
    )
    return 1 / (1 + math.exp(-total))


def explain(outcome: Outcome, *, empty: bool, unknown: Sequence[str], nearest: bool) -> str:
    """One or two sentences that say why there is no answer."""
    if empty:
        return (
            "The library holds no sources yet: add documents on the Library page, or run "
            "`kakehashi sync`."
        )
    if outcome == "out_of_scope":
        return (
            "The chosen sources do not say, but others in the library do: "
            "ask again without the restriction."
        )
    text = "The sources do not say."
    if outcome == "too_weak":
        text += " They touch on it, but nothing in them answers the question."
    if unknown:
        text += f" Nowhere in them: {', '.join(f'“{word}”' for word in unknown)}."
    if nearest:
        text += " The nearest passages are shown as such, not as evidence."
    return text


def explain_missing(unanswered: Sequence[str], unknown: Sequence[str]) -> str:
    """What of a question that is answered in part the sources do not answer; empty if nothing."""
    told = []
    if unanswered:
        listed = ", ".join(f"“{part.strip(' ?')}”" for part in unanswered)
        told.append(f"The sources do not answer this part: {listed}.")
    if unknown:
        told.append(f"Nowhere in the sources: {', '.join(f'“{word}”' for word in unknown)}.")
    return " ".join(told)
