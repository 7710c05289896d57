"""Reads the words of a paragraph of a Word document as a reader of the document sees them.

Tracked changes count as accepted. What is deleted, struck out or hidden is left out and counted,
what is raised or lowered stays so, and fields show what they showed last.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from ingest.readers.docx_styles import Styles, W, is_on, value
from ingest.readers.line_text import Look, NoteMark, Piece
from ingest.readers.omml import equation
from ingest.readers.raised import fraction
from ingest.readers.symbol_fonts import in_font

if TYPE_CHECKING:
    from lxml.etree import _Element

_DELETED = {"del", "moveFrom"}
_UNSEEN = {"delText", "rt", "pPr", "rPr", "tblPr", "sectPr", "sdtPr", "delInstrText"}
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote"}
_OBJECTS = {"drawing", "pict", "object", "txbxContent"}
_LOOKS = ("vanish", "sz", "strike", "dstrike", "vertAlign")
_SMALLEST = 2  # half-points; judged: smaller letters are dots on paper
_EQ_FRACTION = re.compile(r"\s*EQ\s*\\f\s*\(([^();,]+)[;,]([^();,]+)\)\s*", re.IGNORECASE)
# Fields whose result differs from page to page, or tells of the file: no words of the document.
PAGE_FIELDS = {"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION", "DATE", "TIME", "SAVEDATE",
               "PRINTDATE", "FILENAME", "FILESIZE"}  # fmt: skip


@dataclass(slots=True)
class _Field:
    """A field that has begun: its code, and whether what follows is its result."""

    code: str = ""
    shown: bool = False
    entry: str = ""  # what a box to tick or a list to choose from shows

    @property
    def name(self) -> str:
        return (self.code.split() or [""])[0].upper()


@dataclass(slots=True)
class WordText:
    """Reads paragraph after paragraph of one part; fields may reach over several."""

    styles: Styles
    keep_page_fields: bool = True
    moved: bool = True  # whether the text moved away stands somewhere else
    objects: "list[_Element]" = field(default_factory=list)  # pictures and boxes of a paragraph
    comments: list[str] = field(default_factory=list)  # identifiers, in the order of their marks
    unread: int = 0  # formulas of a kind that cannot be read
    _fields: list[_Field] = field(default_factory=list)

    def pieces(self, paragraphs: "Sequence[_Element]") -> Iterator[Piece]:
        """Yield the pieces of paragraphs that read as one, because a deleted mark parts them."""
        for paragraph in paragraphs:
            style = value(paragraph, "pPr/pStyle") or self.styles.default
            yield from self._inside(paragraph, style)
        # A code that goes on beyond its paragraph was never ended: what follows is to be seen.
        self._fields = [one for one in self._fields if one.shown]

    def _inside(self, parent: "_Element", style: str) -> Iterator[Piece]:
        for element in parent:
            name = local_name(element)
            if name == "r" and not element.tag.startswith(W):
                continue
            if name == "r":
                yield from self._run(element, style)
            elif name in _DELETED:
                yield from self._deleted(element)
            elif name in ("oMath", "oMathPara"):
                yield Piece(equation(element), "maths")
            elif name == "fldSimple":
                self._fields.append(_Field(element.get(f"{W}instr", ""), shown=True))
                if self._is_shown():
                    yield from self._inside(element, style)
                self._fields.pop()
            elif name == "AlternateContent":
                yield from self._inside(alternative(element), style)
            elif name not in _UNSEEN and name != "txbxContent":
                yield from self._inside(element, style)

    def _deleted(self, element: "_Element") -> Iterator[Piece]:
        if local_name(element) == "moveFrom" and self.moved:
            return
        texts = element.iter(f"{W}delText", f"{W}t")
        yield Piece("".join(text.text or "" for text in texts), "struck")

    def _run(self, run: "_Element", style: str) -> Iterator[Piece]:
        look = self._look(run, style)
        for piece in self._content(run):
            if not self._is_shown() or (piece.look == "mark" and look in ("struck", "hidden")):
                continue
            yield Piece(piece.text, look) if piece.look == "" else piece

    def _is_shown(self) -> bool:
        """Return whether the place that is read is outside of codes, and no page number."""
        return all(
            one.shown and (self.keep_page_fields or one.name not in PAGE_FIELDS)
            for one in self._fields
        )

    def _look(self, run: "_Element", style: str) -> Look:
        vanish, size, strike, dstrike, shift = self.styles.of_run(run, style, _LOOKS)
        if is_on(vanish) or (size and size.isdecimal() and int(size) <= _SMALLEST):
            return "hidden"
        if is_on(strike) or is_on(dstrike):
            return "struck"
        return "raised" if shift == "superscript" else "lowered" if shift == "subscript" else ""

    def _content(self, run: "_Element") -> Iterator[Piece]:
        font = self.styles.font(run)
        elements = iter(run)
        for element in elements:
            name = local_name(element)
            if (text := _written(element, font)) is not None:
                yield Piece(text)
            elif name == "fldChar":
                yield from self._field(element)
            elif name in _NOTES:
                chosen = is_on(element.get(f"{W}customMarkFollows"))
                mark = "".join(e.text or "" for e in elements if local_name(e) == "t" and chosen)
                yield Piece("", "mark", NoteMark(_NOTES[name], element.get(f"{W}id", ""), mark))
            elif name == "AlternateContent":
                yield from self._content(alternative(element))
            elif name in ("ruby", "rubyBase"):
                yield from self._inside(element, "")
            elif name in ("oMath", "oMathPara"):
                yield Piece(equation(element), "maths")
            else:
                self._beside(name, element)

    def _beside(self, name: str, element: "_Element") -> None:
        """Remember what has its place in a run, but is no text of it."""
        if name == "instrText" and self._fields:
            self._fields[-1].code += element.text or ""
        elif name == "commentReference":
            self.comments.append(element.get(f"{W}id", ""))
        elif name in _OBJECTS and self._is_shown():
            self.objects.append(element)

    def _field(self, element: "_Element") -> Iterator[Piece]:
        """Follow a field from its beginning over its code to its result and its end."""
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            # A form shows its boxes and choices in place of a result, at the end of the field.
            self._fields.append(_Field(entry="".join(_form_field(element))))
        elif kind == "separate" and self._fields:
            self._fields[-1].shown = True
        elif kind == "end" and self._fields:
            ended = self._fields.pop()
            if ended.entry and not ended.shown:
                yield Piece(ended.entry)
            if ended.name == "EQ" and not ended.shown:
                found = _EQ_FRACTION.fullmatch(ended.code)
                self.unread += found is None
                yield Piece(fraction(found[1].strip(), found[2].strip()) if found else "", "maths")


def _written(element: "_Element", font: str) -> str | None:
    """Return what an element of a run writes; None if it is not there to write."""
    name = local_name(element)
    if name == "t":
        return in_font(element.text or "", font)
    if name == "sym":
        code = element.get(f"{W}char", "")
        known = re.fullmatch("[0-9A-Fa-f]{1,5}", code)
        return in_font(chr(int(code, 16)), element.get(f"{W}font", "")) if known else ""
    return _SIGNS.get(name)


def _form_field(element: "_Element") -> Iterator[str]:
    """Yield what a box to tick or a list to choose from shows; the others have a result."""
    box = element.find(f"{W}ffData/{W}checkBox")
    choice = element.find(f"{W}ffData/{W}ddList")
    if box is not None:
        ticked = value(box, "checked")
        yield "☒" if is_on(value(box, "default") if ticked is None else ticked) else "☐"
    elif choice is not None:
        entries = [entry.get(f"{W}val", "") for entry in choice.iter(f"{W}listEntry")]
        at = value(choice, "result") or value(choice, "default") or "0"
        if at.isdecimal() and int(at) < len(entries):
            yield entries[int(at)]


def local_name(element: "_Element") -> str:
    """Return the name of an element without its namespace; empty for entities."""
    tag = element.tag
    return _without_namespace(tag) if isinstance(tag, str) else ""


@lru_cache(4096)
def _without_namespace(tag: str) -> str:
    return tag.rpartition("}")[2]


def alternative(element: "_Element") -> "_Element":
    """Return the alternative that a current program shows: the first, else what is left."""
    choices = [child for child in element if local_name(child) in ("Choice", "Fallback")]
    filled = (child for child in choices if len(child))
    return next(filled, element if not choices else choices[0])
