"""Exact comparison of a sentence with the words it cites.

Compare numbers, dates, names, negations, antonyms, argument order, hedges, attributions and
quantifiers, and return a finding for every difference. Words that agree give no finding. Meaning is
not considered here: `support.py` scores how well the quotes support the rest of the sentence.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

from app.verification.antonyms import infinitives, opposites, swapped
from app.verification.dates import Date, dates
from app.verification.modality import Cue, Report, hedges, negations, quantifiers, reports
from app.verification.names import missing, names
from app.verification.quantities import Quantity, quantities
from vectorstore.records import Finding, FindingKind, Verdict
from vectorstore.text.scripts import cjk_share
from vectorstore.text.terms import terms

_SAME_CLAUSE = 0.6  # share of the other words that makes two texts about the same matter; judged
_CLAUSE = 0.7  # share from which “not” or an antonym contradicts; judged: stricter, as it accuses
_PAIRS_SHARED = 0.55  # same for Chinese and Japanese; judged: one more character breaks two pairs
_CJK = 0.5  # share of letters from which a sentence is in Chinese or Japanese; judged
_WHOLE_CLAUSE = 0.9  # share from which only the point in question differs; judged
_NEAR = 4  # terms after a word like “not” that it certainly governs; judged
_BEARS = 0.7  # share of those that the other text must contain; judged
_YEAR = re.compile(r"\d{4}")
_FEW = 4  # judged: up to this number, a writer may have counted items that the source only lists


class Comparison:
    """A sentence, `near` (the cited passage most similar to it) and `whole` (all it cites)."""

    def __init__(self, sentence: str, near: str, whole: str, closest: str = "") -> None:
        """Take all texts as written; `closest` is the most similar single sentence of `near`."""
        self.sentence, self.near, self.whole = sentence, near, whole
        self.closest = closest or near
        self.mine = infinitives(terms(sentence))
        self.near_terms = infinitives(terms(near))

    def covered(self, without: str = "", by: str = "") -> float:
        """Return the share of the terms, without those of `without`, in `by` or `near`, 0 to 1."""
        wanted = self.mine - infinitives(terms(without))
        there = infinitives(terms(by)) if by else self.near_terms
        return len(wanted & there) / len(wanted) if wanted else 1.0

    @cached_property
    def lacks_a_name(self) -> bool:
        """Whether the passage lacks a name of the sentence, and so cannot contradict it."""
        return any(name.sure for name in missing(names(self.sentence), self.near))

    @cached_property
    def findings(self) -> list[Finding]:
        """All differences, the gravest first."""
        found = [finding for check in _CHECKS for finding in check(self)]
        if any(finding.verdict == "contradicted" for finding in found) and self.lacks_a_name:
            found = [
                replace(one, verdict="unsupported") if one.verdict == "contradicted" else one
                for one in found
            ]
        return sorted(found, key=lambda finding: GRAVITY.index(finding.verdict))


def across_languages(sentence: str, whole: str) -> list[Finding]:
    """Compare numbers and dates only, for texts in two languages; return the differences."""
    pair = Comparison(sentence, whole, whole)
    return [*_numbers(pair), *_dates(pair)]


GRAVITY: tuple[Verdict, ...] = ("contradicted", "unsupported", "partial")


def _numbers(pair: Comparison) -> Iterator[Finding]:
    near, everywhere = quantities(pair.near), quantities(pair.whole)
    years = {date.year for date in dates(pair.whole)}
    for one in quantities(pair.sentence):
        other = _other_measure(one, near)
        rivals = [r for r in near if r.same_thing(one) and one.excludes(r)]
        cover = pair.covered(one.text)
        if other and cover >= _SAME_CLAUSE:
            yield _differs("number", _with_measure(one), _with_measure(other))
        elif cover >= _SAME_CLAUSE and (rival := _number_of_same_noun(one, near, everywhere)):
            yield _differs("number", _with_noun(one, pair.sentence), _with_noun(rival, pair.near))
        elif (
            any(one.equals(r) for r in near)
            or (one.value in years and _YEAR.fullmatch(one.text))
            or (_occurs(one.text, pair.whole) and one.kind == "ordinal")
        ) or (any(one.equals(r) for r in everywhere) and not (rivals and cover >= _WHOLE_CLAUSE)):
            continue
        elif rivals and cover >= _SAME_CLAUSE:
            yield _differs("number", one.text, rivals[0].text)
        elif one.kind == "ordinal" or (one.value <= _FEW and one.text[0].isalpha()):
            yield Finding("partial", "number", one.text)
        else:
            yield Finding("unsupported", "number", one.text)


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


def _dates(pair: Comparison) -> Iterator[Finding]:
    near, everywhere = dates(pair.near), dates(pair.whole)
    for one in dates(pair.sentence):
        cover = pair.covered(one.text)
        rivals = [r for r in near if r.comparable(one) and not r.fits(one)]
        if rival := _date_after_same_term(one, pair):
            yield _differs("date", one.text, rival.text)
            continue
        if any(_covers(r, one) for r in near):
            continue
        if (
            rivals
            and not any(r.fits(one) and r.comparable(one) for r in near)
            and cover
            >= (_WHOLE_CLAUSE if any(_covers(r, one) for r in everywhere) else _SAME_CLAUSE)
        ):
            yield _differs("date", one.text, rivals[0].text)
        elif any(_covers(r, one) for r in everywhere):
            continue
        elif any(r.fits(one) and r.comparable(one) for r in everywhere):
            yield from _missing_parts(one, everywhere)
        else:
            yield Finding("unsupported", "date", one.text)


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
        yield Finding("partial", "date_precision", one.text)


def _names(pair: Comparison) -> Iterator[Finding]:
    absent = missing(names(pair.sentence), pair.whole)
    sure = [name.text for name in absent if name.sure]
    if sure:
        yield Finding("unsupported", "name", ", ".join(sure))
    elif absent:
        yield Finding("partial", "name", ", ".join(name.text for name in absent))


def _negation(pair: Comparison) -> Iterator[Finding]:
    mine, theirs = negations(pair.sentence), negations(pair.closest)
    cover = pair.covered(" ".join(cue.text for cue in mine), pair.closest)
    if cover < (_PAIRS_SHARED if cjk_share(pair.sentence) > _CJK else _CLAUSE):
        return
    if mine and not theirs:
        if any(_applies_to(cue, pair.near_terms) for cue in mine):
            yield Finding("contradicted", "negation", mine[0].text)
        return
    bearing = [cue for cue in theirs if _applies_to(cue, pair.mine)]
    if not mine and bearing:
        cue = bearing[0]
        excerpt = pair.closest[cue.start : cue.end + 40].rpartition(" ")[0] or cue.text
        yield Finding("contradicted", "negation", theirs=excerpt.strip())
    elif mine and not any(set(a.governs[:_NEAR]) & set(b.governs) for a in mine for b in theirs):
        yield Finding("partial", "negation", mine[0].text, theirs[0].text)


def _applies_to(cue: Cue, others: frozenset[str]) -> bool:
    """Whether most of the terms that a cue certainly governs are among `others`."""
    governed = infinitives(cue.governs if cjk_share(cue.text) else cue.governs[:_NEAR])
    return bool(governed) and len(governed & others) >= _BEARS * len(governed)


def _hedges(pair: Comparison) -> Iterator[Finding]:
    if hedges(pair.sentence) or reports(pair.sentence):
        return
    for cue in hedges(pair.closest):
        if _applies_to(cue, pair.mine):
            yield Finding("partial", "hedge", theirs=cue.text)
            return


def _attribution(pair: Comparison) -> Iterator[Finding]:
    mine = reports(pair.sentence)
    shared = pair.mine & set(terms(pair.closest))
    for theirs in reports(pair.closest):
        if not shared or len(shared & theirs.said) < max(_SAME_CLAUSE * len(shared), 2):
            continue
        if not mine:
            yield _unattributed(pair.closest, theirs)
        elif _by_another_speaker(mine, theirs):
            yield Finding("partial", "attribution", mine[0].who, theirs.who)
        return


def _unattributed(closest: str, theirs: Report) -> Finding:
    if theirs.who:
        return Finding("partial", "attribution", theirs=theirs.who)
    return Finding("partial", "report", theirs=closest[theirs.start : theirs.end])


def _by_another_speaker(mine: list[Report], theirs: Report) -> bool:
    speaker = set(terms(theirs.who))
    return bool(speaker) and all(
        report.who and not speaker & set(terms(report.who)) and report.who[0].isupper()
        and report.who.lower() not in ("he", "she", "they", "it", "the source")
        for report in mine
    )  # fmt: skip


def _quantifiers(pair: Comparison) -> Iterator[Finding]:
    theirs = quantifiers(pair.near)
    for cue in quantifiers(pair.sentence):
        same = [t for t in theirs if set(t.governs[:3]) & set(cue.governs[:3])]
        if any(t.level >= cue.level for t in same):
            continue
        if same:
            yield Finding("partial", "quantifier", cue.text, same[0].text)
        elif cue.level >= 3 and not any(t.level >= cue.level for t in theirs):
            yield Finding("partial", "quantifier", cue.text)


def _antonyms(pair: Comparison) -> Iterator[Finding]:
    enough = _PAIRS_SHARED if cjk_share(pair.sentence) > _CJK else _CLAUSE
    for mine, theirs in opposites(pair.sentence, pair.closest):
        if pair.covered(mine, pair.closest) >= enough:
            yield _differs("antonym", mine, theirs)
            return


def _argument_order(pair: Comparison) -> Iterator[Finding]:
    found = swapped(pair.sentence, pair.closest)
    if found and pair.covered(by=pair.closest) >= _CLAUSE:
        yield Finding("partial", "argument_order", *found)


def _differs(kind: FindingKind, mine: str, theirs: str) -> Finding:
    return Finding("contradicted", kind, mine.strip(), theirs.strip())


_CHECKS: tuple[Callable[[Comparison], Iterator[Finding]], ...] = (
    _numbers, _dates, _names, _negation, _antonyms, _argument_order, _hedges, _attribution,
    _quantifiers,
)  # fmt: skip
