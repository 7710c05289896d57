"""Words that say the opposite of each other."""

from vectorstore.text.tables import words

ANTONYMS = tuple((one, other) for one, other in map(str.split, words("antonyms", "pairs")))
"""Pairs of words in their plain forms."""
OTHER_SENSES = frozenset(words("antonyms", "other_senses"))
"""Words of the pairs that mostly mean something else as they stand there."""
