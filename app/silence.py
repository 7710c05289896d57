"""When the sources do not answer, and how that is said. Decided by code, never by a model.

A question is answered when some sentence means something like it and the passage around has its
words. The bar was set where almost every answerable question of SQuAD 2 and CLAPnq passes (98 and
96 in a hundred) and off-topic ones do not. It cannot see that a fitting passage lacks one detail.
"""

from collections.abc import Sequence

from app.evidence import Evidence
from vectorstore.records import Outcome

ENOUGH = 0.70  # cosine of the best sentence plus share of words around it, -1 to 2
TOUCHED = 0.45
_ENOUGH_WORDS = 0.5  # where the model cannot read the question's script, words alone decide


def judge(evidence: Sequence[Evidence], *, words_only: bool) -> Outcome:
    """Whether the evidence can answer: `answered`, `too_weak` or `not_found`."""
    if words_only:
        most = max((e.around for e in evidence), default=0.0)
        return "answered" if most >= _ENOUGH_WORDS else "not_found"
    strength = max((e.meaning + e.around for e in evidence), default=0.0)
    if strength >= ENOUGH:
        return "answered"
    return "too_weak" if strength >= TOUCHED else "not_found"


def explain(outcome: Outcome, *, empty: bool, unknown: Sequence[str], nearest: bool) -> str:
    """One or two sentences that say why there is no answer."""
    if empty:
        return (
            "The library holds no sources yet: add documents on the Library page, or run "
            "`kakehashi sync`."
        )
    if outcome == "out_of_scope":
        return (
            "The chosen sources do not say, but others in the library do: "
            "ask again without the restriction."
        )
    text = "The sources do not say."
    if outcome == "too_weak":
        text += " They touch on it, but nothing in them answers the question."
    if unknown:
        text += f" Nowhere in them: {', '.join(f'“{word}”' for word in unknown)}."
    if nearest:
        text += " The nearest passages are shown as such, not as evidence."
    return text
