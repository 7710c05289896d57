"""Sentences that say the opposite with the same words: rose and fell, who does what to whom.

Two sentences in; the words or names that stand against each other out. Lists and the order of
names, no parser: what a passive or a relative clause turns round is left alone.
"""

import re
from collections.abc import Iterator

from app.ledger.names import names
from vectorstore.words import terms

_OPPOSITES = """
increase decrease, increase fall, increase reduce, rise fall, rise drop, rise decline, grow
shrink, gain lose, win lose, support oppose, accept reject, approve reject, strengthen weaken,
improve worsen, before after, higher lower, largest smallest, highest lowest, majority minority,
first last, open close, begin end, start end, allow ban, permit ban, permit forbid, include
exclude, formal informal, friend enemy, success failure, succeed fail, enter leave, import
export, buy sell, older younger, join leave, encourage discourage, legal illegal, possible
impossible, public private, north south, east west, northern southern, eastern western, expand
reduce, raise lower, maximum minimum
"""
_IRREGULAR = dict(
    pair.split()
    for pair in (
        "rose rise, risen rise, fell fall, fallen fall, grew grow, grown grow, shrank shrink, "
        "lost lose, won win, began begin, begun begin, left leave, bought buy, sold sell"
    ).split(", ")
)
_WORD = re.compile(r"[^\W\d_]+")
_AGAINST: dict[str, set[str]] = {}
for _pair in _OPPOSITES.replace("\n", " ").split(","):
    _one, _other = (terms(word)[-1] if terms(word) else word for word in _pair.split())
    _AGAINST.setdefault(_one, set()).add(_other)
    _AGAINST.setdefault(_other, set()).add(_one)
_EITHER_WAY = re.compile(
    r"\b(?:by|and|or|with|between|is|are|was|were|be|been|being|which|who|whom|that|met|meets?)\b|,"
)


def opposites(sentence: str, source: str) -> Iterator[tuple[str, str]]:
    """The words of a sentence whose opposites stand in the other instead.

    >>> list(opposites("Exports fell.", "Exports rose."))
    [('fell', 'rose')]
    """
    mine, theirs = _by_stem(sentence), _by_stem(source)
    for stem, word in mine.items():
        if stem not in theirs:
            for other in sorted(_AGAINST.get(stem, set()) & theirs.keys() - mine.keys()):
                yield word, theirs[other]


def _by_stem(text: str) -> dict[str, str]:
    """The words of a text by their stems, irregular verbs by those of their infinitives."""
    words = {word: _IRREGULAR.get(word.lower(), word.lower()) for word in _WORD.findall(text)}
    return {(terms(plain) or (plain,))[-1]: word for word, plain in words.items()}


def swapped(sentence: str, source: str) -> tuple[str, str] | None:
    """Two names that have changed places around the same verb; None where that cannot be told.

    >>> swapped("Lithuania lashed out against China.", "China lashed out against Lithuania.")
    ('Lithuania', 'China')
    """
    once = [
        name.text
        for name in names(sentence)
        if sentence.count(name.text) == 1 and source.count(name.text) == 1
    ]
    for at, one in enumerate(once):
        for other in once[at + 1 :]:
            mine = _between(sentence, one, other)
            theirs = _between(source, other, one)
            same_verb = set(terms(mine)) & set(terms(theirs))
            if same_verb and not _EITHER_WAY.search(f"{mine} {theirs}"):
                return one, other
    return None


def _between(text: str, first: str, second: str) -> str:
    start, end = text.find(first) + len(first), text.find(second)
    return text[start:end] if start <= end else ""
