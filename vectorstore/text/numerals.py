"""Numbers written as words or as Chinese characters, and what they are worth."""

import re

from vectorstore.text.tables import any_of, numbers, words

UNITS = {word: value for value, word in enumerate(words("numerals", "units"))}
"""`zero` to `nineteen`."""
TENS = {word: 10 * value for value, word in enumerate(words("numerals", "tens"), start=2)}
NUMBER_WORDS = UNITS | TENS
ORDINALS = {word: value for value, word in enumerate(words("numerals", "ordinals"), start=1)}
"""`first` to `twelfth`."""
SCALES = numbers("numerals", "scales")
"""`dozen` to `trillion`."""
SHORT_SCALES = numbers("numerals", "short_scales")
"""`m`, `bn` and the like, written right after digits."""
FRACTIONS = numbers("numerals", "fractions")
"""`half`, `two-thirds` and the like, in per cent."""
HAN_DIGITS = {sign: value for value, sign in enumerate(words("numerals", "han_digits"))}
HAN_SCALES = numbers("numerals", "han_scales")
"""`十` to `兆`."""
HAN_NUMERALS = "".join([*HAN_DIGITS, *HAN_SCALES])

_WORD = any_of((*NUMBER_WORDS, *SCALES))
_BETWEEN = r"(?:[ -]| and )"
SPELT = re.compile(rf"\b(?:{any_of(NUMBER_WORDS)})(?:{_BETWEEN}(?:{_WORD})){{1,}}\b", re.IGNORECASE)
"""Two number words in a row or more, which are one number if one of them is a scale."""
SCALED = re.compile(rf"\b(?P<digits>\d+(?:\.\d+)?) ?(?P<scale>{any_of(SCALES)})\b", re.IGNORECASE)
IS_SCALED = re.compile(any_of(SCALES), re.IGNORECASE)


def spelt(number: str) -> float:
    """Return the value of a number in English words.

    >>> spelt("two hundred and forty thousand")
    240000.0
    """
    total = part = 0.0
    for word in re.split(r"[ -]", number.lower()):
        if word in NUMBER_WORDS:
            part += NUMBER_WORDS[word]
        elif word in ("hundred", "dozen"):
            part = (part or 1) * SCALES[word]
        elif word in SCALES:
            total += (part or 1) * SCALES[word]
            part = 0.0
    return total + part
