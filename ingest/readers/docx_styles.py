"""Tells what the styles of a Word document add to a paragraph or a run of words."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 12  # styles based on one another; judged: only a circle has more
_OFF = {"0", "false", "off", "none"}


def value(element: "_Element | None", path: str) -> str | None:
    """Return the value of what lies at a path of names: "" if it has none, None if not there."""
    found = (
        None if element is None else element.find("/".join(W + step for step in path.split("/")))
    )
    return None if found is None else found.get(f"{W}val", "")


def is_on(said: str | None) -> bool:
    """Return whether a switch is on; one without a value is."""
    return said is not None and said.casefold() not in _OFF


class Styles:
    """The styles of a document, by their identifiers."""

    def __init__(self, root: "_Element | None") -> None:
        """Take the root of the part with the styles; without it, no style is known."""
        found = () if root is None else root.iter(f"{W}style")
        self._styles = {style.get(f"{W}styleId", ""): style for style in found}
        self.default = next(
            (id_ for id_, style in self._styles.items()
             if style.get(f"{W}type") == "paragraph" and is_on(style.get(f"{W}default"))),
            "",
        )  # fmt: skip
        self.is_heading = cache(self._is_heading)
        self._of_style = cache(self._of_chain)

    def chain(self, id_: str | None) -> "list[_Element]":
        """Return a style and those that it is based on, nearest first."""
        found: list[_Element] = []
        while (style := self._styles.get(id_ or "")) is not None and len(found) < _DEEPEST:
            found.append(style)
            id_ = value(style, "basedOn")
        return found

    def of_run(self, run: "_Element", paragraph_style: str, name: str) -> str | None:
        """Return a property of a run: its own, else that of its style, else of its paragraph's."""
        own = run.find(f"{W}rPr")
        if own is not None:
            said = value(own, name)
            if said is None and (style := value(own, "rStyle")):
                said = self._of_style(style, f"rPr/{name}")
            if said is not None:
                return said
        return self._of_style(paragraph_style, f"rPr/{name}")

    def of_paragraph(self, paragraph_style: str, name: str) -> str | None:
        """Return a property that the style of a paragraph gives it."""
        return self._of_style(paragraph_style, f"pPr/{name}")

    def font(self, run: "_Element") -> str:
        """Return the font of a run that names one itself or by its style, else nothing."""
        own = run.find(f"{W}rPr")
        if own is None:
            return ""
        places = [own, *(s.find(f"{W}rPr") for s in self.chain(value(own, "rStyle")))]
        for place in places:
            fonts = None if place is None else place.find(f"{W}rFonts")
            if fonts is not None and (name := fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi")):
                return name
        return ""

    def _of_chain(self, id_: str, path: str) -> str | None:
        said = (value(style, path) for style in self.chain(id_))
        return next((one for one in said if one is not None), None)

    def _is_heading(self, id_: str) -> bool:
        """Return whether a style is one of headings: by outline level, name, or base style."""
        for style in self.chain(id_):
            if (level := value(style, "pPr/outlineLvl")) is not None:
                return level in set("012345678")  # 9 is body text
            name = (value(style, "name") or "").casefold()
            if name == "title" or name.startswith("heading "):
                return True
        return False
