"""Dates and languages as documents write them, made comparable."""

import re

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_NAMED = "|".join(_MONTHS)
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<y>\d{4})(?:\s*[-/.年]\s*(?P<m>\d{1,2})(?:\s*[-/.月]\s*(?P<d>\d{1,2}))?)?(?!\d)"
)
_IN_ONE = re.compile(r"(?<!\d)(?P<y>[12]\d{3})(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4})(?!\d)")
_DAY_MONTH = re.compile(
    rf"(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+)?(?P<n>{_NAMED})[a-z]*\.?,?\s+(?P<y>\d{{4}})(?!\d)",
    re.I,
)
_MONTH_DAY = re.compile(
    rf"(?P<n>{_NAMED})[a-z]*\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!\d)", re.I
)
_LANGUAGES = {
    "english": "en", "japanese": "ja", "日本語": "ja", "chinese": "zh", "mandarin": "zh",
    "中文": "zh", "korean": "ko", "french": "fr", "german": "de", "spanish": "es", "jp": "ja",
    "eng": "en", "jpn": "ja", "zho": "zh", "chi": "zh", "kor": "ko",
}  # fmt: skip


def day_of(date: str) -> str:
    """A date as `2023-05-19`, or as much of that as is written; empty where there is none.

    Of two numbers before a year the first is the day, as everywhere but in the United States;
    where that cannot be, the month.

    >>> day_of("19 May 2023"), day_of("2023年5月"), day_of("5/19/2023"), day_of("undated")
    ('2023-05-19', '2023-05', '2023-05-19', '')
    """
    for pattern in (_YEAR_LAST, _MONTH_DAY, _DAY_MONTH, _IN_ONE, _YEAR_FIRST):
        if not (found := pattern.search(date)):
            continue
        parts = found.groupdict()
        month, day = int(parts.get("m") or 0), int(parts.get("d") or 0)
        if name := parts.get("n"):
            month = _MONTHS.index(name[:3].lower()) + 1
        if month > 12 >= day:
            month, day = day, month
        if month > 12 or day > 31:
            continue
        return "-".join([parts["y"], *(f"{n:02}" for n in (month, day and month and day) if n)])
    return ""


def language_code(language: str) -> str:
    """The two letters of a language, however it is written: `EN`, `en_US`, `English` are `en`."""
    first = re.split(r"[-_\s]", language.strip().casefold(), maxsplit=1)[0]
    return _LANGUAGES.get(first, first)
