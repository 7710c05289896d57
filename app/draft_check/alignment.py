"""Align the words of a text with the stretch of another that is most like it.

Words are compared without case and accents; accents that differ are among the changes.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from app.draft_check.letters import LINK_TARGET, bare_letters
from vectorstore.text.folding import WORDING
from vectorstore.text.scripts import UNSPACED

Change = tuple[str, str]  # the words of the one text, the words of the other; either may be empty

_DRIFT = 6  # words that a copy may have more or fewer, from one match to the next; judged
_STRONG = 3  # words in a row that are no accident; judged
_IS_CJK = re.compile(f"[{UNSPACED}]")
_WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+(?:[.,’'](?=[^\W_])[^\W_{UNSPACED}]+)*")


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


def word_spans(raw: str) -> list[tuple[int, int]]:
    """Return the spans of the words of a text; each Chinese or Japanese character is a word.

    >>> [("In 1.5 years 東京"[a:b]) for a, b in word_spans("In 1.5 years 東京")]
    ['In', '1.5', 'years', '東', '京']
    """
    spans = [found.span() for found in _WORD.finditer(raw)]
    if "](" not in raw:
        return spans
    targets = [target.span() for target in LINK_TARGET.finditer(raw)]
    return [(a, b) for a, b in spans if not any(x <= a < y for x, y in targets)]


def align_words(raw: str, other: str) -> Alignment | None:
    """Align the words of one text with the stretch of another that has most of them in a row."""
    mine, theirs = word_spans(raw), word_spans(other)
    scale = 2 if len(_IS_CJK.findall(raw)) * 2 > len(mine) else 1
    a = [bare_letters(raw[slice(*word)]) for word in mine]
    b = [bare_letters(other[slice(*word)]) for word in theirs]
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
        for i, j in zip(range(a1, a1 + size), range(b1, b1 + size), strict=True):
            here, there = raw[slice(*mine[i])], other[slice(*theirs[j])]
            if WORDING.text(here) != WORDING.text(there):
                changes.append((here, there))
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
