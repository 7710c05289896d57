"""Detects a page whose text cannot be what is printed on it; `pdf_text.py` repairs what it can."""

import re
import unicodedata
from itertools import pairwise

_CID = re.compile(r"\(cid:\d+\)")
# Judged: a few odd characters are normal, a twentieth of a page is not.
_FEWEST_BAD = 5  # characters
_MOST_BAD = 0.05  # of the characters of a page
_ENOUGH = 200  # letters in different words, for the share of vowels to mean anything
_FEWEST_VOWELS = 0.22  # of the letters; judged: European languages have 0.35 to 0.5
_EVERYWHERE = frozenset("LATIN GREEK MATHEMATICAL MODIFIER COMBINING DOUBLE SCRIPT BLACK".split())
_EAST = frozenset(
    "CJK HIRAGANA KATAKANA HANGUL BOPOMOFO FULLWIDTH HALFWIDTH IDEOGRAPHIC KANGXI".split()
)


def garbled(text: str) -> bool:
    """Return whether the letters of a page can hardly be those printed on it.

    A page is garbled if a twentieth of its characters are not characters, or stand among letters
    of scripts that do not mix, or if its Latin words have too few vowels for any language.
    """
    shown = [character for character in text if not character.isspace()]
    bad = sum(map(_no_character, shown)) + sum(map(len, _CID.findall(text)))
    if bad >= _FEWEST_BAD and bad > len(shown) * _MOST_BAD:
        return True
    latin = "".join(set(re.findall("[a-z]{3,}", text.lower())))
    if len(latin) >= _ENOUGH and len(re.findall("[aeiouy]", latin)) < len(latin) * _FEWEST_VOWELS:
        return True
    scripts = [_script(character) for character in shown if character > "\u02ff"]
    strange = sum(one != other for one, other in pairwise(filter(None, scripts)))
    return strange >= _FEWEST_BAD and strange > len(shown) * _MOST_BAD


def _no_character(character: str) -> bool:
    """Return whether no text contains a character; Adobe's pieces of tall brackets are allowed."""
    kind = unicodedata.category(character)
    return character == "\ufffd" or (
        kind in {"Cc", "Cn", "Co", "Cs"} and not "\uf8e5" <= character <= "\uf8fe"
    )


def _script(character: str) -> str:
    """Return the script of a letter, one for all of East Asia; empty if it mixes with any."""
    if not character.isalpha():
        return ""
    script = unicodedata.name(character, "").split(" ")[0].split("-")[0]
    if script in _EVERYWHERE:
        return ""
    return "EAST" if script in _EAST else script
