"""Words that searching and comparing leave out."""

from vectorstore.text.tables import words

STOP_WORDS = frozenset(words("stop_words", "english"))
CHINESE_QUESTION_WORDS = words("stop_words", "chinese_question_words")
"""Chinese words that only make a question a question, in simplified characters."""
