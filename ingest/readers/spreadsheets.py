"""Reads tables: Excel workbooks, and CSV or TSV files.

Each row becomes a line that makes sense on its own (`table_layout.py`). Formulas are read as the
value they had when the file was last saved. Left out are charts, pictures, and what is hidden.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.readers.archive import DAMAGE, damaged, open_archive
from ingest.readers.layout import Block, build_document
from ingest.readers.office_properties import properties
from ingest.readers.plain import read_text
from ingest.readers.table_finding import tables
from ingest.readers.table_grid import Cell
from ingest.readers.table_layout import table_blocks
from ingest.readers.workbook import Workbook
from ingest.readers.worksheet import Sheet, read_sheet
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, ReadingWarning, WarningKind

MOST_ROWS = 100_000  # read from one sheet; judged: longer tables are data, not text to cite
_DELIMITERS = ",;\t|"
_SAID = re.compile(r"sep=(.)\r?\n")  # the first line, as Excel reads it
_PROSE = re.compile(r'^[^"]*[,;] [^"]*$')  # a line in which marks are followed by blanks


def read_xlsx(path: Path) -> Document:
    """Return every visible sheet of a workbook; raises UnreadableSource if it cannot be opened."""
    notes: list[ReadingWarning] = []
    sections: list[list[Block]] = []
    labels: list[str] = []
    with open_archive(path, ".xlsx") as archive:
        metadata = properties(archive)
        try:
            book = Workbook(archive)
            for part in book.sheets:
                if not part.visible:
                    notes.append(ReadingWarning("hidden_sheet", detail=part.name))
                    continue
                sheet = read_sheet(book, part, MOST_ROWS)
                labels.append(part.name)
                sections.append(_blocks(part.name, sheet))
                notes += _warnings(part.name, len(sections), sheet)
        except (*DAMAGE, OSError) as error:
            raise UnreadableSource(damaged(path, ".xlsx")) from error
    return build_document("xlsx", sections, metadata, warnings=notes, labels=labels)


def _blocks(name: str, sheet: Sheet) -> list[Block]:
    found = [block for grid in tables(sheet.cells) for block in table_blocks(grid)]
    found += map(Block, sheet.beside)
    return [Block(name, heading=True), *found] if found else []


def _warnings(name: str, page: int, sheet: Sheet) -> Iterator[ReadingWarning]:
    counts: tuple[tuple[WarningKind, int], ...] = (
        ("formula_without_value", sheet.formulas),
        ("hidden_cells", sheet.hidden),
        ("hidden_text", sheet.unseen),
        ("struck", sheet.struck),
    )
    yield from (ReadingWarning(kind, count, page) for kind, count in counts if count)
    if sheet.cut:
        yield ReadingWarning("rows_left_out", sheet.rows, page, f"“{name}”")


def read_csv(path: Path) -> Document:
    """Return the rows of a table in plain text, with any delimiter and in any encoding.

    Raises UnreadableSource if the file is not text or a quotation mark is not closed.
    """
    text, guessed = read_text(path)
    said = _SAID.match(text)
    delimiter = said[1] if said else _delimiter(text, path.suffix)
    reader = _records(text[said.end() if said else 0 :], delimiter)
    records: list[_Record] = []
    notes: list[ReadingWarning] = []
    filled = 0
    try:
        for record in reader:
            filled += any(record.cells)
            if filled > MOST_ROWS:
                notes.append(ReadingWarning("rows_left_out", MOST_ROWS, detail="the table"))
                break
            records.append(record)
    except csv.Error as error:
        line = (records[-1].last if records else 0) + 1 + bool(said)
        raise UnreadableSource(
            f"{path.name} cannot be read as a table near line {line} ({error}): look "
            "there for a quotation mark that is not closed, or save the file as text (.txt)."
        ) from error
    blocks = [block for grid in tables(_sheet(records)) for block in table_blocks(grid)]
    return build_document("csv", [blocks], paged=False, warnings=(*guessed, *notes))


@dataclass(frozen=True, slots=True)
class _Record:
    """A row of a table in plain text: its cells, how it is written, and its last line."""

    cells: Sequence[str]
    written: str
    last: int


def _records(text: str, delimiter: str) -> Iterator[_Record]:
    """Yield the rows of a table; raises csv.Error where a quotation mark seems not to be closed."""
    lines: list[str] = []

    def watched() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            lines.append(line)
            yield line

    reader = csv.reader(watched(), delimiter=delimiter)
    for cells in reader:
        written = "".join(lines)
        if '"' in written:
            if len(lines) > 1:  # what follows the mark that closes it may be words
                list(csv.reader(lines, delimiter=delimiter, strict=True))
            if len(list(csv.reader([*lines, "\n", "x"], delimiter=delimiter))) == 1:
                raise csv.Error("a quotation mark is open at the end")
        yield _Record([" ".join(cell.split()) for cell in cells], written, reader.line_num)
        lines.clear()


def _sheet(records: Sequence[_Record]) -> dict[int, dict[int, Cell]]:
    """Return the rows as cells by place; a line of prose around the table stays whole."""
    widths = Counter(len(record.cells) for record in records if len(record.cells) > 1)
    usual = max(widths, key=lambda width: (widths[width], width), default=0)
    full = [at for at, record in enumerate(records) if len(record.cells) >= usual]
    first, last = (full[0], full[-1]) if full else (0, 0)
    sheet: dict[int, dict[int, Cell]] = {}
    for at, record in enumerate(records):
        cells = record.cells
        if usual and not first <= at <= last and _PROSE.search(record.written):
            cells = [" ".join(record.written.split())]
        sheet[at] = {column: Cell(text) for column, text in enumerate(cells) if text}
    return sheet


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
