"""Decides in which encoding a text file is: by its marks, by its validity, else by its letters.

A byte order mark, the escapes of ISO-2022 and valid UTF-8 are certain. Otherwise every encoding of
a table is tried, and the text is taken that is likeliest in a language written in that encoding.
What the file or its server declares counts for much, but not against all evidence.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import log

from ingest.readers.letter_model import log_likelihood

_WEST = "en fr de es pt it nl sv da nb fi is ca ga"
_CENTRAL = "pl cs hu sk sl hr ro sq de en"
_CYRILLIC = "ru uk bg sr mk be"
_BALTIC = "lt lv et en"
# Encodings by Python's name: how common they are in files that are not UTF-8 (judged: the shares
# that W3Techs counts for the web, those of old systems less), and the languages written in them.
_TABLE: tuple[tuple[str, float, str], ...] = (
    ("cp1252", 0.4, _WEST), ("iso8859-15", 0.01, _WEST), ("mac-roman", 0.004, _WEST),
    ("cp850", 0.003, _WEST), ("cp437", 0.002, _WEST), ("iso8859-14", 0.0003, "cy ga en"),
    ("iso8859-10", 0.0002, "is nb sv et lt"), ("iso8859-3", 0.0003, "mt eo tr"),
    ("cp1250", 0.05, _CENTRAL), ("iso8859-2", 0.03, _CENTRAL), ("cp852", 0.003, _CENTRAL),
    ("mac-latin2", 0.001, _CENTRAL), ("iso8859-16", 0.0005, "ro pl hu sq sl hr"),
    ("cp1251", 0.12, _CYRILLIC), ("koi8-r", 0.02, _CYRILLIC), ("koi8-u", 0.01, _CYRILLIC),
    ("cp866", 0.02, _CYRILLIC), ("iso8859-5", 0.008, _CYRILLIC),
    ("mac-cyrillic", 0.004, _CYRILLIC), ("cp855", 0.0005, _CYRILLIC),
    ("cp1253", 0.02, "el"), ("iso8859-7", 0.012, "el"), ("cp737", 0.002, "el"),
    ("mac-greek", 0.001, "el"), ("cp869", 0.0005, "el"),
    ("cp1254", 0.03, "tr en"), ("iso8859-9", 0.02, "tr"), ("cp857", 0.002, "tr"),
    ("mac-turkish", 0.001, "tr"),
    ("cp1255", 0.02, "he"), ("iso8859-8", 0.006, "he"), ("cp862", 0.002, "he"),
    ("cp1256", 0.02, "ar fa"), ("iso8859-6", 0.006, "ar"), ("cp864", 0.0002, "ar"),
    ("cp1257", 0.02, _BALTIC), ("iso8859-13", 0.008, _BALTIC), ("iso8859-4", 0.004, _BALTIC),
    ("cp775", 0.001, _BALTIC), ("cp1258", 0.01, "vi"), ("cp874", 0.02, "th"),
    ("cp932", 0.08, "ja"), ("euc_jp", 0.04, "ja"), ("gb18030", 0.1, "zh"),
    ("big5hkscs", 0.05, "zh_Hant"), ("cp949", 0.06, "ko"), ("johab", 0.0005, "ko"),
)  # fmt: skip
_UTF_16 = "en ja zh zh_Hant ko ru de th el he ar".split()
_LATIN = tuple(dict.fromkeys(f"{_WEST} {_CENTRAL} {_BALTIC} tr cy eo mt sq vi".split()))
_COMPANY = {name: tuple(languages.split()) for name, _, languages in _TABLE}
# Encodings that browsers read as a larger one (WHATWG Encoding Standard), by Python's names.
_WIDER = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874",
    "iso8859-11": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
# Python's other encodings are not used for pages, and some, like punycode, take forever.
_OF_THE_WEB = re.compile(
    r"utf-(8|16(-[lb]e)?)|iso8859-\d+|cp\d+|koi8-[ru]|gb18030|big5hkscs|euc_jp|iso2022_jp|mac-\w+"
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"), (b"\x84\x31\x95\x33", "gb18030"),
)  # fmt: skip
_ESCAPES = (
    (re.compile(rb"\x1b(?:\$[@B]|\$\([DOPQ]|\([BJI])"), "iso2022_jp_ext"),
    (re.compile(rb"\x1b\$\)C"), "iso2022_kr"),
    (re.compile(rb"~\{(?:[!-w][!-~])+~\}"), "hz"),
)
_SEARCHED = 1_000_000  # bytes in which lines are looked for
_PLAIN_RUN = re.compile(rb"([\x00-\x7f]{40})[\x00-\x7f]{20,}?([\x00-\x7f]{40})(?=[\x80-\xff]|\Z)")
_SHORTLIST = 12  # judged: encodings whose languages are weighed one by one
_SAMPLE = 2_000  # bytes that are judged; more change nothing
_MARGIN = 6.0  # judged: nats below which a guess is in doubt
_OTHER_LANGUAGE = 8.0  # judged: nats at most for a language that ASCII letters are not in
_DECLARED = 14.0  # judged: nats for the encoding that a file declares; wrong once in a million
_BROKEN = 0.02  # judged: the share of broken sequences in a text that is still called UTF-8
_UNLIKELY = -11.0  # judged: nats a character; chance gives less than -15, other languages -9


class NotText(ValueError):
    """Data that are no text in any encoding."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, its encoding by Python's name, and the other candidates if it is a guess."""

    text: str
    encoding: str
    others: tuple[str, ...] = ()


def web_encoding(label: str) -> str:
    """Return the encoding that browsers use for a declared one, empty if there is none."""
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return ""
    name = _WIDER.get(name, name)
    return name if _OF_THE_WEB.fullmatch(name) else ""


def decode(data: bytes, declared: str = "") -> Decoded:
    """Return the text of a file; raises NotText if it has none.

    `declared` is the label that the file or its server states.
    """
    certain = _marked(data) or _zeros(data) or _escaped(data) or _utf8(data)
    if certain and "\0" in certain.text:
        raise NotText  # whatever it begins with
    return certain or _likeliest(data, web_encoding(declared))


def _marked(data: bytes) -> Decoded | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
            return Decoded(text, encoding)
    return None


def _zeros(data: bytes) -> Decoded | None:
    """Return the text of data with zero bytes: UTF-16 or UTF-32 without a mark, or none."""
    if b"\0" not in data:
        return None
    found = []
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            if (nats := _nats(text)) > _UNLIKELY:
                found.append((nats, Decoded(text, encoding)))
    if not found:
        raise NotText
    return max(found, key=lambda one: one[0])[1]


def _nats(text: str) -> float:
    """Return how likely a text is in the language that fits it best, in nats a character."""
    sample = text[:300]
    best = max(log_likelihood(sample, language, repeated=1) for language in _UTF_16)
    return best / max(len(sample), 1)


def _chinese_in_utf16(data: bytes, otherwise: str) -> Decoded | None:
    """Return the text of UTF-16 without a mark and without a zero byte, as Chinese can be.

    It must be likelier than the same bytes `otherwise`, in the best of the other encodings.
    """
    languages = _COMPANY[otherwise]
    piece = _read(data[:600], otherwise)
    least = max(log_likelihood(piece, one, languages, repeated=1) for one in languages)
    for encoding in ("utf-16-le", "utf-16-be"):
        with suppress(UnicodeDecodeError):
            text = data[:600].decode(encoding)
            nats = max(
                log_likelihood(text, one, repeated=1) for one in ("ja", "zh", "zh_Hant", "ko")
            )
            if nats > least + _MARGIN and nats > _UNLIKELY * len(text):
                return Decoded(data.decode(encoding), encoding)
    return None


def _escaped(data: bytes) -> Decoded | None:
    """Return the text of 7-bit data that escape to a larger set of characters."""
    if (b"\x1b" not in data and b"~{" not in data) or not data.isascii():
        return None
    for pattern, encoding in _ESCAPES:
        if pattern.search(data):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if not text.isascii():
                return Decoded(text, encoding)
    return None


def _utf8(data: bytes) -> Decoded | None:
    """Return the text of valid UTF-8, or of UTF-8 in which few bytes are broken."""
    try:
        return Decoded(data.decode(), "utf-8")
    except UnicodeDecodeError:
        text = data.decode(errors="replace")
    broken = text.count("\ufffd")
    whole = sum(not c.isascii() for c in text) - broken if broken < 1000 else 0
    return (
        Decoded(text, "utf-8", ("one with broken characters",))
        if broken <= _BROKEN * whole
        else None
    )


def _likeliest(data: bytes, declared: str) -> Decoded:
    """Return the likeliest text, with the other encodings that come near."""
    scores: dict[str, float] = {}  # by the text of the sample
    names: dict[str, str] = {}
    sample = _sample(data)
    for score, encoding, text in _candidates(sample, declared):
        names.setdefault(text, encoding)  # the most common of those that read it alike
        scores[text] = max(score, scores.get(text, score))
    best, *others = sorted(scores, key=lambda text: -scores[text])
    if utf16 := _chinese_in_utf16(data, names[best]):
        return utf16
    near = tuple(names[text] for text in others if scores[text] > scores[best] - _MARGIN)
    if declared and declared != names[best] and best != _read(sample, declared):
        near = (declared, *(name for name in near if name != declared))
    return Decoded(_read(data, names[best]), names[best], near)


def _candidates(sample: bytes, declared: str) -> Iterator[tuple[float, str, str]]:
    """Yield a score in nats, an encoding and the text of the sample in it."""
    # ASCII reads alike in all of them. It says which languages to expect, but no more than that.
    ascii_part = re.sub(rb"[^ -~]+", b" ", sample).decode()
    plain = {name: log_likelihood(ascii_part[:1000], name, _LATIN) for name in _LATIN}
    likeliest = max(plain.values())
    letters = sum(map(str.isalpha, ascii_part))
    other_script = _OTHER_LANGUAGE if 2 * letters > len(sample) else 0.0
    for encoding, share, languages in _shortlist(sample, declared):
        text = _read(sample, encoding)
        chances = []
        for language in languages.split():
            beyond = log_likelihood(text, language, _COMPANY[encoding], ascii_too=False)
            doubt = likeliest - plain[language] if language in plain else other_script
            chances.append(beyond - min(doubt, _OTHER_LANGUAGE))
        bonus = _DECLARED if encoding == declared else 0
        yield max(chances) + log(share) + bonus, encoding, text


def _shortlist(sample: bytes, declared: str) -> list[tuple[str, float, str]]:
    """Return the encodings that all their languages together find likeliest, and the declared."""
    crude: dict[str, float] = {}
    for encoding, share, languages in _TABLE:
        single = languages if " " not in languages else ""
        text = _read(sample, encoding)
        nats = log_likelihood(text, single, _COMPANY[encoding], ascii_too=False)
        crude[encoding] = nats + log(share)
    best = sorted(crude, key=lambda encoding: -crude[encoding])[:_SHORTLIST]
    return [row for row in _TABLE if row[0] in best or row[0] == declared]


def _read(data: bytes, encoding: str) -> str:
    text = data.decode(encoding, errors="replace")
    if encoding == "cp1258":  # which writes tones apart from their letters
        text = unicodedata.normalize("NFC", text)
    return text.encode(errors="replace").decode()  # no half of a surrogate pair


def _sample(data: bytes) -> bytes:
    """Return lines with bytes beyond ASCII, first those that have bytes not seen before."""
    data = _PLAIN_RUN.sub(rb"\1 \2", data[:_SEARCHED])
    if len(data) <= _SAMPLE:
        return data
    chosen: list[bytes] = []
    seen: set[int] = set()
    size = 0
    for line in re.finditer(rb"[^\n]*[\x80-\xff][^\n]*\n?", data):
        first = re.search(rb"[\x80-\xff]", line[0])
        start = max(0, first.start() - 200) if first else 0
        piece = line[0][start : start + 2000]
        new = set(piece) - seen
        if size < _SAMPLE or (new and size < 4 * _SAMPLE):
            chosen.append(piece)
            seen |= new
            size += len(piece)
    return b"".join(chosen)
