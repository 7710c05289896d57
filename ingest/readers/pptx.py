"""Reads PowerPoint presentations: one page per slide, its text from top to bottom, then its notes.

A chart is read as its title and figures. Left out are pictures, SmartArt, comments, slide numbers,
footers and what only the master shows; hidden slides are read and marked.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.readers.archive import DAMAGE, damaged, open_archive
from ingest.readers.layout import Block, build_document
from ingest.readers.office_properties import properties
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, ReadingWarning

if TYPE_CHECKING:
    from pptx.chart.chart import Chart
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide
    from pptx.table import Table

_SAME_HEIGHT = 180_000  # EMU, half a centimetre; judged: shapes closer than that are side by side
_FURNITURE = {"DATE", "FOOTER", "HEADER", "SLIDE_NUMBER"}


def read_pptx(path: Path) -> Document:
    """Return the text of all slides; raises UnreadableSource if damaged or encrypted."""
    from pptx import Presentation
    from pptx.exc import PythonPptxError

    with open_archive(path, ".pptx") as archive:
        metadata = properties(archive)
    try:
        slides = list(Presentation(str(path)).slides)
        sections = [list(_slide(slide)) for slide in slides]
    except (*DAMAGE, PythonPptxError) as error:
        # Templates and presentations with macros are kinds of their own.
        raise UnreadableSource(damaged(path, ".pptx")) from error
    warnings = [
        ReadingWarning("hidden_slide", page=number)
        for number, slide in enumerate(slides, start=1)
        if _is_hidden(slide)
    ]
    warnings += [
        ReadingWarning("no_text", page=number)
        for number, blocks in enumerate(sections, start=1)
        if not any(block.text.strip() for block in blocks)
    ]
    return build_document("pptx", sections, metadata, warnings=warnings)


def _is_hidden(slide: "Slide") -> bool:
    return slide.element.get("show") in {"0", "false"}


def _slide(slide: "Slide") -> Iterator[Block]:
    title = slide.shapes.title
    if title is not None:
        yield Block(title.text_frame.text, heading=True)
    for shape in _in_order(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            yield from _shape(shape)
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if frame is not None and frame.text.strip():
        yield Block(f"Notes:\n{frame.text}")


def _in_order(shapes: "Iterable[BaseShape]") -> "list[BaseShape]":
    """Return shapes from top to bottom, those at about the same height from left to right."""
    lines: list[list[BaseShape]] = []
    for shape in sorted(shapes, key=lambda shape: shape.top or 0):
        if lines and (shape.top or 0) - (lines[-1][0].top or 0) < _SAME_HEIGHT:
            lines[-1].append(shape)
        else:
            lines.append([shape])
    return [shape for line in lines for shape in sorted(line, key=lambda shape: shape.left or 0)]


def _shape(shape: "BaseShape") -> Iterator[Block]:
    from pptx.shapes.autoshape import Shape
    from pptx.shapes.graphfrm import GraphicFrame
    from pptx.shapes.group import GroupShape

    if _is_furniture(shape):
        return
    if isinstance(shape, GroupShape):
        for inner in _in_order(shape.shapes):
            yield from _shape(inner)
    elif isinstance(shape, GraphicFrame):
        if shape.has_table:
            yield Block("\n".join(_rows(shape.table)))
        elif shape.has_chart:
            yield Block("\n".join(_figures(shape.chart)))
    elif isinstance(shape, Shape):
        yield Block(shape.text_frame.text)


def _is_furniture(shape: "BaseShape") -> bool:
    hidden = shape.element.xpath("./*/p:cNvPr/@hidden")
    if hidden and hidden[0] in {"1", "true"}:
        return True
    return shape.is_placeholder and shape.placeholder_format.type.name in _FURNITURE


def _rows(table: "Table") -> Iterator[str]:
    for row in table.rows:
        texts = [" ".join(cell.text_frame.text.split()) for cell in row.cells]
        if any(texts):
            yield " | ".join(texts)


def _figures(chart: "Chart") -> Iterator[str]:
    """Yield the title of a chart and a line per series: `Sales: 2022 = 10; 2023 = 20`."""
    if chart.has_title and chart.chart_title.has_text_frame:
        yield chart.chart_title.text_frame.text
    try:
        plots = list(chart.plots)
    except ValueError:  # a kind of chart that python-pptx does not know
        return
    for plot in plots:
        categories = [str(category) for category in plot.categories]
        for series in plot.series:
            pairs = zip(categories, series.values, strict=False)
            points = [f"{name} = {value:.15g}" for name, value in pairs if value is not None]
            if points:
                yield f"{series.name}: {'; '.join(points)}"
