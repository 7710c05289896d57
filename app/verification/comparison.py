"""Where a sentence and the words it cites differ: numbers, dates, names, denial, doubt, whose word.

A sentence, the passage of the quotes that is nearest to it, and all quotes in; findings out, each
with what it makes of the sentence and why, in words for a reader. What agrees gives no finding,
and nothing here looks at meaning: how far the rest carries the sentence is `support.py`'s.
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

_SAME_CLAUSE = 0.6  # share of the sentence's other words from which a passage is about the same
_CLAUSE = 0.7  # share from which “not” or an opposite turns it round
_PAIRS_SHARED = 0.55  # the same for Chinese and Japanese, where one sign more breaks two pairs
_CJK = 0.5  # share of letters from which a sentence is in Chinese or Japanese
_WHOLE_CLAUSE = 0.9  # share from which it says the same but for the point in question
_NEAR = 4  # terms after a word like “not” that it surely governs
_BEARS = 0.7  # share of those that the other side must have
_YEAR = re.compile(r"\d{4}")
_FEW = 4  # a number up to which a writer may have counted what a source only lists


class Compared:
    """A sentence beside `near`, the passage most like it, and `whole`, everything it cites."""

    def __init__(self, sentence: str, near: str, whole: str, closest: str = "") -> None:
        """All as they are written; `closest` is the one sentence of `near` that is most like it."""
        self.sentence, self.near, self.whole = sentence, near, whole
        self.closest = closest or near
        self.mine = infinitives(terms(sentence))
        self.there = infinitives(terms(near))

    def covered(self, without: str = "", by: str = "") -> float:
        """Which share of the sentence's terms, but for those of `without`, `near` or `by` has."""
        wanted = self.mine - infinitives(terms(without))
        there = infinitives(terms(by)) if by else self.there
        return len(wanted & there) / len(wanted) if wanted else 1.0

    @cached_property
    def of_another(self) -> bool:
        """Whether the passage lacks a name of the sentence: then nothing in it is the opposite."""
        return any(name.sure for name in missing(names(self.sentence), self.near))

    @cached_property
    def findings(self) -> list[Finding]:
        """Every difference, the gravest first."""
        found = [finding for look in _LOOKS for finding in look(self)]
        if any(finding.verdict == "contradicted" for finding in found) and self.of_another:
            found = [
                replace(one, verdict="unsupported") if one.verdict == "contradicted" else one
                for one in found
            ]
        return sorted(found, key=lambda finding: GRAVITY.index(finding.verdict))


def across_languages(sentence: str, whole: str) -> list[Finding]:
    """Which numbers and dates the cited words lack, where no other word can be compared."""
    pair = Compared(sentence, whole, whole)
    return [*_numbers(pair), *_dates(pair)]


GRAVITY: tuple[Verdict, ...] = ("contradicted", "unsupported", "partial")


def _numbers(pair: Compared) -> Iterator[Finding]:
    near, everywhere = quantities(pair.near), quantities(pair.whole)
    years = {date.year for date in dates(pair.whole)}
    for one in quantities(pair.sentence):
        other = _other_measure(one, near)
        rivals = [r for r in near if r.same_thing(one) and one.excludes(r)]
        cover = pair.covered(one.text)
        if other and cover >= _SAME_CLAUSE:
            yield _differs("number", _with_measure(one), _with_measure(other))
        elif cover >= _SAME_CLAUSE and (rival := _swapped_number(one, near, everywhere)):
            yield _differs("number", _with_noun(one, pair.sentence), _with_noun(rival, pair.near))
        elif (
            any(one.equals(r) for r in near)
            or (one.value in years and _YEAR.fullmatch(one.text))
            or (_stands(one.text, pair.whole) and one.kind == "ordinal")
        ) or (any(one.equals(r) for r in everywhere) and not (rivals and cover >= _WHOLE_CLAUSE)):
            continue
        elif rivals and cover >= _SAME_CLAUSE:
            yield _differs("number", one.text, rivals[0].text)
        elif one.kind == "ordinal" or (one.value <= _FEW and one.text[0].isalpha()):
            yield Finding("partial", "number", one.text)
        else:
            yield Finding("unsupported", "number", one.text)


def _swapped_number(
    one: Quantity, near: tuple[Quantity, ...], everywhere: tuple[Quantity, ...]
) -> Quantity | None:
    """Another value of the noun that this one counts, where its own value counts another noun."""
    equal = [r for r in everywhere if one.equals(r)]
    if not one.counts or not equal or any(r.same_thing(one) or not r.counts for r in equal):
        return None
    rivals = (r for r in near if r.counts[:1] == one.counts[:1] and one.excludes(r))
    return next(rivals, None)


def _with_noun(one: Quantity, text: str) -> str:
    after = re.match(r"\s*[^\W\d_]+", text[one.end :])
    return one.text + (after[0] if after else "")


def _other_measure(one: Quantity, near: tuple[Quantity, ...]) -> Quantity | None:
    """The same value in another measure or currency, if only that is there."""
    equal = [r for r in near if one.equals(r)]
    same = [r for r in equal if one.kind == r.kind]
    if not same and {one.kind, *(r.kind for r in equal)} & {"money", "percent"}:
        return equal[0] if equal else None
    if not one.measure or any(r.measure in ("", one.measure) for r in same):
        return None
    return same[0] if same else None


def _with_measure(one: Quantity) -> str:
    return f"{one.text} {'per cent' if one.kind == 'percent' else one.measure}".strip()


def _stands(text: str, whole: str) -> bool:
    return re.search(rf"\b{re.escape(text)}\b", whole, re.IGNORECASE) is not None


def _dates(pair: Compared) -> Iterator[Finding]:
    near, everywhere = dates(pair.near), dates(pair.whole)
    for one in dates(pair.sentence):
        cover = pair.covered(one.text)
        rivals = [r for r in near if r.comparable(one) and not r.fits(one)]
        if rival := _swapped_date(one, pair):
            yield _differs("date", one.text, rival.text)
            continue
        if any(_holds(r, one) for r in near):
            continue
        if (
            rivals
            and not any(r.fits(one) and r.comparable(one) for r in near)
            and cover
            >= (_WHOLE_CLAUSE if any(_holds(r, one) for r in everywhere) else _SAME_CLAUSE)
        ):
            yield _differs("date", one.text, rivals[0].text)
        elif any(_holds(r, one) for r in everywhere):
            continue
        elif any(r.fits(one) and r.comparable(one) for r in everywhere):
            yield from _less_exact(one, everywhere)
        else:
            yield Finding("unsupported", "date", one.text)


def _swapped_date(one: Date, pair: Compared) -> Date | None:
    """Another date after the word that this one stands after, where this one follows another."""
    led = _leads(pair.sentence, one)
    if not led or pair.covered(one.text) < _WHOLE_CLAUSE:
        return None
    fitting = [_leads(pair.whole, r) for r in dates(pair.whole) if _holds(r, one)]
    if not fitting or not all(fitting) or led in fitting:
        return None
    rivals = (r for r in dates(pair.near) if r.comparable(one) and not r.fits(one))
    return next((r for r in rivals if _leads(pair.near, r) == led), None)


def _leads(text: str, date: Date) -> str:
    """The last term before a date in its clause; empty where it comes first."""
    clause = re.split(r"[.,;:!?。、，；]", text[: date.start])[-1]
    return (terms(clause) or ("",))[-1]


def _holds(source: Date, one: Date) -> bool:
    """Whether the source's date says every part that the sentence's says, and the same."""
    pairs = list(zip(source.parts, one.parts, strict=True))
    return source.fits(one) and all(a is not None for a, b in pairs if b is not None)


def _less_exact(one: Date, everywhere: tuple[Date, ...]) -> Iterator[Finding]:
    """A date that the cited words give without its year, month or day, unless these are near by."""
    said = {part for date in everywhere for part in enumerate(date.parts) if part[1]}
    if not {part for part in enumerate(one.parts) if part[1]} <= said:
        yield Finding("partial", "date_precision", one.text)


def _names(pair: Compared) -> Iterator[Finding]:
    absent = missing(names(pair.sentence), pair.whole)
    sure = [name.text for name in absent if name.sure]
    if sure:
        yield Finding("unsupported", "name", ", ".join(sure))
    elif absent:
        yield Finding("partial", "name", ", ".join(name.text for name in absent))


def _denial(pair: Compared) -> Iterator[Finding]:
    mine, theirs = negations(pair.sentence), negations(pair.closest)
    cover = pair.covered(" ".join(cue.text for cue in mine), pair.closest)
    if cover < (_PAIRS_SHARED if cjk_share(pair.sentence) > _CJK else _CLAUSE):
        return
    if mine and not theirs:
        if any(_bears_on(cue, pair.there) for cue in mine):
            yield Finding("contradicted", "negation", mine[0].text)
        return
    bearing = [cue for cue in theirs if _bears_on(cue, pair.mine)]
    if not mine and bearing:
        cue = bearing[0]
        said = pair.closest[cue.start : cue.end + 40].rpartition(" ")[0] or cue.text
        yield Finding("contradicted", "negation", theirs=said.strip())
    elif mine and not any(set(a.governs[:_NEAR]) & set(b.governs) for a in mine for b in theirs):
        yield Finding("partial", "negation", mine[0].text, theirs[0].text)


def _bears_on(cue: Cue, others: frozenset[str]) -> bool:
    """Whether most of what the word surely governs is among the other's terms."""
    governed = infinitives(cue.governs if cjk_share(cue.text) else cue.governs[:_NEAR])
    return bool(governed) and len(governed & others) >= _BEARS * len(governed)


def _doubt(pair: Compared) -> Iterator[Finding]:
    if hedges(pair.sentence) or reports(pair.sentence):
        return
    for cue in hedges(pair.closest):
        if _bears_on(cue, pair.mine):
            yield Finding("partial", "hedge", theirs=cue.text)
            return


def _whose_word(pair: Compared) -> Iterator[Finding]:
    mine = reports(pair.sentence)
    shared = pair.mine & set(terms(pair.closest))
    for theirs in reports(pair.closest):
        if not shared or len(shared & theirs.said) < max(_SAME_CLAUSE * len(shared), 2):
            continue
        if not mine:
            yield _unattributed(pair.closest, theirs)
        elif _others_word(mine, theirs):
            yield Finding("partial", "attribution", mine[0].who, theirs.who)
        return


def _unattributed(closest: str, theirs: Report) -> Finding:
    if theirs.who:
        return Finding("partial", "attribution", theirs=theirs.who)
    return Finding("partial", "report", theirs=closest[theirs.start : theirs.end])


def _others_word(mine: list[Report], theirs: Report) -> bool:
    whose = set(terms(theirs.who))
    return bool(whose) and all(
        report.who and not whose & set(terms(report.who)) and report.who[0].isupper()
        and report.who.lower() not in ("he", "she", "they", "it", "the source")
        for report in mine
    )  # fmt: skip


def _how_many(pair: Compared) -> Iterator[Finding]:
    theirs = quantifiers(pair.near)
    for cue in quantifiers(pair.sentence):
        same = [t for t in theirs if set(t.governs[:3]) & set(cue.governs[:3])]
        if any(t.level >= cue.level for t in same):
            continue
        if same:
            yield Finding("partial", "quantifier", cue.text, same[0].text)
        elif cue.level >= 3 and not any(t.level >= cue.level for t in theirs):
            yield Finding("partial", "quantifier", cue.text)


def _opposites(pair: Compared) -> Iterator[Finding]:
    enough = _PAIRS_SHARED if cjk_share(pair.sentence) > _CJK else _CLAUSE
    for mine, theirs in opposites(pair.sentence, pair.closest):
        if pair.covered(mine, pair.closest) >= enough:
            yield _differs("antonym", mine, theirs)
            return


def _who_to_whom(pair: Compared) -> Iterator[Finding]:
    found = swapped(pair.sentence, pair.closest)
    if found and pair.covered(by=pair.closest) >= _CLAUSE:
        yield Finding("partial", "argument_order", *found)


def _differs(kind: FindingKind, mine: str, theirs: str) -> Finding:
    return Finding("contradicted", kind, mine.strip(), theirs.strip())


_LOOKS: tuple[Callable[[Compared], Iterator[Finding]], ...] = (
    _numbers, _dates, _names, _denial, _opposites, _who_to_whom, _doubt, _whose_word, _how_many,
)  # fmt: skip
