"""Answering without a model: the sources' own sentences, chosen and put in order.

Nothing is rewritten. It picks the few sentences that bear most on the question, brings along the
one before where a sentence leans on it, leaves out what was said already, and keeps sentences of
one passage in the order of their source, the passage with the best sentence first.
"""

import re
from collections.abc import Sequence

from app.evidence import Evidence
from vectorstore.words import terms

MOST = 4  # sentences chosen; what they lean on comes on top
_NEAR_BEST = 0.7  # share of the best score that a further sentence must reach
_SAME = 0.8  # share of terms in common above which two sentences say the same
_LEANING = re.compile(
    r"(?:this|that|these|those|they|he|she|it|its|their|his|her|such|both|however|thus|therefore|"
    r"moreover|furthermore|similarly|likewise|the (?:former|latter|two|meeting)|"
    r"during (?:their|his|her|its)|that same|the following|later that|in contrast|in this|"
    r"as such)\b|これ|それ|この|その|此|這|这",
    re.IGNORECASE,
)


def choose(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences of the answer, in the order they are read; `evidence` is best first."""
    chosen: list[Evidence] = []
    for candidate in evidence:
        if len(chosen) == MOST or candidate.score < evidence[0].score * _NEAR_BEST:
            break
        if not any(_same(candidate, other) for other in chosen):
            chosen.append(candidate)
    places = {(e.passage.id, e.ordinal): e for e in evidence}
    for leaning in [e for e in chosen if _LEANING.match(e.text)]:
        before = places.get((leaning.passage.id, leaning.ordinal - 1))
        if before and before not in chosen and not any(_same(before, e) for e in chosen):
            chosen.append(before)
    return _in_order(chosen)


def _in_order(chosen: Sequence[Evidence]) -> list[Evidence]:
    best: dict[str, float] = {}
    for one in chosen:
        best[one.passage.id] = max(best.get(one.passage.id, 0.0), one.score)
    return sorted(chosen, key=lambda e: (-best[e.passage.id], e.passage.id, e.start))


def _same(one: Evidence, other: Evidence) -> bool:
    a, b = set(terms(one.text)), set(terms(other.text))
    return bool(a and b) and len(a & b) / min(len(a), len(b)) >= _SAME
