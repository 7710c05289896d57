"""Every sentence of an answer against the words it cites: a verdict and its reason.

Deterministic and strict: a number or name that the cited words lack makes a sentence unsupported,
whatever else fits. It reads only the citations, not the rest of the library.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vectorstore.library import Library
from vectorstore.records import Verdict
from vectorstore.words import fold, terms

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[^.!?。\s]\s)[A-Z][\w’'-]+")
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot)\b|n['’]t\b", re.IGNORECASE
)
_ATTRIBUTION = re.compile(
    r"\b(?:claim|argue|suggest|allege|assert|contend|insist|maintain|report|believe|predict|warn|"
    r"declare|state|deny|denie|say)(?:s|d|ed|ing)?\b|\bsaid\b|\b(?:reportedly|allegedly|"
    r"supposedly|according to)\b|とされる|という|據稱|据称",
    re.IGNORECASE,
)
_SUPPORTED, _PARTIAL = 0.7, 0.4


@dataclass(frozen=True, slots=True)
class Judged:
    """What checking a sentence gave.

    `span` are the words that decided: which quote (from 0), and where in it they begin and end.
    """

    verdict: Verdict
    reason: str
    span: tuple[int, int, int] | None = None


class Ledger:
    """Checks sentences against the words they cite."""

    def __init__(self, library: Library | None = None) -> None:
        """`library` has the model that tells how near two meanings are; else words decide."""
        self._library = library

    def check(self, sentence: str, quotes: Sequence[str]) -> Judged:
        """The verdict on one sentence; `quotes` are the exact words it cites.

        >>> Ledger().check("Japan met 3 presidents.", ["Japan met two presidents."]).verdict
        'unsupported'
        """
        return Judged(*_check(sentence, quotes))


def _check(sentence: str, quotes: Sequence[str]) -> tuple[Verdict, str]:
    if not terms(sentence):
        return "not_checkable", "It makes no claim."
    if not quotes:
        return "unsupported", "It cites nothing."
    said = " ".join(quotes)
    if any(_plain(sentence) == _plain(quote) for quote in quotes):
        return "verbatim", "The source’s own words."
    there = set(terms(said))
    missing = [
        item
        for item in dict.fromkeys([*_NUMBER.findall(sentence), *_NAME.findall(sentence)])
        if not set(terms(item)) <= there
    ]
    if missing:
        return "unsupported", f"The cited words do not have: {', '.join(missing)}."
    if bool(_NEGATION.search(sentence)) != bool(_NEGATION.search(said)):
        return "partial", "One of the two says “not” and the other does not: compare them."
    if _ATTRIBUTION.search(said) and not _ATTRIBUTION.search(sentence):
        return "partial", "The source only reports this: see whose word it is."
    mine = set(terms(sentence))
    share = len(mine & there) / len(mine)
    if share >= _SUPPORTED:
        return "supported", f"{share:.0%} of its words stand in what it cites."
    if share >= _PARTIAL:
        return "partial", f"Only {share:.0%} of its words stand in what it cites."
    return "unsupported", f"Only {share:.0%} of its words stand in what it cites."


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))
