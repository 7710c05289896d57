"""Publication dates as documents and people write them, as ISO 8601; and today's date.

These are dates that stand alone in a field. Dates inside prose are read by
`app/verification/dates.py`.
"""

import re
from datetime import date as Date  # noqa: N812 - `date` is a text here
from datetime import datetime

from vectorstore.text.months import MONTH_NUMBERS, MONTHS, SHORT_MONTHS
from vectorstore.text.tables import any_of

_MONTH = rf"(?P<n>{any_of(SHORT_MONTHS)})[a-z]*"
_NTH = "(?:st|nd|rd|th)?"
_PATTERNS = (
    re.compile(r"(?<!\d)(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4})(?!\d)"),
    re.compile(rf"{_MONTH}\.?\s+(?P<d>\d{{1,2}}){_NTH},?\s+(?P<y>\d{{4}})(?!\d)", re.IGNORECASE),
    re.compile(
        rf"(?:(?P<d>\d{{1,2}}){_NTH}\s+)?{_MONTH}\.?,?\s+(?P<y>\d{{4}})(?!\d)", re.IGNORECASE
    ),
    re.compile(r"(?<!\d)(?P<y>[12]\d{3})(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)"),
    re.compile(
        r"(?<!\d)(?P<y>\d{4})(?:\s*[-/.年]\s*(?P<m>\d{1,2})(?:\s*[-/.月]\s*(?P<d>\d{1,2}))?)?(?!\d)"
    ),
)


def iso_date(date: str) -> str:
    """Return a date as `2023-05-19`, or as much of that as is written; empty if there is none.

    Of two numbers before a year the first is the day, as everywhere but in the United States;
    where that cannot be, the month.

    >>> iso_date("19 May 2023"), iso_date("2023年5月"), iso_date("5/19/2023"), iso_date("undated")
    ('2023-05-19', '2023-05', '2023-05-19', '')
    """
    for pattern in _PATTERNS:
        if not (found := pattern.search(date)):
            continue
        parts = found.groupdict()
        month, day = int(parts.get("m") or 0), int(parts.get("d") or 0)
        if name := parts.get("n"):
            month = MONTH_NUMBERS[name.lower()]
        if month > 12 >= day:
            month, day = day, month
        if month > 12 or day > 31:
            continue
        return "-".join([parts["y"], *(f"{n:02}" for n in (month, day and month and day) if n)])
    return ""


def today() -> Date:
    """Return today's date where this machine is."""
    return datetime.now().astimezone().date()


def month_name(month: int) -> str:
    """Return the English name of a month from 1 to 12."""
    return MONTHS[month - 1]
