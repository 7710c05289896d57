"""Numbers written as words or as Chinese characters, and what they are worth."""

from vectorstore.text.tables import numbers, words

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
