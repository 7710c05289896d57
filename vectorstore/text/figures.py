"""Numbers written in digits: grouped in threes, as powers, as fractions."""

import re
import unicodedata

RAISED = "⁰¹²³⁴-⁹"
"""Raised digits, as they stand in a character class."""
SINGLE_FRACTIONS = "¼-¾⅐-⅞"
"""Fractions of one character, as they stand in a character class."""
_SPACE = "[ \u00a0\u2009\u202f]"
# A power has a base of one or two digits: what is raised after more is the number of a note.
_EXPONENT = rf"(?:[⁺⁻]?[{RAISED}]{{1,2}}(?![{RAISED}])|\^\(?-?\d{{1,2}}(?!\d)\)?)"
# With a denominator of measures; 9/11 and 24/7 are no numbers.
_FRACTION = r"\d{1,2}[/⁄](?:[2-68]|10|12|16|32|64|100)(?![\d/⁄])"
FIGURE = (
    rf"(?:\d+(?:\.\d+)?{_SPACE}?[×·]{_SPACE}?)?\d{{1,2}}{_EXPONENT}"
    rf"|(?:\d+{_SPACE}?)?[{SINGLE_FRACTIONS}]|(?:\d+{_SPACE})?{_FRACTION}"
    rf"|\d{{1,3}}(?:{_SPACE}\d{{3}})+(?!{_SPACE}?\d)(?:\.\d+)?"
    r"|(?:\d+(?:,\d{3})+|\d+)(?:\.\d+)?"
)
"""A regular expression for a number in digits, without groups."""


def figure(digits: str) -> float:
    """Return the value of what `FIGURE` matches.

    >>> [figure(one) for one in ("12,500", "12 500", "10⁶", "2 × 10^3", "1¾", "1 3/4", "3.5")]
    [12500.0, 12500.0, 1000000.0, 2000.0, 1.75, 1.75, 3.5]
    """
    factor, _, power = re.sub("·", "×", digits).rpartition("×")
    if raised := re.search(rf"[⁺⁻]?[{RAISED}]+$|\^.*$", power):
        exponent = unicodedata.normalize("NFKC", raised[0].strip("^()")).replace("\u2212", "-")
        base = float(power[: raised.start()])
        return float(factor.strip() or 1) * base ** int(exponent) if base else 0.0
    plain = unicodedata.normalize("NFKC", re.sub(rf"(?=[{SINGLE_FRACTIONS}])", " ", digits))
    whole, _, part = plain.replace("⁄", "/").rpartition("/")
    if not whole:
        return float(re.sub(r"[,\s]", "", part))
    *before, above = whole.split()
    return float(before[0] if before else 0) + (float(above) / float(part) if float(part) else 0)
