"""Compare the words of a sentence with those of its evidence, and choose what the checker reads.

The score (0 to 1) of the words is a logistic regression over word overlap and exact differences,
fitted on two public data sets (`docs/decisions/0008-verification-score.md`). It says whether the
matter is the same, not whether the sentence follows. The window is a run of at most three
neighbouring sentences that covers most of the sentence's words.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.verification.comparison import Comparison
from app.verification.differences import differences
from app.verification.names import seat_of
from app.verification.quantities import NUMBER_TERMS
from vectorstore.records import Finding
from vectorstore.text.sentences import sentences
from vectorstore.text.terms import terms

_WIDEST = 3  # sentences; judged: a claim rarely needs more
_READ = 3  # sentences of longer evidence that the checker reads among their neighbours; judged
# Share of the words that each further sentence must add; judged: less than a word
_FOR_WIDTH = 0.03
# Weight of a word with another ending, or of a capital named for its government; judged
_DERIVED = 0.7
_STEM = 5  # letters that two derivations of one word have in common, at least; judged
_REACH = 5  # terms within which two words count as close together; judged
# Coefficients of the score: the intercept, then `Features` in their order.
# Fitted: benchmarks/fit/support.py, on AttributionBench and WiCE.
_WEIGHTS = (-1.65, 2.78, 1.25, -1.08, -2.45)


@dataclass(frozen=True, slots=True)
class Features:
    """The features of the score.

    - `words`: share of the sentence's words that occur in the window, 0 to 1
    - `near`: share of its pairs of neighbouring words that are close together in the quotes, 0 to 1
    - `absent`: whether a finding says “not stated”, 0 or 1
    - `against`: whether a finding says “contradicted”, 0 or 1
    """

    words: float
    near: float
    absent: float
    against: float


@dataclass(frozen=True, slots=True)
class Support:
    """How well quotes support a sentence.

    `score` is between 0 and 1, `span` the best window as (quote, start, end), `window` its text.
    `findings` are the differences, the gravest first. `pieces` are what the checker should read:
    all the evidence or, where it is `long`, its nearest sentences joined, and each of them among
    its neighbours.
    """

    score: float
    span: tuple[int, int, int]
    features: Features
    findings: tuple[Finding, ...]
    window: str
    pieces: tuple[str, ...]
    long: bool


@dataclass(frozen=True, slots=True)
class _QuoteSentence:
    """A sentence of a quote."""

    quote: int
    start: int
    end: int
    terms: frozenset[str]


def support(sentence: str, quotes: Sequence[str]) -> Support:
    """Compare the words of a sentence with quotes, of which at least one must contain a word."""
    mine = _terms(sentence)
    parts = _quote_sentences(quotes)
    first, last = _best_window(mine, parts)
    window = _text(quotes, parts[first : last + 1])
    whole = "\n".join(quotes)
    best = max(parts[first : last + 1], key=lambda part: _coverage(mine, part.terms))
    closest = _text(quotes, [best])
    findings = differences(Comparison(sentence, window, whole, closest))
    widest = parts[first : first + _WIDEST]
    features = Features(
        words=_coverage(mine, frozenset().union(*(part.terms for part in widest))),
        near=_proximity(mine, _terms(whole)),
        absent=float(any(finding.verdict == "not_stated" for finding in findings)),
        against=float(any(finding.verdict == "contradicted" for finding in findings)),
    )
    same = [part for part in parts[first : last + 1] if part.quote == best.quote]
    span = (best.quote, same[0].start, same[-1].end)
    return Support(
        score(features), span, features, tuple(findings), window,
        pieces=_pieces(mine, quotes, parts), long=len(parts) > _WIDEST,
    )  # fmt: skip


def score(features: Features) -> float:
    """Return the fitted probability that a sentence with these features is fully supported.

    >>> round(score(Features(words=1.0, near=1.0, absent=0.0, against=0.0)), 2)
    0.92
    """
    values = (
        1.0,
        features.words,
        features.near,
        features.absent,
        features.against,
    )
    return 1 / (1 + math.exp(-sum(w * v for w, v in zip(_WEIGHTS, values, strict=True))))


def _terms(text: str) -> tuple[str, ...]:
    """Return the terms of a text, with number words as digits."""
    return tuple(NUMBER_TERMS.get(term, term) for term in terms(text))


def _quote_sentences(quotes: Sequence[str]) -> list[_QuoteSentence]:
    return [
        _QuoteSentence(at, start, end, frozenset(_terms(quote[start:end])))
        for at, quote in enumerate(quotes)
        for start, end in (sentences(quote) or [(0, len(quote))])
    ]


def _text(quotes: Sequence[str], parts: Sequence[_QuoteSentence]) -> str:
    return "\n".join(quotes[part.quote][part.start : part.end] for part in parts)


def _pieces(
    mine: Sequence[str], quotes: Sequence[str], parts: Sequence[_QuoteSentence]
) -> tuple[str, ...]:
    """Return what the checker should read of the evidence, without doubles.

    A small model reads three sentences better than thirty; what it needs may stand apart, or lean
    on the sentence before.
    """
    if len(parts) <= _WIDEST:
        return (_joined(quotes, parts),)
    nearest = sorted(
        range(len(parts)), key=lambda at: _coverage(mine, parts[at].terms), reverse=True
    )[:_READ]
    among = [parts[max(0, at - 1) : at + 2] for at in nearest]
    together = [parts[at] for at in sorted(nearest)]
    return tuple(dict.fromkeys(_joined(quotes, some) for some in (together, *among)))


def _joined(quotes: Sequence[str], parts: Sequence[_QuoteSentence]) -> str:
    return " ".join(_text(quotes, parts).split())


def _best_window(mine: Sequence[str], parts: Sequence[_QuoteSentence]) -> tuple[int, int]:
    """Return the first and last index of the run of sentences that covers the terms best.

    Each further sentence must add `_FOR_WIDTH` to the coverage.
    """
    best, window = -1.0, (0, 0)
    for first in range(len(parts)):
        there: frozenset[str] = frozenset()
        for width, part in enumerate(parts[first : first + _WIDEST]):
            there |= part.terms
            value = _coverage(mine, there) - _FOR_WIDTH * width
            if value > best + 1e-9:
                best, window = value, (first, first + width)
    return window


def _coverage(mine: Sequence[str], there: frozenset[str]) -> float:
    """Return the share of the terms that occur in `there`, 0 to 1; a derivation counts less."""
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


def _proximity(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """Return the share of neighbouring terms that are within `_REACH` terms in `theirs`, 0 to 1."""
    pairs = set(pairwise(mine))
    if not pairs:
        return float(set(mine) <= set(theirs))
    near: set[tuple[str, str]] = set()
    for at, term in enumerate(theirs):
        for other in theirs[at + 1 : at + 1 + _REACH]:
            near |= {(term, other), (other, term)}
    return len(pairs & near) / len(pairs)
