"""Writes the radicals of Chinese characters as the characters themselves.

A font draws the radical ⾦ and the character 金 with one shape, so that PDF files often name the
radical where the character stands.
"""

import unicodedata

from vectorstore.text import tables

_KANGXI = range(0x2F00, 0x2FD6)
UNIFIED = {
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in _KANGXI},
    **{ord(pair[0]): pair[1] for pair in tables.words("radicals", "pairs")},
}
"""The character for the code of each radical, for `str.translate`; each is one code point."""


def unified(text: str) -> str:
    """Return a text with radicals as characters; it has the same length.

    >>> unified("⽇⽂⾦⻑")
    '日文金長'
    """
    return text.translate(UNIFIED)
