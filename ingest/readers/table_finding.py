"""Finds the tables of a sheet: stretches of cells between empty rows and empty columns."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from ingest.readers.table_grid import EMPTY, Cell, Grid, cells_of
from ingest.readers.table_headers import header_depth, is_figure

Row = Mapping[int, Cell]  # the cells of a row that have words, by column
Band = Sequence[Row]  # rows without an empty one between them

_SPACED = 3  # columns from which a table may go on below an empty row; judged: two tables of fewer
# columns look alike by chance
_SAMPLE = 500  # rows that are looked at; judged: later ones would not change the picture


def tables(sheet: Mapping[int, Row]) -> Iterator[Grid]:
    """Yield the tables and lone lines of a sheet, by row and column, from top to bottom."""
    for band in _bands(sheet):
        groups = _groups(band)
        if not groups:
            yield from ([list(row.values())[:1]] for row in band)
        elif len(groups) == 1:
            yield _dense(band)
        else:
            yield from _side_by_side(band, groups)


def _bands(sheet: Mapping[int, Row]) -> Iterator[list[Row]]:
    """Yield rows without an empty one between them; one that only spaces a table is overlooked."""
    before: list[Row] = []
    end = 0
    for first, band in _runs(sheet):
        if before and first == end + 2 and _is_one_table(before, band):
            before += band
        else:
            if before:
                yield before
            before = band
        end = first + len(band) - 1
    if before:
        yield before


def _runs(sheet: Mapping[int, Row]) -> Iterator[tuple[int, list[Row]]]:
    """Yield the rows that follow one another, with the number of the first."""
    run: list[Row] = []
    last = -1
    for number in sorted(number for number, row in sheet.items() if row):
        if run and number > last + 1:
            yield last - len(run) + 1, run
            run = []
        run.append(sheet[number])
        last = number
    if run:
        yield last - len(run) + 1, run


def _is_one_table(upper: Band, lower: Band) -> bool:
    """Return whether rows below an empty row go on with the table above, or are what it names."""
    upper, lower = upper[:_SAMPLE], lower[:_SAMPLE]
    columns = set().union(*lower)
    if len(cells_of(_cells(upper[-1]))) < 2 or len(cells_of(_cells(lower[0]))) < 2:
        return False  # a title or a note
    if set().union(*upper) != columns or len(columns) < 2 or header_depth(_dense(lower)):
        return False
    if len(upper) == 1:
        return header_depth(_dense([*upper, *lower])) > 0
    alike = all(_counts(upper[1:], column) == _counts(lower, column) for column in columns)
    return alike and len(columns) >= _SPACED and header_depth(_dense(upper)) > 0


def _counts(band: Band, column: int) -> bool:
    texts = [row[column].text for row in band[:_SAMPLE] if column in row]
    return 2 * sum(map(is_figure, texts)) > len(texts)


def _cells(row: Row) -> list[Cell]:
    return list(row.values())


def _dense(band: Band) -> Grid:
    columns = sorted(set().union(*band))
    return [[row.get(column, EMPTY) for column in columns] for row in band]


def _groups(band: Band) -> list[list[int]]:
    """Return the columns of each of the tables that stand side by side; none if all is lines."""
    rows = [row for row in band if len(cells_of(_cells(row))) > 1]
    columns = sorted(set().union(*rows)) if rows else []
    groups: list[list[int]] = []
    for column in columns:
        if groups and (column == groups[-1][-1] + 1 or _spaces(rows, groups[-1], column, columns)):
            groups[-1].append(column)
        else:
            groups.append([column])
    return groups


def _spaces(rows: Band, before: list[int], column: int, columns: list[int]) -> bool:
    """Return whether an empty column only spaces what stands left and right of it.

    It does if a single column stands on one side, or figures without words of their own.
    """
    after = [column]
    while after[-1] + 1 in columns:
        after.append(after[-1] + 1)
    left = {at for at, row in enumerate(rows) if not row.keys().isdisjoint(before)}
    right = {at for at, row in enumerate(rows) if not row.keys().isdisjoint(after)}
    if 2 * len(left & right) <= min(len(left), len(right)):
        return False
    return len(before) == 1 or len(after) == 1 or _counts(rows[1:], column)


def _side_by_side(band: Band, groups: list[list[int]]) -> Iterator[Grid]:
    """Yield what stands above tables that are side by side, then each of them, left to right."""
    top = next(at for at, row in enumerate(band) if len(cells_of(_cells(row))) > 1)
    yield from ([_cells(row)[:1]] for row in band[:top])
    starts = [0, *(group[0] for group in groups[1:]), 1 << 30]
    for first, end in pairwise(starts):
        yield from tables(
            {
                number: {at: cell for at, cell in row.items() if first <= at < end}
                for number, row in enumerate(band[top:])
            }
        )
