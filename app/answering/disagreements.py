"""Find sentences that disagree in exactly one number, date, name or negation.

Compare the sentences that an answer quotes with the other evidence, and return the pairs that
disagree, each with the point of difference. Only sentences with nearly the same wording are
compared, so a differently worded disagreement is missed. Sentences with two differences are taken
to be about different matters (another year, another person).
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
_SAME = 0.6  # share of the longer sentence's words that both have, in the same order; judged
_NEARLY_ALL = 0.8  # the same if a name or a date differs; judged: events recur
_SHARE_NEEDED: dict[DisagreementKind, float] = {
    "number": _SAME, "negation": _SAME, "date": _NEARLY_ALL, "name": _NEARLY_ALL,
}  # fmt: skip
_SIDED: dict[FindingKind, DisagreementKind] = {
    "number": "number", "date": "date", "antonym": "antonym",
}  # fmt: skip
_LEAST = 4  # terms in common; judged: with fewer, two sentences may be about different matters
_LONGEST = 5  # words of a name; judged
_LABELS = frozenset(
    "page p pp table figure fig chapter section article paragraph no number note round part step "
    "line row item question version 第".split()
)


@dataclass(frozen=True, slots=True)
class Difference:
    """The single point in which two sentences differ; a side without these words is empty."""

    kind: DisagreementKind
    ours: str
    theirs: str


def disagreements(
    cited: Sequence[Evidence], found: Sequence[Evidence]
) -> list[tuple[Evidence, Evidence, Difference]]:
    """Pair each cited sentence with the first sentence found that disagrees with it.

    Sentences of the same passage are not compared. Different names count only if the passages
    around them are nearly the same; otherwise they refer to different people or places.
    """
    pairs = []
    for one in cited:
        for other in found:
            if other.passage.id == one.passage.id:
                continue
            point = difference(one.text, other.text)
            if not point and _are_versions(one.passage.text, other.passage.text):
                point = difference(one.text, other.text, names=True)
            if not point and other.passage.source_id != one.passage.source_id:
                point = _contradiction(one.text, other.text)
            if point:
                pairs.append((one, other, point))
                break
    return pairs


def _contradiction(one: str, other: str) -> Difference | None:
    """Return the point in which the longer sentence contradicts the shorter one; None if none.

    The verification checks decide. The longer sentence must contain nearly all words of the shorter
    one except numbers, and all its names, and the shorter one must be understandable by itself.
    """
    short, long = sorted((one, other), key=len)
    words = {term for term in terms(short) if not term[0].isdigit()}
    common = len(words & set(terms(long)))
    if common < max(_LEAST, _NEARLY_ALL * len(words)) or leans(short):
        return None
    found = support(short, [long])
    verdicts = {finding.verdict for finding in found.findings}
    if "contradicted" not in verdicts or "not_stated" in verdicts:
        return None
    gravest = found.findings[0]
    if gravest.kind not in _SIDED or not (gravest.ours and gravest.theirs):
        return None
    sides = (gravest.ours, gravest.theirs)
    return Difference(_SIDED[gravest.kind], *(sides if short == one else sides[::-1]))


def difference(one: str, other: str, *, names: bool = False) -> Difference | None:
    """Return the single point in which two nearly identical sentences differ; None if none.

    With `names`, a different name also counts.

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
        elif all(map(_has_terms, sides)):
            return None  # they are about different things
    if len(points) != 1 or _is_label_number(words, blocks):
        return None
    kind, (mine, theirs) = points[0]
    if same < _SHARE_NEEDED[kind]:
        return None
    return Difference(kind, " ".join(mine), " ".join(theirs))


def _has_terms(words: Sequence[str]) -> bool:
    return bool(terms(" ".join(words)))


def _is_label_number(
    words: Sequence[str], blocks: Sequence[tuple[str, int, int, int, int]]
) -> bool:
    """Whether the difference is the number of a page, a table or a chapter."""
    return any(a and words[a - 1] in _LABELS for _, a, _, _, _ in blocks)


@lru_cache(maxsize=512)
def _words(text: str) -> list[str]:
    return [_normalised(word) for word in _WORD.findall(text)]


def _normalised(word: str) -> str:
    """Normalise a word: `Twelve` and `12`, `1,200` and `1200`, `5.0` and `5` become equal."""
    folded = fold(word)
    if folded[:1].isdigit():
        return re.sub(r"\.0+$", "", re.sub(r",(?=\d{3}\b)", "", folded))
    return _COUNTS.get(folded, folded)


def _kind_of_difference(
    words: Sequence[str], others: Sequence[str], *, names: bool
) -> DisagreementKind:
    """Return the kind of difference between two runs of words; empty if it is irrelevant."""
    sides = [[_normalised(word) for word in side] for side in (words, others)]
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
def _are_versions(one: str, other: str) -> bool:
    """Whether two passages are versions of the same text."""
    pairs, others = (set(pairwise(wording(text))) for text in (one, other))
    return len(pairs & others) >= _SAME * max(len(pairs), len(others), 1)
