"""The cells of a table in their places, merged cells filled in wherever they reach."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_COLUMNS = 2_000  # judged: wider than tables that people read; files may claim millions
_MOST_ROWS = 65_534  # that a cell may span; the limit of HTML


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A cell of a table: its text on one line, and what the document says of it.

    `columns` and `rows` are what it spans (0 rows: to the end of the table), and `continues` says
    that it goes on from the cell above, as Word writes it. `header` says that the document calls it
    the name of its column, `strong` that it is bold or coloured. Two cells are never equal.
    """

    text: str = ""
    columns: int = 1
    rows: int = 1
    continues: bool = False
    header: bool = False
    strong: bool = False


EMPTY = Cell()
Grid = list[list[Cell]]  # all rows of the same length; a merged cell stands wherever it reaches


def place(rows: Iterable[Sequence[Cell]]) -> Grid:
    """Return rows of cells as a grid: spans laid out as HTML, Word and PowerPoint do it.

    >>> grid = place([[Cell("a", rows=2), Cell("b")], [Cell("c")]])
    >>> [[cell.text for cell in row] for row in grid]
    [['a', 'b'], ['a', 'c']]
    """
    grid: Grid = []
    hanging: dict[int, tuple[Cell, int]] = {}  # by column: a cell and the rows it still reaches
    for cells in rows:
        row: list[Cell] = []
        above = grid[-1] if grid else []

        def hang(row: list[Cell] = row) -> None:
            while (found := hanging.get(len(row))) and len(row) < MOST_COLUMNS:
                cell, left = found
                if left > 1:
                    hanging[len(row)] = (cell, left - 1)
                else:
                    del hanging[len(row)]
                row.append(cell)

        for cell in cells:
            hang()
            for _ in range(max(cell.columns, 1)):
                column = len(row)
                if column >= MOST_COLUMNS:
                    break
                if cell.rows != 1:
                    hanging[column] = (cell, (cell.rows or _MOST_ROWS) - 1)
                row.append(above[column] if cell.continues and column < len(above) else cell)
        hang()
        grid.append(row)
    width = max(map(len, grid), default=0)
    return [row + [EMPTY] * (width - len(row)) for row in grid]


def cells_of(row: Sequence[Cell]) -> list[Cell]:
    """Return the cells of a row that have words, each once."""
    return [cell for cell in dict.fromkeys(row) if cell.text]


def trimmed(grid: Grid) -> Grid:
    """Return a grid without the rows and columns that have no words."""
    rows = [row for row in grid if any(cell.text for cell in row)]
    kept = [at for at, column in enumerate(zip(*rows, strict=True)) if any(c.text for c in column)]
    return [[row[at] for at in kept] for row in rows] if rows and len(kept) < len(rows[0]) else rows
