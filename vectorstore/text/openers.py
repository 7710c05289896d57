"""Words that open a sentence and are then written with a capital letter without being names."""

from vectorstore.text.tables import words

STARTERS = frozenset(words("openers", "starters"))
"""What shows that a sentence begins after `U.S.` or `Jr.`."""
OPENERS = STARTERS | frozenset(words("openers", "further"))
"""All words that open sentences, in lower case."""
FITTED_OPENERS = frozenset(words("openers", "fitted"))
"""The openers that are cut off before a name in an answer; a subset of `OPENERS`."""
