"""Search terms of a text: one function for documents and for questions.

English words are lower-cased, stripped of accents and possessives, and stemmed (Snowball); peoples
become their countries, and British spelling (-ise) American. Runs of Chinese, Japanese and Korean
become overlapping pairs of characters, with traditional and Japanese forms simplified (OpenCC), so
that 台灣, 臺灣 and 台湾 are one word. How much a term weighs is for the index to say.
"""

import re
import threading
import unicodedata
from functools import cache, lru_cache

import Stemmer
from opencc import OpenCC

from vectorstore.text.countries import COUNTRY_OF
from vectorstore.text.scripts import CJK
from vectorstore.text.stop_words import CHINESE_QUESTION_WORDS, STOP_WORDS
from vectorstore.text.tables import any_of

VERSION = "3"  # raise it when terms change: stored libraries then compute theirs again
_TERM = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+")
_ASKING = re.compile(any_of(CHINESE_QUESTION_WORDS))
_IS_CJK = re.compile(f"[{CJK}]")
_BRITISH = re.compile(r"(?<=[a-z]{3})is(e[ds]?|ing|ations?)$")  # recognised → recognized
_POSSESSIVE = re.compile(r"['’ʼ]s\b", re.IGNORECASE)
_local = threading.local()


def _stemmer() -> Stemmer.Stemmer:
    """Return the stemmer of this thread: Snowball stemmers must not be shared."""
    stemmer: Stemmer.Stemmer | None = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("english")
    return stemmer


@cache
def _converters() -> tuple[OpenCC, OpenCC]:
    return OpenCC("jp2t"), OpenCC("t2s")


def _simplified(run: str) -> str:
    """Return a run with Japanese and traditional characters simplified."""
    to_traditional, to_simplified = _converters()
    simplified: str = to_simplified.convert(to_traditional.convert(run))
    return simplified


def fold(text: str) -> str:
    """Return a text in lower case and without Latin accents: `Nausėda` → `nauseda`, `が` stays."""
    decomposed = unicodedata.normalize("NFKD", _POSSESSIVE.sub("", text))
    kept = "".join(c for c in decomposed if not 0x300 <= ord(c) <= 0x36F)
    return unicodedata.normalize("NFKC", kept).lower()


@lru_cache(maxsize=4096)
def terms(text: str) -> tuple[str, ...]:
    """Return the search terms of a text in order, without stop words.

    >>> terms("Japan’s G7 presidency signed it")
    ('japan', 'g7', 'presid', 'sign')
    >>> terms("東京都")
    ('东京', '京都')
    """
    found: list[str] = []
    for run in _TERM.findall(fold(text)):
        if _IS_CJK.match(run):
            for plain in filter(None, _ASKING.split(_simplified(run))):
                found += [plain[i : i + 2] for i in range(len(plain) - 1)] or [plain]
        elif run not in STOP_WORDS:
            american = _BRITISH.sub(r"iz\1", COUNTRY_OF.get(run, run))
            found.append(_stemmer().stemWord(american))
    return tuple(found)
