"""How far the cited words carry a sentence: one score, and the stretch of a quote that does it.

A sentence and its quotes in; a score from 0 to 1 out, the window of at most three neighbouring
sentences that has most of its words, and what was looked at. The constants are those of one
logistic regression over two public sets (`benchmarks/README.md`). It measures words and, where
vectors are given, nearness of meaning; it does not prove that anything follows.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.verification.comparison import Compared
from app.verification.names import seat_of
from app.verification.quantities import NUMBER_TERMS
from vectorstore.records import Finding
from vectorstore.text.sentences import sentences
from vectorstore.text.terms import terms

Align = Callable[[str, str], float | None]

_WIDEST = 3  # sentences; what a sentence says rarely stands in more
_FOR_WIDTH = 0.03  # of the words, that each further sentence must bring
_DERIVED = 0.7  # of a word, for one that has another ending or stands for its government
_STEM = 5  # letters that two derivations of one word share at least
_REACH = 5  # words within which two neighbours of the sentence stand near each other
# Of the score: a constant, and those of `Looks` in their order.
_WORDS_ONLY = (-1.65, 2.78, 1.25, -1.08, -2.45, 0.0)
_WITH_MEANING = (-3.72, 0.44, 0.64, -1.12, -2.61, 5.38)


@dataclass(frozen=True, slots=True)
class Looks:
    """What the score is made of.

    `words` is the share of the sentence's words in the window and `near` the share of its pairs of
    neighbouring words that stand near each other in the quotes (0 to 1); `absent` and `against`
    tell whether something is missing or contradicted (0 or 1); `meaning` is how near each word
    comes to one of the window in meaning (-1 to 1), None where nobody looked.
    """

    words: float
    near: float
    absent: float
    against: float
    meaning: float | None


@dataclass(frozen=True, slots=True)
class Support:
    """The score, 0 to 1; the window (quote, start, end); what differs, the gravest first."""

    score: float
    span: tuple[int, int, int]
    looks: Looks
    findings: tuple[Finding, ...]
    window: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A sentence of a quote."""

    quote: int
    start: int
    end: int
    terms: frozenset[str]


def support(sentence: str, quotes: Sequence[str], align: Align | None = None) -> Support:
    """How far the quotes carry the sentence; there must be at least one with a word in it.

    `align` tells how near the words of one text come to those of another in meaning; without it
    the score is made of the words alone.
    """
    mine = _said(sentence)
    parts = _parts(quotes)
    first, last = _best_window(mine, parts)
    window = _text(quotes, parts[first : last + 1])
    whole = "\n".join(quotes)
    best = max(parts[first : last + 1], key=lambda part: _cover(mine, part.terms))
    closest = _text(quotes, [best])
    findings = Compared(sentence, window, whole, closest).findings
    widest = parts[first : first + _WIDEST]
    looks = Looks(
        words=_cover(mine, frozenset().union(*(part.terms for part in widest))),
        near=_near(mine, _said(whole)),
        absent=float(any(finding.verdict == "unsupported" for finding in findings)),
        against=float(any(finding.verdict == "contradicted" for finding in findings)),
        meaning=align(sentence, _text(quotes, widest)) if align else None,
    )
    same = [part for part in parts[first : last + 1] if part.quote == best.quote]
    span = (best.quote, same[0].start, same[-1].end)
    return Support(score(looks), span, looks, tuple(findings), window)


def score(looks: Looks) -> float:
    """The looks joined: the probability, as fitted, that the sentence is fully supported.

    >>> round(score(Looks(words=1.0, near=1.0, absent=0.0, against=0.0, meaning=None)), 2)
    0.92
    """
    weights = _WORDS_ONLY if looks.meaning is None else _WITH_MEANING
    values = (1.0, looks.words, looks.near, looks.absent, looks.against, looks.meaning or 0.0)
    return 1 / (1 + math.exp(-sum(w * v for w, v in zip(weights, values, strict=True))))


def _said(text: str) -> tuple[str, ...]:
    """The terms of a text, numbers in words as digits."""
    return tuple(NUMBER_TERMS.get(term, term) for term in terms(text))


def _parts(quotes: Sequence[str]) -> list[_Part]:
    return [
        _Part(at, start, end, frozenset(_said(quote[start:end])))
        for at, quote in enumerate(quotes)
        for start, end in (sentences(quote) or [(0, len(quote))])
    ]


def _text(quotes: Sequence[str], parts: Sequence[_Part]) -> str:
    return "\n".join(quotes[part.quote][part.start : part.end] for part in parts)


def _best_window(mine: Sequence[str], parts: Sequence[_Part]) -> tuple[int, int]:
    """The first and last of the neighbouring sentences that have most of the words, in few."""
    best, window = -1.0, (0, 0)
    for first in range(len(parts)):
        there: frozenset[str] = frozenset()
        for width, part in enumerate(parts[first : first + _WIDEST]):
            there |= part.terms
            value = _cover(mine, there) - _FOR_WIDTH * width
            if value > best + 1e-9:
                best, window = value, (first, first + width)
    return window


def _cover(mine: Sequence[str], there: frozenset[str]) -> float:
    """Which share of the terms stands there, derivations counting less; 0 to 1."""
    wanted = set(mine)
    if not wanted:
        return 0.0
    exact = wanted & there
    stems = {term[:_STEM] for term in there if len(term) >= _STEM}
    derived = sum(
        1
        for term in wanted - exact
        if (len(term) >= _STEM and term[:_STEM] in stems) or seat_of(term) in there
    )
    return (len(exact) + _DERIVED * derived) / len(wanted)


def _near(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """The share of neighbouring words that stand within a few words of each other there."""
    pairs = set(pairwise(mine))
    if not pairs:
        return float(set(mine) <= set(theirs))
    near: set[tuple[str, str]] = set()
    for at, term in enumerate(theirs):
        for other in theirs[at + 1 : at + 1 + _REACH]:
            near |= {(term, other), (other, term)}
    return len(pairs & near) / len(pairs)
