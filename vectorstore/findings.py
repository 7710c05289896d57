"""What checking a sentence against its evidence gives: a verdict, and the findings behind it.

`vectorstore/records.py` passes these records on with the answers that hold them.
"""

from dataclasses import dataclass
from typing import Literal

# Of a sentence beside the words it cites: they are its own; it follows from them, as the checker
# reads them; they say the opposite; they do not say it; nobody established either; or there is
# nothing to check.
Verdict = Literal[
    "verbatim", "supported", "contradicted", "not_stated", "unverified", "not_checkable"
]
# What answers of earlier versions may hold besides; words alone decided them
EarlierVerdict = Literal["partial", "unsupported"]

FindingKind = Literal[
    "number", "date", "date_precision", "name", "negation", "antonym", "argument_order", "hedge",
    "attribution", "report", "quantifier", "own_words", "longer_sentence", "word_overlap",
    "reading", "entailment", "judgement", "language", "question", "no_claim", "no_citation",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One point that checking a sentence against the words it cites brought up.

    `kind` names what was compared. `ours` are the words in question of the sentence, `theirs` those
    of the source; either is empty where that side has none. Of a `judgement`, `ours` is the name of
    the language model that judges, and `theirs` are the words it copied. `share` (0 to 1) is how
    sure the checker (`reading`) or the entailment model (`entailment`) is; None for all others.
    `app/verification/wording.py` makes a sentence for readers of it.
    """

    verdict: Verdict
    kind: FindingKind
    ours: str = ""
    theirs: str = ""
    share: float | None = None


@dataclass(frozen=True, slots=True)
class EarlierFinding:
    """A finding of an earlier version, which had other verdicts; else as `Finding`.

    The `share` of `word_overlap` is how much of the sentence's words the source has.
    """

    verdict: Verdict | EarlierVerdict
    kind: FindingKind
    ours: str = ""
    theirs: str = ""
    share: float | None = None
