"""Writes the days and times of a workbook as Excel shows them, by their number formats."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from locale import windows_locale

_TOKEN = re.compile(
    r"\"(?P<quoted>[^\"]*)\"|\\(?P<escaped>.)|_.|\*.|\[(?P<elapsed>h+|m+|s+)\]|\[[^\]]*\]"
    r"|(?P<half>AM/PM|A/P)|(?P<part>y+|m+|d+|h+|s+|e+(?![+-])|g+|b+)|(?P<decimals>\.0+)|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_LANGUAGE = re.compile(r"\[\$[^\]-]*-([0-9A-F]+)\]", re.IGNORECASE)
_ERAS = {"e", "g", "b"}  # of Japan, China and Thailand; without them, a day is given in ISO form


@lru_cache(maxsize=1024)
def _tokens(code: str) -> tuple[tuple[str, str], ...]:
    """Return the tokens of a format as pairs: what it is, and its text; minutes are `n`."""
    tokens: list[tuple[str, str]] = []
    for token in _TOKEN.finditer(code):
        for kind in ("elapsed", "half", "part", "decimals", "sign"):
            if token[kind]:
                text = token[kind].lower() if kind in {"elapsed", "part"} else token[kind]
                tokens.append(("text" if kind == "sign" else kind, text))
        if token["quoted"] or token["escaped"]:
            tokens.append(("text", token["quoted"] or token["escaped"]))
    times = [at for at, token in enumerate(tokens) if token[0] in {"elapsed", "part"}]
    for place, at in enumerate(times):
        kind, text = tokens[at]
        if kind == "part" and text in {"m", "mm"}:
            before = tokens[times[place - 1]][1][0] if place else ""
            after = tokens[times[place + 1]][1][0] if place + 1 < len(times) else ""
            if before == "h" or after == "s":
                tokens[at] = (kind, text.replace("m", "n"))
    return tuple(tokens)


def is_date(code: str) -> bool:
    """Return whether a section of a format shows a number as a day or a time."""
    return any(kind in {"part", "elapsed"} for kind, _ in _tokens(code)) and "General" not in code


def shown_date(value: float, code: str, *, since_1904: bool = False) -> str | None:
    """Return a number of days in a format; None if Excel has no day for it.

    >>> shown_date(44259.5, "dd/mm/yyyy h:mm AM/PM"), shown_date(1.5, "[h]:mm:ss")
    ('04/03/2021 12:00 PM', '36:00:00')
    """
    tokens = _tokens(code)
    elapsed = any(kind == "elapsed" for kind, _ in tokens)
    if (value < 0 and not elapsed) or value >= 2_958_466:  # the first day of the year 10000
        return None
    # Excel counts a 29 February 1900, so that the days before it are one later.
    start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30 + (value < 60))  # noqa: DTZ001
    spare = max((len(text) - 1 for kind, text in tokens if kind == "decimals"), default=0)
    seconds = any(text[0] == "s" for kind, text in tokens if kind in {"part", "elapsed"})
    exact = round(abs(value) * 86_400, spare if seconds else 3)
    moment = start + timedelta(seconds=exact)
    if any(text[0] in _ERAS for kind, text in tokens if kind == "part"):
        return moment.date().isoformat()
    half = any(kind == "half" for kind, _ in tokens)
    language = _LANGUAGE.search(code)
    said = [
        _said(token, moment, exact, half=half, language=language[1] if language else "")
        for token in tokens
    ]
    return ("-" if value < 0 else "") + "".join(said).strip()


def _said(
    token: tuple[str, str], moment: datetime, exact: float, *, half: bool, language: str
) -> str:
    kind, text = token
    if kind == "elapsed":
        unit = {"h": 3600, "m": 60, "s": 1}[text[0]]
        return f"{int(exact // unit):0{len(text)}d}"
    if kind == "half":
        after = moment.hour >= 12
        return text.split("/")[after]
    if kind == "decimals":
        return f"{exact % 1:.{len(text) - 1}f}"[1:]
    if kind == "text":
        return text
    return _part(text, moment, half=half, names=_names(language))


def _part(text: str, moment: datetime, *, half: bool, names: Sequence[Sequence[str]]) -> str:
    width = min(len(text), 2)
    months, short_months, days, short_days = names
    if text[0] == "y":
        return str(moment.year) if len(text) > 2 else f"{moment.year % 100:02d}"
    if text[0] == "h":
        return f"{(moment.hour - 1) % 12 + 1 if half else moment.hour:0{width}d}"
    if text[0] in "ns":
        return f"{moment.minute if text[0] == 'n' else moment.second:0{width}d}"
    named = {3: (short_months, short_days), 4: (months, days)}.get(len(text))
    if text[0] == "m":
        if named:
            return named[0][moment.month - 1]
        return months[moment.month - 1][0] if len(text) > 4 else f"{moment.month:0{width}d}"
    return named[1][moment.weekday()] if named else f"{moment.day:0{width}d}"


@lru_cache(maxsize=64)
def _names(code: str) -> tuple[tuple[str, ...], ...]:
    """Return months and weekdays, long and short, in the language of a Windows code; or English."""
    from babel import Locale, UnknownLocaleError

    name = windows_locale.get(int(code[-4:], 16), "en") if code else "en"
    try:
        locale = Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return tuple(
        tuple(str(named["format"][width][at]) for at in sorted(named["format"][width]))
        for named in (locale.months, locale.days)
        for width in ("wide", "abbreviated")
    )
