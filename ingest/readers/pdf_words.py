"""Repairs the words of PDF pages: spells out ligatures, joins words broken at line ends and more.

Each only if the document itself confirms it, or typesetters always do it so. It never guesses
words. It does not restore lost spaces, because nothing shows reliably where they were.
`garbled.py` detects what cannot be repaired.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.readers.pdf_pieces import east_asian
from vectorstore.text.numerals import ORDINALS, TENS, UNITS

Edit = tuple[int, int, str, bool]  # start, end, replacement, whether it is in doubt

_LEADERS = re.compile(r"[ \t|]*(?:\.[ \t]{0,3}){5,}(?:[ \t]*\|)?[ \t]*")  # dots to the next column
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_CUT = re.compile("[-\u2010\u00ad][ \t]*\n[ \t]*")
_LINE_END = re.compile("(?<=[^\\s])[ \t]*\n[ \t]*(?=[^\\s])")
_SOFT = re.compile("\u00ad(?![ \t]*\n)")
_SPACED = re.compile(r"(?<!\S)(?:[^\W\d_] ){3,40}[^\W\d_](?!\S)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_WORD_BEFORE = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*$")
_LONGEST_WORD = 60  # characters; judged
# What follows a hyphen that replaces the rest of a word ("pre- and post-war").
_SUSPENDED = frozenset("and or nor to und oder bis et ou y o e of".split())
_ONES = {word for word, value in (UNITS | ORDINALS).items() if 0 < value < 10}
# Prefixes that usually keep their hyphen.
_HYPHENATED = frozenset(
    "all anti cross ex go half high long low multi non post quasi self semi short well".split()
)


@dataclass(frozen=True, slots=True)
class Repaired:
    """Repaired text. `doubtful` counts hyphens at line ends that may not be part of the word."""

    text: str
    doubtful: int
    _starts: tuple[int, ...]  # of the pieces, in the raw text
    _places: tuple[tuple[int, bool], ...]  # of the pieces in the repaired text; whether unchanged

    def place(self, raw: int) -> int:
        """Return where an offset of the raw text is in the repaired text."""
        piece = bisect_right(self._starts, raw) - 1
        if piece < 0:
            return 0
        place, even = self._places[piece]
        limit = self._places[piece + 1][0] if piece + 1 < len(self._places) else len(self.text)
        return min(place + (raw - self._starts[piece] if even else 0), limit)


def repaired(raw: str, words: Counter[str], *, wrapped: bool) -> Repaired:
    """Return a text repaired, with the words of its document as evidence.

    If it is `wrapped`, its lines are joined to one.
    """
    edits: list[tuple[int, int, str]] = []
    doubtful = 0
    for start, end, instead, unsure in sorted(_edits(raw, words, wrapped)):
        if not edits or start >= edits[-1][1]:
            edits.append((start, end, instead))
            doubtful += unsure
    pieces: list[str] = []
    starts: list[int] = []
    places: list[tuple[int, bool]] = []
    at, length = 0, 0
    for start, end, instead in [*edits, (len(raw), len(raw), "")]:
        for text, begin, even in ((raw[at:start], at, True), (instead, start, False)):
            if begin < len(raw) and (text or not even):
                starts.append(begin)
                places.append((length, even))
                pieces.append(text)
                length += len(text)
        at = end
    return Repaired("".join(pieces), doubtful, tuple(starts), tuple(places))


def count_words(texts: Iterable[str]) -> Counter[str]:
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


def _folded(text: str) -> str:
    spelled = _LIGATURE.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)
    return spelled.lower().replace("\u2010", "-")


def _parts(word: str) -> list[str]:
    return [word, *word.split("-")] if "-" in word else [word]


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the words before and after an offset; empty if there is none."""
    before = _WORD_BEFORE.search(text[max(0, start - _LONGEST_WORD) : start])
    after = _WORD.match(text[end : end + _LONGEST_WORD])
    return before.group() if before else "", after.group() if after else ""


def _edits(raw: str, words: Counter[str], wrapped: bool) -> Iterator[Edit]:
    yield from _characters(raw, words)
    for pattern in (_CUT, _SOFT):
        for found in pattern.finditer(raw):
            instead, unsure = _instead(raw, found, words)
            if instead is not None:
                yield *found.span(), instead, unsure
            elif wrapped and pattern is _CUT:
                yield *found.span(), _kept(raw, found), unsure
    if wrapped:
        for found in _LINE_END.finditer(raw):
            yield *found.span(), _between(raw[found.start() - 1], raw[found.end()]), False


def _characters(raw: str, words: Counter[str]) -> Iterator[Edit]:
    """Yield what is changed inside lines."""
    for found in _LEADERS.finditer(raw):
        ends = found.start() == 0 or found.end() == len(raw) or "\n" in raw[found.end() - 1 :][:2]
        yield *found.span(), "" if ends else " | ", False
    for found in _UNSTORABLE.finditer(raw):
        yield *found.span(), "", False
    for found in _LIGATURE.finditer(raw):
        yield *found.span(), unicodedata.normalize("NFKC", found.group()), False
    for found in _SPACED.finditer(raw):
        if words[found.group().replace(" ", "").lower()] > 0:
            for place in range(found.start() + 1, found.end(), 2):
                yield place, place + 1, "", False


def _between(before: str, after: str) -> str:
    """Return what stands between two lines that are joined."""
    return "" if east_asian(before) and east_asian(after) else " "


def _kept(raw: str, found: re.Match[str]) -> str:
    """Return a hyphen at the end of a line that is kept, with a space if it ends a word."""
    before, after = _around(raw, *found.span())
    apart = raw[max(found.start() - 1, 0)].isspace() or after.lower() in _SUSPENDED
    return (
        f"{found.group()[0]} "
        if apart or not (before or raw[: found.start()])
        else found.group()[0]
    )


def _instead(raw: str, found: re.Match[str], words: Counter[str]) -> tuple[str | None, bool]:
    """Return what replaces the hyphen of a broken word, and whether that is in doubt.

    It is nothing, a hyphen, or None to keep what is there.
    """
    before, after = _around(raw, *found.span())
    soft = found.group()[0] == "\u00ad"
    if not (before and after) or not (soft or (before[-1].islower() and after[0].islower())):
        return None, False
    left, right = _folded(before).split("-")[-1], _folded(after).split("-")[0]
    joined, hyphenated = words[left + right], words[f"{left}-{right}"]
    if joined > 0 or hyphenated > 0:
        return ("" if joined > hyphenated else "-"), False
    if soft:
        cut = "\n" not in found.group() and words[left] > 0 < words[right]
        return ("-" if cut else ""), False
    if len(left) == 1 or (left in TENS and right in _ONES):  # k-anonymity, twenty-one
        return "-", False
    if right in _SUSPENDED or left in _HYPHENATED:
        return None, False
    if words[right] > 0 and (len(right) > 3 or words[left] > 0):
        return None, True
    return "", False
