"""Finds the part of a web page that is its main text, and drops the menus and advertising in it.

Trafilatura says which paragraphs belong to the text. Their common ancestor is the main part, and
everything visible in it is kept (captions, sources of quotations, corrections, boxes) unless its
markup says that it is not part of the text.
"""

import logging
import re
from copy import deepcopy
from typing import Any

from ingest.readers.markup_tree import named, remove, text_of, words_of

_COVERED = 0.97  # judged: the share of the text that the main part must hold
_SHORT = 20  # letters; judged: a shorter paragraph may stand in a menu as well
_LINKS = 0.6  # judged: a part that is links by this share is a menu
_FURNITURE = {"nav", "form", "button", "select", "dialog", "menu"}
_FURNITURE_ROLES = {"navigation", "search", "banner", "contentinfo", "menu", "toolbar", "dialog"}
_FURNITURE_NAMES = re.compile(
    r"(?:^|[-_])(?:share|sharing|social|related|recommend\w*|newsletter|subscri\w+|promo\w*|advert\w*"
    r"|ads?|sponsor\w*|cookies?|comments?|respond|breadcrumbs?|sidebar|menu|nav|navbar|navbox|toolbar"
    r"|signup|login|popup|modal|pagination|pager|editsection|toc|skip|widget|outbrain|taboola"
    r"|catlinks|printfooter|more-on|read-more|tags)(?:$|[-_])"
)
_REFERENCES = re.compile(r"ref|note|bibl|source|cit|literature|further")
_ARTICLES = {"article", "main", "section", "blockquote", "figure"}
_BLOCKS = {
    "p", "li", "dd", "dt", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre",
    "figcaption", "div", "section", "article", "summary", "caption", "header", "footer", "aside",
}  # fmt: skip


def extracted(root: Any) -> Any:
    """Return the main text and metadata that trafilatura finds; None if it finds nothing."""
    import trafilatura

    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    seen = deepcopy(root)
    for element in [element for element in seen.iter() if "hidden" in element.attrib]:
        remove(element)
    for cell in seen.iter("td", "th"):  # trafilatura would lay out what they claim to span
        cell.attrib.pop("colspan", None)
        cell.attrib.pop("rowspan", None)
    return trafilatura.bare_extraction(
        seen,
        favor_recall=True,
        include_comments=False,
        with_metadata=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )


def main_paragraphs(body: Any, found: Any) -> list[Any]:
    """Return the paragraphs of a page that are in the text that trafilatura found."""
    known = _letters("".join(found.body.itertext()))
    return [e for e in named(body) if e.tag in _BLOCKS and (own := _own(e)) and own in known]


def main_part(body: Any, paragraphs: list[Any]) -> Any:
    """Return the smallest element that holds the main paragraphs."""
    sizes = {e: len(_own(e)) for e in paragraphs if len(_own(e)) >= _SHORT}
    whole = sum(sizes.values())
    part = body
    while True:
        children = [child for child in part if isinstance(child.tag, str) and child.tag != "p"]
        inner = next(
            (c for c in children if sum(sizes.get(e, 0) for e in c.iter()) >= _COVERED * whole),
            None,
        )
        if (
            inner is None
            or not whole
            or inner.tag in {"table", "tbody", "tr", "ul", "ol", "blockquote"}
        ):
            return part
        part = inner


def drop_furniture(part: Any, paragraphs: list[Any]) -> None:
    """Remove from the main part what its markup calls something else than text."""
    main = set(paragraphs)
    for element in named(part):
        if not any(above is part for above in element.iterancestors()):
            continue
        if not (main & set(element.iter())) and _is_furniture(element, part):
            remove(element)


def _is_furniture(element: Any, part: Any) -> bool:
    if element.tag in _FURNITURE or element.get("role") in _FURNITURE_ROLES:
        return True
    names = words_of(element)
    if element.tag in {"header", "footer"}:
        above = {part.tag, *(e.tag for e in element.iterancestors())}
        if not above & _ARTICLES:
            return True
    if any(_FURNITURE_NAMES.search(name) for name in names) and element.tag != "body":
        return True
    return element.tag in _BLOCKS | {"ul", "ol", "table"} and _is_menu(element)


def _is_menu(element: Any) -> bool:
    """Return whether an element is links for the most part, and no list of references."""
    around = [element, *list(element.iterancestors())[:2]]
    if any(_REFERENCES.search(name) for e in around for name in words_of(e)):
        return False
    text = len(text_of(element))
    links = sum(len(text_of(link)) for link in element.iter("a"))
    return bool(text) and links > _LINKS * text


def _own(element: Any) -> str:
    """Return the letters of an element that stand in no block within it."""
    pieces = [element.text or ""]
    for child in element:
        if child.tag not in _BLOCKS | {"ul", "ol", "dl", "table", "tbody", "tr", "figure"}:
            pieces += ["".join(child.itertext())] if isinstance(child.tag, str) else []
        pieces.append(child.tail or "")
    return _letters("".join(pieces))


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())
