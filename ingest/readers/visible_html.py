"""Finds the visible text of a web page or a chapter of a book, block by block.

Left out are scripts, styles, forms, pictures, and the readings above Japanese words. Lists have
their numbers, and tables are laid out by `table_layout.py` unless they lay out the page.
"""

import re
from collections.abc import Iterator
from typing import Any

from ingest.readers.html_lists import item_label
from ingest.readers.layout import Block
from ingest.readers.table_grid import Cell, place
from ingest.readers.table_layout import table_blocks

_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_UNSEEN = set(
    "script style noscript template iframe object svg canvas audio video select button textarea "
    "datalist dialog rt rp".split()
)
# Elements that begin a line, by what they are.
_KINDS = {
    **dict.fromkeys("h1 h2 h3 h4 h5 h6".split(), "heading"),
    **dict.fromkeys("li dd dt".split(), "item"),
    "pre": "verbatim",
    "br": "break",
    **dict.fromkeys(
        "p div section article aside main header footer nav address blockquote figure figcaption "
        "table caption tr td th ul ol dl form fieldset details summary hr body".split(),
        "block",
    ),
}
_INNER = ("p", "li", "div", "table", "h1", "h2", "h3", "h4", "h5", "h6", "br")


def blocks(root: Any) -> Iterator[Block]:
    """Yield everything visible in an element, line by line; nothing for None."""
    from lxml.etree import iterwalk

    if root is None:
        return
    words: list[str] = []
    numbers: dict[Any, dict[Any, int]] = {}  # of the items of each list
    around: list[str] = []  # the kinds of the elements that are open, outermost first
    walk = iterwalk(root, events=("start", "end"))
    for event, element in walk:
        kind = _kind(element) if event == "start" else around[-1]
        if kind not in {"", "unseen", "break"}:
            yield from _collected(words, around)
        if event == "start":
            around.append(kind)
            words.append("\n" if kind == "break" else item_label(element, numbers))
            if kind == "table":
                yield from _table(element)
            if kind in {"table", "unseen"}:
                walk.skip_subtree()
            else:
                words.append(_spaced(element.text, around))
        else:
            around.pop()
            words.append("" if element is root else _spaced(element.tail, around))


def _kind(element: Any) -> str:
    if not isinstance(element.tag, str) or element.tag in _UNSEEN or "hidden" in element.attrib:
        return "unseen"
    if element.tag == "table" and _is_of_figures(element):
        return "table"
    if element.tag == "code" and "\n" in (element.text or ""):
        return "verbatim"
    return _KINDS.get(element.tag, "")


def _is_of_figures(table: Any) -> bool:
    """Return whether the cells of a table belong side by side, rather than lay out the page."""
    if table.get("role") in {"presentation", "none"}:
        return False
    rows = list(_rows(table))
    nested = any(next(table.iter(name), None) is not None for name in ("h1", "h2", "h3", "h4"))
    inner = [e for e in table.iter("table") if e is not table]
    long = any(len(list(cell.iter("p"))) > 2 for row in rows for cell in row)
    return not nested and not inner and not long and any(len(row) > 1 for row in rows)


def _rows(table: Any) -> Iterator[list[Any]]:
    for row in table.iter("tr"):
        yield [cell for cell in row if cell.tag in {"td", "th"}]


def _table(table: Any) -> Iterator[Block]:
    """Yield caption and rows of a table."""
    for caption in table.iter("caption"):
        yield from blocks(caption)
    yield from table_blocks(place([[_cell(cell) for cell in row] for row in _rows(table)]))


def _cell(cell: Any) -> Cell:
    text = " ".join(" ".join(block.text.split()) for block in blocks(cell))
    section = cell.getparent().getparent()
    header = cell.tag == "th" and cell.get("scope") != "row"
    return Cell(
        text,
        columns=_span(cell.get("colspan")),
        rows=_span(cell.get("rowspan"), least=0),
        header=header or (section is not None and section.tag == "thead"),
        strong=cell.tag == "th"
        or cell.find(".//b") is not None
        or cell.find(".//strong") is not None,
    )


def _span(stated: str | None, least: int = 1) -> int:
    digits = re.match(r"\s*(\d{1,4})", stated or "1")
    return max(int(digits[1]), least) if digits else 1


def _spaced(text: str | None, around: list[str]) -> str:
    if not text or around[-1:] == ["unseen"]:
        return ""
    return text if "verbatim" in around else _SPACE.sub(" ", text)


def _collected(words: list[str], around: list[str]) -> Iterator[Block]:
    """Yield the text collected since the last block, if any."""
    text = "".join(words)
    words.clear()
    if "verbatim" not in around:
        text = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", text))
    if text.strip(" \n"):
        yield Block(text, heading="heading" in around, close="item" in around)
