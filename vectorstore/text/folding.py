"""Letters that are compared whatever their case, width or accents, with the way back.

A folding maps each character to the characters that it counts as. `FoldedText` keeps for every
folded character the place of the raw one, so that what is found in the folded text can be shown in
the raw one. All foldings use the Unicode compatibility decomposition (NFKD) and full case folding.
"""

import unicodedata
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Span = tuple[int, int]


class Folding(dict[str, str]):
    """What each character counts as; empty where it is passed over. Fills itself when asked."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        """`fold` maps one character to what it counts as."""
        super().__init__()
        self._fold = fold

    def __missing__(self, character: str) -> str:
        self[character] = folded = self._fold(character)
        return folded

    def text(self, raw: str) -> str:
        """Return the text folded."""
        return "".join(map(self.__getitem__, raw))

    def with_places(self, raw: str) -> "FoldedText":
        """Return the text folded, with the place of every character in the raw text."""
        pieces = list(map(self.__getitem__, raw))
        places = array("I")
        for place, piece in enumerate(pieces):
            if piece:
                places.extend([place] * len(piece))
        return FoldedText(raw, "".join(pieces), places)


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A raw text folded; the character behind `text[i]` stands at `raw[places[i]]`."""

    raw: str
    text: str
    places: Sequence[int]

    def raw_span(self, start: int, end: int) -> Span:
        """Return the span of the raw text behind `text[start:end]`, which must not be empty."""
        return self.places[start], self.places[end - 1] + 1


def _for_search(character: str) -> str:
    hangul = "\uac00" <= character <= "\ud7a3"
    plain = character if hangul else unicodedata.normalize("NFKD", character)
    return "".join(c for c in plain.casefold() if not "\u0300" <= c <= "\u036f")


def _alphanumeric(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character).casefold()
    return "".join(filter(str.isalnum, plain))


def _wording(character: str) -> str:
    if unicodedata.decomposition(character).startswith("<super>"):
        return ""
    plain = unicodedata.normalize("NFKD", character).casefold()
    return "".join(filter(_has_meaning, unicodedata.normalize("NFKD", plain)))


def _has_meaning(character: str) -> bool:
    category = unicodedata.category(character)
    return character.isalnum() or category[0] == "M" or category == "Sc" or character in "%‰"


FOR_SEARCH = Folding(_for_search)
"""Every character counts, without Latin accents: `É` and `Ｅ` as `e`. Hangul syllables stay whole,
because the letters of one are not the beginning of another."""
ALPHANUMERIC = Folding(_alphanumeric)
"""Only letters and digits count, without accents: what two programs read alike from a page."""
WORDING = Folding(_wording)
"""What a quotation must have: letters, digits, accents, currency signs and per cent. Superscripts
do not count, they are marks of footnotes."""
