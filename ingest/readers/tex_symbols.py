"""Reads the mathematical signs of TeX's fonts, whose codes are those of letters and figures.

Files by TeX often name such glyphs in a way that no table of glyph names knows, so that ≠ is read
as “6 =” and ∏ as Q. The codes are those of Computer Modern (Knuth, “Computer Modern Typefaces”,
1986): CMSY has signs, CMEX large operators.
"""

import re

_FONT = re.compile(r"(CMSY|CMEX)\d")
SLASH = "\u0338"  # crosses out the sign that follows
_SIGNS = {
    "CMSY": {
        "6": SLASH, "7": "↦", "0": "′", "3": "∋", "4": "△", "5": "▽", "h": "⟨", "i": "⟩", "k": "‖",
        "j": "|", "b": "⌊", "c": "⌋", "d": "⌈", "e": "⌉",
    },
    "CMEX": {
        "P": "∑", "X": "∑", "Q": "∏", "Y": "∏", "R": "∫", "Z": "∫", "S": "⋃", "[": "⋃", "T": "⋂",
        "\\": "⋂", "H": "∮", "I": "∮", "L": "⨁", "M": "⨁", "N": "⨂", "O": "⨂", "V": "⋀", "W": "⋁",
        "`": "∐", "a": "∐",
    },
}  # fmt: skip


def sign(font: str, text: str) -> str | None:
    """Return the sign that a font of TeX shows for a character; None if the character is right.

    >>> sign("CMEX10", "Q"), sign("CMSY8", "k"), sign("CMSY10", "∈"), sign("Times", "Q")
    ('∏', '‖', None, None)
    """
    found = _FONT.match(font)
    return _SIGNS[found[1]].get(text) if found else None
