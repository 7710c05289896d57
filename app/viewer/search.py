"""Find words in a source, ignoring case, character width and accents.

Any white space matches any other. Between Chinese or Japanese characters it may be missing, because
lines break anywhere there.
"""

import re
import unicodedata
from functools import lru_cache

import numpy as np

Span = tuple[int, int]

MAX_QUERY = 200  # characters
_ACCENT = re.compile("[\u0300-\u036f]")
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_BETWEEN_CJK = re.compile(rf"(?<=[{_CJK}])(?=[{_CJK}])")


class _Folds(dict[str, str]):
    """Maps characters to what they match as: `É` and `Ｅ` as `e`; Hangul syllables stay whole."""

    def __missing__(self, character: str) -> str:
        hangul = "\uac00" <= character <= "\ud7a3"
        decomposed = character if hangul else unicodedata.normalize("NFKD", character)
        self[character] = folded = _ACCENT.sub("", decomposed.casefold())
        return folded


_FOLDS = _Folds()


def find_all(text: str, words: str) -> list[Span]:
    """Return the spans of the text that match the words, in order; none for empty words."""
    tokens = [_folded(token) for token in words[:MAX_QUERY].split()]
    pattern = r"\s+".join(
        r"\s*".join(map(re.escape, _BETWEEN_CJK.split(token))) for token in tokens if token
    )
    if not pattern:
        return []
    folded, offsets = _fold_with_offsets(text)
    found = [match.span() for match in re.finditer(pattern, folded)]
    if offsets is None:
        return found
    return [(int(offsets[start]), int(offsets[end - 1]) + 1) for start, end in found]


def _folded(text: str) -> str:
    return "".join(map(_FOLDS.__getitem__, text))


@lru_cache(maxsize=4)
def _fold_with_offsets(text: str) -> tuple[str, np.ndarray | None]:
    """Fold a text; also return each character's offset in the original, None if all are equal."""
    if text.isascii():
        return text.lower(), None
    pieces = list(map(_FOLDS.__getitem__, text))
    lengths = np.fromiter(map(len, pieces), dtype=np.uint8, count=len(pieces))
    return "".join(pieces), np.repeat(np.arange(len(text), dtype=np.uint32), lengths)
