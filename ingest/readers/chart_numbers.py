"""Writes a stored number as its number format shows it: a day, a percentage, with its unit."""

import re
from contextlib import suppress

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|([€$£¥₹°])')
_COLOUR_OR_CONDITION = re.compile(r"\[(?!\$|h|m|s)[^\]]*\]", re.IGNORECASE)
_FIGURES = re.compile(r"[0#?][0#?.,]*")


def shown(text: str, form: str, from_1904: bool) -> str:
    """Return a number as its format shows it: ISO days, percentages, figures with their unit.

    Figures are not rounded, other than percentages.

    >>> shown("44197.0", "yyyy-mm-dd", False), shown("44197", "mmm yy", False)
    ('2021-01-01', '2021-01')
    >>> shown("0.62", "0%", False), shown("3.5", '0.0" t"', False), shown("10.0", "General", False)
    ('62%', '3.5 t', '10')
    """
    try:
        number = float(text)
    except ValueError:
        return text
    code = _COLOUR_OR_CONDITION.sub("", form.split(";", maxsplit=1)[0])
    if _is_date(code):
        return _day(number, code, from_1904) or f"{number:.15g}"
    bare = _LITERAL.sub("", code)
    if "%" in bare:
        decimals = re.search(r"\.([0#?]+)", bare)
        return f"{number * 100:.{len(decimals[1]) if decimals else 0}f}%"
    figures = f"{number:.15g}"
    place = _FIGURES.search(code)
    if not place:
        return figures
    before, after = _literals(code[: place.start()]), _literals(code[place.end() :])
    return f"{before}{figures}{after}".strip()


def _literals(code: str) -> str:
    """Return the words of a part of a number format."""
    return "".join(next(filter(None, found.groups()), "") for found in _LITERAL.finditer(code))


def _is_date(code: str) -> bool:
    from openpyxl.styles.numbers import is_date_format

    return bool(is_date_format(code))


def _day(number: float, code: str, from_1904: bool) -> str:
    """Return the part of a moment that a format shows; empty if there is no such day."""
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
    bare = _LITERAL.sub("", code).casefold()
    with suppress(ValueError, OverflowError):
        moment = from_excel(number, epoch)
        if not hasattr(moment, "year"):
            return str(moment)
        if "h" in bare or "s" in bare:
            return str(moment.isoformat(" ")) if "y" in bare or "d" in bare else f"{moment:%H:%M}"
        day = str(moment.date().isoformat())
        return day if "d" in bare else day[:7] if "m" in bare else day[:4]
    return ""
