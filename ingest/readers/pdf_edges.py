"""Says how the lines of a PDF page stand to each other and to the margins of their column."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ingest.readers.pdf_columns import across
from ingest.readers.pdf_lines import Line
from ingest.readers.pdf_pieces import east_asian

# Judged, from the pages of test files; in heights of the font unless said otherwise.
_SIZES = 0.08  # share by which the sizes of lines in a paragraph differ
_LONGEST_STEP = 2.4  # from a line to the next
_EDGE = 0.7  # by which lines that reach the margin differ
_MOST_LINES = 1_000  # of a page; judged: more are the labels of a map, which no text surrounds
_NEIGHBOURS = 8  # lines before and after that show where the margin is
_FEW = 4  # lines of a block that do not show where the margin is
_NEAR_LEFT = 30.0  # points by which lines of one column may be indented


def below(one: Line, two: Line) -> bool:
    """Return whether a line stands directly below another."""
    step = one.y - two.y
    return (
        one.turned == two.turned
        and 0.3 * two.size < step < _LONGEST_STEP * max(one.size, two.size)
        and across(one, two) > 0.3
    )


def alike(one: Line, two: Line) -> bool:
    """Return whether two lines are of one size."""
    return abs(one.size - two.size) <= _SIZES * max(one.size, two.size)


def usual_steps(lines: Sequence[Line]) -> dict[float, float]:
    """Return the usual step from line to line, for each size of the font."""
    counted: dict[float, Counter[float]] = {}
    for one, two in pairwise(lines):
        if below(one, two) and alike(one, two):
            counted.setdefault(round(one.size), Counter())[round(2 * (one.y - two.y)) / 2] += 1
    return {size: steps.most_common(1)[0][0] for size, steps in counted.items()}


def edges_at(lines: Sequence[Line], place: int) -> tuple[float, float, bool]:
    """Return the left and the right edge of the text around a line.

    Also return whether the line is one of several that end at the same place on the right.
    """
    line = lines[place]
    near = [line]
    for step in (-1, 1):
        last = line
        for other in lines[place + step :: step][:_NEIGHBOURS]:
            upper, lower = (other, last) if step < 0 else (last, other)
            if not (below(upper, lower) and alike(other, line)):
                break
            near.append(other)
            last = other
    if len(near) == 1 and len(lines) <= _MOST_LINES:
        near += [
            o for o in lines if alike(o, line) and across(o, line) > 0.8 and o.turned == line.turned
        ]
    slack = _EDGE * line.size
    right = max(other.x1 for other in near)
    if len(near) <= _FEW:
        right = _white_until(lines, near, right)
    same = sum(abs(other.x1 - line.x1) < slack for other in near)
    left = min(other.x0 for other in near)
    flush = Counter(round(other.x0) for other in near).most_common(1)[0]
    if flush[1] > 1:
        left = min(flush[0], line.x0)
    return left, right, same >= max(3, 0.3 * len(near))


def _white_until(lines: Sequence[Line], block: Sequence[Line], right: float) -> float:
    """Return how far to the right the few lines of a block could have gone on.

    That is as far as other lines of the page do that begin where they begin, if it is white there.
    """
    first = block[0]
    left = min(line.x0 for line in block)
    top, bottom = max(line.y for line in block), min(line.y for line in block)
    further = max(
        line.x1
        for line in (*lines, first)
        if line.turned == first.turned and alike(line, first) and abs(line.x0 - left) < _NEAR_LEFT
    )
    beside = any(
        right - 1 < line.x0 < further and bottom - first.size < line.y < top + first.size
        for line in lines
        if line.turned == first.turned
    )
    return right if beside else max(right, further)


def _same_column(one: Line, two: Line) -> bool:
    return alike(one, two) and one.turned == two.turned and across(one, two) > 0.8


def reaches_margin(line: Line, edges: tuple[float, float, bool]) -> bool:
    """Return whether a line ends at the right margin."""
    return edges[2] or line.x1 > edges[1] - _EDGE * line.size


def had_room(line: Line, edges: tuple[float, float, bool], following: Line) -> bool:
    """Return whether the first word of the next line would have fitted on a line."""
    if reaches_margin(line, edges):
        return False
    word = following.text.split(None, 1)[0]
    if east_asian(word[0]):
        word = word[0]
    width = (following.x1 - following.x0) * (len(word) + 1) / max(len(following.text), 1)
    return line.x1 + 1.1 * width < edges[1]
