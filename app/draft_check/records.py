"""What the quote gate says of a text: frozen, plain records.

Offsets count code points of the text that was checked.
"""

from dataclasses import dataclass, field
from typing import Literal

from app.draft_check.alignment import Change
from vectorstore.records import Citation

DraftVerdict = Literal[
    "found", "supported", "partial", "silent", "contradicted",
    "misattributed", "altered", "stitched", "not_found", "not_checkable",
]  # fmt: skip

# A sign of its own for each, so that nothing hangs on colour, and its name in words.
VERDICT_LABELS: dict[str, tuple[str, str]] = {
    "found": ("✓", "found"),
    "supported": ("✓", "supported"),
    "partial": ("◐", "partly supported"),
    "silent": ("○", "library silent"),
    "contradicted": ("✗", "contradicted"),
    "misattributed": ("⚠", "misattributed"),
    "altered": ("≠", "altered"),
    "stitched": ("⧉", "stitched"),
    "not_found": ("✗", "not found"),
    "not_checkable": ("–", "no claim"),
}


@dataclass(frozen=True, slots=True)
class CheckedQuotation:
    """A quotation in a text, from `start` to `end` of it, without its marks.

    `citations` are numbers; `changes` are pairs of words: those here, those in the source.
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
    """A sentence of a text, from `start` to `end` of it, with what the library says to it.

    The citations of one that is `silent` are what comes nearest, and no evidence.
    """

    text: str
    start: int
    end: int
    verdict: DraftVerdict
    reason: str
    citations: tuple[int, ...] = ()
    quotations: tuple[CheckedQuotation, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftReport:
    """What checking a text gave, in its order; `citations` are numbered from 1."""

    sentences: tuple[CheckedSentence, ...]
    citations: tuple[Citation, ...]
    counts: dict[str, int] = field(default_factory=dict)
    quotation_counts: dict[str, int] = field(default_factory=dict)
