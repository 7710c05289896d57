"""The verdicts as readers see them: a sign, words and a tone, so that none depends on colour.

An answer that an earlier version stored keeps its verdicts. They came of comparing words: they are
shown by their old words, marked as such, and never as sound, unless the sentence is the source's
own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.answering.assistant import CATALOG
from vectorstore.records import EarlierFinding, EarlierVerdict, Finding, Verdict

Tone = Literal["sound", "unsure", "bad", "open"]
BY_EARLIER = "by an earlier version, which compared words"
# Earlier versions gave the share of common words, which reads like a probability
_SHARE_OF_WORDS = re.compile(r"(?:Only )?\d+% of its words [^.]*\.")
_COMPARED = "Only its words were compared."


@dataclass(frozen=True, slots=True)
class VerdictLabel:
    """How a verdict is shown: `earlier` if it must be marked as one of an earlier version."""

    sign: str
    words: str
    tone: Tone
    earlier: bool = False


_LABELS: dict[Verdict | EarlierVerdict, VerdictLabel] = {
    "verbatim": VerdictLabel("=", "verbatim", "sound"),
    "supported": VerdictLabel("✓", "supported", "sound"),
    "contradicted": VerdictLabel("≠", "contradicted", "bad"),
    "not_stated": VerdictLabel("✗", "not stated", "bad"),
    "unverified": VerdictLabel("?", "unverified", "unsure"),
    "not_checkable": VerdictLabel("○", "not checkable", "open"),
}
_OF_EARLIER: dict[Verdict | EarlierVerdict, VerdictLabel] = {
    "supported": VerdictLabel("?", "supported", "unsure", earlier=True),
    "partial": VerdictLabel("?", "partly supported", "unsure", earlier=True),
    "unsupported": VerdictLabel("✗", "not supported", "bad", earlier=True),
    "contradicted": VerdictLabel("≠", "contradicted", "bad", earlier=True),
}


def is_earlier(checked_by: str, model: str) -> bool:
    """Whether an earlier version, which compared words, checked an answer by this model.

    Answers from the catalog were never compared with anything.
    """
    return not checked_by and model != CATALOG


def label_of(verdict: Verdict | EarlierVerdict, *, earlier: bool = False) -> VerdictLabel:
    """Return how a verdict is shown; `earlier` if an earlier version gave it.

    >>> label_of("supported").tone, label_of("supported", earlier=True).tone
    ('sound', 'unsure')
    """
    if verdict in _OF_EARLIER and (earlier or verdict not in _LABELS):
        return _OF_EARLIER[verdict]
    return _LABELS[verdict]


def is_by_chat_model(findings: Iterable[Finding | EarlierFinding]) -> bool:
    """Whether a chat model, as second reader, gave the verdict that rests on these findings."""
    return any(one.kind == "judgement" for one in findings)


def reason_of(reason: str, *, earlier: bool = False) -> str:
    """Return the reason for a verdict; of an earlier version's, without the share of common words.

    >>> reason_of("Only 40% of its words stand together in what it cites.", earlier=True)
    'Only its words were compared.'
    """
    return _SHARE_OF_WORDS.sub(_COMPARED, reason) if earlier else reason
