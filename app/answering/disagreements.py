"""Where two sentences say the same but for one number, date, name or “not”.

In goes what an answer quotes and what else was found; out come the pairs that do not agree, each
with the point in which they differ. Only sentences in nearly the same words are compared, so a
disagreement told in quite other words is not seen; two differences at once are taken for two
different matters (another year, another person), not for a disagreement.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from app.answering.extractive import leans
from app.answering.sentence_ranking import Evidence
from app.verification.support import support
from vectorstore.ranking import wording
from vectorstore.records import DisagreementKind, FindingKind
from vectorstore.text import negation
from vectorstore.text.months import MONTHS, WEEKDAYS
from vectorstore.text.numerals import HAN_NUMERALS, NUMBER_WORDS, SCALES
from vectorstore.text.scripts import CJK
from vectorstore.text.tables import any_of
from vectorstore.text.terms import fold, terms

_WORD = re.compile(
    f"[{CJK}]|"
    r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’-][^\W_]+)*"
)
_COUNTS = {word: str(number) for word, number in NUMBER_WORDS.items()}
_NUMBER = re.compile(rf"\d|^(?:{any_of(SCALES)}|half|quarter|[{HAN_NUMERALS}])$")
_MOMENT = re.compile(rf"^(?:1\d{{3}}|20\d\d|{any_of((*MONTHS, *WEEKDAYS))})$", re.IGNORECASE)
_NEGATION = re.compile(rf"^(?:{any_of(negation.CORE)}|\w+{negation.CONTRACTED}|[{negation.HAN}])$")
_SAME = 0.6  # share of the words of the longer one that both have, in the same order
_NEARLY_ALL = 0.8  # the same where they differ in a name or a moment: things happen more than once
_SHARE_NEEDED: dict[DisagreementKind, float] = {
    "number": _SAME, "negation": _SAME, "date": _NEARLY_ALL, "name": _NEARLY_ALL,
}  # fmt: skip
_SIDED: dict[FindingKind, DisagreementKind] = {
    "number": "number", "date": "date", "antonym": "antonym",
}  # fmt: skip
_LEAST = 4  # terms in common, below which two sentences need not be about the same
_LONGEST = 5  # words of a name
_LABELS = frozenset(
    "page p pp table figure fig chapter section article paragraph no number note round part step "
    "line row item question version 第".split()
)


@dataclass(frozen=True, slots=True)
class Difference:
    """The one point in which two sentences differ; a side is empty where it lacks the words."""

    kind: DisagreementKind
    ours: str
    theirs: str


def disagreements(
    said: Sequence[Evidence], found: Sequence[Evidence]
) -> list[tuple[Evidence, Evidence, Difference]]:
    """Pair each sentence said with the first sentence found that disagrees with it.

    Sentences of the same passage are not compared. Different names count only where the passages
    around them are nearly the same: elsewhere they are about different people or places.
    """
    pairs = []
    for one in said:
        for other in found:
            if other.passage.id == one.passage.id:
                continue
            point = difference(one.text, other.text)
            if not point and _versions(one.passage.text, other.passage.text):
                point = difference(one.text, other.text, names=True)
            if not point and other.passage.source_id != one.passage.source_id:
                point = _contradiction(one.text, other.text)
            if point:
                pairs.append((one, other, point))
                break
    return pairs


def _contradiction(one: str, other: str) -> Difference | None:
    """Return the point in which verification finds the shorter sentence contradicted by the other.

    The other must have nearly all its words but the number, and all its names; and the shorter one
    must say itself what it is about.
    """
    short, long = sorted((one, other), key=len)
    said = {term for term in terms(short) if not term[0].isdigit()}
    common = len(said & set(terms(long)))
    if common < max(_LEAST, _NEARLY_ALL * len(said)) or leans(short):
        return None
    found = support(short, [long])
    verdicts = {finding.verdict for finding in found.findings}
    if "contradicted" not in verdicts or "unsupported" in verdicts:
        return None
    gravest = found.findings[0]
    if gravest.kind not in _SIDED or not (gravest.ours and gravest.theirs):
        return None
    sides = (gravest.ours, gravest.theirs)
    return Difference(_SIDED[gravest.kind], *(sides if short == one else sides[::-1]))


def difference(one: str, other: str, *, names: bool = False) -> Difference | None:
    """Return the one point in which two sentences in nearly the same words differ; None if none.

    With `names`, a different name counts too.

    >>> difference("Taiwan has 12 allies left in all.", "Taiwan has 13 allies left in all.")
    Difference(kind='number', ours='12', theirs='13')
    """
    if len(set(terms(one)) & set(terms(other))) < _LEAST:
        return None
    written = [_WORD.findall(text) for text in (one, other)]
    words, others = _words(one), _words(other)
    matcher = SequenceMatcher(None, words, others, autojunk=False)
    blocks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    same = 1 - sum(max(b - a, d - c) for _, a, b, c, d in blocks) / max(len(words), len(others))
    if same < _SAME:
        return None
    points = []
    for _, a, b, c, d in blocks:
        sides = written[0][a:b], written[1][c:d]
        if kind := _kind_of_difference(*sides, names=names and a > 0):
            points.append((kind, sides))
        elif all(map(_says_something, sides)):
            return None  # they are about different things
    if len(points) != 1 or _numbered(words, blocks):
        return None
    kind, (mine, theirs) = points[0]
    if same < _SHARE_NEEDED[kind]:
        return None
    return Difference(kind, " ".join(mine), " ".join(theirs))


def _says_something(words: Sequence[str]) -> bool:
    return bool(terms(" ".join(words)))


def _numbered(words: Sequence[str], blocks: Sequence[tuple[str, int, int, int, int]]) -> bool:
    """Whether what differs is the number of a page, a table or a chapter."""
    return any(a and words[a - 1] in _LABELS for _, a, _, _, _ in blocks)


@lru_cache(maxsize=512)
def _words(text: str) -> list[str]:
    return [_plain(word) for word in _WORD.findall(text)]


def _plain(word: str) -> str:
    """A word as it is compared: `Twelve` and `12`, `1,200` and `1200`, `5.0` and `5` are one."""
    folded = fold(word)
    if folded[:1].isdigit():
        return re.sub(r"\.0+$", "", re.sub(r",(?=\d{3}\b)", "", folded))
    return _COUNTS.get(folded, folded)


def _kind_of_difference(
    words: Sequence[str], others: Sequence[str], *, names: bool
) -> DisagreementKind:
    """Return in what two stretches differ; empty where that says nothing about the matter."""
    sides = [[_plain(word) for word in side] for side in (words, others)]
    negated = [any(map(_NEGATION.match, side)) for side in sides]
    if negated[0] != negated[1]:
        return "negation"
    if not all(sides):
        return ""
    if all(any(map(_MOMENT.match, side)) for side in sides):
        return "date"
    if all(any(map(_NUMBER.search, side)) for side in sides):
        units = [[word for word in side if not _NUMBER.search(word)] for side in sides]
        return "number" if units[0] == units[1] else ""  # metres and feet are not compared
    return "name" if names and all(map(_is_name, (words, others))) else ""


def _is_name(words: Sequence[str]) -> bool:
    capitals = sum(word[:1].isupper() for word in words)
    return len(words) <= _LONGEST and capitals * 2 > len(words)


@lru_cache(maxsize=512)
def _versions(one: str, other: str) -> bool:
    """Whether two passages are versions of one text."""
    pairs, others = (set(pairwise(wording(text))) for text in (one, other))
    return len(pairs & others) >= _SAME * max(len(pairs), len(others), 1)
