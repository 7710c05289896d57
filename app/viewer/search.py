"""Every place where a source says certain words, whatever the case, the width or the accents.

In go a text and what is looked for, out come spans of the text. White space counts as one space,
and as none between Chinese or Japanese characters, where lines are cut anywhere.
"""

import re
import unicodedata
from functools import lru_cache

import numpy as np

Span = tuple[int, int]

LONGEST = 200  # characters of what is looked for
_ACCENT = re.compile("[\u0300-\u036f]")
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_BETWEEN_CJK = re.compile(rf"(?<=[{_CJK}])(?=[{_CJK}])")


class _Folds(dict[str, str]):
    """What each character counts as: `É` and `Ｅ` as `e`; Hangul syllables stay whole."""

    def __missing__(self, character: str) -> str:
        hangul = "\uac00" <= character <= "\ud7a3"
        plain = character if hangul else unicodedata.normalize("NFKD", character)
        self[character] = folded = _ACCENT.sub("", plain.casefold())
        return folded


_FOLDS = _Folds()


def find_all(text: str, words: str) -> list[Span]:
    """Where the words stand in the text, in order; nothing for words without a character."""
    tokens = [_folded(token) for token in words[:LONGEST].split()]
    pattern = r"\s+".join(
        r"\s*".join(map(re.escape, _BETWEEN_CJK.split(token))) for token in tokens if token
    )
    if not pattern:
        return []
    folded, places = _with_places(text)
    found = [match.span() for match in re.finditer(pattern, folded)]
    if places is None:
        return found
    return [(int(places[start]), int(places[end - 1]) + 1) for start, end in found]


def _folded(text: str) -> str:
    return "".join(map(_FOLDS.__getitem__, text))


@lru_cache(maxsize=4)
def _with_places(text: str) -> tuple[str, np.ndarray | None]:
    """The text folded, and where each of its characters comes from; None where nothing moved."""
    if text.isascii():
        return text.lower(), None
    pieces = list(map(_FOLDS.__getitem__, text))
    lengths = np.fromiter(map(len, pieces), dtype=np.uint8, count=len(pieces))
    return "".join(pieces), np.repeat(np.arange(len(text), dtype=np.uint32), lengths)
