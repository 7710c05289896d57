"""Text to search terms: one function for what is indexed and what is asked.

English words are lower-cased, stripped of accents and possessives, and stemmed (Snowball),
peoples to their countries, British spelling (-ise) to American;
Chinese, Japanese and Korean runs become overlapping pairs of characters, traditional and Japanese
forms simplified (OpenCC), so that 台灣, 臺灣 and 台湾 are one word. It does not decide how much a
term weighs: that is the index's business.
"""

import re
import threading
import unicodedata
from functools import cache, lru_cache

import Stemmer
from opencc import OpenCC

from vectorstore.text.demonyms import COUNTRY_OF

VERSION = "3"  # of the terms: a change here makes those of all passages anew
# Lucene's default English stop words, and the words that only make a question a question.
STOP_WORDS = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then "
    "there these they this to was will with what which who whom whose when where why how do does "
    "did has have had were been being am i you he she we me him her us them my your his its our "
    "can could should would may might must shall about from so than too".split()
)
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u3005"
_TERM = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
# Chinese words that only make a question a question, in simplified characters.
_ASKING = re.compile(
    "做了什么|什么时候|为什么|是什么|什么|多少|怎么样|怎么|如何|为何|哪些|哪里|哪个|哪儿|是谁|谁"
)
_CJK_ONLY = re.compile(rf"[{_CJK}]+")
_BRITISH = re.compile(r"(?<=[a-z]{3})is(e[ds]?|ing|ations?)$")  # recognised → recognized
_POSSESSIVE = re.compile(r"['’ʼ]s\b", re.IGNORECASE)
_ENOUGH = 20_000  # characters that tell a language
_MOSTLY = 0.3  # share of Chinese, Japanese or Korean letters from which a text is in one of them
_COMMON = 0.25  # share of stop words from which a text is English
_local = threading.local()


def _stemmer() -> Stemmer.Stemmer:
    """Snowball stemmers are not safe to share between threads."""
    stemmer: Stemmer.Stemmer | None = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("english")
    return stemmer


@cache
def _converters() -> tuple[OpenCC, OpenCC]:
    return OpenCC("jp2t"), OpenCC("t2s")


def _simplified(run: str) -> str:
    """Japanese and traditional forms of Chinese characters brought to the simplified ones."""
    to_traditional, to_simplified = _converters()
    simplified: str = to_simplified.convert(to_traditional.convert(run))
    return simplified


def fold(text: str) -> str:
    """Lower-case and drop accents from Latin letters: `Nausėda` → `nauseda`, `が` stays."""
    decomposed = unicodedata.normalize("NFKD", _POSSESSIVE.sub("", text))
    kept = "".join(c for c in decomposed if not 0x300 <= ord(c) <= 0x36F)
    return unicodedata.normalize("NFKC", kept).lower()


@lru_cache(maxsize=4096)
def terms(text: str) -> tuple[str, ...]:
    """The search terms of a text in order, stop words left out.

    >>> terms("Japan’s G7 presidency signed it")
    ('japan', 'g7', 'presid', 'sign')
    >>> terms("東京都")
    ('东京', '京都')
    """
    found: list[str] = []
    for run in _TERM.findall(fold(text)):
        if _CJK_ONLY.match(run):
            for plain in filter(None, _ASKING.split(_simplified(run))):
                found += [plain[i : i + 2] for i in range(len(plain) - 1)] or [plain]
        elif run not in STOP_WORDS:
            american = _BRITISH.sub(r"iz\1", COUNTRY_OF.get(run, run))
            found.append(_stemmer().stemWord(american))
    return tuple(found)


def language_of(text: str) -> str:
    """`ja`, `ko`, `zh` or `en` as far as script and commonest words tell; else empty.

    Only the first pages are looked at.
    """
    start = text[:_ENOUGH]
    if cjk_share(start) > _MOSTLY:
        if re.search("[\u3041-\u30ff]", start):
            return "ja"
        return "ko" if re.search("[\uac00-\ud7af]", start) else "zh"
    words = re.findall(r"[^\W\d_]+", start.lower())
    common = sum(word in STOP_WORDS for word in words)
    return "en" if common > _COMMON * len(words) else ""


def cjk_share(text: str) -> float:
    """Which part of the letters of a text is Chinese, Japanese or Korean, 0 to 1."""
    cjk = 0 if text.isascii() else sum(len(run) for run in _CJK_ONLY.findall(text))
    if not cjk:
        return 0.0
    letters = sum(c.isalnum() for c in text)
    return cjk / letters if letters else 0.0
