"""Reads what is drawn in a Word document: text boxes, charts, diagrams, described pictures."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ingest.readers.charts import chart_lines
from ingest.readers.docx_text import alternative, local_name
from ingest.readers.layout import Block
from ingest.readers.office_package import Part
from ingest.readers.smartart import diagram_items

if TYPE_CHECKING:
    from lxml.etree import _Element

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# What programs write in place of a person: names of files, guesses of Office.
_MACHINE_MADE = re.compile(
    r"[\w ()-]+\.(?:png|jpe?g|gif|bmp|tiff?|[ew]mf|svg|webp)$|https?:\S+$"
    r"|.*(?:generated automatically|automatically generated)\.?$",
    re.IGNORECASE | re.DOTALL,
)


class DrawnObjects:
    """Reads drawings; `left_out` counts what cannot be read."""

    def __init__(
        self, blocks: "Callable[[_Element, Part], Iterator[Block]]", *, described: bool
    ) -> None:
        """Take what reads the paragraphs of a box, and whether descriptions are wanted."""
        self._blocks = blocks
        self._described = described
        self.left_out: Counter[str] = Counter()

    def blocks(self, element: "_Element", part: Part) -> Iterator[Block]:
        """Yield what a drawing says, from its first box to its last."""
        if local_name(element) == "txbxContent":
            yield from self._blocks(element, part)
            return
        for child in element:
            name = local_name(child)
            if name == "chart" and child.get(f"{_R}id"):
                yield from self._of_part(part, child.get(f"{_R}id"), chart_lines)
            elif name == "relIds":
                yield from self._of_part(part, child.get(f"{_R}dm"), diagram_items)
            elif name == "docPr" and self._described:
                yield from described(child)
            elif name == "textpath":
                yield Block(child.get("string", ""))
            elif name == "OLEObject":
                self.left_out["unread_objects"] += 1
            inner = alternative(child) if name == "AlternateContent" else child
            yield from self.blocks(inner, part)

    def _of_part(
        self, part: Part, id_: str | None, read: "Callable[[_Element], list[str]]"
    ) -> Iterator[Block]:
        found = part.by_id(id_)
        if found is None or found.root is None:
            return  # the package knows that it is missing
        if lines := read(found.root):
            yield Block("\n".join(lines))
        else:
            self.left_out["unread_objects"] += 1


def described(properties: "_Element") -> Iterator[Block]:
    """Yield the words that describe a picture to those who do not see it, unless a machine's."""
    text = " ".join(properties.get("descr", "").split())
    decorative = properties.find(".//{*}decorative")
    if decorative is not None and decorative.get("val", "1") in ("1", "true"):
        return
    if " " in text and not _MACHINE_MADE.match(text):
        yield Block(f"Picture: {text}")
