"""Compare how a sentence and the words it cites state something: names, negation, antonyms, hedges,
attribution, quantifiers.
"""

from collections.abc import Iterator

from app.verification.antonyms import opposites, swapped
from app.verification.comparison import SAME_MATTER, Comparison, differs
from app.verification.modality import Cue, Report, hedges, negations, quantifiers, reports
from app.verification.names import missing, names
from vectorstore.records import Finding
from vectorstore.text.scripts import cjk_share
from vectorstore.text.terms import terms

_CLAUSE = 0.7  # share from which “not” or an antonym contradicts; judged: stricter, as it accuses
_PAIRS_SHARED = 0.55  # same for Chinese and Japanese; judged: one more character breaks two pairs
_CJK = 0.5  # share of letters from which a sentence is in Chinese or Japanese; judged
_NEAR = 4  # terms after a word like “not” that it certainly governs; judged
_BEARS = 0.7  # share of those that the other text must contain; judged


def compare_names(pair: Comparison) -> Iterator[Finding]:
    """Report the names that the cited words do not have in any form."""
    absent = missing(names(pair.sentence), pair.whole)
    sure = [name.text for name in absent if name.sure]
    if sure:
        yield Finding("unsupported", "name", ", ".join(sure))
    elif absent:
        yield Finding("partial", "name", ", ".join(name.text for name in absent))


def compare_negation(pair: Comparison) -> Iterator[Finding]:
    """Report a negation on one side, or different ones on both."""
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
    governed = frozenset(cue.governs if cjk_share(cue.text) else cue.governs[:_NEAR])
    return bool(governed) and len(governed & others) >= _BEARS * len(governed)


def compare_hedges(pair: Comparison) -> Iterator[Finding]:
    """Report a hedge of the source that the sentence drops."""
    if hedges(pair.sentence) or reports(pair.sentence):
        return
    for cue in hedges(pair.closest):
        if _applies_to(cue, pair.mine):
            yield Finding("partial", "hedge", theirs=cue.text)
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


def compare_quantifiers(pair: Comparison) -> Iterator[Finding]:
    """Report a quantifier that is stronger than the source’s."""
    theirs = quantifiers(pair.near)
    for cue in quantifiers(pair.sentence):
        same = [t for t in theirs if set(t.governs[:3]) & set(cue.governs[:3])]
        if any(t.level >= cue.level for t in same):
            continue
        if same:
            yield Finding("partial", "quantifier", cue.text, same[0].text)
        elif cue.level >= 3 and not any(t.level >= cue.level for t in theirs):
            yield Finding("partial", "quantifier", cue.text)


def compare_antonyms(pair: Comparison) -> Iterator[Finding]:
    """Report a word whose opposite stands in the nearest sentence of the source."""
    enough = _PAIRS_SHARED if cjk_share(pair.sentence) > _CJK else _CLAUSE
    for mine, theirs in opposites(pair.sentence, pair.closest):
        if pair.covered(mine, pair.closest) >= enough:
            yield differs("antonym", mine, theirs)
            return


def compare_argument_order(pair: Comparison) -> Iterator[Finding]:
    """Report two names that have changed places around one verb."""
    found = swapped(pair.sentence, pair.closest)
    if found and pair.covered(by=pair.closest) >= _CLAUSE:
        yield Finding("partial", "argument_order", *found)
