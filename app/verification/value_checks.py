"""Compare the numbers and dates of a sentence with those of the words it cites."""

import re
from collections.abc import Iterator

from app.verification.comparison import SAME_MATTER, Comparison, differs
from app.verification.dates import Date, dates
from app.verification.quantities import Quantity, quantities
from vectorstore.records import Finding
from vectorstore.text.numerals import NUMBER_WORDS, spelt
from vectorstore.text.tables import any_of
from vectorstore.text.terms import terms

_WHOLE_CLAUSE = 0.9  # share from which only the point in question differs; judged
_YEAR = re.compile(r"\d{4}")
_COUNT = rf"(?:\d+|{any_of(NUMBER_WORDS)})"
# “3 to 1”, “seven votes to two”, “3–1”; “from 3 to 5” and years are ranges
_TALLY = re.compile(
    rf"(?<!from )(?<!between )\b(?P<one>{_COUNT})(?: votes?)? to (?P<other>{_COUNT})\b|"
    r"\b(?P<left>\d{1,3})[–-](?P<right>\d{1,3})\b",
    re.IGNORECASE,
)
_FEW = 4  # judged: up to this number, a writer may have counted items that the source only lists


def compare_numbers(pair: Comparison) -> Iterator[Finding]:
    """Compare the numbers: another value, or one that the cited words lack."""
    near, everywhere = quantities(pair.near), quantities(pair.whole)
    years = {date.year for date in dates(pair.whole)}
    for one in quantities(pair.sentence):
        other = _other_measure(one, near)
        rivals = [r for r in near if r.same_thing(one) and one.excludes(r)]
        cover = pair.covered(one.text)
        if other and cover >= SAME_MATTER:
            yield differs("number", _with_measure(one), _with_measure(other))
        elif cover >= SAME_MATTER and (rival := _number_of_same_noun(one, near, everywhere)):
            yield differs("number", _with_noun(one, pair.sentence), _with_noun(rival, pair.near))
        elif (
            any(one.equals(r) for r in near)
            or (one.value in years and _YEAR.fullmatch(one.text))
            or (_occurs(one.text, pair.whole) and one.kind == "ordinal")
        ) or (any(one.equals(r) for r in everywhere) and not (rivals and cover >= _WHOLE_CLAUSE)):
            continue
        elif rivals and cover >= SAME_MATTER:
            yield differs("number", one.text, rivals[0].text)
        elif one.kind == "ordinal" or (one.value <= _FEW and one.text[0].isalpha()):
            yield Finding("unverified", "number", one.text)
        else:
            yield Finding("not_stated", "number", one.text)


def compare_tallies(pair: Comparison) -> Iterator[Finding]:
    """Report a result such as “3 to 1” that the source has the other way round.

    It may still be right, of the side that lost, so it only leaves the sentence open.
    """
    theirs = {(a, b): text for text, a, b in map(_tally, _TALLY.finditer(pair.whole))}
    for text, one, other in map(_tally, _TALLY.finditer(pair.sentence)):
        if one != other and (one, other) not in theirs and (other, one) in theirs:
            yield Finding("unverified", "number", text, theirs[other, one])


def _tally(match: re.Match[str]) -> tuple[str, float, float]:
    """Return the words of a result, and its two numbers."""
    sides = [match["one"] or match["left"], match["other"] or match["right"]]
    one, other = (float(side) if side.isdigit() else spelt(side.lower()) for side in sides)
    return match[0], one, other


def _number_of_same_noun(
    one: Quantity, near: tuple[Quantity, ...], everywhere: tuple[Quantity, ...]
) -> Quantity | None:
    """Return the source's number for the noun of `one`, if its value counts other nouns there.

    For “5 allies” in “5 allies and 12 ships” against “12 allies and 5 ships”, return “12”.
    """
    equal = [r for r in everywhere if one.equals(r)]
    if not one.counts or not equal or any(r.same_thing(one) or not r.counts for r in equal):
        return None
    rivals = (r for r in near if r.counts[:1] == one.counts[:1] and one.excludes(r))
    return next(rivals, None)


def _with_noun(one: Quantity, text: str) -> str:
    after = re.match(r"\s*[^\W\d_]+", text[one.end :])
    return one.text + (after[0] if after else "")


def _other_measure(one: Quantity, near: tuple[Quantity, ...]) -> Quantity | None:
    """Return the same value in another unit or currency, if the passage has no exact match."""
    equal = [r for r in near if one.equals(r)]
    same = [r for r in equal if one.kind == r.kind]
    if not same and {one.kind, *(r.kind for r in equal)} & {"money", "percent"}:
        return equal[0] if equal else None
    if not one.measure or any(r.measure in ("", one.measure) for r in same):
        return None
    return same[0] if same else None


def _with_measure(one: Quantity) -> str:
    return f"{one.text} {'per cent' if one.kind == 'percent' else one.measure}".strip()


def _occurs(text: str, whole: str) -> bool:
    return re.search(rf"\b{re.escape(text)}\b", whole, re.IGNORECASE) is not None


def compare_dates(pair: Comparison) -> Iterator[Finding]:
    """Compare the dates: another one, a less exact one, or one that the cited words lack."""
    near, everywhere = dates(pair.near), dates(pair.whole)
    for one in dates(pair.sentence):
        cover = pair.covered(one.text)
        rivals = [r for r in near if r.comparable(one) and not r.fits(one)]
        if rival := _date_after_same_term(one, pair):
            yield differs("date", one.text, rival.text)
            continue
        if any(_covers(r, one) for r in near):
            continue
        if (
            rivals
            and not any(r.fits(one) and r.comparable(one) for r in near)
            and cover
            >= (_WHOLE_CLAUSE if any(_covers(r, one) for r in everywhere) else SAME_MATTER)
        ):
            yield differs("date", one.text, rivals[0].text)
        elif any(_covers(r, one) for r in everywhere):
            continue
        elif any(r.fits(one) and r.comparable(one) for r in everywhere):
            yield from _missing_parts(one, everywhere)
        else:
            yield Finding("not_stated", "date", one.text)


def _date_after_same_term(one: Date, pair: Comparison) -> Date | None:
    """Return the source's date after the same term as `one`, if `one` follows other terms there.

    For “opened 2005” against “opened 1990 and closed 2005”, return “1990”.
    """
    before = _term_before(pair.sentence, one)
    if not before or pair.covered(one.text) < _WHOLE_CLAUSE:
        return None
    fitting = [_term_before(pair.whole, r) for r in dates(pair.whole) if _covers(r, one)]
    if not fitting or not all(fitting) or before in fitting:
        return None
    rivals = (r for r in dates(pair.near) if r.comparable(one) and not r.fits(one))
    return next((r for r in rivals if _term_before(pair.near, r) == before), None)


def _term_before(text: str, date: Date) -> str:
    """Return the last term before a date in its clause; empty if the date comes first."""
    clause = re.split(r"[.,;:!?。、，；]", text[: date.start])[-1]
    return (terms(clause) or ("",))[-1]


def _covers(source: Date, one: Date) -> bool:
    """Whether the source's date has every part (year, month, day) of the sentence's, unchanged."""
    pairs = list(zip(source.parts, one.parts, strict=True))
    return source.fits(one) and all(a is not None for a, b in pairs if b is not None)


def _missing_parts(one: Date, everywhere: tuple[Date, ...]) -> Iterator[Finding]:
    """Report a date whose year, month or day the cited words give in none of their dates."""
    given = {part for date in everywhere for part in enumerate(date.parts) if part[1]}
    if not {part for part in enumerate(one.parts) if part[1]} <= given:
        yield Finding("unverified", "date_precision", one.text)
