"""Find the characters that nobody sees or that change the order of what is seen.

A text that holds them can be displayed as something else than what is stored and was checked:
`U+202E 14 U+202C` is displayed as 41. `visible` is applied at every output, `without_hidden` to
what a model writes. The stored text and all offsets stay as they are.

Hidden are all controls but tab, line end and form feed; all marks and overrides of direction; soft
hyphens; and what Unicode calls default ignorable (DerivedCoreProperties.txt of Unicode 16), except
where a script or an emoji needs it: joiners in Arabic and Indic words, break opportunities in Thai
or Khmer, one variation selector, the tags of a flag. Letters that are read from right to left need
no mark, and stay. The scripts of the window use the same pattern (`dom.js`).
"""

import re
import unicodedata
from functools import cache

_ALWAYS = (
    "\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U00013430-\U0001345f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_CANDIDATE = re.compile(f"[\r{_ALWAYS}]")
CONTEXT = 2  # characters before a hidden one that can make it a needed one
_RUN = re.compile(r"\++")


_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_EMOJI = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2934\u2935\u2b00-\u2bff\u3030"
    "\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_SELECTED = (
    f"{_EMOJI}{_HAN}\u1000-\u109f\u2200-\u22ff\u2a00-\u2aff\u3001-\u303f\ua840-\ua877\uff01-\uff60"
)


@cache
def pattern() -> str:
    """Return what matches hidden characters, and in group 1 those that a script needs.

    It is a regular expression of Python, and of JavaScript with the flag `u`.
    """
    joined = _letters(  # Arabic, Syriac, N’Ko, Mandaic, the scripts of India, Mongolian and others
        (0x600, 0x77F), (0x7C0, 0x7FF), (0x840, 0xDFF), (0xF00, 0x109F), (0x1780, 0x18AF),
        (0x1B00, 0x1BFF), (0xA800, 0xAAFF), (0xABC0, 0xABFF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC),
        (0x10D00, 0x10D3F), (0x11000, 0x11FFF), (0x1E900, 0x1E95F),
    )  # fmt: skip
    unspaced = _letters(  # Thai, Lao, Tibetan, Burmese, Khmer and others: words without spaces
        (0xE00, 0x109F), (0x1780, 0x17FF), (0x1950, 0x1AAF), (0x1B00, 0x1BFF), (0xA980, 0xAADF),
    )  # fmt: skip
    kept = (
        f"[{joined}](?:[\u180b-\u180f][\u200c\u200d]?|[\u200c\u200d])",
        f"[{unspaced}]\u200b",
        f"[{_EMOJI}]\ufe0f?\u200d",
        f"[{_SELECTED}][\ufe00-\ufe0f]",
        f"[{_HAN}][\U000e0100-\U000e01ef]",
        "[0-9#*]\ufe0f\u20e3",
        "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f",  # of a region
        "\u115f[\u1161-\u11a7]",  # Korean before 1933
        "[\u1100-\u115e\ua960-\ua97c]\u1160",
        "[\u0591-\u05bd]\u034f",  # Hebrew points
        "[\u2801-\u28ff]\u2800",  # a blank in Braille
        "[\U00013000-\U0001342f][\U00013430-\U0001345f]",  # Egyptian
        "[\U0001bc00-\U0001bc9f][\U0001bca0-\U0001bca3]",  # shorthand
        "[\U0001d100-\U0001d172][\U0001d173-\U0001d17a]",  # music
        "\r\n",
    )
    return f"({'|'.join(kept)})|[\r{_ALWAYS}]"


def visible(text: str) -> str:
    r"""Return a text with each hidden character as its number.

    >>> visible("\u202e14\u202c million")
    '⟨U+202E⟩14⟨U+202C⟩ million'
    """
    if not _CANDIDATE.search(text):
        return text
    return _hidden().sub(lambda found: found[1] or f"⟨{_name(found[0])}⟩", text)


def without_hidden(text: str, before: str = "") -> str:
    r"""Return a text without its hidden characters; `before` is what precedes it.

    >>> without_hidden("Rain.[1\u200b]")
    'Rain.[1]'
    """
    if not _CANDIDATE.search(text):
        return text
    known = before[-CONTEXT:]

    def kept(found: re.Match[str]) -> str:
        return found[0] if found.start() < len(known) else found[1] or ""

    return _hidden().sub(kept, known + text)[len(known) :]


def hidden_in(text: str) -> list[str]:
    """Return the numbers of the hidden characters in a text, each once: `U+202E`."""
    if not _CANDIDATE.search(text):
        return []
    return list(dict.fromkeys(_name(one[0]) for one in _hidden().finditer(text) if not one[1]))


def escape_in_json(text: str) -> str:
    r"""Return JSON with the hidden characters of its strings escaped; the values stay the same.

    >>> escape_in_json('"\x9b31m"')
    '"\\u009b31m"'
    """
    if not _CANDIDATE.search(text):
        return text
    return _hidden().sub(lambda found: found[1] or _escaped(found[0]), text)


def _name(character: str) -> str:
    return f"U+{ord(character):04X}"


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


@cache
def _hidden() -> re.Pattern[str]:
    return re.compile(pattern())


def _letters(*blocks: tuple[int, int]) -> str:
    """Return the letters and accents of blocks as ranges of a class; no digits."""
    every = "".join(chr(code) for first, last in blocks for code in range(first, last + 1))
    kinds = "".join("+" if _is_letter(character) else " " for character in every)
    return "".join(f"{every[run.start()]}-{every[run.end() - 1]}" for run in _RUN.finditer(kinds))


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" and not _CANDIDATE.match(character)
