"""Words that deny something."""

from vectorstore.text.tables import any_of, phrases_by_word, words
from vectorstore.text.verbs import forms

CORE = words("negation", "core")
"""`not`, `never`, `without` …: single English words that nearly always deny."""
CONTRACTED = r"n['’ʼ]t"
"""A regular expression for the end of `didn’t`."""
HAN = "".join(words("negation", "han"))
"""The Chinese characters that deny, to stand in a character class."""
KANA = words("negation", "kana")
"""Japanese endings that deny, as they stand alone when text is cut by script."""
_EXCEPTIONS = phrases_by_word("negation", "except_before")


def _unless_excepted(word: str) -> str:
    exceptions = _EXCEPTIONS.get(word)
    unless = rf"(?! (?:{any_of(exceptions)})\b)" if exceptions else ""
    return word + unless + (r"(?!\. ?\d)" if word == "no" else "")  # no. 5


ENGLISH_CUES = "|".join(
    [
        any_of(words("negation", "phrases")),
        *map(_unless_excepted, CORE),
        *map(_unless_excepted, words("negation", "rare")),
        *(f"(?:{any_of(forms(verb))}) to" for verb in words("negation", "verbs_with_to")),
        *(any_of(forms(verb)) for verb in words("negation", "verbs")),
        *(f"(?:{any_of(forms(verb))}) from" for verb in words("negation", "verbs_with_from")),
        f"(?:{any_of(words('negation', 'before_that'))})(?= that)",
        *(
            f"(?:{any_of(forms(verb))})(?= (?:that|having|\\w+ing)\\b)"
            for verb in words("negation", "verbs_before_clause")
        ),
        *(
            f"(?:{any_of(forms(verb))}) (?:\\w+ ){{0,2}}"
            "(?:claim|allegation|report|suggestion|accusation|idea|notion|assertion)s?(?= that)"
            for verb in words("negation", "verbs_before_report")
        ),
    ]
)
"""Alternatives of a regular expression for all English words and phrases that deny a clause."""
