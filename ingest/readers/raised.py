"""Writes raised, lowered and built-up characters on one line, so that numbers keep their value."""

import re

_UP = str.maketrans("0123456789+-−=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁱⁿ")
_DOWN = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")


def superscript(text: str, *, maths: bool = False) -> str:
    """Return raised text as it stands on a line: `⁶`, `^(a/2)`.

    Letters are plain text (1st, Mme), except in formulas, where a raised letter is an exponent.

    >>> "10" + superscript("6"), "m" + superscript("-2"), "1" + superscript("st")
    ('10⁶', 'm⁻²', '1st')
    >>> "e" + superscript("x", maths=True), "2" + superscript("a/2")
    ('e^x', '2^(a/2)')
    """
    return _shifted(text, _UP, "^", maths)


def subscript(text: str, *, maths: bool = False) -> str:
    """Return lowered text as it stands on a line: `₂`, `_(ij)` in formulas.

    >>> "H" + subscript("2") + "O", "x" + subscript("max", maths=True)
    ('H₂O', 'x_(max)')
    """
    return _shifted(text, _DOWN, "_", maths)


def fraction(numerator: str, denominator: str) -> str:
    """Return a built-up fraction on one line, with brackets where they are needed.

    >>> fraction("3", "4"), fraction("a + b", "2c")
    ('3/4', '(a + b)/(2c)')
    """
    return f"{_bracketed(numerator)}/{_bracketed(denominator)}"


def _shifted(text: str, table: dict[int, int], mark: str, maths: bool) -> str:
    bare = text.strip()
    if not bare:
        return text
    if not maths and bare.isalpha():
        return text
    if all(ord(one) in table for one in bare):
        return text.replace(bare, bare.translate(table))
    return text.replace(bare, f"{mark}{bare}" if len(bare) == 1 else f"{mark}({bare})")


def _bracketed(part: str) -> str:
    part = " ".join(part.split())
    return part if re.fullmatch(r"[\d.,]+|\w", part) else f"({part})"
