"""Leaves running heads and page numbers out of pages on which the words have no known place."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

_NUMBER = re.compile(r"(?<![\d.,])\d{1,4}(?![\d]|[.,]\d)")
# Judged, from the layout of printed books.
_LONGEST_HEAD = 200  # characters
_DEEPEST_HEAD = 3  # lines
_FEWEST_HEADS = 3  # pages


def without_heads(pages: Sequence[str]) -> list[str]:
    """Return the pages without running heads, running feet and page numbers.

    A line with words is kept where it first stands, and a page that has no other words keeps it.
    """
    lines = [[line.rstrip() for line in page.split("\n")] for page in pages]
    for side in (0, -1):
        for _ in range(_DEEPEST_HEAD):
            for its in lines:
                while its and not its[side].strip():
                    its.pop(side)
            outermost = {number: its[side].strip() for number, its in enumerate(lines) if its}
            running = _running(outermost)
            for number in running:
                if len(lines[number]) > 1 or not any(map(str.isalpha, outermost[number])):
                    lines[number].pop(side)
            if not running:
                break
    return ["\n".join(its).strip() for its in lines]


def _running(lines: dict[int, str]) -> list[int]:
    """Return the pages on which the line at this edge is a running head or foot.

    It is one if it is the same on three pages and on half of all, or the same but for the number
    of the page on three pages, if such numbers fit half of all pages.
    """
    numbers = {page: {int(n) - page for n in _NUMBER.findall(line)} for page, line in lines.items()}
    counted = Counter(shift for shifts in numbers.values() for shift in shifts).most_common(1)
    half = max(_FEWEST_HEADS, len(lines) / 2)
    shift = counted[0][0] if counted and counted[0][1] >= half else None
    groups: defaultdict[tuple[bool, str], list[int]] = defaultdict(list)
    for page, line in lines.items():
        numbered = shift is not None and shift in numbers[page]
        said = line
        if numbered and shift is not None:
            said = re.sub(rf"(?<!\d){page + shift}(?!\d)", "", line, count=1)
        if len(line) <= _LONGEST_HEAD:
            groups[numbered, "".join(said.split())].append(page)
    running: list[int] = []
    for (numbered, said), found in groups.items():
        worded = any(map(str.isalpha, said))
        if len(found) >= (_FEWEST_HEADS if numbered else half) and (worded or numbered):
            running += found[1:] if worded else found
    return running
