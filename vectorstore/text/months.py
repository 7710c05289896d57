"""English names of months and weekdays, from the Unicode CLDR by way of Babel.

Importing this module reads Babel's English locales, which takes a tenth of a second at most; the
help of the command line does without.
"""

from babel import Locale

_ENGLISH, _BRITISH = Locale("en"), Locale("en", "GB")
_SHORT_FORMS = [
    dict(locale.months["format"]["abbreviated"].items()) for locale in (_ENGLISH, _BRITISH)
]

MONTHS: tuple[str, ...] = tuple(_ENGLISH.months["format"]["wide"][n] for n in range(1, 13))
SHORT_MONTHS: tuple[str, ...] = tuple(_SHORT_FORMS[0][n] for n in range(1, 13))
"""`Jan` to `Dec`, three letters each; `May` is among them."""
MONTH_ABBREVIATIONS = frozenset(
    name for forms in _SHORT_FORMS for name in forms.values() if name not in MONTHS
)
"""What is written with a full stop: `Jan` to `Dec` and `Sept`, without `May`."""
WEEKDAYS: tuple[str, ...] = tuple(_ENGLISH.days["format"]["wide"][n] for n in range(7))

MONTH_NUMBERS = {
    name.lower(): number
    for names in (MONTHS, *(forms.values() for forms in _SHORT_FORMS))
    for number, name in enumerate(names, start=1)
}
"""1 to 12 by the name of the month in lower case, full or abbreviated."""
