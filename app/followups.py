"""Questions that lean on what was said before, made to stand alone, without a model.

A question that stands on its own is left exactly as it is: adding the conversation to it makes
search worse. One that leans is searched together with the question it leans on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vectorstore.records import Turn
from vectorstore.words import terms

_OPENING = re.compile(
    r"(?:and|but|or|so|then|also|(?:what|how) about|why there|(?:what|who|anything) else)\b|"
    r"それ|その|そこ|これ|この|彼|では|那|他|她|它|这|這",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:they|them|their|theirs|he|him|his|she|her|hers|it|its|that|these|those|there|such|"
    r"this(?! (?:article|document|text|source|paper|report|library))|"
    r"the (?:former|latter|same|other|others|rest|two))\b",
    re.IGNORECASE,
)
_FURTHEST_BACK = 3  # questions


@dataclass(frozen=True, slots=True)
class Standalone:
    """The query to search; `focus` is the question itself where the query is more than it."""

    query: str
    focus: str | None = None


def stand_alone(question: str, history: Sequence[Turn]) -> Standalone:
    """The question with what it leans on; a question that leans on nothing as it is.

    >>> stand_alone("And what did they sign?", [Turn("user", "Whom did Ishiba meet?")]).query
    'Whom did Ishiba meet? And what did they sign?'
    """
    parts = [question]
    for turn in reversed([turn for turn in history if turn.role == "user"]):
        if not leans(parts[0]) or len(parts) > _FURTHEST_BACK:
            break
        parts.insert(0, turn.text)
    if len(parts) == 1:
        return Standalone(question)
    return Standalone(" ".join(parts), focus=question)


def leans(question: str) -> bool:
    """Whether a question cannot be understood without what came before.

    It does when it opens as a continuation, when it has next to no words of its own, or when it
    points ("they", "there") before it has named anything.
    """
    text = question.strip()
    few = len(terms(text)) <= (1 if len(text.split()) > 1 else 0)
    if few or _OPENING.match(text):
        return True
    pointing = _POINTING.search(text)
    if pointing is None:
        return False
    return not any(
        word[:1].isupper() or word[:1].isdigit() for word in _named(text, pointing.start())
    )


def _named(text: str, before: int) -> list[str]:
    """The words before a place that may be what is pointed at; the first only opens a sentence."""
    return text[:before].split()[1:]
