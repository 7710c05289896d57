"""Compare two texts by their folded letters and digits, with offsets into the raw texts.

Quotation marks, dashes, white space, line ends and markup are ignored while searching, and compared
where the letters match: “now here” is not “nowhere”, and 1.5 is not 15.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from vectorstore.text.folding import WORDING, FoldedText
from vectorstore.text.scripts import UNSPACED

Change = tuple[str, str]  # the words of the one text, the words of the other; either may be empty

_DRIFT = 6  # words that a copy may have more or fewer, from one match to the next; judged
_STRONG = 3  # words in a row that are no accident; judged
_SOFT = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_DASHES = re.compile(r"[-‐-―−]+")
_LINE_END = re.compile(r"[-‐‑]\s*[\r\n]\s*")
_MARKUP = re.compile(r"[*_~`^\[\]]+")
_STOPS = re.compile(r"[,;:.!?、。！？，；：]")
_IS_CJK = re.compile(f"[{UNSPACED}]")
_WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+(?:[.,’'](?=[^\W_])[^\W_{UNSPACED}]+)*")


@dataclass(frozen=True, slots=True)
class LetterMatch:
    """The same letters, from `start` to `end` of the other raw text.

    `same` if the words are the same, too; `remark` says what else differs.
    """

    start: int
    end: int
    same: bool
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Similar words, from `start` to `end` of the other raw text.

    It has a `share` (0 to 1) of the words in order; `missing` are the longer stretches of the first
    raw text that it lacks.
    """

    start: int
    end: int
    share: float
    changes: tuple[Change, ...]
    missing: tuple[tuple[int, int], ...]


def fold_letters(raw: str) -> FoldedText:
    r"""Return the folded letters of a text.

    >>> fold_letters("The ﬁrst “Indo-\nPacific”").text
    'thefirstindopacific'
    """
    return WORDING.with_places(raw)


def find_matches(
    mine: FoldedText, other: FoldedText, *, open_ends: bool = False
) -> Iterator[LetterMatch]:
    """Yield where the letters of one text occur in another, in order.

    Matches begin and end at word boundaries, unless `open_ends`.
    """
    size = len(mine.text)
    at = other.text.find(mine.text) if size else -1
    while at >= 0:
        if open_ends or (_apart(other, at) and _apart(other, at + size)):
            yield _match(mine, other, at)
        at = other.text.find(mine.text, at + 1)


def _apart(letters: FoldedText, at: int) -> bool:
    """Return whether there can be a word boundary before this letter."""
    if not 0 < at < len(letters.text):
        return True
    before, after = letters.places[at - 1], letters.places[at]
    if before == after:
        return False
    gap = _gap(letters.raw, before, after)
    if letters.text[at - 1].isdigit() and letters.text[at].isdigit():
        return gap in ("space", "dash", "line end")
    both = letters.text[at - 1].isalnum() and letters.text[at].isalnum()
    return gap != "" or not both or _beside_cjk(letters.raw, before, after)


def _match(mine: FoldedText, other: FoldedText, at: int) -> LetterMatch:
    same, stops = True, False
    for i in range(len(mine.text) - 1):
        a, b = mine.places[i], mine.places[i + 1]
        c, d = other.places[at + i], other.places[at + i + 1]
        if b - a == 1 == d - c or mine.raw[a + 1 : b] == other.raw[c + 1 : d]:
            continue
        digits = mine.text[i].isdigit() and mine.text[i + 1].isdigit()
        same = same and _alike(mine.raw, (a, b), other.raw, (c, d), digits=digits)
        stops = stops or _stops(mine.raw[a + 1 : b]) != _stops(other.raw[c + 1 : d])
    start, last = other.places[at], other.places[at + len(mine.text) - 1]
    remarks = ["the punctuation"] * stops + ["capital letters"] * _other_case(mine, other, at)
    remark = f"Not the same: {' and '.join(remarks)}." if remarks else ""
    return LetterMatch(start, last + 1, same, remark)


def _alike(
    raw: str, span: tuple[int, int], other: str, place: tuple[int, int], *, digits: bool
) -> bool:
    """Return whether the gap between two letters is equivalent to the gap in the other text."""
    gaps = {_gap(raw, *span), _gap(other, *place)}
    if len(gaps) == 1:
        return not digits or _stops(raw[slice(*span)]) == _stops(other[slice(*place)])
    if "line end" in gaps and "mark" not in gaps:
        return True
    if digits:
        return gaps == {"space", "dash"}
    if "" not in gaps:
        return True  # space, dash and mark all separate words
    return gaps == {"", "dash"} or _beside_cjk(raw, *span)


def _gap(raw: str, before: int, after: int) -> str:
    """Return what is between two letters: nothing, `space`, `dash`, `line end` or a `mark`."""
    between = _MARKUP.sub("", _SOFT.sub("", raw[before + 1 : after])) if before < after else ""
    if not between:
        return ""
    if _LINE_END.fullmatch(between):
        return "line end"
    if any(map(str.isspace, between)):
        return "space"
    return "dash" if _DASHES.fullmatch(between) else "mark"


def _beside_cjk(raw: str, before: int, after: int) -> bool:
    """Return whether white space is no word boundary here, as in Japanese and Chinese."""
    return bool(_IS_CJK.match(raw[before]) or _IS_CJK.match(raw[after]))


def _stops(gap: str) -> str:
    return unicodedata.normalize("NFKC", "".join(_STOPS.findall(gap)))


def _other_case(mine: FoldedText, other: FoldedText, at: int) -> bool:
    """Return whether the case differs, except in the first letter."""
    return any(
        mine.raw[a] != other.raw[c] and mine.raw[a].isupper() != other.raw[c].isupper()
        for a, c in zip(mine.places[1:], other.places[at + 1 : at + len(mine.text)], strict=True)
        if a != mine.places[0]
    )


def word_spans(raw: str) -> list[tuple[int, int]]:
    """Return the spans of the words of a text; each Chinese or Japanese character is a word.

    >>> [("In 1.5 years 東京"[a:b]) for a, b in word_spans("In 1.5 years 東京")]
    ['In', '1.5', 'years', '東', '京']
    """
    return [found.span() for found in _WORD.finditer(raw)]


def align_words(raw: str, other: str) -> Alignment | None:
    """Align the words of one text with the stretch of another that has most of them in a row."""
    mine, theirs = word_spans(raw), word_spans(other)
    scale = 2 if len(_IS_CJK.findall(raw)) * 2 > len(mine) else 1
    a = [WORDING.text(raw[slice(*word)]) for word in mine]
    b = [WORDING.text(other[slice(*word)]) for word in theirs]
    found = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    blocks = [(i, j, size) for i, j, size in found if size]
    if not blocks:
        return None
    blocks = _together(blocks, _DRIFT * scale)
    (first_a, first_b, _), last = blocks[0], blocks[-1]
    rest = len(a) - last[0] - last[2]
    first = max(first_b - min(first_a, _DRIFT), 0)
    final = min(last[1] + last[2] + min(rest, _DRIFT), len(b))
    changes = []
    ends = [(0, first, 0), *blocks, (len(a), final, 0)]
    for (a1, b1, size), (a2, b2, _) in pairwise(ends):
        if a1 + size < a2 or b1 + size < b2:
            changes.append((_said(raw, mine, a1 + size, a2), _said(other, theirs, b1 + size, b2)))
    strong = [(i, i + n) for i, _, n in blocks if n >= _STRONG * scale]
    bounds = [0, *(place for pair in strong for place in pair), len(a)]
    return Alignment(
        start=theirs[first][0],
        end=theirs[final - 1][1],
        share=sum(n for _, _, n in blocks) / len(a),
        changes=tuple(changes),
        missing=tuple(
            (mine[i][0], mine[j - 1][1])
            for i, j in zip(bounds[::2], bounds[1::2], strict=True)
            if j - i > _STRONG * scale
        ),
    )


def _together(blocks: list[tuple[int, int, int]], drift: int) -> list[tuple[int, int, int]]:
    """Return the longest block, and those around it at about the same distance in both texts."""
    kept = [max(blocks, key=lambda block: block[2])]
    place = bisect_left(blocks, kept[0])
    for block in reversed(blocks[:place]):
        nearest = kept[0]
        if abs((nearest[1] - nearest[0]) - (block[1] - block[0])) <= drift:
            kept.insert(0, block)
    for block in blocks[place + 1 :]:
        nearest = kept[-1]
        if abs((nearest[1] - nearest[0]) - (block[1] - block[0])) <= drift:
            kept.append(block)
    return kept


def _said(raw: str, words: list[tuple[int, int]], first: int, last: int) -> str:
    return " ".join(raw[words[first][0] : words[last - 1][1]].split()) if first < last else ""
