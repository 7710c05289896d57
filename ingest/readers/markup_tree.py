"""Small changes of a tree of HTML or XHTML: names, removal of elements, text in their place."""

from collections.abc import Iterator
from typing import Any

_EPUB = "{http://www.idpf.org/2007/ops}"


def local_names(root: Any) -> Any:
    """Return a tree whose elements and EPUB attributes have names as HTML writes them."""
    for element in root.iter():
        if isinstance(element.tag, str):
            name = element.tag.rpartition("}")[2].lower()
            if name != element.tag:  # lxml reads names that it would not write, as `a<b`
                element.tag = name
            for key in [key for key in element.attrib if key.startswith(_EPUB)]:
                element.set("epub_type", element.attrib.pop(key))
            if "epub:type" in element.attrib:
                element.set("epub_type", element.attrib.pop("epub:type"))
    return root


def named(root: Any, *names: str) -> list[Any]:
    """Return all elements below a root that have one of some names, in their order."""
    return [element for element in root.iter(*names) if element is not root]


def text_of(element: Any) -> str:
    """Return all text of an element, with single blanks."""
    return " ".join("".join(element.itertext()).split())


def words_of(element: Any) -> set[str]:
    """Return the words of an element's class, id, role and EPUB type, in small letters."""
    stated = " ".join(element.get(name) or "" for name in ("class", "id", "role", "epub_type"))
    return set(stated.lower().split())


def remove(element: Any, instead: str = "") -> None:
    """Remove an element with what is in it; its tail stays, after the text put in its place."""
    parent = element.getparent()
    if parent is None:
        return
    text = instead + (element.tail or "")
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    element.tail = None
    parent.remove(element)


def text_before(element: Any, within: Any) -> str:
    """Return the text of an element `within` that stands before one of its descendants."""
    return "".join(_pieces_before(element, within))


def _pieces_before(element: Any, within: Any) -> Iterator[str]:
    path = [element, *element.iterancestors()]
    path = path[: path.index(within) + 1] if within in path else path[:1]
    for child, parent in zip(reversed(path[:-1]), reversed(path[1:]), strict=True):
        yield parent.text or ""
        for one in parent:
            if one is child:
                break
            yield from one.itertext()
            yield one.tail or ""
