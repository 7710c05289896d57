"""Search terms of a text: one function for documents and for questions.

English words are lower-cased, stripped of accents and possessives, brought to the word in the
dictionary if they are irregular (`bought`, `feet`) and stemmed (Snowball); peoples become their
countries, and British spelling (-ise) American. A number is one term however it is written
(`12,500`, `12 500`), and so are compounds (`e-mail`). Runs of Chinese, Japanese and Korean become
overlapping pairs of characters, with traditional and Japanese forms simplified (OpenCC), so that
台灣, 臺灣 and 台湾 are one word. How much a term weighs is for the index to say.
"""

import re
import threading
import unicodedata
from functools import cache, lru_cache

import Stemmer
from opencc import OpenCC

from vectorstore.text.countries import COUNTRY_OF
from vectorstore.text.figures import RAISED, SINGLE_FRACTIONS
from vectorstore.text.folding import UNDECOMPOSED
from vectorstore.text.lemmas import ALSO_NAMES, COMPOUND_BEGINNINGS, LEMMAS, PREFIXES, is_compound
from vectorstore.text.numerals import IS_SCALED, SCALED, SCALES, SPELT, spelt
from vectorstore.text.radicals import UNIFIED
from vectorstore.text.scripts import CJK
from vectorstore.text.stop_words import CHINESE_QUESTION_WORDS, STOP_WORDS
from vectorstore.text.tables import any_of

VERSION = "4"  # raise it when terms change: stored libraries then compute theirs again
_TERM = re.compile(rf"[{CJK}]+|\d+\^-?\d+|(?<![\d/])\d{{1,2}}/\d{{1,2}}(?![\d/])|[^\W_{CJK}]+")
_ASKING = re.compile(any_of(CHINESE_QUESTION_WORDS))
_IS_CJK = re.compile(f"[{CJK}]")
_BRITISH = re.compile(r"(?<=[a-z]{3})is(e[ds]?|ing|ations?)$")  # recognised → recognized
_POSSESSIVE = re.compile(r"['’ʼ]s\b", re.IGNORECASE)
_RAISED = f"⁺⁻{RAISED}"
# A power of a number of one or two digits; what is raised after more of them, or after a letter, is
# the number of a note (1914²), or a unit's (m²). Judged: few powers have a longer base.
_POWER = re.compile(rf"(?<!\d)(\d{{1,2}})([{_RAISED}]+)")
_NOTE = re.compile(f"[{_RAISED}]+")
_TYPED_POWER = re.compile(r"(?<=\d)\^[({]?(-?\d+)[)}]?")
_MIXED_FRACTION = re.compile(rf"(?<=\d)(?=[{SINGLE_FRACTIONS}])")
_FOLDED = str.maketrans(
    UNDECOMPOSED
    | {
        letter.upper(): plain.capitalize()
        for letter, plain in UNDECOMPOSED.items()
        if letter != "ß"
    }
    | {"ẞ": "SS", "\u2044": "/", "\u2212": "-", "\u2010": "-", "髙": "高", "﨑": "崎", "邉": "辺"}
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
)
# Digits in groups of three: 12,500, 12 500, 12'500; with points only where it cannot be a fraction.
_GROUPED = re.compile(
    r"(?<![\d.,])(?<!\d )\d{1,3}(?:(?P<mark>[,'’ ])\d{3})(?:(?P=mark)\d{3})*(?!(?P=mark)?\d)|"
    r"(?<![\d.,])\d{1,3}(?:(?:\.\d{3}){2,}(?![\d.])|(?:\.\d{3})+(?=,\d{1,2}(?!\d)))"
)
_ONE_LETTER = re.compile(r"(?<![\w-])([A-Za-z])-(?=[A-Za-z]{2}|\d)")  # e-mail, X-ray, F-16
_BEFORE_E = re.compile(r"\b(re)-(?=e)", re.IGNORECASE)  # re-elected, but not re-signed
_PREFIXED = re.compile(rf"\b({any_of(PREFIXES)})-([A-Za-z]{{2,}})", re.IGNORECASE)
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


def simplified(run: str) -> str:
    """Return a run with Japanese and traditional characters simplified."""
    to_traditional, to_simplified = _converters()
    simplified: str = to_simplified.convert(to_traditional.convert(run))
    return simplified


def fold(text: str) -> str:
    """Return a text in lower case and without Latin accents: `Nausėda` → `nauseda`, `が` stays.

    >>> fold("Zoë sold ¾ of 10⁶ tonnes.¹")
    'zoe sold 3/4 of 10^6 tonnes.'
    """
    return _fold_but_case(text).lower()


def _fold_but_case(text: str) -> str:
    text = _POSSESSIVE.sub("", text)
    if text.isascii():
        return text
    text = _MIXED_FRACTION.sub(" ", text)
    text = _POWER.sub(lambda m: f"{m[1]}^{unicodedata.normalize('NFKC', m[2])}", text)
    text = _NOTE.sub("", text)
    decomposed = unicodedata.normalize("NFKD", text.translate(UNIFIED)).translate(_FOLDED)
    kept = "".join(c for c in decomposed if not 0x300 <= ord(c) <= 0x36F)
    return unicodedata.normalize("NFKC", kept)


def _one_spelling(text: str) -> str:
    """Return a folded text with numbers and prefixed words in one spelling."""
    text = _GROUPED.sub(lambda m: re.sub(r"\D", "", m[0]), _TYPED_POWER.sub(r"^\1", text))
    text = SCALED.sub(lambda m: f"{float(m['digits']) * SCALES[m['scale'].lower()]:.0f}", text)
    text = SPELT.sub(lambda m: f"{spelt(m[0]):.0f}" if IS_SCALED.search(m[0]) else m[0], text)
    if "-" in text:
        text = _BEFORE_E.sub(r"\1", _ONE_LETTER.sub(r"\1", text))
        text = _PREFIXED.sub(r"\1\2 \2", text)  # looked for by its second part as well
    return text


def _plain_words(text: str) -> list[str]:
    """Return the runs of letters and digits in order, irregular and compound ones brought together.

    A form that is also a name stays as it is where it has a capital letter.
    """
    found: list[str] = []
    last, end = "", -1
    for match in _TERM.finditer(text):
        written = match[0]
        word = written.lower()
        beside = match.start() == end + 1 and text[end] in " -"
        end = match.end()
        if beside and last in COMPOUND_BEGINNINGS and is_compound(last, word):
            found[-1] = last + word
            last = ""
            continue
        last = word
        found.append(word if written in ALSO_NAMES else LEMMAS.get(word, word))
    return found


@lru_cache(maxsize=4096)
def terms(text: str) -> tuple[str, ...]:
    """Return the search terms of a text in order, without stop words.

    >>> terms("Japan’s G7 presidency bought it for 12,500 yen")
    ('japan', 'g7', 'presid', 'buy', '12500', 'yen')
    >>> terms("東京都")
    ('东京', '京都')
    """
    found: list[str] = []
    for run in _plain_words(_one_spelling(_fold_but_case(text))):
        if _IS_CJK.match(run):
            for plain in filter(None, _ASKING.split(simplified(run))):
                found += [plain[i : i + 2] for i in range(len(plain) - 1)] or [plain]
        elif "^" in run:
            found.append(run.replace("-", "m"))
        elif run not in STOP_WORDS:
            american = _BRITISH.sub(r"iz\1", COUNTRY_OF.get(run, run))
            found.append(_stemmer().stemWord(american))
    return tuple(found)
