"""Repairs the text of PDF pages, keeping the offsets of the raw text.

It drops running heads and page numbers, spells out ligatures, joins words broken at the end of a
line and closes up letter-spaced words, each only if the document itself confirms it. It never
guesses words, and keeps lines and all other characters. It does not restore lost spaces, because
nothing in the text shows reliably where they were. `garbled.py` detects what cannot be repaired.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Span = tuple[int, int]
Edit = tuple[int, int, str]  # start, end, replacement

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_CUT = re.compile("[-\u2010\u00ad][ \t]*\n[ \t]*")
_SOFT = re.compile("\u00ad(?![ \t]*\n)")
_SPACED = re.compile(r"(?<!\S)(?:[^\W\d_] ){3,40}[^\W\d_](?!\S)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_WORD_BEFORE = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*$")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
# Judged, from the layout of printed books.
_LONGEST_WORD = 60  # characters
_LONGEST_HEAD = 200  # characters
_DEEPEST_HEAD = 3  # lines
_FEWEST_HEADS = 3  # pages
# What follows a hyphen that replaces the rest of a word ("pre- and post-war").
_SUSPENDED = frozenset("and or nor to und oder bis et ou y o e of".split())
# Prefixes that usually keep their hyphen.
_HYPHENATED = frozenset(
    "all anti cross ex go half high long low multi non post semi self short well".split()
)


@dataclass(frozen=True, slots=True)
class Run:
    """The repaired text from `start` to `end` comes from the raw text `raw_start` to `raw_end`.

    If both have the same length, they correspond character by character.
    """

    start: int
    end: int
    raw_start: int
    raw_end: int


@dataclass(frozen=True, slots=True)
class Repaired:
    """The repaired text of a page; `places` are in order and cover it without gaps."""

    text: str
    places: tuple[Run, ...]

    def raw_span(self, start: int, end: int) -> Span:
        """Return the raw offsets of a span of the repaired text.

        A span that includes part of a ligature includes all of it. Raises ValueError for a span
        outside the text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"{start} to {end} is not a span of {len(self.text)} characters")
        if not self.places:
            return 0, 0
        first = self.places[bisect_right(self.places, start, key=lambda run: run.start) - 1]
        raw_start = first.raw_start + (start - first.start if _even(first) else 0)
        if start == end:
            return raw_start, raw_start
        last = self.places[bisect_left(self.places, end, key=lambda run: run.end)]
        return raw_start, last.raw_end - (last.end - end if _even(last) else 0)


def repair(pages: Sequence[str]) -> list[Repaired]:
    """Repair the pages of one document, with the words of all pages as evidence."""
    bodies = list(_bodies(pages))
    words = _words(page[start:end] for page, (start, end) in zip(pages, bodies, strict=True))
    return [
        _applied(page, body, sorted(_edits(page, body, words)))
        for page, body in zip(pages, bodies, strict=True)
    ]


def _even(run: Run) -> bool:
    return run.end - run.start == run.raw_end - run.raw_start


def _applied(raw: str, body: Span, edits: Iterable[Edit]) -> Repaired:
    """Return the body of a page after the edits, skipping any that overlap an earlier one."""
    pieces: list[str] = []
    runs: list[Run] = []
    place, length = body[0], 0

    def put(text: str, start: int, end: int) -> None:
        nonlocal length
        if text:
            runs.append(Run(length, length + len(text), start, end))
            pieces.append(text)
            length += len(text)

    for start, end, instead in edits:
        if start >= place:
            put(raw[place:start], place, start)
            put(instead, start, end)
            place = end
    put(raw[place : body[1]], place, body[1])
    return Repaired("".join(pieces), tuple(runs))


def _folded(text: str) -> str:
    spelled = _LIGATURE.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)
    return spelled.lower().replace("\u2010", "-")


def _words(texts: Iterable[str]) -> Counter[str]:
    """Count the whole words of the texts; the parts of a compound count as well."""
    words: Counter[str] = Counter()
    for text in map(_folded, texts):
        for found in _WORD.finditer(text):
            words.update(_parts(found.group()))
        for pattern in (_CUT, _SOFT):
            for cut in pattern.finditer(text):
                for fragment in _around(text, *cut.span()):
                    words.subtract(_parts(fragment))
    return words


def _parts(word: str) -> list[str]:
    return [word, *word.split("-")] if "-" in word else [word]


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the words before and after an offset; empty if there is none."""
    before = _WORD_BEFORE.search(text[max(0, start - _LONGEST_WORD) : start])
    after = _WORD.match(text[end : end + _LONGEST_WORD])
    return before.group() if before else "", after.group() if after else ""


def _edits(raw: str, body: Span, words: Counter[str]) -> Iterator[Edit]:
    for found in _UNSTORABLE.finditer(raw, *body):
        yield *found.span(), ""
    for found in _LIGATURE.finditer(raw, *body):
        yield *found.span(), unicodedata.normalize("NFKC", found.group())
    for pattern in (_CUT, _SOFT):
        for found in pattern.finditer(raw, *body):
            instead = _instead(raw, found, words)
            if instead is not None:
                yield *found.span(), instead
    for found in _SPACED.finditer(raw, *body):
        if words[found.group().replace(" ", "").lower()] > 0:
            for place in range(found.start() + 1, found.end(), 2):
                yield place, place + 1, ""


def _instead(raw: str, found: re.Match[str], words: Counter[str]) -> str | None:
    """Return what replaces the hyphen of a broken word: nothing, a hyphen, or None to keep it."""
    before, after = _around(raw, *found.span())
    soft = found.group()[0] == "\u00ad"
    if not (before and after) or not (soft or (before[-1].islower() and after[0].islower())):
        return None
    left, right = _folded(before).split("-")[-1], _folded(after).split("-")[0]
    joined, hyphenated = words[left + right], words[f"{left}-{right}"]
    if joined > 0 or hyphenated > 0:
        return "" if joined > hyphenated else "-"
    if soft:
        return "-" if "\n" not in found.group() and words[left] > 0 < words[right] else ""
    if len(left) == 1:  # no typesetter breaks a word there: k-anonymity, e-mail
        return "-"
    doubtful = right in _SUSPENDED or left in _HYPHENATED
    if doubtful or (words[right] > 0 and (len(right) > 3 or words[left] > 0)):
        return None
    return ""


def _bodies(pages: Sequence[str]) -> Iterator[Span]:
    """Yield the span of each page without running heads, running feet and page numbers.

    A page that has no other words keeps them.
    """
    lines = [_lines(page) for page in pages]
    for side in (0, -1):
        for _ in range(_DEEPEST_HEAD):
            outermost = {
                number: pages[number][slice(*spans[side])]
                for number, spans in enumerate(lines)
                if spans
            }
            running = _running(outermost)
            for number in running:
                if len(lines[number]) > 1 or not any(map(str.isalpha, outermost[number])):
                    lines[number].pop(side)
            if not running:
                break
    for spans in lines:
        yield (spans[0][0], spans[-1][1]) if spans else (0, 0)


def _lines(text: str) -> list[Span]:
    """Return the spans of lines that are not blank, without surrounding white space."""
    ends = [-1, *(found.start() for found in re.finditer("\n", text)), len(text)]
    spans = []
    for before, end in pairwise(ends):
        line = text[before + 1 : end]
        if line.strip(" \t\r\f\v\0"):
            start = before + 1 + len(line) - len(line.lstrip())
            spans.append((start, start + len(line.strip())))
    return spans


def _running(lines: dict[int, str]) -> list[int]:
    """Return the pages on which the line at this edge is a running head or foot.

    It is one if it is the same on three pages and on half of all, or the same but for page numbers
    on three pages, if those numbers fit half of all pages. A line with words is kept on its first
    page.
    """
    numbers = {page: {int(n) - page for n in _NUMBER.findall(line)} for page, line in lines.items()}
    counted = Counter(shift for shifts in numbers.values() for shift in shifts).most_common(1)
    half = max(_FEWEST_HEADS, len(lines) / 2)
    shift = counted[0][0] if counted and counted[0][1] >= half else None
    groups: dict[tuple[bool, str], list[int]] = {}
    for page, line in lines.items():
        numbered = shift in numbers[page]
        said = "".join(line.split())
        if len(line) <= _LONGEST_HEAD:
            key = re.sub(r"\d", "", said) if numbered else said
            groups.setdefault((numbered, key), []).append(page)
    running: list[int] = []
    for (numbered, said), found in groups.items():
        worded = any(character.isalpha() for character in said)
        if len(found) >= (_FEWEST_HEADS if numbered else half) and (worded or numbered):
            running += found[1:] if worded else found
    return running
