"""Words that have several forms or spellings: `bought` and `buy`, `feet` and `foot`, `e-mail`."""

from vectorstore.text.tables import words
from vectorstore.text.verbs import IRREGULAR_PASTS

_PARTS = [line.split() for line in (*words("lemmas", "verbs"), *words("lemmas", "nouns"))]
LEMMAS = IRREGULAR_PASTS | {form: lemma for lemma, *forms in _PARTS for form in forms}
"""The word in the dictionary by each irregular form: `bought` → `buy`, `feet` → `foot`."""
ALSO_NAMES = frozenset(words("lemmas", "names"))
"""Forms that are names where they are written like this: `Rose`."""
PREFIXES = frozenset(words("lemmas", "prefixes"))
"""What makes one word with what follows its hyphen: `co-operate`."""
_PAIRS = frozenset(tuple(pair.split()) for pair in words("lemmas", "compounds"))
COMPOUND_BEGINNINGS = frozenset(first for first, _ in _PAIRS)
"""The first words of compounds, to save the search for others."""


def is_compound(first: str, second: str) -> bool:
    """Return whether two neighbouring words, in lower case, are also written as one.

    >>> is_compound("data", "bases"), is_compound("data", "collection")
    (True, False)
    """
    return (first, second) in _PAIRS or (first, second.removesuffix("s")) in _PAIRS
