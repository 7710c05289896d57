"""Detects a page whose text cannot be what is printed on it; `pdf_text.py` repairs what it can."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from vectorstore.text.scripts import HAN

_CID = re.compile(r"\(cid:\d+\)")
_HAN = re.compile(f"[{HAN}]")
# UTF-8 that was read as Latin-1 or Windows-1252: "Ã©" for é, "â€œ" for “.
_TWICE = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\u00e2(?:\u20ac|\u0080)[\u0080-\uffff]")
# Judged: a few odd characters are normal, a twentieth of a page is not.
_FEWEST_BAD = 5  # characters
_MOST_BAD = 0.05  # of the characters of a page
_ENOUGH = 200  # letters in different words, for the share of vowels to mean anything
_FEWEST_CONTROLS = 2  # of characters that print nothing; judged: one may be a slip of a program
_FEWEST_VOWELS = 0.22  # of the letters; judged: European languages have 0.35 to 0.5
_FEWEST_LETTERS = 20  # for a share of letters to mean anything; judged
_MOST_ACCENTED = 0.5  # of the letters; judged: French has 0.04, Vietnamese some 0.2
_MOST_RARE = 0.3  # of the Chinese characters; judged: names and classical texts have up to 0.05
# The halves of the national character sets that hold the characters in common use.
_COMMON = (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6), ("euc_jp", 0xB0, 0xCF))
_EVERYWHERE = frozenset("LATIN GREEK MATHEMATICAL MODIFIER COMBINING DOUBLE SCRIPT BLACK".split())
_EAST = frozenset(
    "CJK HIRAGANA KATAKANA HANGUL BOPOMOFO FULLWIDTH HALFWIDTH IDEOGRAPHIC KANGXI".split()
)


def garbled(text: str) -> bool:
    """Return whether the letters of a page can hardly be those printed on it.

    A page is garbled if a twentieth of its characters are not characters, or stand among letters
    of scripts that do not mix; if its Latin words have too few vowels for any language, or most of
    their letters have accents (Cyrillic read as Latin-1); or if too many of its Chinese characters
    are in common use nowhere.
    """
    shown = [character for character in text if not character.isspace()]
    most = len(shown) * _MOST_BAD
    bad = sum(map(_no_character, shown)) + sum(map(len, _CID.findall(text)))
    bad += sum(map(len, _TWICE.findall(text)))
    controls = sum(unicodedata.category(character) == "Cc" for character in shown)
    if (bad >= _FEWEST_BAD or controls >= _FEWEST_CONTROLS) and bad > most:
        return True
    if _too_accented(shown) or _too_rare(_HAN.findall(text)):
        return True
    latin = "".join(set(re.findall("[a-z]{3,}", text.lower())))
    if len(latin) >= _ENOUGH and len(re.findall("[aeiouy]", latin)) < len(latin) * _FEWEST_VOWELS:
        return True
    scripts = [_script(character) for character in shown if character > "\u02ff"]
    strange = sum(one != other for one, other in pairwise(filter(None, scripts)))
    return strange >= _FEWEST_BAD and strange > most


def _too_accented(shown: list[str]) -> bool:
    letters = list(filter(str.isalpha, shown))
    accented = sum("\u00c0" <= letter <= "\u00ff" for letter in letters)
    return accented >= _FEWEST_LETTERS and accented > len(letters) * _MOST_ACCENTED


def _too_rare(han: list[str]) -> bool:
    rare = len(han) - sum(map(_common, han))
    return len(han) >= _FEWEST_LETTERS and rare > len(han) * _MOST_RARE


@lru_cache(maxsize=20_000)
def _common(han: str) -> bool:
    """Return whether a Chinese character is in common use in China, Taiwan or Japan."""
    for encoding, first, last in _COMMON:
        written = han.encode(encoding, errors="ignore")
        if written and first <= written[0] <= last:
            return True
    return han == "\u3005"


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
