"""Brings together what was added to a page of a PDF: form fields, comments, strike-outs, layers."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from pypdf.generic import DictionaryObject

from ingest.readers.pdf_annotations import Additions, Box, annotations, line
from ingest.readers.pdf_fields import fields
from ingest.readers.pdf_glyphs import Glyph
from ingest.readers.pdf_metadata import DAMAGE

_SLACK = 0.3  # points by which a mark may miss the middle of a letter; judged


def additions_of(page: Any, glyphs: Sequence[Glyph], layer_off: Callable[[Any], bool]) -> Additions:
    """Return what was added to a page of pypdf: its form fields, then its annotations."""

    def words_in(boxes: Sequence[Box]) -> str:
        return "".join(
            f" {glyph.text}" if glyph.gap else glyph.text
            for glyph in glyphs
            if _within(glyph, boxes)
        )

    filled = fields(page, layer_off)
    added = annotations(page, words_in, layer_off)
    return Additions(
        filled.found + added.found, added.struck, filled.hidden + added.hidden, added.attached
    )


def struck_glyphs(glyphs: Sequence[Glyph], boxes: Sequence[Box]) -> tuple[set[int], int]:
    """Return the `index` of each glyph that an annotation strikes out, and in how many places.

    Glyphs that merely touch a box are not struck out.
    """
    struck: set[int] = set()
    if not boxes:
        return struck, 0
    places, last = 0, -2
    for place, glyph in enumerate(glyphs):
        if glyph.text.isspace() or not _within(glyph, boxes):
            continue
        places += any(not one.text.isspace() for one in glyphs[last + 1 : place]) or not struck
        struck.add(glyph.index)
        last = place
    return struck, places


def _within(glyph: Glyph, boxes: Sequence[Box]) -> bool:
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
    return any(
        left - _SLACK <= x <= right + _SLACK and bottom <= y <= top
        for left, bottom, right, top in boxes
    )


def layers_off(root: Any) -> Callable[[Any], bool]:
    """Return a function that says whether what belongs to a layer is not shown at first.

    `root` is the catalog of the file; the function takes a layer or a membership of layers.
    """
    off: set[int] = set()
    with suppress(*DAMAGE):
        properties = root["/OCProperties"]
        settings = properties["/D"]
        if settings.get("/BaseState") == "/OFF":
            off = {id(layer.get_object()) for layer in properties.get("/OCGs", [])}
            off -= {id(layer.get_object()) for layer in settings.get("/ON", [])}
        off |= {id(layer.get_object()) for layer in settings.get("/OFF", [])}

    def layer_off(layer: Any) -> bool:
        if not off:
            return False
        with suppress(*DAMAGE):
            layer = layer.get_object()
            if layer.get("/Type") != "/OCMD":
                return id(layer) in off
            members: Any = layer["/OCGs"].get_object()
            listed = [members] if isinstance(members, DictionaryObject) else members
            states = [id(member.get_object()) not in off for member in listed]
            policy = str(layer.get("/P", "/AnyOn"))
            return not {
                "/AllOn": all(states),
                "/AnyOff": not all(states),
                "/AllOff": not any(states),
            }.get(policy, any(states) or not states)
        return False

    return layer_off


def attached_files(root: Any) -> list[str]:
    """Return the names of the files that are attached to a document, whose catalog is `root`."""
    names: list[str] = []
    with suppress(*DAMAGE):
        waiting = [root["/Names"]["/EmbeddedFiles"]]
        while waiting and len(names) < 100:  # judged: more than anybody attaches
            node = waiting.pop().get_object()
            waiting.extend(node.get("/Kids", []))
            names.extend(line(name) for name in node.get("/Names", [])[::2])
    return [name for name in names if name]
