"""Brings the lines of a PDF page into the order of reading, and puts rows of tables together.

The order of the file is kept, because programs write text as it is read, unless it jumps between
columns or goes up the page: then columns and bands are told by the white between them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from ingest.readers.pdf_lines import Line, split

CELL = " | "  # between the cells of a row, as in all readers

# Judged, from the pages of test files.
_PROSE = 20  # characters; a line of a column has more, a cell mostly fewer
_FEWEST = 3  # lines side by side, or jumps upwards, that show an order which is not that of reading
_SHARE = 0.1  # of the lines of a page
_LEVEL = 0.3  # heights of the font by which baselines in a row differ
_GUTTER = 0.7  # heights of the font, the least between two columns
_FEW_ACROSS = 0.4  # of the lines, which may go across a gutter: titles, figures
_MARKER = 4  # characters of the number or bullet of an item, which stands apart
_CLOSE = 1.6  # heights of the font, the most between words of one line
_NEAR = 3.0  # heights of the font from a row to the next of the same table
_DEEPEST = 8  # columns in columns


def in_order(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page in the order of reading, rows of tables as one line each."""
    found: list[Line] = []
    for _, group in groupby(sorted(lines, key=lambda line: line.turned != 0), _direction):
        flow = list(group)
        if _astray(flow):
            flow = list(_by_place(flow, _columns(flow)))
        found += _rows(flow)
    return found


def _direction(line: Line) -> int:
    return line.turned


def level(one: Line, two: Line) -> bool:
    """Return whether two pieces stand in one line across the page."""
    return abs(one.y - two.y) <= _LEVEL * min(one.size, two.size)


def across(one: Line, two: Line) -> float:
    """Return how much of the narrower line stands above or below the other, 0 to 1."""
    both = min(one.x1, two.x1) - max(one.x0, two.x0)
    return max(both, 0) / max(min(one.x1 - one.x0, two.x1 - two.x0), 0.1)


def _astray(lines: Sequence[Line]) -> bool:
    """Return whether the order of the file cannot be that of reading."""
    long = [line for line in lines if len(line.text) >= _PROSE and not line.formula]
    beside = sum(level(one, two) for one, two in pairwise(long))
    upwards = sum(
        two.y > one.y + 0.5 * one.size and across(one, two) > 0.5 for one, two in pairwise(long)
    )
    return max(beside, upwards) >= max(_FEWEST, _SHARE * len(long))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a page is white from top to bottom, and the columns on both sides of it."""

    gutter: float
    left: "_Columns | None"
    right: "_Columns | None"


def _columns(lines: Sequence[Line], depth: int = 0) -> _Columns | None:
    """Return the columns of lines, None if there is only one."""
    gutter = _gutter(lines) if depth < _DEEPEST else None
    if gutter is None:
        return None
    parts = [part for line in lines for part in split(line, gutter) or (line,)]
    left = [line for line in parts if line.x1 <= gutter]
    right = [line for line in parts if line.x0 >= gutter]
    return _Columns(gutter, _columns(left, depth + 1), _columns(right, depth + 1))


def _by_place(lines: Sequence[Line], columns: _Columns | None) -> Iterator[Line]:
    """Yield lines by their place: column for column between the lines that go across."""
    if columns is None:
        yield from _downwards(lines)
        return
    left: list[Line] = []
    right: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.y):
        parts = split(line, columns.gutter) or (line,)
        if len(parts) == 1 and line.x0 < columns.gutter < line.x1:
            yield from _by_place(left, columns.left)
            yield from _by_place(right, columns.right)
            left, right = [], []
            yield line
            continue
        for part in parts:
            (left if part.x1 <= columns.gutter else right).append(part)
    yield from _by_place(left, columns.left)
    yield from _by_place(right, columns.right)


def _downwards(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines from the top to the bottom, and those on one level from left to right."""
    waiting = sorted(lines, key=lambda line: -line.y)
    while waiting:
        row = [line for line in waiting if level(waiting[0], line)]
        waiting = waiting[len(row) :] if waiting[: len(row)] == row else [
            line for line in waiting if line not in row
        ]  # fmt: skip
        yield from sorted(row, key=lambda line: line.x0)


def _gutter(lines: Sequence[Line]) -> float | None:
    """Return where most lines leave a white stripe down the page, None if nowhere."""
    if len(lines) < 2 * _FEWEST:
        return None
    size = sorted(line.size for line in lines)[len(lines) // 2]
    width = _GUTTER * size
    best: tuple[int, float] | None = None
    for edge in sorted({round(line.x1) + 0.5 for line in lines}):
        left = [line for line in lines if line.x1 <= edge]
        right = [line for line in lines if line.x0 >= edge + width]
        if min(len(left), len(right)) < _FEWEST:
            continue
        over = len(lines) - len(left) - len(right)
        over -= sum(
            any(a <= edge and edge + width <= b for _, a, b in line.holes)
            for line in lines
            if line.holes
        )
        if over > _FEW_ACROSS * len(lines) or (best is not None and over >= best[0]):
            continue
        if _prose(left) and _prose(right):
            best = over, edge + width / 2
    return None if best is None else best[1]


def _prose(lines: Sequence[Line]) -> bool:
    """Return whether the lines of a column are long, unlike the cells of a table."""
    return sorted(len(line.text) for line in lines)[len(lines) // 2] >= _PROSE


def _rows(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines, with those side by side put together: an item, or a row of a table."""
    rows = list(_side_by_side(lines))
    for place, row in enumerate(rows):
        if len(row) == 1:
            yield row[0]
        elif (
            len(row) == 2 and _marker(row[0].text) and row[1].x0 - row[0].x1 < 4 * row[1].size
        ) or _one_line(row):
            yield _together(row, " ")
        elif any(_aligned(row, other) for other in rows[max(place - 1, 0) : place + 2]):
            yield _together(row, CELL)
        else:
            yield from row


def _side_by_side(lines: Sequence[Line]) -> Iterator[list[Line]]:
    row: list[Line] = []
    for line in lines:
        if row and not (level(row[-1], line) and line.x0 > row[-1].x1):
            yield row
            row = []
        row.append(line)
    if row:
        yield row


def _one_line(row: Sequence[Line]) -> bool:
    """Return whether the pieces of a row are parts of one sentence, with wide spaces between."""
    return all(
        two.x0 - one.x1 < _CLOSE * min(one.size, two.size) and two.text[:1].islower()
        for one, two in pairwise(row)
    )


def _marker(text: str) -> bool:
    return len(text) <= _MARKER and " " not in text


def _aligned(row: Sequence[Line], other: Sequence[Line]) -> bool:
    """Return whether a row next to another has cells below the same place."""
    if row is other or len(other) < 2:
        return False
    size = row[0].size
    if abs(row[0].y - other[0].y) > _NEAR * size:
        return False
    return any(
        abs(cell.x0 - its.x0) < 0.5 * size
        or abs(cell.x1 - its.x1) < 0.5 * size
        or abs(cell.x0 + cell.x1 - its.x0 - its.x1) < size
        for cell in row[1:]
        for its in other[1:]
    )


def _together(row: Sequence[Line], between: str) -> Line:
    """Return one line of the pieces of a row."""
    return replace(
        max(row, key=lambda line: len(line.text)),
        text=between.join(line.text for line in row),
        x0=row[0].x0,
        x1=row[-1].x1,
        glyphs=tuple(glyph for line in row for glyph in line.glyphs),
        row=between == CELL,
    )
