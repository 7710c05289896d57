"""Characters that nobody sees or that change the order of what is seen, and those that must stay."""

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from vectorstore.text.hidden import escape_in_json, hidden_in, visible, without_hidden

# Each with hidden characters alone, in order.
HIDDEN = {
    "\u202e14\u202c million": ["U+202E", "U+202C"],
    "\u2066a\u2067b\u2068c\u2069": ["U+2066", "U+2067", "U+2068", "U+2069"],
    "5\u200f-3\u200e\u061c": ["U+200F", "U+200E", "U+061C"],
    "[1\u200b] S\u200b1 1\u20604": ["U+200B", "U+2060"],
    "n\u200dot \u200cno\u200c": ["U+200D", "U+200C"],
    "\u064b\u0661\u200d\u0662": ["U+200D"],  # a joiner between Arabic digits joins nothing
    "\x1b]52;c;aGk=\x07": ["U+001B", "U+0007"],
    "\x9b31m\x85\x7f\x00": ["U+009B", "U+0085", "U+007F", "U+0000"],
    "paid\rnot paid": ["U+000D"],
    "mil\xadlion 1\xad4": ["U+00AD"],
    "a\ufeffb\u2028c\u2029": ["U+FEFF", "U+2028", "U+2029"],
    "tea\U000e0041\U000e0042": ["U+E0041", "U+E0042"],
    "a\ufe0f1\ufe0f2": ["U+FE0F"],
    "😀\ufe0f\ufe00\U000e0100": ["U+FE00", "U+E0100"],
    "\u3164\uffa0\u115f\u1160\u17b4\u034f\u180e": [
        "U+3164", "U+FFA0", "U+115F", "U+1160", "U+17B4", "U+034F", "U+180E",
    ],
    "\ufff9a\ufffab\ufffb\uffff\ufdd0": ["U+FFF9", "U+FFFA", "U+FFFB", "U+FFFF", "U+FDD0"],
}  # fmt: skip
NEEDED = (
    "tab\tline\nwindows\r\npage\f",
    "می‌خواهم، خانه‌ها، ه‍.",  # Persian
    "क्‍ष र्‍य দুই‌টি ന്‍ ක්‍ෂ",  # Hindi, Bengali, Malayalam, Sinhala
    "ជំរាប\u200bសួរ ภาษา\u200bไทย",  # Khmer, Thai
    "👩🏽‍🚀 👨‍👩‍👧 ❤️‍🔥 🏳️‍🌈 ☎︎ ↔️ ©️",
    "1️⃣ #️⃣ 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "葛\U000e0100城 神\ufe00 ≨︀",
    "ᠠ\u180b ᠨ\u180eᠠ",  # Mongolian
    "\u1112\u1160 \u115f\u1161",  # old Korean
    "שלום עולם, مرحبا بالعالم 123",  # read from right to left without a mark
    "\u0600\u06dd é ﬁ · no-break\xa0space 　全角",
)


@pytest.mark.parametrize(("text", "found"), HIDDEN.items())
def test_what_is_hidden_is_shown_by_its_number(text: str, found: list[str]) -> None:
    assert hidden_in(text) == found
    shown = visible(text)
    assert hidden_in(shown) == []
    for name in found:
        shown = shown.replace(f"⟨{name}⟩", chr(int(name[2:], 16)))
    assert shown == text
    assert hidden_in(without_hidden(text)) == []
    written = escape_in_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(written) == text
    assert hidden_in(written) == []


@pytest.mark.parametrize("text", NEEDED)
def test_what_a_script_needs_stays(text: str) -> None:
    assert visible(text) == without_hidden(text) == text
    assert hidden_in(text) == []


def test_every_control_and_format_character_is_hidden_or_seen() -> None:
    """Of those that Unicode calls format, only signs that stand over numbers are seen."""
    characters = map(chr, range(sys.maxunicode + 1))
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp")
    shown = [c for c in characters if unicodedata.category(c) in kinds and not hidden_in(c)]
    names = {unicodedata.name(c, f"{ord(c):02X}").split()[0] for c in shown}
    assert names == {"09", "0A", "0C", "ARABIC", "SYRIAC", "KAITHI"}
    assert "\u061c" not in shown


@given(some.text(some.sampled_from([*"a1 \r\n", *"".join(HIDDEN), *"".join(NEEDED)])))
def test_nothing_hidden_is_left_and_nothing_else_is_lost(text: str) -> None:
    assert hidden_in(visible(text)) == []
    told = escape_in_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(told) == text
    assert not set("\x1b\x9b\x85\u202e\u2066") & set(told)


@given(some.lists(some.text(some.sampled_from([*"a1\r\n", *"".join(HIDDEN), *"".join(NEEDED)]))))
def test_pieces_of_a_stream_leave_nothing_hidden(pieces: list[str]) -> None:
    seen = ""
    for piece in pieces:
        seen += without_hidden(piece, seen)
    assert hidden_in(seen) == []
