"""Letters that are compared whatever their case, width or accents, with the way back.

A folding maps each character to the characters that it counts as. `FoldedText` keeps for every
folded character the place of the raw one, so that what is found in the folded text can be shown in
the raw one. All foldings use the Unicode compatibility decomposition (NFKD) and full case folding,
and take radicals of Chinese characters for the characters. Where numbers count, powers and
fractions stay such: `10⁶` is `10^6` and not 106, `1¾` is `1+3/4` and not 134.
"""

import re
import unicodedata
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vectorstore.text.figures import RAISED, SINGLE_FRACTIONS
from vectorstore.text.radicals import UNIFIED

Span = tuple[int, int]

UNDECOMPOSED = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe",
    "ß": "ss",
}  # fmt: skip
"""Small Latin letters that Unicode does not take apart, and how they are written without signs."""

_RAISED = f"⁺⁻{RAISED}"
# What a character counts as beside digits. Raised digits after three digits or more are the number
# of a note, as in `text/terms.py`.
_AMONG_DIGITS = re.compile(
    rf"(?P<power>(?<=\d)(?<!\d\d\d)[{_RAISED}]+)|(?P<note>[{_RAISED}]+)|"
    r"(?P<typed>(?<=\d)\^[({]?-?(?=\d))|(?<![\d/])\d{1,2}(?P<slash>[/⁄])\d{1,2}(?![\d/])|"
    rf"(?P<mixed>(?<=\d)[{SINGLE_FRACTIONS}])|(?P<gap>(?<=\d) (?=\d{{1,2}}[/⁄]\d))"
)
_MAY_MATCH = re.compile(rf"[{_RAISED}{SINGLE_FRACTIONS}]|\d[/⁄^]")


class Folding(dict[str, str]):
    """What each character counts as; empty where it is passed over. Fills itself when asked."""

    def __init__(self, fold: Callable[[str], str], *, numbers: bool = True) -> None:
        """`fold` maps one character to what it counts as; with `numbers`, powers stay powers."""
        super().__init__()
        self._fold = fold
        self._numbers = numbers

    def __missing__(self, character: str) -> str:
        self[character] = folded = self._fold(character)
        return folded

    def text(self, raw: str) -> str:
        """Return the text folded."""
        return "".join(self._pieces(raw))

    def with_places(self, raw: str) -> "FoldedText":
        """Return the text folded, with the place of every character in the raw text."""
        pieces = self._pieces(raw)
        places = array("I")
        for place, piece in enumerate(pieces):
            if piece:
                places.extend([place] * len(piece))
        return FoldedText(raw, "".join(pieces), places)

    def _pieces(self, raw: str) -> list[str]:
        """Return what each character counts as where it stands."""
        pieces = list(map(self.__getitem__, raw))
        if self._numbers and _MAY_MATCH.search(raw):
            for match in _AMONG_DIGITS.finditer(raw):
                kind = match.lastgroup or ""
                for place in range(*match.span(kind)):
                    pieces[place] = _among_digits(kind, raw[place], pieces[place])
                if kind == "power":
                    pieces[match.start()] = f"^{pieces[match.start()]}"
        return pieces


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A raw text folded; the character behind `text[i]` stands at `raw[places[i]]`."""

    raw: str
    text: str
    places: Sequence[int]

    def raw_span(self, start: int, end: int) -> Span:
        """Return the span of the raw text behind `text[start:end]`, which must not be empty."""
        return self.places[start], self.places[end - 1] + 1


def _among_digits(kind: str, character: str, alone: str) -> str:
    if kind == "power":
        return unicodedata.normalize("NFKC", character).replace("\u2212", "-")
    if kind == "mixed":
        return f"+{alone}"
    return {"note": "", "slash": "/", "gap": "+"}.get(kind, character.strip("({"))


def _decomposed(character: str) -> str:
    return unicodedata.normalize("NFKD", character.translate(UNIFIED)).replace("⁄", "/")


def _for_search(character: str) -> str:
    hangul = "\uac00" <= character <= "\ud7a3"
    plain = character if hangul else _decomposed(character)
    return "".join(c for c in plain.casefold() if not "\u0300" <= c <= "\u036f")


def _alphanumeric(character: str) -> str:
    return "".join(filter(str.isalnum, _decomposed(character).casefold()))


def _wording(character: str) -> str:
    if unicodedata.decomposition(character).startswith("<super>"):
        return ""
    plain = unicodedata.normalize("NFKD", _decomposed(character).casefold())
    fraction = len(plain) > 1 and "/" in plain
    return "".join(c for c in plain if _has_meaning(c) or (fraction and c == "/"))


def _has_meaning(character: str) -> bool:
    category = unicodedata.category(character)
    return character.isalnum() or category[0] == "M" or category == "Sc" or character in "%‰"


FOR_SEARCH = Folding(_for_search)
"""Every character counts, without Latin accents: `É` and `Ｅ` as `e`. Hangul syllables stay whole,
because the letters of one are not the beginning of another."""
ALPHANUMERIC = Folding(_alphanumeric, numbers=False)
"""Only letters and digits count, without accents: what two programs read alike from a page."""
WORDING = Folding(_wording)
"""What a quotation must have: letters, digits, accents, currency signs and per cent. Superscripts
count only as powers of numbers; elsewhere they are marks of footnotes."""
