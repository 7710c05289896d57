"""The language of a text, and the codes of languages by their names."""

import re
from functools import cache

from vectorstore.text.scripts import HANGUL, KANA, cjk_share
from vectorstore.text.stop_words import STOP_WORDS
from vectorstore.text.tables import mapping

_ENOUGH = 20_000  # characters that show a language; judged: about ten pages
_MOSTLY = 0.3  # judged: share of Chinese, Japanese or Korean letters that makes a text one of them
_COMMON = 0.25  # judged: share of stop words that makes a text English
_COMMON_IN_FEW = 0.15  # the same for a few sentences; judged: names fill them
# Words from which a sentence has one that only English has, unless it shares half of its words
# with what is English; judged
_SOME, _SHARED = 6, 0.5
_ONLY_ENGLISH = frozenset(
    "the of and to that by with from its their which his were been has it who after these this "
    "because although would could should said into than".split()
)


def language_of(text: str) -> str:
    """Return `ja`, `ko`, `zh` or `en` as far as script and commonest words show it; else empty.

    Only the first pages are read.
    """
    start = text[:_ENOUGH]
    if cjk_share(start) > _MOSTLY:
        if re.search(f"[{KANA}]", start):
            return "ja"
        return "ko" if re.search(f"[{HANGUL}]", start) else "zh"
    words = re.findall(r"[^\W\d_]+", start.lower())
    common = sum(word in STOP_WORDS for word in words)
    return "en" if common > _COMMON * len(words) else ""


def are_english(sentence: str, evidence: str) -> bool:
    """Return whether a sentence and the words it rests on can be read as English.

    >>> are_english("Heine met Ishiba.", "In March, Ishiba met Heine in Tokyo, as she had hoped.")
    True
    >>> are_english("Der Präsident besuchte gestern die Stadt.", "The president was in the town.")
    False
    """
    if cjk_share(sentence + evidence) > _MOSTLY / 3:
        return False
    mine, theirs = (re.findall(r"[^\W\d_]+", text.lower()) for text in (sentence, evidence))
    shared = len(set(mine) & set(theirs)) >= _SHARED * len(set(mine))
    if len(mine) >= _SOME and not shared and _ONLY_ENGLISH.isdisjoint(mine):
        return False
    common = sum(word in STOP_WORDS for word in (*mine, *theirs))
    return common >= _COMMON_IN_FEW * (len(mine) + len(theirs))


def language_code(language: str) -> str:
    """Return the two letters of a language, however it is written.

    A name that is not known is returned in lower case.

    >>> [language_code(written) for written in ("EN", "en_US", "English", "日本語", "jpn")]
    ['en', 'en', 'en', 'ja', 'ja']
    """
    first = re.split(r"[-_\s]", language.strip().casefold(), maxsplit=1)[0]
    if len(first) == 2 and first.isascii():
        return _OTHER_NAMES.get(first, first)
    return _codes().get(first, first)


_OTHER_NAMES = mapping("languages", "other_names")


@cache
def _codes() -> dict[str, str]:
    """Return ISO 639-1 codes by three-letter codes and by names, from the Unicode CLDR."""
    from babel import Locale
    from babel.core import get_global

    codes = {code: name for code, name in Locale("en").languages.items() if len(code) == 2}
    english = {name.casefold(): code for code, name in codes.items()}
    native = {
        (Locale(code).get_language_name(code) or "").casefold(): code
        for code in ("de", "es", "fr", "it", "ja", "ko", "nl", "pt", "ru", "zh")
    }
    three_letters = {
        code: other for code, other in get_global("language_aliases").items() if len(other) == 2
    }
    return three_letters | native | english | _OTHER_NAMES
