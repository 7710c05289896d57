"""Tells which character a symbol font shows: Symbol and the Wingdings of Office files.

Such fonts show ≥ for the code of another letter, and Office stores the code (U+F0B3), which says
nothing without the font.
"""

from functools import cache

_PRIVATE = range(0xF000, 0xF100)  # where Office puts the codes of symbol fonts
# Judged: what people insert into sentences and forms; other signs of these fonts are ornaments.
_WINGDINGS = {
    0x3C: "💾", 0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒",
    0x76: "❖", 0x9E: "·", 0x9F: "•", 0xA7: "▪", 0xA8: "□", 0xAB: "★", 0xD8: "➢", 0xDF: "←",
    0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE3: "↖", 0xE8: "➔", 0xEF: "⇦", 0xF0: "⇨", 0xF3: "⇔",
    0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□"}
_WINGDINGS_3 = {0x74: "▲", 0x75: "△", 0x7D: "▶", 0x80: "◀"}
# Where that encoding has a character of the private use area, or one of a single maker.
_SYMBOL = {
    0x22: "∀", 0x57: "Ω", 0x44: "Δ", 0x6D: "μ", 0xD2: "®", 0xD3: "©", 0xD4: "™", 0xE2: "®",
    0xE3: "©", 0xE4: "™", 0xF0: "", 0xFF: "",
}  # fmt: skip
UNKNOWN = "\ufffd"


def in_font(text: str, font: str) -> str:
    r"""Return text as its font shows it; U+FFFD for signs that no table has.

    >>> in_font("\uf0b3 40 \uf0b1", "Symbol"), in_font("m", "symbol"), in_font("m", "Arial")
    ('≥ 40 ±', 'μ', 'm')
    """
    name = font.casefold()
    if not is_symbol_font(font):
        if text.isascii() or not any(ord(one) in _PRIVATE for one in text):
            return text
        name = "symbol"  # which Office takes when it has lost the font
        return "".join(_sign(one, name) if ord(one) in _PRIVATE else one for one in text)
    return "".join(_sign(one, name) for one in text)


def is_symbol_font(font: str) -> bool:
    """Return whether a font shows signs in place of letters."""
    return font.casefold() in {"symbol", "wingdings", "wingdings 2", "wingdings 3", "webdings"}


def _sign(one: str, font: str) -> str:
    code = ord(one) - _PRIVATE.start if ord(one) in _PRIVATE else ord(one)
    if one.isspace() or code in {0x20, 0xA0}:
        return " "
    if code > 0xFF:
        return one  # the font has no such code, so another one shows it
    return _table(font).get(code, UNKNOWN)


@cache
def _table(font: str) -> dict[int, str]:
    if font == "symbol":
        from pypdf._codecs import charset_encoding  # the encoding of the font, as PDF files have it

        table = dict(enumerate(charset_encoding["/Symbol"])) | _SYMBOL
        # Pieces of large brackets have no character of their own there, and no meaning here.
        return {code: one for code, one in table.items() if one and one.isprintable()}
    return {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "wingdings 3": _WINGDINGS_3}.get(
        font, {}
    )
