"""The dates in prose: `June 9`, `9 June 2025`, `2025-06-09`, `mid-May`, `2025年6月9日`.

Words like “the following month” and dates like `9/6/2025`, whose order is not known, are skipped.
Dates that stand alone in a field are read by `vectorstore/text/iso_dates.py`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from vectorstore.text.months import MONTH_ABBREVIATIONS, MONTH_NUMBERS, MONTHS
from vectorstore.text.tables import any_of

_MONTH = any_of((*MONTHS, *MONTH_ABBREVIATIONS))
_DAY = r"(?P<{0}>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<{0}>[12]\d{{3}})"
_COUNTED = (
    r"(?!\s*(?:[%％]|percent|per cent|people|persons|men|women|children|troops|soldiers|workers|"
    r"students|members|km|kilomet|met(?:er|re)s|miles|feet|tons|tonnes|kg|dollars|euros|yen|pounds|"
    r"years|days|hours|times|copies|units|seats|votes|hectares|acres|"
    r"人|名|件|個|回|円|元|万|億|亿|萬|米|メートル))"
)
_PATTERN = re.compile(
    rf"\b{_YEAR.format('y1')}-(?P<m1>[01]\d)-(?P<d1>[0-3]\d)\b|"
    rf"(?:(?P<y2>[12]\d{{3}})\s*年\s*)?(?P<m2>1[0-2]|[1-9])\s*月(?:\s*(?P<d2>[0-3]?\d)\s*[日号號])?|"
    r"(?P<y3>[12]\d{3})\s*年|"
    rf"\b{_DAY.format('d4')}(?: of)? (?P<m4>{_MONTH})\b\.?(?:,? {_YEAR.format('y4')}\b)?|"
    rf"\b(?P<m5>{_MONTH})\b\.? {_DAY.format('d5')}\b(?!,\d)(?:,? {_YEAR.format('y5')}\b)?|"
    rf"\b(?P<m6>{_MONTH})\b\.?,?(?: of)? {_YEAR.format('y6')}\b|"
    rf"(?<![A-Za-z0-9_,.$€£¥])(?P<y7>1[5-9]\d\d|2[01]\d\d)(?:(?P<decade>s)\b)?(?![,.]\d|[A-Za-z0-9_+]){_COUNTED}|"
    rf"(?<=[a-z,] )(?P<m8>{_MONTH})\b|\b(?:mid|early|late)-(?P<m9>{_MONTH})\b"
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date and where it stands; a part that is not given is None."""

    year: int | None
    month: int | None
    day: int | None
    text: str
    start: int
    end: int
    decade: bool = False

    @property
    def parts(self) -> tuple[int | None, int | None, int | None]:
        """Year, month and day."""
        return self.year, self.month, self.day

    def fits(self, other: "Date") -> bool:
        """Return whether both can be the same date: no part that both give differs."""
        if self.decade and self.year and other.year:
            return self.year // 10 == other.year // 10
        pairs = zip(self.parts, other.parts, strict=True)
        return all(a is None or b is None or a == b for a, b in pairs)

    def comparable(self, other: "Date") -> bool:
        """Return whether both give at least one same part."""
        return any(a and b for a, b in zip(self.parts, other.parts, strict=True))


@lru_cache(maxsize=512)
def dates(text: str) -> tuple[Date, ...]:
    """Return the dates of a text in order.

    >>> [date.parts for date in dates("On June 9, 2025, after mid-May, and in 2023.")]
    [(2025, 6, 9), (None, 5, None), (2023, None, None)]
    """
    return tuple(_date(match) for match in _PATTERN.finditer(text))


def _date(match: re.Match[str]) -> Date:
    found = {key[0]: value for key, value in match.groupdict().items() if value and key != "decade"}
    month = found.get("m", "")
    return Date(
        year=int(found["y"]) if "y" in found else None,
        month=int(month) if month.isdigit() else MONTH_NUMBERS.get(month.lower()),
        day=int(found["d"]) if "d" in found else None,
        text=match[0].strip(" ,."),
        start=match.start(),
        end=match.end(),
        decade=bool(match["decade"]),
    )
