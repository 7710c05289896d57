"""Finds the visible text of a web page or a chapter of a book, block by block.

Left out are scripts, styles, forms, what the page hides, and the readings above Japanese words.
"""

import re
from collections.abc import Iterator
from typing import Any

from ingest.readers.layout import Block

_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_UNSEEN = set(
    "script style noscript template iframe object svg canvas audio video select button textarea "
    "datalist dialog rt rp".split()
)
# Elements that begin a line, in HTML and in the tree that trafilatura returns.
_KINDS = {
    **dict.fromkeys("h1 h2 h3 h4 h5 h6 head".split(), "heading"),
    **dict.fromkeys("li item dd dt".split(), "item"),
    **dict.fromkeys("pre quote".split(), "verbatim"),
    **dict.fromkeys("td th cell".split(), "cell"),
    **dict.fromkeys("br lb".split(), "break"),
    **dict.fromkeys(
        "p div section article aside main header footer nav address blockquote figure figcaption "
        "table caption tr row ul ol dl list form fieldset details summary hr".split(),
        "block",
    ),
}


def is_hidden(element: Any) -> bool:
    """Return whether a page hides an element by an attribute or an inline style."""
    if element.tag in {
        "html",
        "head",
        "body",
    }:  # some pages hide all until loaded
        return False
    return "hidden" in element.attrib or bool(_HIDING.search(element.get("style", "")))


def blocks(root: Any) -> Iterator[Block]:
    """Yield everything visible in an element, line by line; nothing for None."""
    from lxml.etree import iterwalk

    words: list[str] = []
    around: list[str] = []  # the kinds of the elements that are open, outermost first
    if root is None:
        return
    walk = iterwalk(root, events=("start", "end"))
    for event, element in walk:
        kind = _kind(element) if event == "start" else around[-1]
        in_row = "row" in (around if event == "start" else around[:-1])
        if in_row:
            words.append(_between(kind, event))
        elif kind not in {"", "unseen", "break"}:
            yield from _collected(words, around)
        if event == "start":
            around.append(kind)
            words.append("\n" if kind == "break" else "")
            words.append(_spaced(element.text, around))
            if kind == "unseen":
                walk.skip_subtree()
        else:
            around.pop()
            words.append("" if element is root else _spaced(element.tail, around))


def _kind(element: Any) -> str:
    name = element.tag.rpartition("}")[2]
    if name in _UNSEEN or is_hidden(element):
        return "unseen"
    if name in {"tr", "row"} and _is_figures(element):
        return "row"
    if name == "code" and "\n" in (element.text or ""):
        return "verbatim"
    return _KINDS.get(name, "")


def _is_figures(row: Any) -> bool:
    """Return whether the cells of a row belong side by side, rather than lay out the page."""
    nested = any(
        _KINDS.get(inner.tag.rpartition("}")[2]) == "heading" or inner.tag.endswith("table")
        for inner in row.iterdescendants()
    )
    return not nested and len(row) > 1 and all(len(c.findall(".//{*}p")) < 3 for c in row)


def _between(kind: str, event: str) -> str:
    """Return what separates the texts of elements within a row."""
    if kind == "cell" and event == "end":
        return " | "
    return " " if kind not in {"", "unseen"} else ""


def _spaced(text: str | None, around: list[str]) -> str:
    if not text or around[-1:] == ["unseen"]:
        return ""
    return text if "verbatim" in around else _SPACE.sub(" ", text)


def _collected(words: list[str], around: list[str]) -> Iterator[Block]:
    """Yield the text collected since the last block, if any."""
    text = "".join(words)
    words.clear()
    if "row" in around:
        text = " ".join(text.split()).removesuffix(" |")
    elif "verbatim" not in around:
        text = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", text))
    if text.strip(" |\n"):
        close = "row" in around or "item" in around
        yield Block(text, heading="heading" in around, close=close)
