"""Tells raised, lowered and built-up characters of a line of a PDF, and writes them on one line.

A character is raised or lowered if it is smaller than its line and stands off the baseline.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.readers.pdf_glyphs import Placed
from ingest.readers.raised import subscript, superscript

# Judged, in heights of the font: programs raise by 0.3 to 0.45 and lower by 0.1 to 0.3, and use
# sizes of 0.5 to 0.8.
_SMALL = 0.87
_UP = 0.15
_DOWN = 0.07
_TOUCHING = 0.3
_LONGEST = 12  # characters; judged: what is longer is a line of its own beside a larger one
_SLASHES = "/\u2044\u2215"
_SIGNS = {"\u2218": "°", "\u25e6": "°", "TM": "™", "SM": "℠"}
_LIST = re.compile(r"\d+(?:[,;–\-\u2010 ]+\d+)+")
_SYMBOLS = re.compile(r"CMSY")
_EXPONENTS = frozenset("nxyijkmptNMkrs")  # letters that a number is raised to; "1e" is an ordinal
_DEGREES = frozenset("CFKNSEW")


def off_line(one: Placed, y: float, size: float) -> int:
    """Return 1 for a raised character of a line, -1 for a lowered one, else 0."""
    if one.size > _SMALL * size:
        return 0
    if one.y - y > _UP * size:
        return 1
    return -1 if y - one.y > _DOWN * size else 0


def on_one_line(characters: Sequence[Placed], y: float, size: float) -> tuple[dict[int, str], int]:
    """Return what to write instead of the raised and lowered characters of a line, by their place.

    Also return how many are in doubt. `y` and `size` are those of most of the line.
    """
    if all(one.size > _SMALL * size for one in characters):
        return {}, 0
    instead: dict[int, str] = {}
    doubtful = 0
    runs = list(_runs(characters, y, size))
    for number, (where, places) in enumerate(runs):
        before = _before(characters, places[0])
        after = characters[places[-1] + 1].text if places[-1] + 1 < len(characters) else ""
        text = "".join(_text(characters[place]) for place in places)
        if where == 0:
            doubtful += _doubtful(characters, places, size)
        elif where > 0 and _stacked(characters, runs, number):
            under = runs[number + 1][1]
            instead[under[0]] = f"/{characters[under[0]].text}"
            instead.update((place, characters[place].text) for place in under[1:])
            if before[-1:].isdigit():
                instead[places[0]] = f" {text[0]}"
        elif where < 0 and _is_lower_half(places, instead):
            continue
        elif where > 0 and text.isdigit() and (down := _lower_half(characters, runs, number, size)):
            instead[down[0]] = "/"
            if before[-1:].isdigit():
                instead[places[0]] = f" {characters[places[0]].text}"
        elif not _attached(characters, places, size):
            doubtful += text.isdigit()
        else:
            written = _raised(text, before, after) if where > 0 else _lowered(text, before)
            _share(instead, characters, places, written)
    return instead, doubtful


def _runs(characters: Sequence[Placed], y: float, size: float) -> Iterator[tuple[int, list[int]]]:
    """Yield the places of characters together that are raised, lowered or neither."""
    run: list[int] = []
    last = 0
    for place, one in enumerate(characters):
        if one.text.isspace():
            continue
        where = off_line(one, y, size)
        if run and (where != last or (where and place - run[-1] > 1)):
            yield last, run
            run = []
        run.append(place)
        last = where
    if run:
        yield last, run


def _attached(characters: Sequence[Placed], places: Sequence[int], size: float) -> bool:
    """Return whether raised or lowered characters touch what stands before them, if anything."""
    if len(places) > _LONGEST:
        return False
    if places[0] == 0:
        return True
    before = characters[places[0] - 1]
    return not before.text.isspace() and characters[places[0]].x0 - before.x1 < _TOUCHING * size


def _text(one: Placed) -> str:
    """Return a character; TeX's font of symbols has the prime where others have the zero."""
    return "\u2032" if one.text == "0" and _SYMBOLS.search(one.glyph.style.font) else one.text


def _before(characters: Sequence[Placed], place: int) -> str:
    """Return the word that ends right before a character."""
    start = place
    while start and not characters[start - 1].text.isspace():
        start -= 1
    return "".join(one.text for one in characters[start:place])


def _lower_half(
    characters: Sequence[Placed], runs: Sequence[tuple[int, list[int]]], number: int, size: float
) -> list[int]:
    """Return the slash and the digits that follow raised digits in a fraction; empty if none do."""
    follow = [place for _, places in runs[number + 1 : number + 3] for place in places]
    if len(follow) < 2 or characters[follow[0]].text not in _SLASHES:
        return []
    down = [follow[0]]
    for place in follow[1:]:
        one = characters[place]
        if not one.text.isdigit() or one.size > _SMALL * size:
            break
        down.append(place)
    return down if len(down) > 1 else []


def _is_lower_half(places: Sequence[int], instead: dict[int, str]) -> bool:
    return any(instead.get(place, "").startswith("/") for place in (places[0], places[0] - 1))


def _stacked(
    characters: Sequence[Placed], runs: Sequence[tuple[int, list[int]]], number: int
) -> bool:
    """Return whether raised figures stand above lowered ones that follow: a built-up fraction."""
    if number + 1 >= len(runs) or runs[number + 1][0] >= 0:
        return False
    over, under = runs[number][1], runs[number + 1][1]
    if not all(characters[place].text.isdigit() for place in (*over, *under)):
        return False
    left = max(characters[over[0]].x0, characters[under[0]].x0)
    right = min(characters[over[-1]].x1, characters[under[-1]].x1)
    return right - left > 0.5 * (characters[over[-1]].x1 - characters[over[0]].x0)


def _raised(text: str, before: str, after: str) -> str:
    """Return raised characters as they stand on a line."""
    if text in _SIGNS:
        return _SIGNS[text]
    if text == "o" and before[-1:].isdigit() and after[:1] in _DEGREES:
        return "°"
    if _LIST.fullmatch(text):  # several notes
        return "".join(superscript(one) if one.isdigit() else one for one in text)
    if not any(map(str.isalnum, text)) and not (before[-1:].isalnum() and text in "+-−"):
        return text
    if text.isalpha() and len(text) == 1:
        power = before[-1:].isdigit() and text in _EXPONENTS
        mark = len(before) > 2 and before.isalpha() and text.islower()  # of a note
        return superscript(text, maths=power or mark)
    return superscript(text)


def _lowered(text: str, before: str) -> str:
    """Return lowered characters as they stand on a line."""
    if not any(map(str.isalnum, text)):
        return text
    letter = re.search(r"(?:^|[^\W\d_]|\W)([^\W\d_])$", before)
    alone = bool(letter) and len(re.findall(r"[^\W\d_]+$", before)[0]) == 1
    return subscript(text, maths=alone)


def _share(
    instead: dict[int, str], characters: Sequence[Placed], places: Sequence[int], written: str
) -> None:
    """Share what is written out among the places of the characters that it replaces."""
    lengths = [len(characters[place].text) for place in places]
    if len(written) == sum(lengths):
        at = 0
        for place, length in zip(places, lengths, strict=True):
            instead[place] = written[at : at + length]
            at += length
        return
    plain = "".join(characters[place].text for place in places)
    head, _, tail = written.partition(plain)
    if len(places) > 1 and plain in written:
        instead[places[0]] = head + characters[places[0]].text
        instead[places[-1]] = characters[places[-1]].text + tail
        return
    instead[places[0]] = written
    for place in places[1:]:
        instead[place] = ""


def _doubtful(characters: Sequence[Placed], places: Sequence[int], size: float) -> int:
    """Return how many small figures follow a larger one on the line: raised or not?"""
    return sum(
        two == one + 1
        and characters[one].text.isdigit()
        and characters[two].text.isdigit()
        and characters[two].size <= _SMALL * size < characters[one].size
        for one, two in pairwise(places)
    )
