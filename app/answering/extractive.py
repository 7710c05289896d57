"""Answering without a model: the sources' own sentences, chosen and put in order.

Nothing is rewritten. It picks the few sentences that bear most on the question, brings along the
one before where a sentence leans on it or stands in a quotation that was opened there, and leaves
out what was said already and what pages say of themselves. The best comes first.
"""

import math
import re
from collections.abc import Iterable, Sequence

from app.answering.answer_forms import AnswerForm
from app.answering.sentence_ranking import Evidence
from app.verification.dates import dates
from vectorstore.ranking import other_names
from vectorstore.text.terms import terms

MORE = 5  # further sentences on request; judged
# A further sentence: its odds to the best, and its log-odds by the answer finder, at least; judged
_NEAR_BEST, _ALSO = math.log(0.05), -1.5
# Log-odds of the first, and its lead over any other, from which it answers alone, unless another
# is as sure and at least so near it; for a number or a definition, no lead is needed, and yes or no
# may be said by what stands beside the question as reported
_SURE, _LEAD, _NEAR_SURE = 0.5, 1.0, math.log(0.3)
_NEAR_BEST_OF_SEVERAL, _ALSO_OF_SEVERAL = math.log(0.02), -2.5  # where several are asked for
# Sentences chosen, without those they lean on; judged: a short answer, a list that fits a screen
_MOST, _MOST_OF_SEVERAL = 4, 6
_SEVERAL = ("list", "chronology", "comparison")
_SINGLE = ("how_many", "definition")
_EACH = 2  # sentences for each part of a question, one for more than two parts; judged
# Cosine by which a sentence must mean more of the question than the best one; judged
_NEARER = 0.03
_SAME = 0.8  # share of terms in common above which two sentences say the same; judged
_LEANING = re.compile(
    r"(?:this|that|these|those|they|he|she|it|its|their|his|her|such|both|however|thus|therefore|"
    r"moreover|furthermore|similarly|likewise|the (?:former|latter|two)|that same|the following|"
    r"during (?:their|his|her|its)|later that|in contrast|in this|"
    r"as such)\b|これ|それ|この|その|此|這|这",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"\ball rights reserved\b|\bsubscribe (?:to|now|for)\b|\bsign up (?:for|to)\b|\bcookies?\b.*"
    r"\b(?:accept|consent|policy|browser)|\bclick here\b|\bread more\b|\bshare this\b|^\W*©|"
    r"^(?:photo|image|picture|source) ?(?:credit|by|:)|\bterms of (?:use|service)\b",
    re.IGNORECASE,
)
_OPENED, _CLOSED = "“「『«", "”」』»"


def choose(parts: Sequence[Sequence[Evidence]], form: AnswerForm = "plain") -> list[Evidence]:
    """The sentences of the answer, in the order they are read.

    `parts` are the parts of the question, each with its evidence, best first; `form` is what the
    question as a whole asks for.
    """
    chosen: list[Evidence] = []
    most = _MOST_OF_SEVERAL if form in _SEVERAL else _MOST
    for number, evidence in enumerate(parts):
        few = _EACH if len(parts) == 2 or not number else 1
        chosen += _best(evidence, most if len(parts) == 1 else few, chosen, form)
    if form == "chronology":
        return _by_time(chosen)
    return _in_order(chosen, [one for evidence in parts for one in evidence])


def further(parts: Sequence[Sequence[Evidence]], chosen: Sequence[Evidence]) -> list[Evidence]:
    """What bears on the question beyond what was chosen, best first; at most `MORE`."""
    found: list[Evidence] = []
    for one in sorted((e for part in parts for e in part), key=lambda e: -e.score):
        if len(found) == MORE:
            break
        if _says_something_new(one, [*chosen, *found]):
            found.append(one)
    return found


def leans(sentence: str) -> bool:
    """Whether a sentence points back to the one before it with its first words."""
    return bool(_LEANING.match(sentence))


def is_boilerplate(sentence: str) -> bool:
    """Whether a sentence is what pages say of themselves, as “All rights reserved”."""
    return bool(_BOILERPLATE.search(sentence))


def _by_time(chosen: Sequence[Evidence]) -> list[Evidence]:
    """Return sentences by their first date with a year; those without stay after their like.

    That is the sentence before them in their source.
    """
    placed: list[tuple[tuple[int, int, int], Evidence]] = []
    moment = (0, 0, 0)
    source = ""
    for one in sorted(chosen, key=lambda one: one.place):
        if one.passage.source_id != source:
            source, moment = one.passage.source_id, (0, 0, 0)
        years = [date for date in dates(one.text) if date.year]
        if years:
            moment = (years[0].year or 0, years[0].month or 0, years[0].day or 0)
        placed.append((moment, one))
    return [one for _, one in sorted(placed, key=lambda pair: pair[0])]


def _best(
    evidence: Sequence[Evidence], most: int, already: Sequence[Evidence], form: AnswerForm
) -> list[Evidence]:
    first = next((one for one in evidence if _says_something_new(one, already)), None)
    if first is None:
        return []
    near_best, also = _NEAR_BEST, _ALSO
    lead = first.answers - max((e.answers for e in evidence if e is not first), default=-math.inf)
    if form in _SEVERAL:
        near_best, also = _NEAR_BEST_OF_SEVERAL, _ALSO_OF_SEVERAL
    elif form != "yes_no" and first.answers >= _SURE and lead >= (0 if form in _SINGLE else _LEAD):
        near_best, also = _NEAR_SURE, _SURE
    chosen = [first]
    nearest = max(evidence, key=lambda e: e.meaning)
    if (
        nearest.meaning > first.meaning + _NEARER
        and nearest.answers >= also
        and _says_something_new(nearest, [*already, *chosen])
    ):
        chosen.append(nearest)  # the words may be another's, as in a question on another visit
    for candidate in evidence:
        if len(chosen) >= most or candidate.score < first.score + near_best:
            break
        if candidate.answers >= also and _says_something_new(candidate, [*already, *chosen]):
            chosen.append(candidate)
    return chosen


def _says_something_new(one: Evidence, said: Iterable[Evidence]) -> bool:
    return not is_boilerplate(one.text) and not any(_same(one, other) for other in said)


def _in_order(chosen: Sequence[Evidence], evidence: Iterable[Evidence]) -> list[Evidence]:
    """Best first, each with what it leans on.

    That comes before it, except for the first sentence: it answers the question, which says already
    what it is about. Who speaks always comes before.
    """
    places = {(e.passage.id, e.ordinal): e for e in evidence}
    ordered: dict[tuple[str, int], Evidence] = {}
    for one in chosen:
        before = places.get((one.passage.id, one.ordinal - 1))
        together = [one]
        if before and _inside_quotation(before.text):
            together = [before, one]
        elif before and leans(one.text):
            together = [before, one] if ordered else [one, before]
        for other in together:
            ordered.setdefault(other.place, other)
    return list(ordered.values())


def _inside_quotation(text: str) -> bool:
    """Return whether a quotation is still open at the end of a text, which names the speaker."""
    return any(text.rfind(a) > text.rfind(b) for a, b in zip(_OPENED, _CLOSED, strict=True))


def _same(one: Evidence, other: Evidence) -> bool:
    if one.place == other.place:
        return True
    a, b = sorted((set(terms(one.text)), set(terms(other.text))), key=len)
    if any(term[0].isdigit() for term in a - b):
        return False  # another number is another statement
    if other_names(one.text, other.text):
        return False  # and so is another name
    return bool(a) and len(a & b) / len(a) >= _SAME
