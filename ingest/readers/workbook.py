"""Opens Excel workbooks as archives of XML: their sheets, texts and styles.

The parts are read directly: strict files and odd styles, which Excel opens, are no obstacle then,
and what openpyxl does not tell of large sheets is there (hidden rows, merged cells, raised text).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING
from zipfile import ZipFile

from ingest.readers.cell_formats import builtin
from ingest.readers.raised import subscript, superscript

if TYPE_CHECKING:
    from lxml.etree import _Element

_BARE = {"none", "gray125"}  # patterns of cells that have no colour; the second is a default
_OFF = {"0", "false", "none"}


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell is shown: its number format, and whether it is set off or struck out."""

    form: str = "General"
    strong: bool = False
    struck: bool = False


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it; `titles` names the rows that each printed page repeats."""

    name: str
    part: str
    visible: bool
    titles: str


@dataclass(frozen=True, slots=True)
class Words:
    """A text with raised and lowered characters; `struck` counts what is struck out of it."""

    text: str
    struck: int = 0


def check_entities(element: "_Element") -> None:
    """Raise ValueError for a part that declares entities: Office writes none."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise ValueError("entities")


def local(element: "_Element") -> str:
    """Return the name of an element without its namespace; empty for comments and entities."""
    return _local(element.tag) if isinstance(element.tag, str) else ""


@lru_cache(maxsize=1024)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def children(element: "_Element | None", name: str) -> Iterator["_Element"]:
    """Yield the children of an element with a name, in any namespace."""
    if element is not None:
        yield from (child for child in element if local(child) == name)


def child(element: "_Element | None", name: str) -> "_Element | None":
    """Return the first child with a name, in any namespace."""
    return next(children(element, name), None)


def attribute(element: "_Element", name: str) -> str:
    """Return an attribute by its name, in any namespace; empty if it is missing."""
    found = (v for key, v in element.attrib.items() if str(key).rpartition("}")[2] == name)
    return str(next(found, ""))


def is_on(element: "_Element | None") -> bool:
    """Return whether a switch like `<b/>` is there and on."""
    return element is not None and element.get("val", "1").lower() not in _OFF


class Workbook:
    """The parts of a workbook; raises KeyError or ValueError if it is none."""

    def __init__(self, archive: ZipFile) -> None:
        """Read the list of sheets."""
        self.archive = archive
        self._names = {name.lower(): name for name in archive.namelist()}
        self.place = next(
            (to for kind, to in self.relations("").values() if kind == "officeDocument"),
            "xl/workbook.xml",
        )
        self.root = self.xml(self.place)
        if local(self.root) != "workbook":
            raise ValueError("no workbook")
        settings = child(self.root, "workbookPr")
        self.since_1904 = settings is not None and settings.get("date1904", "0").lower() not in _OFF

    def has(self, part: str) -> bool:
        """Return whether a part is there."""
        return part.lower() in self._names

    def open_name(self, part: str) -> str:
        """Return the name of a part in the archive; raises KeyError if it is missing."""
        return self._names[part.lower()]

    def xml(self, part: str) -> "_Element":
        """Return the root of a part; raises KeyError or an error of lxml, a SyntaxError."""
        from lxml.etree import XMLParser, fromstring

        parser = XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
        root = fromstring(self.archive.read(self.open_name(part)), parser)
        check_entities(root)
        return root

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return what a part points to inside the file: the kind and the name, by id."""
        name = join(dirname(part), "_rels", part.rpartition("/")[2] + ".rels")
        if not self.has(name):
            return {}
        found: dict[str, tuple[str, str]] = {}
        for one in children(self.xml(name), "Relationship"):
            to = one.get("Target", "")
            place = to.lstrip("/") if to.startswith("/") else normpath(join(dirname(part), to))
            if one.get("TargetMode") != "External":
                kind = one.get("Type", "").rpartition("/")[2]
                found[one.get("Id", "")] = (kind, place)
        return found

    @cached_property
    def sheets(self) -> list[SheetPart]:
        """The sheets with cells, in their order; charts on sheets of their own are left out."""
        relations = self.relations(self.place)
        found: list[SheetPart] = []
        for number, one in enumerate(children(child(self.root, "sheets"), "sheet")):
            kind, part = relations.get(attribute(one, "id"), ("", ""))
            if kind == "worksheet":
                visible = one.get("state", "visible") == "visible"
                found.append(SheetPart(one.get("name", ""), part, visible, self._titles(number)))
        return found

    def _titles(self, number: int) -> str:
        for one in children(child(self.root, "definedNames"), "definedName"):
            if one.get("name") == "_xlnm.Print_Titles" and one.get("localSheetId") == str(number):
                return one.text or ""
        return ""

    @cached_property
    def texts(self) -> list[Words]:
        """The texts that cells share."""
        part = self._related("sharedStrings")
        return [words(one) for one in children(self.xml(part), "si")] if part else []

    @cached_property
    def styles(self) -> list[Style]:
        """The styles of cells; what is odd in them counts as plain."""
        part = self._related("styles")
        if not part:
            return []
        root = self.xml(part)
        forms = {
            one.get("numFmtId"): one.get("formatCode", "General")
            for one in children(child(root, "numFmts"), "numFmt")
        }
        fonts = list(children(child(root, "fonts"), "font"))
        fills = list(children(child(root, "fills"), "fill"))
        found: list[Style] = []
        for one in children(child(root, "cellXfs"), "xf"):
            number = one.get("numFmtId", "0")
            font = _at(fonts, one.get("fontId"))
            bold, struck = is_on(child(font, "b")), is_on(child(font, "strike"))
            form = forms.get(number) or builtin(int(number) if number.isdigit() else 0)
            strong = bold or _is_coloured(_at(fills, one.get("fillId")))
            found.append(Style(form, strong, struck))
        return found

    def _related(self, kind: str) -> str:
        found = (to for of, to in self.relations(self.place).values() if of == kind)
        part = next(found, "")
        return part if self.has(part) else ""


def _at(items: "list[_Element]", index: str | None) -> "_Element | None":
    at = int(index) if index and index.isdigit() else 0
    return items[at] if at < len(items) else None


def _is_coloured(fill: "_Element | None") -> bool:
    pattern = child(fill, "patternFill")
    if pattern is None:
        return child(fill, "gradientFill") is not None
    return pattern.get("patternType", "none") not in _BARE


def words(parent: "_Element") -> Words:
    """Return a text of a workbook: its runs, without struck ones and without readings."""
    said: list[str] = []
    struck = 0
    for element in parent:
        name = local(element)
        if name == "t":
            said.append(element.text or "")
        elif name == "r":
            looks, text = child(element, "rPr"), child(element, "t")
            run = (text.text or "") if text is not None else ""
            if is_on(child(looks, "strike")) and run.strip():
                struck += 1
                continue
            shift = child(looks, "vertAlign")
            kind = shift.get("val") if shift is not None else ""
            lift = {"superscript": superscript, "subscript": subscript}.get(kind or "")
            said.append(lift(run) if lift else run)
    return Words(_unescaped("".join(said)), struck)


def _unescaped(text: str) -> str:
    """Return a text with the characters that Excel writes as `_x000D_`."""
    if "_x" not in text:
        return text
    from openpyxl.utils.escape import unescape

    return str(unescape(text))
