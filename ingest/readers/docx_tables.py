"""Lays out the tables of Word documents as grids of cells, with deleted rows and cells left out."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ingest.readers.docx_styles import Styles, W, is_on, value
from ingest.readers.table_grid import EMPTY, MOST_COLUMNS, Cell, Grid, place

if TYPE_CHECKING:
    from lxml.etree import _Element

_NO_COLOUR = {"", "auto", "ffffff"}


def is_frame(table: "_Element") -> bool:
    """Return whether a table has one column, and so only frames its content."""
    return all(len(cells) < 2 for cells in (list(_cells(row)) for row in rows_of(table)))


def rows_of(table: "_Element") -> "Iterator[_Element]":
    """Yield the rows of a table, also those in content controls, but not those of inner tables."""
    return (row for row in table.iter(f"{W}tr") if next(row.iterancestors(f"{W}tbl")) is table)


def grid_of(
    table: "_Element", text: "Callable[[_Element], str]", styles: Styles, left_out: Counter[str]
) -> Grid:
    """Return the cells of a table in their places; count deleted rows in `left_out`."""
    rows: list[list[Cell]] = []
    for row in rows_of(table):
        properties = row.find(f"{W}trPr")
        if properties is not None and properties.find(f"{W}del") is not None:
            left_out["struck"] += 1
            continue
        header = is_on(value(properties, "tblHeader"))
        before, after = (_count(value(properties, name), 0) for name in ("gridBefore", "gridAfter"))
        cells = [_cell(cell, text(cell), styles, header=header) for cell in _cells(row)]
        rows.append([*[EMPTY] * before, *cells, *[EMPTY] * after])
    return place(rows)


def _cells(row: "_Element") -> "Iterator[_Element]":
    """Yield the cells of a row, without those whose deletion is tracked."""
    for cell in row.iter(f"{W}tc"):
        if next(cell.iterancestors(f"{W}tr")) is row and cell.find(f"{W}tcPr/{W}cellDel") is None:
            yield cell


def _cell(cell: "_Element", text: str, styles: Styles, *, header: bool) -> Cell:
    properties = cell.find(f"{W}tcPr")
    merge = value(properties, "vMerge")
    return Cell(
        " ".join(text.split()),
        columns=_count(value(properties, "gridSpan"), 1),
        continues=merge is not None and merge != "restart",
        header=header,
        strong=_is_strong(cell, properties, styles),
    )


def _is_strong(cell: "_Element", properties: "_Element | None", styles: Styles) -> bool:
    """Return whether a cell is coloured, or all its words are bold."""
    shade = None if properties is None else properties.find(f"{W}shd")
    if shade is not None and shade.get(f"{W}fill", "").casefold() not in _NO_COLOUR:
        return True
    runs = [
        (run, value(paragraph, "pPr/pStyle") or styles.default)
        for paragraph in cell.iter(f"{W}p")
        for run in paragraph.iter(f"{W}r")
        if any((text.text or "").strip() for text in run.iter(f"{W}t"))
    ]
    return bool(runs) and all(is_on(*styles.of_run(run, style, ("b",))) for run, style in runs)


def _count(said: str | None, usual: int) -> int:
    return min(int(said), MOST_COLUMNS) if said and said.isdecimal() else usual
