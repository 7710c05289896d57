"""A sentence beside the words it cites, ready to be compared."""

from functools import cached_property

from app.verification.names import missing, names
from vectorstore.records import Finding, FindingKind
from vectorstore.text.terms import terms

SAME_MATTER = 0.6  # share of the other words that makes two texts about the same matter; judged


class Comparison:
    """A sentence, `near` (the cited passage most similar to it) and `whole` (all it cites)."""

    def __init__(self, sentence: str, near: str, whole: str, closest: str = "") -> None:
        """Take all texts as written; `closest` is the most similar single sentence of `near`."""
        self.sentence, self.near, self.whole = sentence, near, whole
        self.closest = closest or near
        self.mine = frozenset(terms(sentence))
        self.near_terms = frozenset(terms(near))

    def covered(self, without: str = "", by: str = "") -> float:
        """Return the share of the terms, without those of `without`, in `by` or `near`, 0 to 1."""
        wanted = self.mine - frozenset(terms(without))
        there = frozenset(terms(by)) if by else self.near_terms
        return len(wanted & there) / len(wanted) if wanted else 1.0

    @cached_property
    def lacks_a_name(self) -> bool:
        """Whether the passage lacks a name of the sentence, and so cannot contradict it."""
        return any(name.sure for name in missing(names(self.sentence), self.near))


def differs(kind: FindingKind, mine: str, theirs: str) -> Finding:
    """Return the finding that the source says something else in place of these words."""
    return Finding("contradicted", kind, mine.strip(), theirs.strip())
