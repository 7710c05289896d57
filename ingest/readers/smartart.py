"""Reads SmartArt diagrams: the words of their points, each before those below it."""

from collections import Counter
from typing import TYPE_CHECKING

from ingest.readers.drawing_text import paragraphs

if TYPE_CHECKING:
    from lxml.etree import _Element

_D = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_LAYOUT = "pres"  # points that only place the others


def diagram_items(root: "_Element") -> list[str]:
    """Return a line for each point of a diagram that has words, in the order of the diagram."""
    points = {
        point.get("modelId", ""): point
        for point in root.iter(f"{_D}pt")
        if point.get("type") != _LAYOUT
    }
    below: dict[str, list[tuple[int, str]]] = {}
    for link in root.iter(f"{_D}cxn"):
        if link.get("type", "parOf") == "parOf":
            order = link.get("srcOrd", "0")
            place = int(order) if order.isdecimal() else 0
            for id_ in (link.get("destId", ""), link.get("parTransId", "")):
                below.setdefault(link.get("srcId", ""), []).append((place, id_))
    linked = {id_ for links in below.values() for _, id_ in links}
    lines: list[str] = []
    open_ = [id_ for id_ in reversed(points) if id_ not in linked]
    seen: set[str] = set()
    while open_:
        id_ = open_.pop()
        if id_ in seen or id_ not in points:
            continue
        seen.add(id_)
        text = points[id_].find(f"{_D}t")
        if text is not None:
            said = " ".join(paragraphs(text, Counter())).split()
            lines += [" ".join(said)] if said else []
        open_ += [child for _, child in sorted(below.get(id_, []), reverse=True)]
    return lines
