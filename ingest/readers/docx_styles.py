"""Tells what the styles of a Word document add to a paragraph or a run of words."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 12  # styles based on one another; judged: only a circle has more
_OWN, _VAL = f"{W}rPr", f"{W}val"
_OFF = {"0", "false", "off", "none"}


def value(element: "_Element | None", path: str) -> str | None:
    """Return the value of what lies at a path of names: "" if it has none, None if not there."""
    found = (
        None if element is None else element.find("/".join(W + step for step in path.split("/")))
    )
    return None if found is None else found.get(f"{W}val", "")


@cache
def _qualified(path: str) -> str:
    return "/".join(W + step for step in path.split("/"))


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
        self._of_styles = cache(self._of_both)

    def chain(self, id_: str | None) -> "list[_Element]":
        """Return a style and those that it is based on, nearest first."""
        found: list[_Element] = []
        while (style := self._styles.get(id_ or "")) is not None and len(found) < _DEEPEST:
            found.append(style)
            id_ = value(style, "basedOn")
        return found

    def of_run(
        self, run: "_Element", paragraph_style: str, names: tuple[str, ...]
    ) -> tuple[str | None, ...]:
        """Return properties of a run: its own, else those of its style, else its paragraph's."""
        own = run.find(_OWN)
        if own is None or len(own) == 0:
            return self._of_styles("", paragraph_style, names)
        said = {child.tag: child.get(_VAL, "") for child in own}
        styled = self._of_styles(said.get(f"{W}rStyle", ""), paragraph_style, names)
        return tuple(said.get(W + name, usual) for name, usual in zip(names, styled, strict=True))

    def of_paragraph(self, paragraph_style: str, name: str) -> str | None:
        """Return a property that the style of a paragraph gives it."""
        return self._of_style(paragraph_style, f"pPr/{name}")

    def font(self, run: "_Element") -> str:
        """Return the font of a run that names one itself or by its style, else nothing."""
        own = run.find(_OWN)
        if own is None or len(own) == 0:
            return ""
        fonts, style = own.find(f"{W}rFonts"), own.find(f"{W}rStyle")
        if fonts is None and style is not None:
            styles = (one.find(f"{W}rPr/{W}rFonts") for one in self.chain(style.get(_VAL)))
            fonts = next((one for one in styles if one is not None), None)
        return "" if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or ""

    def _of_both(
        self, style: str, paragraph_style: str, names: tuple[str, ...]
    ) -> tuple[str | None, ...]:
        found = []
        for name in names:
            said = self._of_style(style, f"rPr/{name}")
            found.append(self._of_style(paragraph_style, f"rPr/{name}") if said is None else said)
        return tuple(found)

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
