"""Writes a number as a numbered list of an Office file shows it: 7, vii, (g), seventh, 七."""

from collections.abc import Callable

from vectorstore.text.numerals import HAN_DIGITS, ORDINALS, TENS, UNITS

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_ONES = list(UNITS)
_TENS = {value: word for word, value in TENS.items()}
_ORDINALS = dict(zip(_ONES[1:], ORDINALS, strict=False))
_HAN = "".join(HAN_DIGITS)
_KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
_IROHA = (
    "イロハニホヘトチリヌルヲワカヨタレソツネナラムウ"
    "ヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
)
_CYCLES = {
    "aiueo": _KANA,
    "aiueoFullWidth": _KANA,
    "iroha": _IROHA,
    "irohaFullWidth": _IROHA,
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "ganada": "가나다라마바사아자차카타파하",
    "chosung": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
    "russianLower": "абвгдежзиклмнопрстуфхцчшщыэюя",
    "russianUpper": "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ",
}
SILENT = {"bullet", "none"}  # formats that show no number
_HIGHEST = 32_767  # number that Word counts to; letters for more would fill the memory


def written(number: int, form: str) -> str:
    """Return a number in a format of Office; in figures if the format is not known.

    >>> written(7, "lowerRoman"), written(28, "upperLetter"), written(22, "ordinalText")
    ('vii', 'BB', 'Twenty-second')
    >>> written(3, "decimalZero"), written(12, "decimalEnclosedCircle"), written(21, "ordinal")
    ('03', '⑫', '21st')
    """
    if form in SILENT:
        return ""
    if not 0 < number <= _HIGHEST:
        return str(number)
    if form in _CYCLES:
        return _CYCLES[form][(number - 1) % len(_CYCLES[form])]
    return _FORMS.get(form, str)(number)


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _letters(number: int) -> str:
    """Return a to z, then aa, bb and so on, as Word counts on."""
    times, at = divmod(number - 1, 26)
    return chr(ord("a") + at) * (times + 1)


def _cardinal(number: int) -> str:
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, one = divmod(number, 10)
        return _TENS[10 * tens] + (f"-{_ONES[one]}" if one else "")
    return str(number)


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10)
    return f"{number}{ending or 'th'}"


def _ordinal_text(number: int) -> str:
    if number > 99:
        return _ordinal(number)
    start, dash, last = _cardinal(number).rpartition("-")
    if last in _ORDINALS:
        return start + dash + _ORDINALS[last]
    return start + dash + (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")


def _circled(number: int) -> str:
    if number <= 20:
        return chr(0x2460 + number - 1)
    return f"({number})"


def _han(number: int) -> str:
    """Return 一, 十二, 三十; figures beyond ninety-nine, which no list of articles has."""
    if number > 99:
        return "".join(_HAN[int(figure)] for figure in str(number))
    tens, one = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_HAN[tens]}十") + (
        _HAN[one] if one else ""
    )


def _full_width(number: int) -> str:
    return "".join(chr(0xFF10 + int(figure)) for figure in str(number))


_FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "ordinal": _ordinal,
    "cardinalText": lambda number: _cardinal(number).capitalize(),
    "ordinalText": lambda number: _ordinal_text(number).capitalize(),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda number: f"({number})",
    "decimalEnclosedFullstop": lambda number: f"{number}.",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalHalfWidth": str,
    "numberInDash": lambda number: f"- {number} -",
    "hex": lambda number: f"{number:X}",
    "japaneseCounting": _han,
    "chineseCounting": _han,
    "chineseCountingThousand": _han,
    "taiwaneseCounting": _han,
    "taiwaneseCountingThousand": _han,
    "ideographDigital": lambda number: "".join(_HAN[int(figure)] for figure in str(number)),
    "japaneseDigitalTenThousand": lambda n: "".join(_HAN[int(figure)] for figure in str(n)),
}
