"""Compare two texts by their folded letters and digits, with offsets into the raw texts.

Quotation marks, dashes, white space, line ends and markup are ignored while searching, and compared
where the letters match: “now here” is not “nowhere”, “resigned” not “re-signed”, and 1.5 not 15.
The targets of Markdown links are passed over.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vectorstore.text.folding import UNDECOMPOSED, WORDING, FoldedText
from vectorstore.text.hyphens import hyphen_changes
from vectorstore.text.scripts import UNSPACED

_SOFT = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_DASHES = re.compile(r"[-‐-―−]+")
_HYPHEN = re.compile(r"[-‐‑]")
_LINE_END = re.compile(r"[-‐‑]\s*[\r\n]\s*")
LINK_TARGET = re.compile(r"(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:\s+[\"'][^\"'\n]*[\"'])?\)")
"""The target of a Markdown link, which no reader sees: [the pier](https://example.org)."""
_MARKUP = re.compile(r"[*_~`^\[\]]+")
_STOPS = re.compile(r"[,;:.!?、。！？，；：]")
_IS_CJK = re.compile(f"[{UNSPACED}]")
_COMPOUND_BEFORE = re.compile(r"(?:[^\W_]|[-‐‑’'])+$")
_COMPOUND_AFTER = re.compile(r"(?:[^\W_]|[-‐‑’'](?=[^\W_]))+")
_LONGEST = 60  # letters of a hyphenated word; judged: bounds the time
_PLAIN = UNDECOMPOSED | {chr(mark): "" for mark in range(0x300, 0x370)}


@dataclass(frozen=True, slots=True)
class LetterMatch:
    """The same letters, from `start` to `end` of the other raw text.

    `same` if the words are the same, too; `remark` says what else differs.
    """

    start: int
    end: int
    same: bool
    remark: str = ""


def fold_letters(raw: str) -> FoldedText:
    r"""Return the folded letters of a text.

    >>> fold_letters("The ﬁrst “Indo-\nPacific”").text
    'thefirstindopacific'
    """
    letters = WORDING.with_places(raw)
    if "](" not in raw:
        return letters
    shown = bytearray(b"\1") * len(raw)
    for target in LINK_TARGET.finditer(raw):
        shown[slice(*target.span())] = bytes(target.end() - target.start())
    pairs = zip(letters.text, letters.places, strict=True)
    return _with_pieces(letters, [sign if shown[place] else "" for sign, place in pairs])


def without_accents(letters: FoldedText) -> FoldedText:
    """Return folded letters without their accents.

    >>> without_accents(fold_letters("Zoë Ångström, Tromsø")).text
    'zoeangstromtromso'
    """
    if letters.text.isascii():
        return letters
    return _with_pieces(letters, [_PLAIN.get(sign, sign) for sign in letters.text])


def bare_letters(word: str) -> str:
    """Return the folded letters of a word without their accents."""
    letters = WORDING.text(word)
    return letters if letters.isascii() else "".join(_PLAIN.get(sign, sign) for sign in letters)


def _with_pieces(letters: FoldedText, pieces: Sequence[str]) -> FoldedText:
    """Return folded letters with a piece in place of each."""
    places = array("I")
    for place, piece in zip(letters.places, pieces, strict=True):
        places.extend([place] * len(piece))
    return FoldedText(letters.raw, "".join(pieces), places)


def find_matches(
    mine: FoldedText, other: FoldedText, *, open_ends: bool = False
) -> Iterator[LetterMatch]:
    """Yield where the letters of one text occur in another, in order.

    Matches begin and end at word boundaries, unless `open_ends`. A part of a hyphenated word is not
    the same: “compliant” of “non-compliant” comes with the whole word.
    """
    size = len(mine.text)
    at = other.text.find(mine.text) if size else -1
    while at >= 0:
        if open_ends or (_apart(other, at) and _apart(other, at + size)):
            found = _match(mine, other, at)
            yield found if open_ends else _whole_words(found, mine, other.raw)
        at = other.text.find(mine.text, at + 1)


# A power or a mixed number as folding writes it, from the digit before its sign: 10^6, 3+3/4.
_INSIDE_NUMBER = re.compile(r"\d[\^+]\d")


def _apart(letters: FoldedText, at: int) -> bool:
    """Return whether there can be a word boundary before this letter."""
    if not 0 < at < len(letters.text):
        return True
    before, after = letters.places[at - 1], letters.places[at]
    if before == after or _INSIDE_NUMBER.match(letters.text, at - 1):
        return False
    gap = _gap(letters.raw, before, after)
    if letters.text[at - 1].isdigit() and letters.text[at].isdigit():
        return gap in ("space", "dash", "line end")
    both = letters.text[at - 1].isalnum() and letters.text[at].isalnum()
    return gap != "" or not both or _beside_cjk(letters.raw, before, after)


def _whole_words(found: LetterMatch, mine: FoldedText, raw: str) -> LetterMatch:
    """Return a match, not the same and wider if a hyphen ties it to the rest of its word."""
    start, end = found.start, found.end
    if _tied(raw, start - 1) and not _DASHES.search(mine.raw[: mine.places[0]]):
        before = _COMPOUND_BEFORE.search(raw, max(start - _LONGEST, 0), start)
        start = before.start() if before else start
    if _tied(raw, end) and not _DASHES.search(mine.raw[mine.places[-1] + 1 :]):
        after = _COMPOUND_AFTER.match(raw, end, end + _LONGEST)
        end = after.end() if after else end
    if (start, end) == (found.start, found.end):
        return found
    return replace(found, start=start, end=end, same=False)


def _tied(raw: str, at: int) -> bool:
    """Return whether there is a hyphen between two letters at an offset."""
    return (
        0 < at < len(raw) - 1
        and bool(_HYPHEN.match(raw[at]))
        and raw[at - 1].isalpha()
        and raw[at + 1].isalpha()
        and not _beside_cjk(raw, at - 1, at + 1)
    )


def _match(mine: FoldedText, other: FoldedText, at: int) -> LetterMatch:
    same, stops = True, False
    for i in range(len(mine.text) - 1):
        a, b = mine.places[i], mine.places[i + 1]
        c, d = other.places[at + i], other.places[at + i + 1]
        if b - a == 1 == d - c or mine.raw[a + 1 : b] == other.raw[c + 1 : d]:
            continue
        digits = mine.text[i].isdigit() and mine.text[i + 1].isdigit()
        same = same and _alike(mine.raw, (a, b), other.raw, (c, d), digits=digits)
        stops = stops or _stops(mine.raw, a, b) != _stops(other.raw, c, d)
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
        return not digits or _stops(raw, *span) == _stops(other, *place)
    if "line end" in gaps and "mark" not in gaps:
        return True
    if digits:
        return gaps == {"space", "dash"}
    if "" not in gaps:
        return True  # space, dash and mark all separate words
    if gaps == {"", "dash"}:
        return not any(_other_word(*one) for one in ((raw, *span), (other, *place)))
    return _beside_cjk(raw, *span)


def _other_word(raw: str, before: int, after: int) -> bool:
    """Return whether the word at these two letters is another without its hyphen: re-signed."""
    if after - before == 1:
        return False
    left = _COMPOUND_BEFORE.search(raw, max(before - _LONGEST, 0), before + 1)
    right = _COMPOUND_AFTER.match(raw, after, after + _LONGEST)
    return bool(left and right and hyphen_changes(left[0], right[0]))


def _gap(raw: str, before: int, after: int) -> str:
    """Return what is between two letters: nothing, `space`, `dash`, `line end` or a `mark`."""
    between = _between(raw, before, after)
    if not between:
        return ""
    if _LINE_END.fullmatch(between):
        return "line end"
    if any(map(str.isspace, between)):
        return "space"
    return "dash" if _DASHES.fullmatch(between) else "mark"


def _between(raw: str, before: int, after: int) -> str:
    """Return what a reader sees between two letters."""
    if after - before <= 1:
        return ""
    between = raw[before + 1 : after]
    if "](" in between:
        between = LINK_TARGET.sub("", between)
    return _MARKUP.sub("", _SOFT.sub("", between))


def _beside_cjk(raw: str, before: int, after: int) -> bool:
    """Return whether white space is no word boundary here, as in Japanese and Chinese."""
    return bool(_IS_CJK.match(raw[before]) or _IS_CJK.match(raw[after]))


def _stops(raw: str, before: int, after: int) -> str:
    found = _STOPS.findall(_between(raw, before, after))
    return unicodedata.normalize("NFKC", "".join(found))


def _other_case(mine: FoldedText, other: FoldedText, at: int) -> bool:
    """Return whether the case differs, except in the first letter."""
    return any(
        mine.raw[a] != other.raw[c] and mine.raw[a].isupper() != other.raw[c].isupper()
        for a, c in zip(mine.places[1:], other.places[at + 1 : at + len(mine.text)], strict=True)
        if a != mine.places[0]
    )
