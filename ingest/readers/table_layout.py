"""Makes text of tables: a line per row, `Header: cell; Header: cell`, that makes sense alone.

Where the names of the columns are not known (`table_headers.py`), cells stand bare, joined by
` | `, and an empty first cell stays as a place. Titles, notes, headings between rows and totals
stand apart, so that no line says of a cell what the table does not say.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ingest.readers.layout import Block
from ingest.readers.table_grid import Cell, Grid, cells_of, trimmed
from ingest.readers.table_headers import header_depth, names

# Judged: the words that tables in these languages use; any other word names a row.
_TOTAL = re.compile(
    r"(?:grand |sub-?)?totale?s?|sums?|altogether|all|insgesamt|gesamt|summe|zusammen|ensemble"
    r"|totaal|totalt|i alt|samlet|yhteensä|razem|celkem|итого|всего|合計"
    r"|総計|小計|计|合计|总计|小计|합계",
    re.IGNORECASE,
)


def table_blocks(grid: Grid) -> list[Block]:
    """Return one table as blocks: what stands above it, its rows, and what stands below.

    >>> table = [[Cell(text) for text in row] for row in (("Port", "Tonnes"), ("Alta", "88"))]
    >>> [block.text for block in table_blocks(table)]
    ['Port: Alta; Tonnes: 88']
    """
    grid = trimmed(grid)
    top = _preamble(grid)
    above = [_bare(cells_of(row)) for row in grid[:top]]
    body = trimmed(grid[top:])
    depth = header_depth(body)
    labels = names(body, depth) if depth else [""] * (len(body[0]) if body else 0)
    rows = [(_is_alone(row), _row(labels, row)) for row in body[depth:]]
    blocks = [Block(text) for text in above]
    if not all(any(row[at].text for row in body[depth:]) for at, name in enumerate(labels) if name):
        blocks.append(Block(" | ".join(labels)))  # a name that no cell below it would repeat
    for alone, lines in groupby(rows, key=lambda row: row[0]):
        texts = [text for _, text in lines]
        blocks += [Block(text) for text in texts] if alone else [Block("\n".join(texts))]
    return blocks


def _preamble(grid: Grid) -> int:
    """Return how many rows above a table are titles and remarks, with half of its cells at most."""
    if not grid or len(grid[0]) < 2:
        return 0
    counts = [len(cells_of(row)) for row in grid[:200]]
    usual = max(set(counts), key=lambda count: (counts.count(count), count))
    usual = usual if usual > 1 else max(counts)
    for at, row in enumerate(grid):
        if at + 1 < len(grid) and _is_group(row, grid[at + 1]):
            return at
        filled = [column for column, cell in enumerate(row) if cell.text]
        joined = filled == list(range(len(filled)))
        if not _is_alone(row) and not (joined and 2 * len(cells_of(row)) <= usual):
            return at
    return 0


def _is_group(row: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Return whether a row of few cells names groups of columns rather than the table."""
    spanned = [at for at in range(1, len(row)) if row[at].text and row[at] is row[at - 1]]
    if spanned:
        return len(spanned) + 1 < len(row) and not (row[0].text and row[0] is row[1])
    if any(a.text and a is b for a, b in zip(row, below, strict=True)):
        return True
    others = [at for at, cell in enumerate(row) if cell.text and at]
    return bool(others) and not below[0].text and any(below[at].text for at in others)


def _is_alone(row: Sequence[Cell]) -> bool:
    """Return whether a row has one cell only, at its beginning: a title, a note, a heading."""
    return bool(row[0].text) and len(cells_of(row)) == 1


def _row(labels: Sequence[str], row: Sequence[Cell]) -> str:
    """Return a row as a line; a cell without a name is parted from the others by a bar."""
    if _is_alone(row):
        return row[0].text
    if not any(labels):
        return _bare(list(_each_once(row)))
    parts: list[tuple[str, str]] = []
    for at, cell in enumerate(row):
        if not cell.text:
            continue
        if at and cell is row[at - 1]:  # it stands under several names
            name = ", ".join(filter(None, dict.fromkeys((parts[-1][0], labels[at]))))
            parts[-1] = (name, cell.text)
        else:
            parts.append(("" if at == 0 and _is_total(row) else labels[at], cell.text))
    line = ""
    for (before, _), (name, text) in zip([("-", ""), *parts], parts, strict=False):
        gap = "; " if name and before else " | "
        line += (gap if line else "") + (f"{name}: {text}" if name else text)
    return line


def _each_once(row: Sequence[Cell]) -> Iterator[Cell]:
    for at, cell in enumerate(row):
        if not (at and cell.text and cell is row[at - 1]):
            yield cell


def _bare(cells: Sequence[Cell]) -> str:
    return " | ".join(cell.text for cell in cells).rstrip(" |")


def _is_total(row: Sequence[Cell]) -> bool:
    first = row[0].text.split(" (")[0].rstrip(":* ")
    return bool(_TOTAL.fullmatch(first)) or first.lower().startswith("total ")
