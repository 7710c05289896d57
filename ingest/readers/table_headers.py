"""Tells which rows of a table name its columns, by evidence; without evidence, none does.

What counts: that the document says so, that the first rows are bold or coloured and the others are
not, that a name stands over figures, and that a word stands over a column of few, recurring words
and is none of them. Merged and missing cells tell how many rows of names there are.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ingest.readers.table_grid import Cell, Grid, cells_of

_LONGEST_NAME = 80  # characters; judged: a longer cell is text, not the name of a column
DEEPEST = 4  # rows of names; judged: statistical tables have up to four
_MOSTLY = 0.7  # share of the cells of a column that are figures; judged: the rest is “n/a”
_BY_CHANCE = 0.05  # judged: the usual level of a test
_RECURRING = 5  # rows from which recurring words are evidence; judged
_SAMPLE = 500  # rows that are looked at; judged: later ones would not change the picture
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:[-/–]\d{2,4})?")
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻½¼¾⅓⅔"
_FIGURE = re.compile(
    r"[-+−(<>≤≥±~]*\s?(?:[$€£¥₹]|[A-Z]{3})?\s?[-+−]?\d[\d\s.,'’:/–-]*(?:E[+-]?\d+)?"
    rf"[{_RAISED}]*\s?(?:[%‰€£¥円元]|[A-Z]{{3}})?\)?[*†‡]?"
)
_NUMBERING = re.compile(r"\(?\d{1,3}[.)]?")
_MISSING = re.compile(r"(?:n\.?\s?[ad]\.?|none|null|nan|unknown|-+|–|—|\.+|…|x|\?)?", re.IGNORECASE)


def names(grid: Grid, depth: int) -> list[str]:
    """Return the name of each column, joined from the first `depth` rows: `2019 Cod`."""
    rows = [_carried(grid, at, depth) for at in range(depth)]
    named: list[str] = []
    for column in range(len(grid[0]) if grid else 0):
        parts = (rows[at][column].text.strip().rstrip(":：").strip() for at in range(depth))
        named.append(" ".join(dict.fromkeys(filter(None, parts))))
    return named


def _carried(grid: Grid, at: int, depth: int) -> list[Cell]:
    """Return a row of names in which the name of a group also stands over its other columns."""
    row = grid[at]
    if at + 1 >= depth or any(a is b for a, b in pairwise(row) if a.text):
        return row
    filled = list(row)
    for column in range(1, len(row)):
        before = filled[column - 1]
        under = grid[at + 1]
        if not row[column].text and under[column].text and under[column - 1].text:
            filled[column] = before
    return filled


def header_depth(grid: Grid) -> int:
    """Return how many of the first rows name the columns; 0 if that cannot be told."""
    if len(grid) < 2 or len(grid[0]) < 2:
        return 0
    if depth := _told(grid) or _strong(grid):
        while depth < min(DEEPEST, len(grid) - 1) and _spans_down(grid, depth):
            depth += 1
        return depth
    if _is_list_of_pairs(grid):
        return 0
    while depth + 1 < min(DEEPEST, len(grid) - 1) and _goes_on(grid, depth + 1):
        depth += 1
    return next((d for d in range(depth + 1, 0, -1) if _names_figures(grid, d)), 0)


def _told(grid: Grid) -> int:
    """Return the number of rows down to the last one whose cells the document calls headers."""
    rows = [cells_of(row) for row in grid[: DEEPEST + 1]]
    last = max((at + 1 for at, row in enumerate(rows) if row and all(c.header for c in row)),
               default=0)  # fmt: skip
    return 0 if last > DEEPEST or last >= len(grid) else last


def _strong(grid: Grid) -> int:
    """Return the number of first rows that are bold or coloured, if hardly any other is."""
    rows = [cells_of(row) for row in grid[:_SAMPLE]]
    strong = [bool(row) and all(cell.strong for cell in row) for row in rows]
    depth = strong.index(False) if False in strong else len(rows)
    if not 0 < depth <= DEEPEST or 2 * sum(strong[depth:]) > len(rows) - depth:
        return 0
    return depth if len(rows[depth - 1]) > 1 or depth > 1 else 0


def _is_list_of_pairs(grid: Grid) -> bool:
    """Return whether a table of two columns is a list of things and what is said of each."""
    if len(grid[0]) != 2:
        return False
    rows = grid[:_SAMPLE]
    colons = sum(row[0].text.endswith((":", "：")) for row in rows)
    bold = sum(row[0].strong and not row[1].strong for row in rows)
    if 2 * colons > len(rows) or (bold > 1 and 3 * bold >= 2 * len(rows)):
        return True
    # One column of figures counts in one measure: 42 m under 1,931 € is no column.
    figures = [row[1].text for row in rows[1:] if re.search(r"\d", row[1].text)]
    return len({_measure(text) for text in figures}) > 1


def _measure(text: str) -> str:
    return " ".join(re.sub(rf"[\d\s.,'’()+−{_RAISED}-]+", " ", text).split()[:1])


def _spans_down(grid: Grid, depth: int) -> bool:
    """Return whether a name reaches below the rows of names, or spans a second row of names."""
    upper, lower = grid[depth - 1], grid[depth]
    if any(a.text and a is b for a, b in zip(upper, lower, strict=True)):
        return True
    groups = [at for at in range(1, len(upper)) if upper[at].text and upper[at] is upper[at - 1]]
    return any(lower[at] is not lower[at - 1] for at in groups) and not _has_values(grid, depth)


def _goes_on(grid: Grid, depth: int) -> bool:
    """Return whether the row at `depth` goes on naming what the rows above it name."""
    if _spans_down(grid, depth):
        return True
    upper, lower = grid[depth - 1], grid[depth]
    if _has_values(grid, depth):
        return False
    fills = any(b.text and not a.text for a, b in zip(upper[1:], lower[1:], strict=True))
    apart = not (upper[0].text and lower[0].text)
    return apart and (fills or not lower[0].text) and any(cell.text for cell in upper[1:])


def _has_values(grid: Grid, at: int) -> bool:
    """Return whether a row has a figure that is not the name of a column."""
    figures = [column for column, cell in enumerate(grid[at]) if is_figure(cell.text)]
    if not figures:
        return False
    if not _are_names([grid[at][column].text for column in figures]):
        return True
    below = [row[column].text for row in grid[at + 1 : _SAMPLE] for column in figures]
    return sum(bool(_YEAR.fullmatch(text)) for text in below) * 2 > len(below)


def is_figure(text: str) -> bool:
    """Return whether a cell is a number, an amount, a share, a day or a time."""
    return bool(_FIGURE.fullmatch(text))


def is_missing(text: str) -> bool:
    """Return whether a cell is empty or says that there is nothing to say."""
    return bool(_MISSING.fullmatch(text))


def _are_names(figures: Sequence[str]) -> bool:
    """Return whether figures can name columns: years, or a numbering from one number up."""
    if all(_YEAR.fullmatch(text) for text in figures):
        return True
    if len(figures) < 3 or not all(_NUMBERING.fullmatch(text) for text in figures):
        return False
    numbers = [int(text.strip("().")) for text in figures]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _names_figures(grid: Grid, depth: int) -> bool:
    """Return whether the first rows read like names, and the columns under them bear that out."""
    labels, body = names(grid, depth), grid[depth : depth + _SAMPLE]
    given = [label for label in labels if label]
    figures = [label for label in given if is_figure(label)]
    if (
        len(given) < max(2, _MOSTLY * (len(labels) - (not labels[0])))
        or max(map(len, given)) > _LONGEST_NAME
        or len(set(given)) < 0.9 * len(given)
        or any(is_missing(label) and label.lower() != "x" for label in given)
        or (figures and not _are_names(figures))
    ):
        return False
    chance, proofs = 1.0, 0
    for column, label in enumerate(labels):
        below = [text for row in body if not is_missing(text := row[column].text)]
        if not label or not below:
            continue
        if label in below:
            return False
        years = sum(bool(_YEAR.fullmatch(text)) for text in below)
        if _YEAR.fullmatch(label) and 2 * years > len(below):
            return False
        if _proves(label, below):
            proofs += 1
        elif len(below) >= _RECURRING:
            once = sum(count == 1 for count in Counter(below).values())
            chance *= (once + 1) / (len(below) + 1)  # Good and Turing: of a word not yet seen
    return proofs > 0 or chance <= _BY_CHANCE


def _proves(label: str, below: Sequence[str]) -> bool:
    """Return whether a label stands over figures, or over codes with digits, and is none itself."""
    if sum(map(is_figure, below)) >= _MOSTLY * len(below):
        return True
    digits = sum(bool(re.search(r"\d", text)) for text in below)
    return digits >= _MOSTLY * len(below) and not re.search(r"\d", label)
