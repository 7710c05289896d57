"""Reads Word documents through python-docx: paragraphs, tables and notes in document order.

Kept is what a reader of the document sees: inserted text, text in content controls and text boxes,
the words of links. Left out are deleted and hidden text, comments, headers, footers, the numbers of
list items and the readings above Japanese words. Word files store no pages.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.readers.archive import DAMAGE, damaged, open_archive
from ingest.readers.layout import Block, build_document
from ingest.readers.office_properties import properties
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_UNSEEN = {"del", "moveFrom", "Fallback", "instrText", "delText", "rt", "pPr", "tblPr", "sectPr"}
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOTES = ("footnotes", "endnotes")
_DEEPEST = 12  # styles based on one another; judged: only a circle has more


def read_docx(path: Path) -> Document:
    """Return the text of a Word document; raises UnreadableSource if it is damaged or encrypted."""
    import docx
    from docx.exceptions import PythonDocxError

    with open_archive(path, ".docx") as archive:
        metadata = properties(archive)
    try:
        document = docx.Document(str(path))
        blocks = [*_blocks(document.element.body, _heading_styles(document))]
        notes = [block for name in _NOTES for block in _notes(document, name) if block.text]
    except (*DAMAGE, PythonDocxError) as error:
        # Strict Open XML, templates and documents with macros are kinds of their own.
        raise UnreadableSource(damaged(path, ".docx")) from error
    if notes:
        blocks += Block("Notes"), *notes
    return build_document("docx", [blocks], metadata, paged=False)


def _name(element: "_Element") -> str:
    """Return the name of an element without its namespace; empty for comments and entities."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _blocks(parent: "_Element", headings: set[str]) -> Iterator[Block]:
    for element in parent:
        name = _name(element)
        if name == "p":
            yield _paragraph(element, headings)
            for box in element.iter(f"{_W}txbxContent"):
                inner = next(box.iterancestors(f"{_W}p")) is not element
                if not inner and next(box.iterancestors("{*}Fallback"), None) is None:
                    yield from _blocks(box, headings)
        elif name == "tbl":
            for row in element.iter(f"{_W}tr"):
                if next(row.iterancestors(f"{_W}tbl")) is element:
                    yield from _row(row, headings)
        elif name not in _UNSEEN:
            yield from _blocks(element, headings)


def _paragraph(element: "_Element", headings: set[str]) -> Block:
    style = element.find(f"{_W}pPr/{_W}pStyle")
    level = element.find(f"{_W}pPr/{_W}outlineLvl")
    listed = element.find(f"{_W}pPr/{_W}numPr") is not None
    styled = style is not None and style.get(f"{_W}val", "") in headings
    if level is not None:
        styled = level.get(f"{_W}val", "") in set("012345678")
    in_list = listed or (style is not None and style.get(f"{_W}val", "").startswith("List"))
    return Block("".join(_words(element)), heading=styled, close=in_list and not styled)


def _words(parent: "_Element") -> Iterator[str]:
    """Yield the text of an element, without that of its text boxes."""
    for element in parent:
        name = _name(element)
        if name == "t":
            yield element.text or ""
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name == "r" and _is_hidden(element):
            continue
        elif name not in _UNSEEN and name != "txbxContent":
            yield from _words(element)


def _is_hidden(run: "_Element") -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val", "1") not in {"0", "false", "off"}


def _row(row: "_Element", headings: set[str]) -> Iterator[Block]:
    """Yield a row as one line; a row of one cell only frames its content."""
    if row.find(f"{_W}trPr/{_W}del") is not None:
        return
    cells = [cell for cell in row.iter(f"{_W}tc") if next(cell.iterancestors(f"{_W}tr")) is row]
    if len(cells) == 1:
        yield from _blocks(cells[0], headings)
        return
    texts = [" ".join(" ".join(b.text for b in _blocks(c, headings)).split()) for c in cells]
    if any(texts):
        yield Block(" | ".join(texts), close=True)


def _notes(document: "WordDocument", name: str) -> Iterator[Block]:
    """Yield the notes of one kind in stored order, one line each."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml.parser import parse_xml

    kind = RELATIONSHIP_TYPE.FOOTNOTES if name == "footnotes" else RELATIONSHIP_TYPE.ENDNOTES
    try:
        part = document.part.part_related_by(kind)
    except KeyError:
        return
    for note in parse_xml(part.blob):
        if note.get(f"{_W}type", "normal") == "normal":
            text = " ".join(block.text for block in _blocks(note, set()))
            yield Block(" ".join(text.split()), close=True)


def _heading_styles(document: "WordDocument") -> set[str]:
    """Return the ids of heading styles, by name, by outline level, or by their base style."""
    styles = {s.get(f"{_W}styleId", ""): s for s in document.styles.element.iter(f"{_W}style")}
    return {id_ for id_ in styles if _is_heading(id_, styles)}


def _is_heading(id_: str, styles: "dict[str, _Element]") -> bool:
    for _ in range(_DEEPEST):
        if (style := styles.get(id_)) is None:
            return False
        name, level, based = (
            found.get(f"{_W}val", "") if (found := style.find(f"{_W}{where}")) is not None else ""
            for where in ("name", f"pPr/{_W}outlineLvl", "basedOn")
        )
        if level:
            return level in set("012345678")  # 9 is body text
        if name.lower() == "title" or name.lower().startswith("heading "):
            return True
        id_ = based
    return False
