"""Reads PowerPoint presentations: one page per slide, its text from top to bottom, then its notes.

Charts are read as their figures, SmartArt as its points, a picture as the words that describe it;
comments follow the slide, and what stands at the foot of many slides is read once. Hidden slides
are read and marked. Left out and counted is what no viewer sees: hidden shapes, struck-out text,
and what lies beside the slide.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.readers.archive import damaged, open_archive
from ingest.readers.charts import chart_lines
from ingest.readers.docx_objects import described
from ingest.readers.drawing_text import A, paragraphs
from ingest.readers.layout import Block, build_document
from ingest.readers.office_package import Package, Part
from ingest.readers.office_properties import properties
from ingest.readers.pptx_comments import SlideComments
from ingest.readers.pptx_shapes import P, in_order, kind_of, place_of, shapes_of
from ingest.readers.smartart import diagram_items
from ingest.readers.table_grid import EMPTY, Cell, Grid
from ingest.readers.table_layout import table_blocks
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, ReadingWarning

if TYPE_CHECKING:
    from lxml.etree import _Element

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TITLES = {"title", "ctrTitle"}
_FOOT = {"ftr": "Footer", "hdr": "Header"}
_NUMBERS = {"sldNum", "dt"}  # they differ from slide to slide and from day to day


def read_pptx(path: Path) -> Document:
    """Return the text of all slides; raises UnreadableSource if damaged or encrypted."""
    with open_archive(path, ".pptx") as archive:
        metadata = properties(archive)
        package = Package(archive)
        main = package.main("ppt/presentation.xml")
        if main is None or main.root is None or not main.root.tag.startswith(P):
            raise UnreadableSource(damaged(path, ".pptx"))
        slides = [main.by_id(one.get(f"{_R}id")) for one in main.root.iter(f"{P}sldId")]
        if slides and not any(_is_slide(slide) for slide in slides):
            raise UnreadableSource(damaged(path, ".pptx"))
        reader = _SlideReader(main)
        sections = [
            list(reader.slide(slide, number)) for number, slide in enumerate(slides, start=1)
        ]
    if package.missing:
        reader.warnings.append(ReadingWarning("missing_parts", len(package.missing)))
    first = main.root.get("firstSlideNum", "1")
    labels = [str(int(first) + at) for at in range(len(slides))] if first.isdecimal() else []
    return build_document(
        "pptx", sections, metadata, warnings=reader.warnings,
        labels=labels if first != "1" else (),
    )  # fmt: skip


def _is_slide(part: Part | None) -> bool:
    return part is not None and part.root is not None and part.root.tag == f"{P}sld"


class _SlideReader:
    """Reads slide after slide: what it has read once of all, and what it left out."""

    def __init__(self, main: Part) -> None:
        assert main.root is not None
        self.warnings: list[ReadingWarning] = []
        self._comments = SlideComments(main)
        self._left_out: Counter[str] = Counter()  # of the slide that is read
        self._running: set[str] = set()  # what stands on many slides, as far as it was read
        size = main.root.find(f"{P}sldSz")
        sides = ("0", "0") if size is None else (size.get("cx", "0"), size.get("cy", "0"))
        self._width, self._height = (int(one) if one.isdecimal() else 0 for one in sides)

    def slide(self, slide: Part | None, number: int) -> Iterator[Block]:
        """Yield the blocks of a slide; add to the warnings what concerns it."""
        if slide is None or slide.root is None or not _is_slide(slide):
            self.warnings.append(ReadingWarning("damaged", page=number))
            return
        self._left_out = Counter()
        if slide.root.get("show") in ("0", "false"):
            self.warnings.append(ReadingWarning("hidden_slide", page=number))
        silent = True
        for block in self._blocks(slide):
            silent = silent and not block.text.strip()
            yield block
        if silent:
            self.warnings.append(ReadingWarning("no_text", page=number))
        self.warnings += (
            ReadingWarning(kind, count, number)  # type: ignore[arg-type]
            for kind, count in sorted((+self._left_out).items())
        )

    def _blocks(self, slide: Part) -> Iterator[Block]:
        assert slide.root is not None
        tree = slide.root.find(f"{P}cSld/{P}spTree")
        shapes = [] if tree is None else list(shapes_of(tree))
        seen = [shape for shape in shapes if self._is_seen(shape, slide)]
        title = next((shape for shape in seen if kind_of(shape) in _TITLES), None)
        if title is not None:
            yield Block(" ".join(self._text(title)), heading=True)
        for shape in in_order(seen, slide):
            if shape is not title:
                yield from self._shape(shape, slide)
        yield from self._foot(slide, seen)
        yield from self._notes(slide)
        yield from self._comments.of(slide)

    def _is_seen(self, shape: "_Element", slide: Part) -> bool:
        """Return whether a viewer sees a shape; count one with words that nobody sees."""
        hidden = shape.find(f"./*/{P}cNvPr[@hidden]")
        place = place_of(shape, slide)
        off = (
            place is not None and self._width > 0 and place.width > 0
            and not (-place.width < place.left < self._width
                     and -place.height < place.top < self._height)
        )  # fmt: skip
        if not off and (hidden is None or hidden.get("hidden") not in ("1", "true")):
            return True
        words = "".join(text.text or "" for text in shape.iter(f"{A}t"))
        says = any(one.isalnum() for one in words) or shape.tag == f"{P}graphicFrame"
        self._left_out["hidden_text"] += says
        return False

    def _shape(self, shape: "_Element", slide: Part) -> Iterator[Block]:
        if kind_of(shape) in _FOOT or kind_of(shape) in _NUMBERS:
            return
        if shape.tag == f"{P}grpSp":
            for inner in in_order(shapes_of(shape), slide):
                yield from self._shape(inner, slide)
        elif shape.tag == f"{P}graphicFrame":
            yield from self._frame(shape, slide)
        elif shape.tag == f"{P}pic":
            properties = shape.find(f"{P}nvPicPr/{P}cNvPr")
            if properties is not None:
                yield from described(properties)
        else:
            yield Block("\n".join(self._text(shape)))

    def _text(self, shape: "_Element") -> list[str]:
        body = shape.find(f"{P}txBody")
        return [] if body is None else paragraphs(body, self._left_out)

    def _frame(self, frame: "_Element", slide: Part) -> Iterator[Block]:
        """Yield what a frame holds: a table, a chart, a diagram; count what cannot be read."""
        held = frame.find(f"{A}graphic/{A}graphicData")
        for element in () if held is None else held.iter("{*}tbl", "{*}chart", "{*}relIds",
                                                         "{*}oleObj"):  # fmt: skip
            name = element.tag.rpartition("}")[2]
            if name == "tbl":
                yield from table_blocks(self._grid(element))
                return
            if name == "oleObj":
                self._left_out["unread_objects"] += 1
                return
            found = slide.by_id(element.get(_R + ("id" if name == "chart" else "dm")))
            read = chart_lines if name == "chart" else diagram_items
            if found is None or found.root is None:
                continue  # the package knows that it is missing
            if lines := read(found.root):
                yield Block("\n".join(lines))
            else:
                self._left_out["unread_objects"] += 1

    def _grid(self, table: "_Element") -> Grid:
        """Return the cells of a table in their places; merged cells reach over empty ones."""
        first = table.find(f"{A}tblPr[@firstRow]")
        styled = first is not None and first.get("firstRow") in ("1", "true")
        grid: Grid = []
        for number, row in enumerate(table.iterfind(f"{A}tr")):
            cells: list[Cell] = []
            for cell in row.iterfind(f"{A}tc"):
                if cell.get("hMerge") in ("1", "true") and cells:
                    cells.append(cells[-1])
                elif cell.get("vMerge") in ("1", "true") and grid and len(cells) < len(grid[-1]):
                    cells.append(grid[-1][len(cells)])
                else:
                    body = cell.find(f"{A}txBody")
                    said = [] if body is None else paragraphs(body, self._left_out)
                    text = " ".join(" ".join(said).split())
                    cells.append(Cell(text, strong=styled and number == 0))
            grid.append(cells)
        width = max(map(len, grid), default=0)
        return [cells + [EMPTY] * (width - len(cells)) for cells in grid]

    def _foot(self, slide: Part, shapes: "list[_Element]") -> Iterator[Block]:
        """Yield what stands on many slides, with the first that has it."""
        said = [(_FOOT[kind_of(one)], one) for one in shapes if kind_of(one) in _FOOT]
        layout = next(iter(slide.related("slideLayout")), None)
        master = None if layout is None else next(iter(layout.related("slideMaster")), None)
        for part in (layout, master):
            tree = None if part is None or part.root is None else part.root.find(f".//{P}spTree")
            shapes = [] if tree is None else list(shapes_of(tree))
            fixed = (one for one in shapes if not kind_of(one) and one.tag == f"{P}sp")
            said += (("On many slides", one) for one in fixed)
        for called, shape in said:
            text = " ".join(" ".join(self._text(shape)).split())
            if any(one.isalpha() for one in text) and text not in self._running:
                self._running.add(text)
                yield Block(f"{called}: {text}")

    def _notes(self, slide: Part) -> Iterator[Block]:
        for part in slide.related("notesSlide"):
            for shape in () if part.root is None else part.root.iter(f"{P}sp"):
                if kind_of(shape) == "body" and (lines := self._text(shape)):
                    yield Block("\n".join(["Notes:", *lines]))
