"""Puts the lines of a PDF page together to paragraphs, by where they stand and what they look like.

A line ends early where the next word would have fitted: there the writer broke it, not the margin.
"""

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

from ingest.readers.pdf_edges import alike, below, edges_at, had_room, reaches_margin, usual_steps
from ingest.readers.pdf_lines import Line
from ingest.readers.pdf_metadata import folded
from ingest.readers.pdf_pieces import east_asian
from vectorstore.text.sentences import sentences

# Judged, from the pages of test files; in heights of the font unless said otherwise.
_LEADING = 1.35  # times the usual step from line to line; a paragraph may be set apart by more
_INDENT = 0.7  # of a first line
_SHORT = 0.4  # of the width of a column; a line that is shorter is an entry of a list
_LEADERS = re.compile(r"(?:\. ?){4,}\s*\S{0,6}$")  # of a table of contents
_BROKEN = re.compile("[^\\W\\d_][-\u2010\u00ad]$")  # a word with a hyphen at its end
_TITLE_LINES = 3  # of a heading
_LONGEST_HEADING = 80  # characters of a line
_ABBREVIATED = re.compile(r"\b[^\W\d_]{1,5}\.$")  # judged: longer ones are rare
_TAIL = 60  # characters on each side of a stop that tell what it ends; judged
_STOPS = ".!?:;…。！？．"
_CLOSERS = "\"'”’»)]〕】」』）］*†‡"
_MARKER = re.compile(
    r"(?:[-–—•·▪◦‣○●■□◆⁃*!o\uf000-\uf0ff]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]|\[\d{1,3}\]|[①-⑳]"
    r"|\d{1,2}(?:\.\d{1,2}){1,4}\.?)\s+\S"
)
_SURE_MARKER = re.compile(r"[•·▪◦‣○●■□◆⁃\uf000-\uf0ff]|\[\d{1,3}\]\s")
# Words after which a sentence goes on, whatever the next begins with.
_LEADING_ON = frozenset(
    "a an the of to in on at by for from with and or nor but not no that which who whose is are "
    "was were be been has have had its his her their our your my this these those as than if when "
    "where into upon under over between among will would shall should may might can could must do "
    "does did le la les de des du un une et ou que qui dans par pour sur avec der die das den dem "
    "des ein eine einer und oder mit von zu im am el los las y o en con por para il lo gli e "
    "di".split()
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together.

    `full` says that the last line reaches the margin, `indented` that the first one does not begin
    at it. A paragraph whose lines are `rows` of a table is kept line by line.
    """

    lines: tuple[Line, ...]
    full: bool = True
    indented: bool = False
    rows: bool = False

    @property
    def size(self) -> float:
        """Return the size of most of its characters."""
        sizes: Counter[float] = Counter()
        for line in self.lines:
            sizes[line.size] += len(line.text)
        return sizes.most_common(1)[0][0]


def paragraphs(lines: Sequence[Line], titles: Set[str] = frozenset()) -> list[Paragraph]:
    """Return the paragraphs of lines in the order of reading.

    Lines that are one of the folded titles stand alone.
    """
    found: list[Paragraph] = []
    titled = _titled(lines, titles)
    steps = usual_steps(lines)
    edges = [edges_at(lines, place) for place in range(len(lines))]
    first = 0
    for place in range(1, len(lines) + 1):
        same = place < len(lines) and titled[place] == titled[place - 1]
        if same and (titled[place] or _joined(lines, first, place, steps, edges)):
            continue
        last = place - 1
        found.append(
            Paragraph(
                tuple(lines[first:place]),
                full=reaches_margin(lines[last], edges[last]),
                indented=lines[first].x0 > edges[first][0] + _INDENT * lines[first].size,
                rows=lines[first].row,
            )
        )
        first = place
    return found


def _titled(lines: Sequence[Line], titles: Set[str]) -> list[int]:
    """Return for each line the number of the title that it belongs to, 0 for none."""
    found = [0] * len(lines)
    if not titles:
        return found
    for place in range(len(lines)):
        for end in range(place, min(place + _TITLE_LINES, len(lines))):
            together = folded(" ".join(line.text for line in lines[place : end + 1]))
            if together in titles and not any(found[place : end + 1]):
                found[place : end + 1] = [place + 1] * (end + 1 - place)
                break
    return found


def unfinished(text: str) -> bool:
    """Return whether a text ends without the end of a sentence."""
    bare = text.rstrip().rstrip(_CLOSERS)
    return bool(bare) and bare[-1] not in _STOPS


def may_go_on(text: str) -> bool:
    """Return whether a text ends without a stop, or with one that an abbreviation may have."""
    return unfinished(text) or bool(_ABBREVIATED.search(text))


def goes_on(before: str, after: str) -> bool:
    """Return whether words that begin a line surely continue the sentence before."""
    if not after:
        return False
    if not unfinished(before):
        return bool(_ABBREVIATED.search(before)) and _in_one_sentence(before, after)
    last = before.rsplit(None, 1)[-1]
    if after.lstrip("\"'“‘(«[")[:1].islower():
        return True
    broken = last[-1] == "," or bool(_BROKEN.search(last))
    return broken or last.lower() in _LEADING_ON or _east(before, after)


def _in_one_sentence(before: str, after: str) -> bool:
    """Return whether the stop that ends a line does not end its sentence: Jr., No., J. P."""
    tail = before.rstrip()[-_TAIL:]
    return all(start != len(tail) + 1 for start, _ in sentences(f"{tail} {after[:_TAIL]}"))


def _east(before: str, after: str) -> bool:
    return east_asian(before[-1]) and east_asian(after[0]) and before[-1] != "」"


def _joined(
    lines: Sequence[Line],
    first: int,
    place: int,
    steps: dict[float, float],
    edges: Sequence[tuple[float, float, bool]],
) -> bool:
    """Return whether a line belongs to the paragraph that began with the line `first`."""
    before, line = lines[place - 1], lines[place]
    if line.row or before.row:
        return line.row and before.row and 0 < before.y - line.y < 3 * line.size
    if _LEADERS.search(before.text):
        return False
    if (line.formula or before.formula) and _near(before, line):
        return _formula_goes_on(before, line)
    if not below(before, line) or not alike(before, line):
        return False
    runs_on = goes_on(before.text, line.text)
    if _set_apart(lines, first, place, steps, runs_on):
        return False
    if _item_below(lines, place, runs_on, edges):
        return False
    if had_room(before, edges[place - 1], line):
        width = edges[place - 1][1] - edges[place - 1][0]
        broken = bool(_BROKEN.search(before.text))
        return runs_on and (broken or before.x1 - before.x0 > _SHORT * width)
    return runs_on or _same_block(lines, first, place)


def _set_apart(
    lines: Sequence[Line], first: int, place: int, steps: dict[float, float], runs_on: bool
) -> bool:
    """Return whether there is more white above a line than between the lines of a paragraph."""
    before, line = lines[place - 1], lines[place]
    usual = steps.get(round(line.size), 1.3 * line.size)
    if place - first > 1:
        usual = max(lines[place - 2].y - before.y, 0.9 * usual)
    most = _LEADING * usual * (1.2 if runs_on else 1)
    return before.y - line.y > most


def _same_block(lines: Sequence[Line], first: int, place: int) -> bool:
    """Return whether a line stands and looks as a further one of a paragraph does."""
    before, line = lines[place - 1], lines[place]
    indent = line.x0 - before.x0
    if indent > _INDENT * line.size:
        return _hangs(lines, first, place)
    if indent < -_INDENT * line.size and place - first > 1:
        return lines[first].x0 > line.x0 + _INDENT * line.size
    return not (before.font != line.font and _heading(before, line))


def _near(before: Line, line: Line) -> bool:
    """Return whether a line is close to another, whatever their sizes."""
    size = max(before.size, line.size)
    return before.turned == line.turned and -size < before.y - line.y < 3 * size


def _formula_goes_on(before: Line, line: Line) -> bool:
    """Return whether a sentence goes on from a line to the next, one of which is a formula."""
    if not unfinished(before.text):
        return False
    return line.formula or before.text[-1] == "," or line.text[:1].islower()


def _item_below(
    lines: Sequence[Line],
    place: int,
    runs_on: bool,
    edges: Sequence[tuple[float, float, bool]],
) -> bool:
    """Return whether a line begins an item of a list, or a note."""
    before, line = lines[place - 1], lines[place]
    if _SURE_MARKER.match(line.text) or marked(line):
        return True
    if not _MARKER.match(line.text):
        return False
    ended = not unfinished(before.text) and not runs_on
    if ended or had_room(before, edges[place - 1], line):
        return True
    return not runs_on and abs(line.x0 - before.x0) > 0.3 * line.size


def begins_item(line: Line) -> bool:
    """Return whether a line begins with the mark of an item or of a note."""
    return bool(_MARKER.match(line.text) or _SURE_MARKER.match(line.text)) or marked(line)


def marked(line: Line) -> bool:
    """Return whether a line begins with a raised mark, as notes do."""
    if line.row or not line.glyphs:
        return False
    first = line.glyphs[0]
    return (
        first.text.strip() != ""
        and first.size < 0.85 * line.size
        and first.y > line.y + 0.15 * line.size
        and len(line.text) > 4
    )


def _hangs(lines: Sequence[Line], first: int, place: int) -> bool:
    """Return whether an indented line continues the one before, as in lists of literature."""
    line = lines[place]
    if lines[place - 1].x0 > lines[first].x0 + 0.3 * line.size:
        return False
    after = lines[place + 1] if place + 1 < len(lines) else None
    if after is None or not below(line, after):
        return unfinished(lines[place - 1].text)
    if _MARKER.match(lines[first].text):
        return True
    return after.x0 > line.x0 - 0.3 * line.size


def _heading(before: Line, line: Line) -> bool:
    """Return whether a bold line above one that is not bold is a heading, or the reverse."""
    return (
        _bold(before.font) != _bold(line.font)
        and before.last_font == before.font
        and len(before.text) < _LONGEST_HEADING
    )


def _bold(font: str) -> bool:
    return any(word in font.lower() for word in ("bold", "medi", "black", "heavy"))
