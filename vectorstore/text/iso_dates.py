"""Publication dates as documents and people write them, as ISO 8601; and today's date.

These are dates that stand alone in a field. Dates inside prose are read by
`app/verification/dates.py`. What a date leaves open is not guessed: of `Spring 1952`, `c. 1954` and
`03/04/1958` only the year is read.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - `date` is a text here
from datetime import datetime

from vectorstore.text.months import MONTH_NUMBERS, MONTHS, WEEKDAYS
from vectorstore.text.tables import any_of

_MONTH = rf"\b(?P<n>{any_of(MONTH_NUMBERS)})\b"
_NTH = "(?:st|nd|rd|th)?"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<d>\d{1,2})(?P<sign>[./-])(?P<m>\d{1,2})(?P=sign)(?P<y>\d{4})(?!\d)",
        rf"{_MONTH}\.?\s+(?P<d>\d{{1,2}}){_NTH},?\s+(?P<y>\d{{4}})(?!\d)",
        rf"(?:(?P<d>\d{{1,2}}){_NTH}\s+)?{_MONTH}\.?,?\s+(?P<y>\d{{4}})(?!\d)",
        r"(?<!\d)(?P<y>[12]\d{3})(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)",
        r"(?<!\d)(?P<y>\d{4})\s*[年년](?:\s*(?P<m>\d{1,2})\s*[月월](?:\s*(?P<d>\d{1,2})\s*[日일])?)?",
        r"(?<!\d)(?P<y>\d{4})\s*(?P<sign>[-/.])\s*(?P<m>\d{1,2})(?:\s*[-/.]\s*(?P<d>\d{1,2}))?(?!\d)",
        r"(?<!\d)(?P<y>\d{4})(?!\d)",
    )
)
# What may stand beside a date without leaving anything of it open.
_BESIDE = re.compile(
    r"T?\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:[ap]m\b)?\s*(?:Z\b|UTC|GMT|[+-]\d\d:?\d\d)?"
    rf"|\b(?:{any_of(WEEKDAYS)}|{any_of(day[:3] for day in WEEKDAYS)}|published|posted|released"
    r"|dated?|on|at)\b|[\s.,:©日]",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\?|~|[頃約]|ごろ|\b(?:(?:ca?|um|vers)[.\s]|circa\b|about\b|around\b|approx)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ReadDate:
    """What is certain of a written date: `iso` is `2023-05-19`, or less; empty if nothing is.

    `whole` says that this is all that is written. Else the words as they stand say more, or say it
    with a doubt (`doubtful`: `c. 1954`), or can be read in two ways (`ambiguous`: `03/04/1958`).
    """

    iso: str = ""
    whole: bool = False
    doubtful: bool = False
    ambiguous: bool = False


def read_date(date: str) -> ReadDate:
    """Return what is certain of a date that stands alone in a field.

    Of two numbers before a year, those with full stops are day and month, as everywhere; those with
    other signs are day and month in most countries, month and day in the United States. They are
    read where only one of that can be.

    >>> read_date("c. 1954")
    ReadDate(iso='1954', whole=False, doubtful=True, ambiguous=False)
    """
    date = unicodedata.normalize("NFKC", date)
    for pattern in _PATTERNS:
        if not (found := pattern.search(date)):
            continue
        parts = found.groupdict()
        year, sign = parts["y"], parts.get("sign") or ""
        month, day = int(parts.get("m") or 0), int(parts.get("d") or 0)
        if name := parts.get("n"):
            month = MONTH_NUMBERS[name.lower()]
        first = bool(day) and not name and found.start("d") < found.start("y")
        ambiguous = first and sign in "/-" and month != day and max(month, day) <= 12
        if first and month > 12 >= day:
            month, day = day, month
        if _is_span(year, sign, month, day) or not _exists(year, month, day):
            continue
        rest = date[: found.start()] + " " + date[found.end() :]
        whole = not ambiguous and not _BESIDE.sub("", rest)
        shown = [f"{number:02}" for number in (month, day) if number] if whole else []
        return ReadDate("-".join([year, *shown]), whole, bool(_DOUBT.search(date)), ambiguous)
    return ReadDate()


def iso_date(date: str) -> str:
    """Return a date as `2023-05-19`, or as much of that as is certain; empty if there is none.

    >>> iso_date("19 May 2023"), iso_date("2023年5月"), iso_date("5/19/2023"), iso_date("undated")
    ('2023-05-19', '2023-05', '2023-05-19', '')
    """
    return read_date(date).iso


def _is_span(year: str, sign: str, month: int, day: int) -> bool:
    """Return whether the number behind a year is the next year: 1953/54, also 1903/04."""
    return sign == "/" and not day and month == (int(year) + 1) % 100


def _exists(year: str, month: int, day: int) -> bool:
    try:
        Date(int(year), month or 1, day or 1)
    except ValueError:
        return False
    return bool(month or not day)


def today() -> Date:
    """Return today's date where this machine is."""
    return datetime.now().astimezone().date()


def month_name(month: int) -> str:
    """Return the English name of a month from 1 to 12."""
    return MONTHS[month - 1]
