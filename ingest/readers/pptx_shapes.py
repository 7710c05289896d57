"""Puts the shapes of a slide in the order they are read: from top to bottom, then left to right.

A placeholder without a place of its own has that of the same placeholder in its layout or master.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ingest.readers.docx_text import alternative, local_name
from ingest.readers.drawing_text import A
from ingest.readers.office_package import Part

if TYPE_CHECKING:
    from lxml.etree import _Element

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_SHAPES = {"sp", "pic", "graphicFrame", "grpSp"}
_SAME_HEIGHT = 180_000  # EMU, half a centimetre; judged: shapes closer than that are side by side
# A placeholder of the layout or master that another kind of placeholder of a slide goes back to.
_GENERAL = {"ctrTitle": "title", "subTitle": "body"}


class Place(NamedTuple):
    """Where a shape lies and how large it is, in EMU."""

    left: int
    top: int
    width: int
    height: int


def shapes_of(tree: "_Element") -> "Iterator[_Element]":
    """Yield the shapes of a slide or a group in stored order."""
    for element in tree:
        name = local_name(element)
        if name in _SHAPES:
            yield element
        elif name == "AlternateContent":
            yield from shapes_of(alternative(element))


def in_order(shapes: "Iterable[_Element]", slide: Part) -> "list[_Element]":
    """Return shapes from top to bottom, those at about the same height from left to right."""
    placed = [(place_of(shape, slide) or Place(0, 0, 0, 0), shape) for shape in shapes]
    lines: list[list[tuple[Place, _Element]]] = []
    for place, shape in sorted(placed, key=lambda one: one[0].top):
        if lines and place.top - lines[-1][0][0].top < _SAME_HEIGHT:
            lines[-1].append((place, shape))
        else:
            lines.append([(place, shape)])
    return [shape for line in lines for _, shape in sorted(line, key=lambda one: one[0].left)]


def place_of(shape: "_Element", slide: Part | None) -> Place | None:
    """Return the place of a shape, its own or inherited; None if no part says it."""
    own = _own_place(shape)
    if own or slide is None or (wanted := placeholder(shape)) is None:
        return own
    for kind in ("slideLayout", "slideMaster"):
        above = next(iter(slide.related(kind)), None)
        if above is None or above.root is None:
            continue
        for other in above.root.iter(f"{P}sp"):
            held = placeholder(other)
            if held is not None and _is_same(wanted, held, by_number=kind == "slideLayout"):
                return place_of(other, above if kind == "slideLayout" else None)
    return None


def placeholder(shape: "_Element") -> "_Element | None":
    """Return what a shape says of the placeholder that it fills; None if it fills none."""
    return shape.find(f"./*/{P}nvPr/{P}ph")


def kind_of(shape: "_Element") -> str:
    """Return the kind of placeholder that a shape fills; empty if none."""
    held = placeholder(shape)
    return "" if held is None else held.get("type", "obj")


def _is_same(wanted: "_Element", held: "_Element", *, by_number: bool) -> bool:
    if by_number and wanted.get("idx", "0") != "0":
        return wanted.get("idx") == held.get("idx")
    kinds = wanted.get("type", "obj"), held.get("type", "obj")
    general = [_GENERAL.get(kind, "body" if kind == "obj" else kind) for kind in kinds]
    return general[0] == general[1]


def _own_place(shape: "_Element") -> Place | None:
    for path in (f"{P}spPr/{A}xfrm", f"{P}grpSpPr/{A}xfrm", f"{P}xfrm"):
        found = shape.find(path)
        if found is None:
            continue
        offset, extent = found.find(f"{A}off"), found.find(f"{A}ext")
        if offset is not None:
            size = [_number(extent, "cx"), _number(extent, "cy")]
            return Place(_number(offset, "x"), _number(offset, "y"), *size)
    return None


def _number(element: "_Element | None", name: str) -> int:
    text = "0" if element is None else element.get(name, "0")
    return int(text) if text.lstrip("-").isdecimal() else 0
