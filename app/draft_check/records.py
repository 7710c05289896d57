"""Records of a draft check; offsets count code points of the draft."""

from dataclasses import dataclass, field
from typing import Literal

from app.draft_check.alignment import Change
from vectorstore.records import Citation, Finding

DraftVerdict = Literal[
    "found", "supported", "contradicted", "unverified", "not_stated", "silent",
    "misattributed", "altered", "stitched", "not_found", "not_checkable",
]  # fmt: skip

# The symbol of each verdict, so that meaning never depends on colour, and its name.
VERDICT_LABELS: dict[str, tuple[str, str]] = {
    "found": ("✓", "found"),
    "supported": ("✓", "supported"),
    "unverified": ("?", "unverified"),
    "not_stated": ("✗", "not stated"),
    "silent": ("○", "library silent"),
    "contradicted": ("≠", "contradicted"),
    "misattributed": ("⚠", "misattributed"),
    "altered": ("≠", "altered"),
    "stitched": ("⧉", "stitched"),
    "not_found": ("✗", "not found"),
    "not_checkable": ("–", "no claim"),
}
# Verdicts of sentences whose citations are the nearest passages, not evidence.
WITHOUT_EVIDENCE: tuple[DraftVerdict, ...] = ("not_stated", "silent")


@dataclass(frozen=True, slots=True)
class CheckedQuotation:
    """A checked quotation, from `start` to `end` of the draft, without its marks.

    `citations` are numbers; `changes` are pairs of words: in the draft, and in the source.
    """

    text: str
    start: int
    end: int
    verdict: DraftVerdict
    reason: str
    citations: tuple[int, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A checked sentence, from `start` to `end` of the draft.

    If the verdict is one of WITHOUT_EVIDENCE, its citations are the nearest passages, not evidence.
    `findings` say what the verdict on a claim rests on; a sentence that was looked up word for word
    has none.
    """

    text: str
    start: int
    end: int
    verdict: DraftVerdict
    reason: str
    citations: tuple[int, ...] = ()
    quotations: tuple[CheckedQuotation, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftReport:
    """The result of checking a draft, in its order; `citations` are numbered from 1.

    `notice` says why a second reader left sentences unverified, if it did.
    """

    sentences: tuple[CheckedSentence, ...]
    citations: tuple[Citation, ...]
    counts: dict[str, int] = field(default_factory=dict)
    quotation_counts: dict[str, int] = field(default_factory=dict)
    notice: str = ""
