"""Check a sentence without citations: does the library support it, contradict it, or say nothing?

Search for the sentence, for its clauses and for its names, let the checker choose the most telling
of the sentences found, and verify against those. Not every passage is read, so finding nothing does
not prove that there is nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.answering.sentence_ranking import Evidence, rank_sentences
from app.draft_check.locating import Location
from app.draft_check.wording import silence
from app.verification.names import names
from app.verification.statement_checks import leaves_open
from app.verification.verifier import Verification, Verifier
from app.verification.wording import reason
from vectorstore.library import Library
from vectorstore.ranking import Query
from vectorstore.records import Finding, Verdict
from vectorstore.text.sentences import sentences
from vectorstore.text.terms import terms

ClaimVerdict = Literal[
    "found", "supported", "contradicted", "unverified", "not_stated", "silent", "not_checkable"
]
_PASSAGES = 5  # passages that a claim is checked against; judged
_TOGETHER = 3  # sentences that a claim may combine; judged
_LONGEST = 1500  # characters of the search query; judged
_CANDIDATES = 8  # sentences that the checker chooses from; judged
_OTHERS = 3  # of them from each search for a clause or for the names; judged
_SEARCHES = 4  # for one sentence; judged: most have one clause or two
_CLAUSE = re.compile(r"; |: |, (?:and|but|while|whereas|which|who|because|so|although) ")
_CLAUSE_TERMS = 4  # that a clause must have to be searched for; judged
_NEAR = 1 / 3  # share of the terms that evidence must have to be near; judged
VERDICTS: dict[Verdict, ClaimVerdict] = {
    "verbatim": "found",
    "supported": "supported",
    "contradicted": "contradicted",
    "unverified": "unverified",
    "not_stated": "not_stated",
    "not_checkable": "not_checkable",
}
_ORDER = list(VERDICTS)


@dataclass(frozen=True, slots=True)
class Claim:
    """The verdict of the library on a sentence, with the evidence for it.

    If the verdict is `silent` or `not_stated`, `evidence` is only the nearest sentences of the
    sources: in a silent library, they are about something else.
    """

    verdict: ClaimVerdict
    findings: tuple[Finding, ...]
    evidence: tuple[Evidence, ...]

    @property
    def reason(self) -> str:
        """The findings, worded."""
        if self.verdict == "silent":
            return silence(self.findings)
        return reason(self.findings, "nearest")


def judge_claim(library: Library, verifier: Verifier, sentence: str) -> Claim:
    """Search for a sentence and check it against the best evidence found."""
    found = _candidates(library, sentence)
    if not found:
        return Claim("silent", (), ())
    telling = verifier.telling(sentence, [one.text for one in found])
    order = sorted(range(len(found)), key=lambda at: telling[at], reverse=True) if telling else []
    best = [found[at] for at in order[:_TOGETHER]] or found[:_TOGETHER]
    judged, used = _best(verifier, sentence, best)
    verdict = VERDICTS[judged.verdict]
    if verdict == "not_stated" and not _near(sentence, found):
        return Claim("silent", judged.findings, tuple(used[:1]))
    if judged.span:
        decisive = used[judged.span[0]]
        used = [decisive, *(one for one in used if one is not decisive)]
    return Claim(verdict, judged.findings, tuple(used))


def _candidates(library: Library, sentence: str) -> list[Evidence]:
    """Return the sentences of the library that may tell, those found for the whole one first."""
    found: dict[tuple[str, int], Evidence] = {}
    for number, text in enumerate(_searches(sentence)):
        query = Query(text)
        ranked = rank_sentences(library, query, library.find(query, _PASSAGES))
        for one in ranked[: _OTHERS if number else _CANDIDATES - _OTHERS]:
            found.setdefault((one.passage.source_id, one.start), one)
    return list(found.values())[:_CANDIDATES]


def _searches(sentence: str) -> Iterator[str]:
    """Yield the sentence, its clauses if there are several, and its names."""
    text = sentence[:_LONGEST]
    clauses = [part for part in _CLAUSE.split(text) if len(terms(part)) >= _CLAUSE_TERMS]
    named = " ".join(name.text for name in names(text) if name.sure)
    others = [*(clauses if len(clauses) > 1 else []), *([named] if " " in named else [])]
    yield from dict.fromkeys([text, *others[: _SEARCHES - 1]])


def _near(sentence: str, found: list[Evidence]) -> bool:
    """Return whether any sentence found shares enough terms to speak of the same matter."""
    wanted = set(terms(sentence))
    return any(len(wanted & set(terms(one.text))) >= _NEAR * len(wanted) for one in found)


def left_open(sentence: str, place: Location) -> bool:
    """Return whether the words stand in a sentence that denies or only asks what they state.

    “It was sold” is no statement of “He denied that it was sold.”
    """
    at = place.start - place.passage.start, place.end - place.passage.start
    text = place.passage.text
    around = [text[a:b] for a, b in sentences(text) if a <= at[0] and at[1] <= b]
    return any(leaves_open(sentence, one) for one in around)


def _best(
    verifier: Verifier, sentence: str, best: list[Evidence]
) -> tuple[Verification, list[Evidence]]:
    """Return the better verdict of two checks: against the nearest sentence, and against a few."""
    tried = [(verifier.check(sentence, [e.text for e in used]), used) for used in (best[:1], best)]
    judged, used = min(tried, key=lambda one: _ORDER.index(one[0].verdict))
    if any(one.kind == "name" and one.theirs for one in tried[-1][0].findings):
        judged, used = tried[-1]  # the nearest row of a table alone does not show whose word it is
    if judged.verdict == "contradicted" and judged.span and len(used) > 1:
        # Joined, the name of one sentence could be paired with the number of another.
        alone = [(verifier.check(sentence, [one.text]), [one]) for one in used]
        against = (one for one in alone if one[0].verdict == "contradicted")
        judged, used = next(against, alone[judged.span[0]])
    return judged, used
