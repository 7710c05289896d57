"""Titles of persons and words for what somebody is."""

from vectorstore.text.tables import words

BEFORE_NAMES = words("titles", "before_names")
"""`Prime Minister`, `Mr` …, as they are written right before a name."""
TITLE_WORDS = frozenset(words("titles", "words"))
"""The single words of titles, in lower case."""
OFFICE_WORDS = frozenset(words("titles", "offices"))
"""Further words that name an office or a kind of state and nobody in person."""
AFTER_CJK_NAMES = words("titles", "after_cjk_names")
AFTER_CJK_NAMES_ALSO_WORDS = words("titles", "after_cjk_names_also_words")
"""`代表` and `氏`: titles only where what follows shows it."""
BEFORE_CJK_TITLES = words("titles", "before_cjk_titles")
"""`前`, former, and the like: they stand between a name and its title."""
OCCUPATIONS = words("titles", "occupations")
OCCUPATIONS_ASKED_FOR = words("titles", "occupations_asked_for")
"""The occupations that questions name after “which”."""
