"""Find the differences between a sentence and the words it cites, the gravest first.

Numbers, dates, names, negations, antonyms, argument order, hedges, attributions and quantifiers are
compared exactly; words that agree give no finding. Meaning is not considered here: `support.py`
scores how well the quotes support the rest of the sentence.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from app.verification.comparison import Comparison
from app.verification.rows import compare_rows
from app.verification.statement_checks import (
    compare_antonyms,
    compare_argument_order,
    compare_attribution,
    compare_hedges,
    compare_names,
    compare_negation,
    compare_open_questions,
    compare_quantifiers,
)
from app.verification.value_checks import compare_dates, compare_numbers, compare_tallies
from vectorstore.records import Finding, Verdict

_GRAVITY: tuple[Verdict, ...] = ("contradicted", "not_stated", "unverified")
_CHECKS: tuple[Callable[[Comparison], Iterator[Finding]], ...] = (
    compare_numbers, compare_tallies, compare_rows, compare_dates, compare_names, compare_negation,
    compare_antonyms, compare_argument_order, compare_open_questions, compare_hedges,
    compare_attribution, compare_quantifiers,
)  # fmt: skip


def differences(pair: Comparison) -> list[Finding]:
    """Return all differences; where the passage lacks a name, it contradicts nothing."""
    found = [finding for check in _CHECKS for finding in check(pair)]
    if any(finding.verdict == "contradicted" for finding in found) and pair.lacks_a_name:
        found = [
            replace(one, verdict="not_stated") if one.verdict == "contradicted" else one
            for one in found
        ]
    return _gravest_first(found)


def differences_across_languages(sentence: str, whole: str) -> list[Finding]:
    """Compare numbers and dates only, for a sentence in another language than what it cites."""
    pair = Comparison(sentence, whole, whole)
    return _gravest_first([*compare_numbers(pair), *compare_dates(pair)])


def _gravest_first(found: list[Finding]) -> list[Finding]:
    return sorted(found, key=lambda finding: _GRAVITY.index(finding.verdict))
