"""Finds the elements that a simple selector of a style sheet fits.

Simple are elements, classes, ids and attributes, within one another. What several selectors share
is looked for once, so that thousands of rules cost little.
"""

import re
from collections.abc import Container, Iterable
from typing import Any

from ingest.readers.markup_tree import named

_COMPOUND = re.compile(
    r"([a-zA-Z][\w-]*|\*)?((?:[.#][\w-]+|\[[\w:-]+(?:=[\"']?[^\]\"']*[\"']?)?\])*)"
)
_PIECE = re.compile(r"([.#])([\w-]+)|\[([\w:-]+)(?:=[\"']?([^\]\"']*)[\"']?)?\]")


def steps_of(selector: str) -> list[tuple[str, str]] | None:
    """Return the combinators and compounds of a selector; None if it is of another kind."""
    steps = []
    for combinator, compound in re.findall(r"(\s*>\s*|\s+|^)([^\s>]+)", selector.strip()):
        if not _COMPOUND.fullmatch(compound):
            return None
        steps.append((combinator.strip(), compound))
    return steps or None


def specificity(selector: str) -> tuple[int, int, int]:
    """Return the weight of a selector, as far as simple ones differ in it."""
    elements = len(re.findall(r"(?:^|[\s>])[a-zA-Z]", selector))
    return (0, selector.count("#") * 100 + selector.count(".") + selector.count("["), elements)


def index_of(root: Any) -> dict[str, list[Any]]:
    """Return elements by name, `.class` and `#id`."""
    index: dict[str, list[Any]] = {"*": []}
    for element in named(root):
        if not isinstance(element.tag, str):
            continue
        index["*"].append(element)
        index.setdefault(element.tag, []).append(element)
        for name in set((element.get("class") or "").split()):
            index.setdefault("." + name, []).append(element)
        if element.get("id"):
            index.setdefault("#" + element.get("id"), []).append(element)
    return index


class Matches:
    """The elements that selectors fit; what several selectors share is looked for once."""

    def __init__(self, index: dict[str, list[Any]]) -> None:
        """Take the elements by name, class and id, as `index_of` returns them."""
        self._index = index
        self._alone: dict[str, list[Any]] = {}
        self._found: dict[tuple[tuple[str, str], ...], dict[Any, None]] = {}

    def of(self, steps: Iterable[tuple[str, str]]) -> dict[Any, None]:
        """Return the elements that a selector fits, in their order."""
        key = tuple(steps)
        if key not in self._found:
            self._found[key] = self._look_for(key)
        return self._found[key]

    def _look_for(self, steps: tuple[tuple[str, str], ...]) -> dict[Any, None]:
        combinator, compound = steps[-1]
        above = self.of(steps[:-1]) if len(steps) > 1 else {}
        fitting = self._fitting(compound) if above or len(steps) == 1 else []
        if len(steps) == 1:
            return dict.fromkeys(fitting)
        if combinator == ">":
            return {element: None for element in fitting if element.getparent() in above}
        inside: dict[Any, bool] = {}
        return {element: None for element in fitting if _is_inside(element, above, inside)}

    def _fitting(self, compound: str) -> list[Any]:
        if compound not in self._alone:
            keys = re.findall(r"[.#][\w-]+", compound.split("[", maxsplit=1)[0]) or [
                (_COMPOUND.fullmatch(compound) or [""])[0].split("[")[0].lower() or "*"
            ]
            found = self._index.get(keys[0], [])
            self._alone[compound] = [element for element in found if _fits(element, compound)]
        return self._alone[compound]


def _is_inside(element: Any, above: Container[Any], known: dict[Any, bool]) -> bool:
    """Return whether an element lies in one of those `above`; `known` keeps the answers."""
    path: list[Any] = []
    parent = element.getparent()
    while element not in known and parent is not None and parent not in above:
        path.append(element)
        element, parent = parent, parent.getparent()
    answer = known.get(element, parent is not None)
    known.update(dict.fromkeys([*path, element], answer))
    return answer


def _fits(element: Any, compound: str) -> bool:
    parts = _COMPOUND.fullmatch(compound)
    if parts is None or not isinstance(element.tag, str):
        return False
    if parts[1] and parts[1] != "*" and parts[1].lower() != element.tag:
        return False
    classes = (element.get("class") or "").split()
    for kind, name, attribute, value in _PIECE.findall(parts[2]):
        if kind == "." and name not in classes:
            return False
        if kind == "#" and name != element.get("id"):
            return False
        if attribute and (
            attribute not in element.attrib or (value and element.get(attribute) != value)
        ):
            return False
    return True
