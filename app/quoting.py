"""Answering without a model: the sources' own sentences, chosen and put in order.

Nothing is rewritten. It picks the few sentences that bear most on the question, brings along the
one before where a sentence leans on it, and leaves out what was said already. The best comes first.
"""

import re
from collections.abc import Sequence

from app.evidence import Evidence
from vectorstore.words import terms

MOST = 4  # sentences chosen; what they lean on comes on top
_NEAR_BEST = 0.7  # share of the best score that a further sentence must reach
_NEARER = 0.03  # cosine by which a sentence must mean more of the question than the best one
_SAME = 0.8  # share of terms in common above which two sentences say the same
_LEANING = re.compile(
    r"(?:this|that|these|those|they|he|she|it|its|their|his|her|such|both|however|thus|therefore|"
    r"moreover|furthermore|similarly|likewise|the (?:former|latter|two)|that same|the following|"
    r"the meeting (?!between|of|with)|during (?:their|his|her|its)|later that|in contrast|in this|"
    r"as such)\b|これ|それ|この|その|此|這|这",
    re.IGNORECASE,
)


def choose(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences of the answer, in the order they are read; `evidence` is best first."""
    chosen = list(evidence[:1])
    nearest = max(evidence, key=lambda e: e.meaning, default=None)
    if nearest and nearest.meaning > evidence[0].meaning + _NEARER:
        chosen.append(nearest)  # the words may be another's, as in a question on another visit
    for candidate in evidence:
        if len(chosen) == MOST or candidate.score < evidence[0].score * _NEAR_BEST:
            break
        if not any(_same(candidate, other) for other in chosen):
            chosen.append(candidate)
    return _in_order(chosen, evidence)


def _in_order(chosen: Sequence[Evidence], evidence: Sequence[Evidence]) -> list[Evidence]:
    """Best first, but each leaning sentence right after the one it leans on."""
    places = {(e.passage.id, e.ordinal): e for e in evidence}
    ordered: list[Evidence] = []
    for one in chosen:
        before = places.get((one.passage.id, one.ordinal - 1))
        if before and before not in ordered and _LEANING.match(one.text):
            ordered.append(before)
        if one not in ordered:
            ordered.append(one)
    return ordered


def _same(one: Evidence, other: Evidence) -> bool:
    a, b = set(terms(one.text)), set(terms(other.text))
    return bool(a and b) and len(a & b) / min(len(a), len(b)) >= _SAME
