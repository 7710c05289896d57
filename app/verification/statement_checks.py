"""Compare how a sentence and the words it cites state something: names, negation, antonyms, hedges,
attribution, quantifiers.
"""

import re
from collections.abc import Iterator

from app.verification.antonyms import opposites, swapped
from app.verification.comparison import SAME_MATTER, Comparison, differs
from app.verification.denials import Denial, negations, open_questions
from app.verification.modality import Cue, Report, hedges, quantifiers, reports
from app.verification.names import missing, names
from vectorstore.records import Finding, Verdict
from vectorstore.text.scripts import cjk_share
from vectorstore.text.terms import terms

_CLAUSE = 0.7  # share from which “not” or an antonym contradicts; judged: stricter, as it accuses
_PAIRS_SHARED = 0.55  # same for Chinese and Japanese; judged: one more character breaks two pairs
_CJK = 0.5  # share of letters from which a sentence is in Chinese or Japanese; judged
_NEAR = 4  # terms after a word like “not” that it certainly governs; judged
_SPECIFIC = re.compile(r"\b[A-Z][\w’'-]*|\b\d[\w.,]*")
_SHOWN = 40  # characters of a denial that a reader is shown; judged
_WORD_BEGUN = re.compile(r"\w+$")
_SUPPOSING = ("if", "unless", "in case")
_BEARS = 0.7  # share of those that the other text must contain; judged


def compare_names(pair: Comparison) -> Iterator[Finding]:
    """Report the names that the cited words do not have in any form."""
    absent = missing(names(pair.sentence), pair.whole)
    sure = [name.text for name in absent if name.sure]
    if sure:
        yield Finding("not_stated", "name", ", ".join(sure))
    elif absent:
        yield Finding("unverified", "name", ", ".join(name.text for name in absent))


def compare_negation(pair: Comparison) -> Iterator[Finding]:
    """Report a negation on one side, or different ones on both."""
    mine, theirs = negations(pair.sentence), negations(pair.closest)
    cover = pair.covered(" ".join(cue.text for cue in mine), pair.closest)
    if cover < _enough(pair):
        return
    if mine and not theirs:
        if any(_denies(cue, pair.near_terms) for cue in mine):
            yield Finding("contradicted", "negation", mine[0].text)
        return
    if not mine:
        verdicts = ((cue, _denied(pair, cue)) for cue in theirs if not cue.limited)
        if found := next(((cue, verdict) for cue, verdict in verdicts if verdict), None):
            yield Finding(found[1], "negation", theirs=_excerpt(pair.closest, found[0]))
    elif not any(frozenset(a.governs[:_NEAR]) & frozenset(b.governs) for a in mine for b in theirs):
        yield Finding("unverified", "negation", mine[0].text, theirs[0].text)


def _enough(pair: Comparison) -> float:
    return _PAIRS_SHARED if cjk_share(pair.sentence) > _CJK else _CLAUSE


def _denies(cue: Denial, others: frozenset[str]) -> bool:
    return cue.bears_on(others) if cue.readings else _applies_to(cue, others)


def _denied(pair: Comparison, cue: Denial) -> Verdict | None:
    """Return how a denial of the source bears on a sentence without one, None if not at all."""
    if not cue.readings:
        return "contradicted" if _applies_to(cue, pair.mine) else None
    if _of_another(pair, cue):
        return None
    if cue.bears_on(pair.mine):
        return "contradicted"
    if not cue.bears_on(pair.mine, fully=pair.mine <= frozenset(terms(pair.closest))):
        return None
    # “did not sell the pier to Lind” leaves open whether it sold the pier
    specific = " ".join(_SPECIFIC.findall(pair.closest, cue.end))
    open_to = frozenset(terms(specific)) & frozenset(cue.governs) - pair.mine
    return "unverified" if open_to else "contradicted"


def _of_another(pair: Comparison, cue: Denial) -> bool:
    """Return whether a sentence speaks of what another clause of the source states.

    As in “The mill was not sold, but the pier was sold.”
    """
    elsewhere = frozenset(terms(_around(pair.closest, cue)))
    heads = frozenset(core[0] for core, _ in cue.readings if core)
    own = pair.mine - frozenset(cue.governs)
    return bool(heads & elsewhere and own & elsewhere and not own & frozenset(cue.subject))


def _around(text: str, cue: Denial) -> str:
    """Return a text without a cue and what it governs."""
    return f"{text[: cue.start]} {text[cue.reach :]}"


def _excerpt(text: str, cue: Denial) -> str:
    """Return a denial with the words after it, from the beginning of its first word."""
    before = _WORD_BEGUN.search(text, max(cue.start - 20, 0), cue.start)
    start = before.start() if before else cue.start
    end = cue.reach or len(text)
    if end > cue.end + _SHOWN:
        end = max(text.rfind(" ", cue.end, cue.end + _SHOWN), cue.end)
    return text[start:end].strip(" .,")


def leaves_open(sentence: str, source: str) -> bool:
    """Return whether a sentence of the source denies or only asks what its own words state."""
    pair = Comparison(sentence, source, source)
    return any(True for check in (compare_negation, compare_open_questions) for _ in check(pair))


def compare_open_questions(pair: Comparison) -> Iterator[Finding]:
    """Report a statement that the source only asks or supposes: “asked whether …”, “if …”."""
    if open_questions(pair.sentence) or pair.covered(by=pair.closest) < _CLAUSE:
        return
    for cue in open_questions(pair.closest):
        governed = frozenset(cue.governs)
        supposed = cue.text.lower() in _SUPPOSING
        asks = frozenset(terms(cue.text.split()[0]))
        if asks & pair.mine or not governed & pair.mine:
            continue
        if pair.mine <= frozenset(terms(_around(pair.closest, cue))):
            continue  # “Asked whether it sank, he said that it sank.”
        if pair.mine <= governed if supposed else _all_of_it(cue, pair.mine):
            yield Finding("not_stated", "report", theirs=cue.text)
            return


def _all_of_it(cue: Denial, mine: frozenset[str]) -> bool:
    """Return whether a sentence has all that an embedded question asks."""
    return any(core and frozenset(core) <= mine for core, _ in cue.readings)


def _applies_to(cue: Cue | Denial, others: frozenset[str]) -> bool:
    """Whether most of the terms that a cue certainly governs are among `others`."""
    governed = frozenset(cue.governs if cjk_share(cue.text) else cue.governs[:_NEAR])
    return bool(governed) and len(governed & others) >= _BEARS * len(governed)


def compare_hedges(pair: Comparison) -> Iterator[Finding]:
    """Report a hedge of the source that the sentence drops."""
    if hedges(pair.sentence) or reports(pair.sentence):
        return
    for cue in hedges(pair.closest):
        if _applies_to(cue, pair.mine):
            yield Finding("unverified", "hedge", theirs=cue.text)
            return


def compare_attribution(pair: Comparison) -> Iterator[Finding]:
    """Report an attribution of the source that the sentence drops or changes."""
    mine = reports(pair.sentence)
    shared = pair.mine & set(terms(pair.closest))
    for theirs in reports(pair.closest):
        if not shared or len(shared & theirs.said) < max(SAME_MATTER * len(shared), 2):
            continue
        if not mine:
            yield _unattributed(pair.closest, theirs)
        elif _by_another_speaker(mine, theirs):
            yield Finding("unverified", "attribution", mine[0].who, theirs.who)
        return


def _unattributed(closest: str, theirs: Report) -> Finding:
    if theirs.who:
        return Finding("unverified", "attribution", theirs=theirs.who)
    return Finding("unverified", "report", theirs=closest[theirs.start : theirs.end])


def _by_another_speaker(mine: list[Report], theirs: Report) -> bool:
    speaker = set(terms(theirs.who))
    return bool(speaker) and all(
        report.who and not speaker & set(terms(report.who)) and report.who[0].isupper()
        and report.who.lower() not in ("he", "she", "they", "it", "the source")
        for report in mine
    )  # fmt: skip


def compare_quantifiers(pair: Comparison) -> Iterator[Finding]:
    """Report a quantifier that is stronger than the source’s."""
    theirs = quantifiers(pair.near)
    for cue in quantifiers(pair.sentence):
        same = [t for t in theirs if set(t.governs[:3]) & set(cue.governs[:3])]
        if any(t.level >= cue.level for t in same):
            continue
        if same:
            yield Finding("unverified", "quantifier", cue.text, same[0].text)
        elif cue.level >= 3 and not any(t.level >= cue.level for t in theirs):
            yield Finding("unverified", "quantifier", cue.text)


def compare_antonyms(pair: Comparison) -> Iterator[Finding]:
    """Report a word whose opposite stands in the nearest sentence of the source."""
    for mine, theirs in opposites(pair.sentence, pair.closest):
        if pair.covered(mine, pair.closest) >= _enough(pair):
            yield differs("antonym", mine, theirs)
            return


def compare_argument_order(pair: Comparison) -> Iterator[Finding]:
    """Report two names that have changed places around one verb."""
    found = swapped(pair.sentence, pair.closest)
    if found and pair.covered(by=pair.closest) >= _CLAUSE:
        yield Finding("unverified", "argument_order", *found)
