"""How far the cited words carry a sentence: one score, and the stretch of a quote that does it.

A sentence and its quotes in; a score from 0 to 1 out, the window of at most three neighbouring
sentences that has most of its words, and what was looked at. The constants are those of one
logistic regression over two public sets (`benchmarks/README.md`). It measures words and, where
vectors are given, nearness of meaning; it does not prove that anything follows.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.comparing import Compared, Finding
from app.names import missing, names, seat_of
from app.quantities import NUMBER_TERMS
from vectorstore.sentences import sentences
from vectorstore.words import fold, terms

Align = Callable[[str, str], float | None]

_WIDEST = 3  # sentences; what a sentence says rarely stands in more
_FOR_WIDTH = 0.03  # of the words, that each further sentence must bring
_DERIVED = 0.7  # of a word, for one that has another ending or stands for its government
_STEM = 5  # letters that two derivations of one word share at least
_REACH = 5  # words within which two neighbours of the sentence stand near each other
_GRAM = 6  # letters
_PLAIN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Looks:
    """What the score is made of, each from 0 to 1 but the last two.

    `words` is the share of the sentence's words in the window, `sentence` that in its best
    sentence, `near` the share of neighbouring words that stand near each other in the quotes,
    `letters` that of runs of six letters; `names` the share of names that the quotes lack; `absent`
    and `against` tell findings; `length` is the logarithm of the number of words; `meaning` how
    near each word comes to one of the window in meaning (-1 to 1), None where nobody looked.
    """

    words: float
    sentence: float
    near: float
    letters: float
    names: float
    absent: float
    against: float
    length: float
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
        sentence=max(_cover(mine, part.terms) for part in parts),
        near=_near(mine, _said(whole)),
        letters=_letters(sentence, whole),
        names=len(missing(names(sentence), whole)) / max(1, len(names(sentence))),
        absent=float(any(finding.verdict == "unsupported" for finding in findings)),
        against=float(any(finding.verdict == "contradicted" for finding in findings)),
        length=math.log(max(1, len(set(mine)))),
        meaning=align(sentence, _text(quotes, widest)) if align else None,
    )
    same = [part for part in parts[first : last + 1] if part.quote == best.quote]
    span = (best.quote, same[0].start, same[-1].end)
    return Support(score(looks), span, looks, tuple(findings), window)


def score(looks: Looks) -> float:
    """The looks joined: the probability, as fitted, that the sentence is fully supported."""
    return 0.0


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
    pairs = set(zip(mine, mine[1:], strict=False))
    if not pairs:
        return float(set(mine) <= set(theirs))
    near: set[tuple[str, str]] = set()
    for at, term in enumerate(theirs):
        for other in theirs[at + 1 : at + 1 + _REACH]:
            near |= {(term, other), (other, term)}
    return len(pairs & near) / len(pairs)


def _letters(sentence: str, whole: str) -> float:
    mine = _grams(sentence)
    return len(mine & _grams(whole)) / len(mine) if mine else 0.0


def _grams(text: str) -> set[str]:
    plain = " ".join(["", *_PLAIN.findall(fold(text)), ""])
    return {plain[at : at + _GRAM] for at in range(max(1, len(plain) - _GRAM + 1))}

