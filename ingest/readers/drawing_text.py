"""Reads the words of slides, charts and diagrams: DrawingML text, as a reader of it sees it."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.readers.docx_text import alternative, local_name
from ingest.readers.line_text import Look, Piece, join
from ingest.readers.number_formats import written
from ingest.readers.omml import equation
from ingest.readers.symbol_fonts import UNKNOWN, in_font, is_symbol_font

if TYPE_CHECKING:
    from lxml.etree import _Element

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_OFF = {"", "0", "noStrike", "false"}
# How numbered paragraphs of slides look: the format of the number comes first in the name.
_FORMATS = {
    "arabic": "decimal", "alphaLc": "lowerLetter", "alphaUc": "upperLetter",
    "romanLc": "lowerRoman", "romanUc": "upperRoman", "circleNum": "decimalEnclosedCircle",
    "ea1Chs": "chineseCounting", "ea1Cht": "chineseCounting", "ea1JpnKor": "japaneseCounting",
    "ea1JpnChs": "japaneseCounting",
}  # fmt: skip
_AROUND = {"ParenBoth": "({})", "ParenR": "{})", "Period": "{}."}


def paragraphs(body: "_Element", left_out: Counter[str]) -> list[str]:
    """Return the paragraphs of a text that have words; add what was left out to `left_out`."""
    lines = []
    counts: dict[int, tuple[str, int]] = {}
    for paragraph in body.iterfind(f"{A}p"):
        line = join(_pieces(paragraph))
        left_out.update(line.left_out)
        left_out["unread_objects"] += line.text.count(UNKNOWN)
        if line.text.strip():
            lines.append(_number(paragraph, counts) + line.text.strip())
    return lines


def _number(paragraph: "_Element", counts: dict[int, tuple[str, int]]) -> str:
    """Return the number of a paragraph that has one, and count on."""
    properties = paragraph.find(f"{A}pPr")
    level = 0 if properties is None else int(properties.get("lvl", "0"))
    auto = None if properties is None else properties.find(f"{A}buAutoNum")
    for below in [one for one in counts if one > level or (auto is None and one == level)]:
        del counts[below]
    if auto is None:
        return ""
    kind, start = auto.get("type", "arabicPeriod"), int(auto.get("startAt", "1"))
    before = counts.get(level)
    number = before[1] + 1 if before and before[0] == f"{kind} {start}" else start
    counts[level] = f"{kind} {start}", number
    form = next((form for name, form in _FORMATS.items() if kind.startswith(name)), "decimal")
    around = next((shape for name, shape in _AROUND.items() if kind.endswith(name)), "{}")
    return f"{around.format(written(number, form))} "


def _pieces(paragraph: "_Element") -> Iterator[Piece]:
    for element in paragraph:
        name = local_name(element)
        if name in ("r", "fld") and element.tag.startswith(A):
            yield _run(element)
        elif name == "br":
            yield Piece("\n")
        elif name in ("oMath", "oMathPara"):
            yield Piece(equation(element), "maths")
        elif name == "AlternateContent":
            yield from _pieces(alternative(element))
        elif name not in ("pPr", "endParaRPr"):
            yield from _pieces(element)


def _run(run: "_Element") -> Piece:
    if run.get("type") == "slidenum":
        return Piece("")
    properties = run.find(f"{A}rPr")
    text = "".join(element.text or "" for element in run.iterfind(f"{A}t"))
    if properties is None:
        return Piece(in_font(text, ""))
    latin, signs = (_typeface(properties, name) for name in ("latin", "sym"))
    # The font of signs shows codes of symbol fonts alone; letters keep their own.
    font = latin if is_symbol_font(latin) else signs if text.strip() and not text.isascii() else ""
    return Piece(in_font(text, font), _look(properties))


def _look(properties: "_Element") -> Look:
    if properties.get("strike", "") not in _OFF:
        return "struck"
    shift = properties.get("baseline", "0").rstrip("%")
    if shift in ("", "0"):
        return ""
    return "lowered" if shift.startswith("-") else "raised"


def _typeface(properties: "_Element", name: str) -> str:
    font = properties.find(A + name)
    return "" if font is None else font.get("typeface", "")
