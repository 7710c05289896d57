"""Says how likely a text is in a language, by its pairs of letters or its Chinese characters.

The models are made, at first use, of the words that jusText counts as the most frequent of each
language and of the names that Babel (CLDR) has for countries, languages and months in it. They
serve to tell encodings apart, not to name a language.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files
from math import log
from typing import NamedTuple

# jusText's list and Babel's locale of each language.
_SOURCES = {
    "ar": "Arabic", "be": "Belarusian", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech",
    "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "eo": "Esperanto", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "ga": "Irish", "he": "Hebrew", "hr": "Croatian", "hu": "Hungarian",
    "is": "Icelandic", "it": "Italian", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian",
    "mk": "Macedonian", "mt": "Maltese", "nb": "Norwegian_Bokmal", "nl": "Dutch", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
    "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "th": "", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "ja": "", "zh": "", "zh_Hant": "",
}  # fmt: skip
_CHINESE_CHARACTERS = {"ja": "Japanese", "zh": "Chinese", "zh_Hant": "Chinese", "ko": "Korean"}
# Where the frequent characters of a language stand: its oldest character set, and the lead bytes.
_FREQUENT = {
    "ja": ("euc_jp", 0xB0, 0xCF), "zh": ("gb2312", 0xB0, 0xD7), "zh_Hant": ("big5", 0xA4, 0xC6),
    "ko": ("euc_kr", 0xB0, 0xC8),
}  # fmt: skip
_RARE = {
    "ja": ("euc_jp", 0xD0, 0xF4), "zh": ("gb2312", 0xD8, 0xF7), "zh_Hant": ("big5", 0xC9, 0xF9),
    "ko": ("euc_kr", 0xCA, 0xFD),
}  # fmt: skip
# Judged: how often a sign that is no letter stands where no letter does.
_SIGNS = (
    dict.fromkeys(".,", 0.05) | dict.fromkeys("0123456789-'\n", 0.01)
    | dict.fromkeys('"():;?!', 0.004) | dict.fromkeys("’“”«»–—", 0.001)
    | dict.fromkeys("\xa0…‘„°£€§±½", 0.0004) | dict.fromkeys("·•©®×²³‚‹›№¿¡ºª™†", 0.00005)
    | {" ": 0.7}
)  # fmt: skip
_EAST_ASIAN_SIGNS = dict.fromkeys("。、，", 0.03) | dict.fromkeys(
    "「」『』《》〈〉（）・：；？！“”—…〜～ー．　", 0.003
)
_OPENING = "„‚«‹([¿¡"
_BEFORE_WORDS = " \n\r\t\xa0-–—/'’\"“”„«»‘‚‹›([¿¡"
_MISPLACED = 0.03  # judged: a sign that opens after a letter, a letter after one that does not
_SIGN_OF_ASCII = 0.0005
_LATIN_LETTER = 0.002  # in a text with Chinese characters
_OTHER_SIGN = 2e-6
_FOREIGN_LETTER = 2e-5  # of another language that is written in this encoding
_MIXED = re.compile(r"[a-z](?=[^\x00-\x7f\W])|(?<=[^\x00-\x7f\W])[a-z]")
_REPEATED = 0.7  # judged: the exponent of a count
_SINGLE = re.compile(r"(?<=[\W\d_])(?=([^\W\d_][\W\d_]))")
_NEVER = 1e-9  # control and unassigned characters
_REPLACED = 1e-6  # bytes that the encoding does not have


class Model(NamedTuple):
    """Probabilities of a letter after another, and of a letter anywhere, in one language."""

    pairs: dict[str, float]
    letters: dict[str, float]


def log_likelihood(
    text: str,
    language: str,
    company: tuple[str, ...] = (),
    *,
    ascii_too: bool = True,
    repeated: float = _REPEATED,
) -> float:
    """Return the logarithm of a text's probability in a language, in nats.

    `company` are the languages whose names and words it may borrow; an empty `language` is all of
    them alike. Without `ascii_too`, pairs of ASCII characters do not count. `repeated` is the
    exponent of counts: what was said once is likelier said again.
    """
    chance: Callable[[str], float]
    if language in _CHINESE_CHARACTERS:
        counts, chance = Counter(text), _character(language)
    else:
        borrowed = _mixture(company or (language,))
        own = _model(language) if language else borrowed
        counts = _pairs(text)

        def chance(pair: str) -> float:
            return _pair(pair, own, borrowed)

    return sum(
        (n if "\ufffd" in characters else n**repeated) * log(chance(characters))
        for characters, n in counts.items()
        if ascii_too or not characters.isascii()
    ) + (_within_words(text) if language in _CHINESE_CHARACTERS else 0)


def _within_words(text: str) -> float:
    """Return what it costs that Chinese characters stand within words of Latin letters, in nats."""
    return len(_MIXED.findall(text)) * log(_MISPLACED)


def _pairs(text: str) -> Counter[str]:
    """Count each character after the one before it; with "1" where a word of one letter ends."""
    counts = Counter(map("".join, zip(f" {text}", text, strict=False)))
    for match in _SINGLE.finditer(f" {text}"):
        counts[match[1]] -= 1
        counts[match[1] + "1"] += 1
    return +counts


def _pair(pair: str, own: Model, borrowed: Model) -> float:
    """Return the probability of the second character of a pair after the first."""
    before, character = pair[0], pair[1]
    lower = character.lower()[:1]
    last = before.lower()[:1] if _is_letter(before) else " "
    if not _is_letter(character):
        key = last + " " + pair[2:]
        end = 0.8 * own.pairs.get(key, 0) + 0.15 * borrowed.pairs.get(key, 0) + 0.005
        misplaced = character in _OPENING and last != " "
        return (end if last != " " else 0.3) * _sign(character) * (_MISPLACED if misplaced else 1)
    key = last + lower
    chance = (
        0.78 * own.pairs.get(key, 0)
        + 0.08 * own.letters.get(lower, 0)
        + 0.12 * borrowed.pairs.get(key, 0)
        + _FOREIGN_LETTER
    )
    within = last == " " and before not in _BEFORE_WORDS
    return chance * _case(before, character, lower) * (_MISPLACED if within else 1)


def _case(before: str, character: str, lower: str) -> float:
    """Return how likely a letter is of its case after another. Judged."""
    if character == lower:
        return 0.02 if before.isupper() and not character.isascii() else 0.85
    if before.isupper():
        return 0.1
    return 0.003 if _is_letter(before) else 0.12


def _is_letter(character: str) -> bool:
    return character.isalpha() or "\u0e00" <= character <= "\u0e4e" or character == "\u200c"


def _sign(character: str) -> float:
    if character in _SIGNS:
        return _SIGNS[character]
    if character == "\ufffd":
        return _REPLACED
    if " " < character <= "~" or character in "\r\t":
        return _SIGN_OF_ASCII
    return _OTHER_SIGN if character.isprintable() else _NEVER


@cache
def _character(language: str) -> "CharacterModel":
    return CharacterModel(language)


class CharacterModel:
    """The probability of single characters of Chinese, Japanese or Korean."""

    def __init__(self, language: str) -> None:
        """Count the characters of CLDR's names, and of charset-normalizer's frequent ones."""
        from charset_normalizer.constant import FREQUENCIES

        self.language = language
        said = Counter(c for word, _ in _words(language) for c in word)
        known = "".join(
            c for name, letters in FREQUENCIES.items()
            if name.startswith(_CHINESE_CHARACTERS[language]) for c in letters
        )  # fmt: skip
        weight = sum(said.values()) / 50 / max(len(known), 1) * 40
        said.update(dict.fromkeys(known, int(weight)))
        total = sum(said.values())
        self.said = {c: count / total for c, count in said.items()}
        self.cached: dict[str, float] = {}

    def __call__(self, character: str) -> float:
        """Return the probability of a character."""
        if character not in self.cached:
            self.cached[character] = self._chance(character)
        return self.cached[character]

    def _chance(self, character: str) -> float:
        if character in _EAST_ASIAN_SIGNS:
            return _EAST_ASIAN_SIGNS[character] * (0.3 if self.language == "ko" else 1)
        if character.isascii() and character.isalpha():
            return _LATIN_LETTER
        if character.isascii() or not character.isalnum():
            return _sign(character) * (0.2 if self.language == "ko" else 0.05)
        if "\u3041" <= character <= "\u30ff":
            kana = 0.004 if character < "\u30a0" else 0.0015
            return kana if self.language == "ja" else 1e-7
        chance = 0.4 * self.said.get(character, 0)
        if self._within(character, _FREQUENT[self.language]):
            return chance + 0.3 / 3000
        return chance + (2e-6 if self._within(character, _RARE[self.language]) else 2e-9)

    def _within(self, character: str, place: tuple[str, int, int]) -> bool:
        encoding, first, last = place
        try:
            encoded = character.encode(encoding)
        except UnicodeEncodeError:
            return False
        return len(encoded) == 2 and first <= encoded[0] <= last


@cache
def _model(language: str) -> Model:
    pairs: defaultdict[str, float] = defaultdict(float)
    for word, weight in _words(language):
        for pair in _pairs(word + " "):
            pairs[pair] += weight
    return _normalized(pairs)


@cache
def _mixture(languages: tuple[str, ...]) -> Model:
    """Return the model of a text in which each of some languages has an equal share."""
    pairs: defaultdict[str, float] = defaultdict(float)
    for language in languages:
        for pair, chance in _model(language).pairs.items():
            pairs[pair] += chance / len(languages)
    return Model(dict(pairs), {})


def _normalized(pairs: dict[str, float]) -> Model:
    before: defaultdict[str, float] = defaultdict(float)
    letters: defaultdict[str, float] = defaultdict(float)
    for pair, weight in pairs.items():
        before[pair[0]] += weight
        if pair[0] == " ":
            before[pair[1] + "1"] += weight
        letters[pair[1]] += weight
    total = sum(letters.values()) or 1
    return Model(
        {
            pair: weight / (before[pair[0] + pair[2:]] + 0.05 * total / 1000)
            for pair, weight in pairs.items()
        },
        {letter: weight / total for letter, weight in letters.items()},
    )


def _words(language: str) -> Iterator[tuple[str, float]]:
    """Yield words of a language in small letters, with weights that sum up to about one."""
    frequent = _frequent_words(language)
    names = sorted(set(_names(language)))
    total = sum(1 / (rank + 10) for rank in range(len(frequent))) / 0.7
    for rank, word in enumerate(frequent):
        yield from ((part, 1 / (rank + 10) / total) for part in _spellings(word))
    for name in names:
        for part in _letters(name):
            yield from ((spelling, 0.3 / len(names)) for spelling in _spellings(part))


def _frequent_words(language: str) -> list[str]:
    if not _SOURCES[language]:
        return []
    place = files("justext") / "stoplists" / f"{_SOURCES[language]}.txt"
    return _letters(place.read_text(encoding="utf-8"))


def _names(language: str) -> Iterable[str]:
    from babel import Locale

    locale = Locale.parse(language)
    for names in (locale.territories, locale.languages, locale.months["format"]["wide"]):
        yield from names.values()


def _letters(text: str) -> list[str]:
    return "".join(c if _is_letter(c) else " " for c in text.lower()).split()


def _spellings(word: str) -> Iterator[str]:
    """Yield a word, and as encodings older than Unicode have to write it."""
    yield word
    older = word.replace("ș", "ş").replace("ț", "ţ")
    if older != word:
        yield older
