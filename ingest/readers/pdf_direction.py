"""Puts lines that have words written from right to left in the order of reading.

Programs store such lines in the order of reading or in that of the eye, from left to right. Here
only the places of the characters count: they are sorted from left to right, and runs that are read
the other way are turned round.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from ingest.readers.pdf_glyphs import Placed

_FIRST = "\u0590"  # where the scripts that run from right to left begin
_SPACE = 0.18  # heights of the font; judged: a wider gap is one between words
_NEAR = 1.2  # heights of the font; judged: a wider gap is one between columns
_LEVEL = 0.25  # heights of the font; judged
_BRACKETS = dict(zip("()[]{}<>«»‹›", ")(][}{><»«›‹", strict=True))
_STOPS = frozenset(".,:;!?،؛؟")
_FINALS = frozenset("ךםןףץ")  # the forms of Hebrew letters at the end of a word
_WITH_NUMBERS = frozenset("%‰°$€£¥₪")
_IN_NUMBERS = frozenset(".,:/-+'")


def leftwards(character: str) -> bool:
    """Return whether a character is a letter of a script that runs from right to left."""
    return character >= _FIRST and unicodedata.bidirectional(character) in {"R", "AL"}


def has_leftwards(characters: Sequence[Placed]) -> bool:
    """Return whether any character runs from right to left."""
    return any(one.text >= _FIRST and leftwards(one.text[0]) for one in characters)


def together(pieces: list[list[Placed]]) -> list[list[Placed]]:
    """Return the pieces, those joined that touch in one line with words from right to left."""
    if not any(map(has_leftwards, pieces)):
        return pieces
    kept: list[list[Placed]] = []
    for piece in pieces:
        for place, other in enumerate(kept):
            if _touch(piece, other) and (has_leftwards(piece) or has_leftwards(other)):
                kept[place] = other + piece
                break
        else:
            kept.append(piece)
    return kept if len(kept) == len(pieces) else together(kept)


def text_in_order(characters: Sequence[Placed]) -> str:
    """Return the text of a line in the order of reading, with one space between words."""
    tokens = list(_tokens(characters))
    written = _turned(tokens) if _from_right(tokens) else _with_turned_runs(tokens)
    text = " ".join("".join(written).split())
    if _backwards(text):  # a program without knowledge of Hebrew has drawn it from left to right
        return " ".join("".join(tokens).split())
    return text


def _backwards(text: str) -> bool:
    """Return whether Hebrew words begin with the letters that only end words."""
    words = [word.strip("".join(_STOPS)) for word in text.split()]
    starts = sum(word[:1] in _FINALS for word in words if len(word) > 1)
    return starts > sum(word[-1:] in _FINALS for word in words if len(word) > 1)


def _from_right(tokens: Sequence[str]) -> bool:
    """Return whether a line is read from right to left: by its words, and where it stops."""
    words = [word for word in "".join(tokens).split() if word.strip("".join(_STOPS)).isalpha()]
    right = sum(any(map(leftwards, word)) for word in words)
    ends = [one for one in tokens if one.strip()]
    stops = (ends[0] in _STOPS) - (ends[-1] in _STOPS)
    return 2 * right + 2 * stops >= len(words)


def _touch(one: Sequence[Placed], two: Sequence[Placed]) -> bool:
    """Return whether two pieces stand in one line, side by side."""
    first, second = one[0], two[0]
    size = max(first.size, second.size)
    if abs(first.y - second.y) > _LEVEL * size:
        return False
    left, right = sorted(
        (min(c.x0 for c in piece), max(c.x1 for c in piece)) for piece in (one, two)
    )
    return right[0] - left[1] <= _NEAR * size and left[1] <= right[1]


def _tokens(characters: Sequence[Placed]) -> Iterator[str]:
    """Yield the characters from left to right, with those that share a place as one."""
    clusters: list[list[Placed]] = []
    for one in characters:
        mark = unicodedata.category(one.text[0]) == "Mn"
        if clusters and (mark or abs(clusters[-1][0].x0 - one.x0) < 0.01 * one.size):
            clusters[-1].append(one)
        else:
            clusters.append([one])
    clusters.sort(key=lambda cluster: cluster[0].x0)
    before: list[Placed] = []
    for cluster in clusters:
        written = "".join(one.text if one.instead is None else one.instead for one in cluster)
        if not written.strip():
            yield " "
        elif written:
            if before and cluster[0].x0 - max(one.x1 for one in before) > _SPACE * cluster[0].size:
                yield " "
            yield written
        before = cluster


def _turned(tokens: Sequence[str]) -> Iterator[str]:
    """Yield the tokens of a line that is read from right to left."""
    order: list[str] = []
    for start, end in reversed(list(_runs_from_left(tokens))):
        order += tokens[start:end] if end - start > 1 else [f"\0{tokens[start]}"]
    mirrored = [token[1:] if token[0] == "\0" else token for token in order]
    swapped = [
        _BRACKETS.get(token[1:], token[1:]) if token[0] == "\0" else token for token in order
    ]
    yield from swapped if _balance(swapped) <= _balance(mirrored) else mirrored


def _runs_from_left(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where the tokens are that keep their order, and each other token by itself."""
    place = 0
    while place < len(tokens):
        end = place + 1
        sign = tokens[place] in _WITH_NUMBERS and end < len(tokens) and tokens[end].isdigit()
        if sign or _from_left(tokens[place]):
            worded = tokens[place][0].isalpha()
            last = end
            while last < len(tokens) and not leftwards(tokens[last][0]):
                if _from_left(tokens[last]) or (last == end and tokens[last] in _WITH_NUMBERS):
                    end = last + 1
                elif not worded and not (last == end and tokens[last] in _IN_NUMBERS):
                    break
                last += 1
        yield place, end
        place = end


def _from_left(token: str) -> bool:
    return token[0].isalnum() and not leftwards(token[0])


def _with_turned_runs(tokens: Sequence[str]) -> Iterator[str]:
    """Yield the tokens of a line that is read from left to right, but for some words."""
    for turned, run in groupby(_marked(tokens), lambda marked: marked[1]):
        words = [token for token, _ in run]
        yield from reversed(words) if turned else words


def _marked(tokens: Sequence[str]) -> list[tuple[str, bool]]:
    """Return each token and whether it belongs to a run from right to left."""
    marked = [leftwards(token[0]) for token in tokens]
    places = [place for place, one in enumerate(marked) if one]
    for one, two in pairwise(places):
        if not any(map(_from_left, tokens[one + 1 : two])):
            marked[one + 1 : two] = [True] * (two - one - 1)
    return list(zip(tokens, marked, strict=True))


def _balance(tokens: Sequence[str]) -> int:
    """Return how many closing brackets come before what they close."""
    depth, wrong = 0, 0
    for one in tokens:
        if one in "([{<«‹":
            depth += 1
        elif one in ")]}>»›":
            wrong += depth == 0
            depth = max(depth - 1, 0)
    return wrong
