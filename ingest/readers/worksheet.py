"""Reads the visible cells of a sheet as Excel shows them, and counts what it leaves out."""

import re
from bisect import bisect_left
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ingest.readers.cell_formats import shown, shown_text
from ingest.readers.sheet_comments import comments, text_boxes
from ingest.readers.table_grid import Cell
from ingest.readers.table_headers import DEEPEST, is_figure
from ingest.readers.workbook import (
    SheetPart,
    Style,
    Workbook,
    check_entities,
    local,
    words,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of any Excel sheet; a file may claim more
MOST_CELLS = 1_500_000  # of one sheet; judged: half of the memory that a reader may take
_MOST_FILLED = 2_000_000  # places that merged cells may fill; judged: more than tables people read
_PLAIN = Style()
_PARTS = ("row", "col", "pane", "mergeCell", "autoFilter")
_RANGE = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")
_TITLE_ROWS = re.compile(r"\$(\d+):\$(\d+)$")


@dataclass(slots=True)
class Sheet:
    """The visible cells with words by row and column; hidden rows and columns are not counted.

    `hidden` counts rows and columns with words, `unseen` cells that their format hides, `struck`
    what is struck out, `formulas` those without a stored value. `beside` are comments and text
    boxes. `cut` says that there are more rows.
    """

    cells: dict[int, dict[int, Cell]] = field(default_factory=dict)
    hidden: int = 0
    unseen: int = 0
    struck: int = 0
    formulas: int = 0
    rows: int = 0
    cut: bool = False
    beside: list[str] = field(default_factory=list)


class _Reader:
    """Reads one sheet from its XML, row by row."""

    def __init__(self, book: Workbook, part: SheetPart, most_rows: int) -> None:
        self.book, self.part, self.most_rows = book, part, most_rows
        self.sheet = Sheet()
        self.hidden_rows: list[int] = []
        self.hidden_columns: set[int] = set()
        self.merged: list[str] = []
        self.named: list[tuple[int, int, int]] = []  # row, first and last column that names
        self.frozen = 0
        self.row = self.places = 0

    def read(self) -> Sheet:
        from lxml.etree import iterparse

        with self.book.archive.open(self.book.open_name(self.part.part)) as stream:
            tags = [f"{{*}}{name}" for name in _PARTS]
            walk = iterparse(stream, tag=tags, resolve_entities=False, remove_comments=True)
            for _, element in walk:
                check_entities(element)
                self._take(local(element), element)
                if local(element) == "row":
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
                if self.sheet.cut:
                    break
        self._name_columns()
        self._fill_merged()
        self.sheet.beside += comments(self.book, self.part.part, self._text_at)
        self.sheet.beside += text_boxes(self.book, self.part.part)
        self._leave_hidden()
        return self.sheet

    def _take(self, name: str, element: "_Element") -> None:
        if name == "row":
            self._take_row(element)
        elif name == "col" and _is_hidden(element, "width"):
            last = min(int(element.get("max", "0")), LAST_COLUMN)
            first = max(int(element.get("min", "1")), 1)
            self.hidden_columns.update(range(first, last + 1))
        elif name == "mergeCell":
            self.merged.append(element.get("ref", ""))
        elif name == "autoFilter":
            self._add_names(element.get("ref", ""))
        elif name == "pane" and element.get("state") in {"frozen", "frozenSplit"}:
            self.frozen = int(min(float(element.get("ySplit", "0")), LAST_ROW))

    def _take_row(self, element: "_Element") -> None:
        self.row = int(element.get("r") or self.row + 1)
        if self.row > LAST_ROW:
            return
        if _is_hidden(element, "ht"):
            self.hidden_rows.append(self.row)
        row: dict[int, Cell] = {}
        column = 0
        for cell in element:
            place = cell.get("r")
            column = _column(place) if place else column + 1
            made = self._cell(cell) if column <= LAST_COLUMN else None
            if made is not None:
                row[column] = made
        if row:
            self.places += len(row)
            self.sheet.cut = self.sheet.rows == self.most_rows or self.places > MOST_CELLS
            if not self.sheet.cut:
                self.sheet.cells[self.row] = row
                self.sheet.rows += 1

    def _cell(self, cell: "_Element") -> Cell | None:
        style = _PLAIN
        if index := cell.get("s"):
            styles = self.book.styles
            style = styles[int(index)] if int(index) < len(styles) else _PLAIN
        value, formula = "", False
        for part in cell:
            name = local(part)
            if name == "v":
                value = part.text or ""
            elif name == "f":
                formula = True
            elif name == "is":
                said = words(part)
                self.sheet.struck += said.struck
                value = said.text
        kind = cell.get("t", "n")
        if not value:
            self.sheet.formulas += formula and kind != "str"
            return None
        text = " ".join(self._shown(value, kind, style.form).split())
        if not text:
            self.sheet.unseen += bool(value.strip()) and kind not in {"s", "str", "inlineStr"}
            return None
        if style.struck:
            self.sheet.struck += 1
            return None
        return Cell(text, strong=style.strong)

    def _shown(self, value: str, kind: str, form: str) -> str:
        if kind == "s":
            said = self.book.texts[int(value)]
            self.sheet.struck += said.struck
            return shown_text(said.text, form)
        if kind in {"str", "inlineStr"}:
            return shown_text(value, form)
        if kind == "b":
            return "TRUE" if value.strip() in {"1", "true"} else "FALSE"
        if kind == "e":
            return value
        return _figure(value, kind, form, self.book.since_1904)

    def _fill_merged(self) -> None:
        cells = self.sheet.cells
        last_row = max(cells, default=0)
        last_column = max((max(row) for row in cells.values()), default=0)
        left = _MOST_FILLED
        for ref in self.merged:
            first, top, last, bottom = _bounds(ref)
            if first not in cells.get(top, {}):
                continue
            origin = cells[top][first]
            for row in range(top, min(bottom, last_row) + 1):
                columns = range(first, min(last, last_column) + 1)
                left -= len(columns)
                if left <= 0:
                    return
                cells.setdefault(row, {}).update(dict.fromkeys(columns, origin))

    def _add_names(self, ref: str) -> None:
        first, top, last, bottom = _bounds(ref)
        if bottom > top > 0:
            self.named.append((top, first, last))

    def _name_columns(self) -> None:
        """Mark the cells that a table, a filter, a frozen pane or print titles call names."""
        for kind, part in self.book.relations(self.part.part).values():
            if kind == "table" and self.book.has(part):
                table = self.book.xml(part)
                if table.get("headerRowCount", "1") != "0":
                    self._add_names(table.get("ref", ""))
        found = _TITLE_ROWS.search(self.part.titles)
        for row in range(int(found[1]), min(int(found[2]), LAST_ROW) + 1) if found else ():
            self.named.append((row, 1, LAST_COLUMN))
        for row in range(max(self.frozen - DEEPEST, 0) + 1, self.frozen + 1):
            cells = self.sheet.cells.get(row, {})
            if not any(is_figure(cell.text) for cell in cells.values()):
                self.named.append((row, 1, LAST_COLUMN))
        for number, first, last in self.named:
            row_ = self.sheet.cells.get(number, {})
            if len(row_) > 1:
                for at in [at for at in row_ if first <= at <= last]:
                    row_[at] = replace(row_[at], header=True)

    def _text_at(self, ref: str) -> str | None:
        """Return the words of a cell by its place; None if it is hidden."""
        if self._is_out_of_sight(ref):
            return None
        cell = self.sheet.cells.get(_row_of(ref), {}).get(_column(ref))
        return cell.text if cell else ""

    def _is_out_of_sight(self, ref: str) -> bool:
        return _row_of(ref) in self.hidden_rows or _column(ref) in self.hidden_columns

    def _leave_hidden(self) -> None:
        """Leave out hidden rows and columns, and close the gaps."""
        cells = self.sheet.cells
        columns = sorted(self.hidden_columns & set().union(*cells.values()))
        unseen = set(columns)
        seen: dict[int, dict[int, Cell]] = {}
        hidden = set(self.hidden_rows)
        for number, row in cells.items():
            if number in hidden:
                self.sheet.hidden += 1
                continue
            kept = {
                at - bisect_left(columns, at) if columns else at: cell
                for at, cell in row.items()
                if at not in unseen
            }
            seen[number - bisect_left(self.hidden_rows, number)] = kept
        self.sheet.hidden += len(columns)
        self.sheet.cells = seen


def read_sheet(book: Workbook, part: SheetPart, most_rows: int) -> Sheet:
    """Return what is visible on a sheet, of its first `most_rows` rows with words."""
    return _Reader(book, part, most_rows).read()


def _is_hidden(element: "_Element", size: str) -> bool:
    """Return whether a row or column is hidden, or has no height or width."""
    return element.get("hidden") in {"1", "true"} or element.get(size) in {"0", "0.0"}


def _row_of(ref: str) -> int:
    return int("".join(filter(str.isdigit, ref)) or 0)


def _bounds(ref: str) -> tuple[int, int, int, int]:
    """Return the first column and row of a range and the last ones; zeros if it is none."""
    found = _RANGE.fullmatch(ref)
    if not found:
        return 0, 0, 0, 0
    return _column(found[1]), int(found[2]), _column(found[3]), int(found[4])


@lru_cache(maxsize=1 << 16)
def _column(ref: str) -> int:
    """Return the number of the column of a place: 28 for AB7."""
    number = 0
    for letter in ref:
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter.upper()) - 64
    return number


@lru_cache(maxsize=1 << 16)
def _figure(value: str, kind: str, form: str, since_1904: bool) -> str:
    """Return a stored number in its format; what is no number stays as it is."""
    number = _days(value) if kind == "d" else None
    with suppress(ValueError, OverflowError):
        number = float(value) if number is None else number
        return shown(number, form, since_1904=since_1904)
    return value


def _days(value: str) -> float | None:
    """Return a day in ISO form as Excel counts days; strict files may store days so."""
    from openpyxl.utils.datetime import from_ISO8601, to_excel

    try:
        return float(to_excel(from_ISO8601(value)))  # type: ignore[no-untyped-call]
    except (TypeError, ValueError):
        return None
