"""Reads tables: Excel workbooks through openpyxl, and CSV or TSV files.

If the first row reads like a header, each row becomes a line that makes sense on its own: `Header:
value; Header: value`. Formulas are read as the value they had when the file was last saved. Left
out are hidden sheets, charts, comments and number formats other than dates and percentages.
"""

import csv
import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.readers.archive import DAMAGE, damaged, open_archive
from ingest.readers.layout import Block, build_document
from ingest.readers.office_properties import properties
from ingest.readers.plain import decode
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, ReadingWarning

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MOST_ROWS = 100_000  # read from one sheet; judged: longer tables are data, not text to cite
_LAST_ROW = 1_048_576  # of any Excel sheet; a file may claim more
_LONGEST_HEADER = 80  # characters; judged: a longer cell is text, not the name of a column
_DELIMITERS = ",;\t|"
_YEAR = re.compile(r"(?:19|20)\d\d")
_FIGURE = re.compile(r"[-+(]?[\d.,'/: %-]*\d[\d.,'/: %)-]*")  # numbers, days, times


def read_xlsx(path: Path) -> Document:
    """Return every visible sheet of a workbook; raises UnreadableSource if it cannot be opened."""
    from openpyxl import load_workbook

    with open_archive(path, ".xlsx") as archive:
        metadata = properties(archive)
    notes: list[ReadingWarning] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's, of formats that are not read anyway
        try:
            with closing(load_workbook(path, read_only=True, data_only=True)) as book:
                sections = [_sheet(s, notes) for s in book.worksheets if _is_seen(s, notes)]
        except (*DAMAGE, OSError) as error:
            raise UnreadableSource(damaged(path, ".xlsx")) from error
    return build_document("xlsx", sections, metadata, warnings=notes)


def read_csv(path: Path) -> Document:
    """Return the rows of a table in plain text, with any delimiter and in any encoding.

    Raises UnreadableSource if the file is not text or a quotation mark is not closed.
    """
    text = decode(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, path.suffix))
    notes: list[ReadingWarning] = []
    try:
        lines = _lines(([" ".join(c.split()) for c in row] for row in reader), "the table", notes)
    except csv.Error as error:
        raise UnreadableSource(
            f"{path.name} cannot be read as a table near line {reader.line_num} ({error}): look "
            "there for a quotation mark that is not closed, or save the file as text (.txt)."
        ) from error
    return build_document("csv", [lines], paged=False, warnings=notes)


def _delimiter(text: str, ending: str) -> str:
    """Return the delimiter that splits most of the first lines into the same number of cells."""
    sample = text[:20_000].splitlines()[:50]
    best, fitting = "\t" if ending.lower() == ".tsv" else ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
        except csv.Error:
            continue
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        fit = widths.count(usual) / len(widths) + usual / 1000 if usual > 1 else 0.0
        if fit > fitting:
            best, fitting = delimiter, fit
    return best


def _is_seen(sheet: "ReadOnlyWorksheet", notes: list[ReadingWarning]) -> bool:
    if sheet.sheet_state == "visible":
        return True
    notes.append(ReadingWarning("hidden_sheet", detail=sheet.title))
    return False


def _sheet(sheet: "ReadOnlyWorksheet", notes: list[ReadingWarning]) -> list[Block]:
    lines = _lines(_cells(sheet), f"“{sheet.title}”", notes)
    return [Block(sheet.title, heading=True), *lines] if lines else []


def _cells(sheet: "ReadOnlyWorksheet") -> Iterator[list[str]]:
    sheet.reset_dimensions()  # what a file says of its own size may be wrong
    for row in islice(sheet.rows, _LAST_ROW):
        yield [_shown(cell.value, cell.number_format or "") for cell in row]


def _shown(value: object, form: str) -> str:
    """Return a value much as the sheet shows it: ISO dates, percentages, no binary fractions."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float) and "%" in form:
        decimals = len(form.partition(".")[2].partition("%")[0])
        return f"{value * 100:.{min(decimals, 9)}f}%"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, date | time):
        return value.isoformat()
    return " ".join(str(value).split())


def _lines(rows: Iterable[list[str]], where: str, notes: list[ReadingWarning]) -> list[Block]:
    """Return a line per row that is not empty; add what was left out to `notes`."""
    filled = (row for row in rows if any(row))
    top: list[list[str]] = []
    for row in filled:
        top.append(row)
        if sum(map(bool, row)) > 1 or len(top) == MOST_ROWS:
            break
    lines = [" ".join(filter(None, row)) for row in top[:-1]]  # a caption above the table
    header = top[-1] if top else []
    following = next(filled, None)
    if following is not None and _is_header(header):
        rest = chain([following], filled)
        lines += (_labelled(header, row) for row in islice(rest, MOST_ROWS - len(lines)))
    else:
        rest = chain(top[-1:], [following] if following else [], filled)
        lines += (_joined(row) for row in islice(rest, MOST_ROWS - len(lines)))
    if next(rest, None) is not None:
        notes.append(ReadingWarning("rows_left_out", MOST_ROWS, detail=where))
    return [Block("\n".join(lines))] if lines else []


def _is_header(row: Sequence[str]) -> bool:
    """Return whether nearly all cells have a short and different text that is not a number."""
    texts = [cell for cell in row if cell]
    return (
        len(texts) > 1
        and max(map(len, texts)) <= _LONGEST_HEADER
        and len(texts) >= 0.7 * len(row)
        and len(set(texts)) >= 0.9 * len(texts)
        and not _FIGURE.fullmatch(texts[0])
        and all(_YEAR.fullmatch(cell) or not _FIGURE.fullmatch(cell) for cell in texts)
    )


def _labelled(header: Sequence[str], row: Sequence[str]) -> str:
    names = chain(header, [""] * len(row))
    pairs = zip(names, row, strict=False)
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)


def _joined(row: Sequence[str]) -> str:
    return " | ".join(row).strip(" |")
