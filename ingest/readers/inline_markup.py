"""Turns what HTML says by elements within a line into text: exponents, fractions, quotations.

Struck text and the numbers of printed pages are taken out of it.
"""

import re
from typing import Any

from ingest.readers.markup_tree import named, remove, text_before, text_of, words_of
from ingest.readers.mathml import formula_text
from ingest.readers.raised import fraction, subscript, superscript

_STRUCK = ("del", "s", "strike")
_LINE_THROUGH = re.compile(r"text-decoration[^;:]{0,10}:[^;]{0,60}line-through", re.IGNORECASE)
_PAGE_BREAK = {"pagebreak", "doc-pagebreak"}
_QUOTES = {"ja": "「」『』", "zh": "“”‘’", "fr": "«»“”", "de": "„“‚‘", "cs": "„“‚‘", "pl": "„”«»"}
_QUOTED = tuple("\"“”„«»「『'‘")
_PICTURES = ("img", "picture", "svg", "video", "canvas", "object", "iframe")
_NUMBERED = re.compile(r"\W*[^\W\d]{2,12}\.?\s*(?:\d|[ivxlc]+\b)", re.IGNORECASE)
# A raised letter that ends a number, a short title or an initial: 1st, XIXe, Mme, Nº.
_ABBREVIATED = re.compile(r"(?:\d|\b[IVXLCDM]{1,8}|\b[A-Z][a-z]?|\b[ncv])\Z")


def remove_struck(root: Any) -> int:
    """Remove text that is crossed out, and return in how many places there were words."""
    count = 0
    for element in named(root):
        styled = _LINE_THROUGH.search(element.get("style", ""))
        if (element.tag in _STRUCK or styled) and _is_within(element, root):
            count += any(c.isalnum() for c in text_of(element))
            _remove_with_blank(element)
    return count


def remove_page_numbers(root: Any) -> None:
    """Remove the numbers of the printed edition's pages from the text of a book."""
    for element in named(root):
        if _PAGE_BREAK & words_of(element) and len(text_of(element)) < 15:
            remove(element)


def write_inline(root: Any, language: str) -> None:
    """Put formulas, raised and lowered characters and quotation marks into the text of a tree.

    What may be the mark of a note stays for `html_notes.py`, and then for `write_raised`.
    """
    for element in named(root, "math"):
        remove(element, formula_text(element))
    _write_fractions(root)
    write_raised(root, marks=False)
    for element in named(root, "sub"):
        remove(element, subscript(text_of(element)))
    for element in named(root, "q"):
        _quote(element, language)
    for element in named(root, "figcaption"):
        figure = element.getparent()
        pictured = figure is not None and next(figure.iter(*_PICTURES), None) is not None
        if pictured and not _NUMBERED.match(text_of(element)):
            element.text = "Figure: " + (element.text or "").lstrip()


def write_raised(root: Any, *, marks: bool = True) -> None:
    """Put raised characters into the text of a tree, also what may be the mark of a note."""
    for element in named(root, "sup"):
        linked = next(element.iter("a"), None) is not None or any(
            above.tag == "a" for above in element.iterancestors()
        )
        if marks or not (linked or text_of(element).startswith("[")):
            remove(element, _raised(element))


def _is_within(element: Any, root: Any) -> bool:
    """Return whether an element has not been removed with one that it was in."""
    return any(above is root for above in element.iterancestors())


def _remove_with_blank(element: Any) -> None:
    """Remove an element; of the blanks before and after it, one stays."""
    parent, before = element.getparent(), element.getprevious()
    so_far = (before.tail if before is not None else parent.text) or ""
    tail = element.tail or ""
    if (not so_far or so_far[-1].isspace()) and tail[:1].isspace():
        element.tail = tail.lstrip()
    remove(element)


def _write_fractions(root: Any) -> None:
    """Join a raised and a lowered number with a stroke between them, as ½ was built up."""
    for element in named(root, "sup"):
        below = element.getnext()
        stroke = (element.tail or "").strip()
        if below is not None and below.tag in {"span", "mo"} and text_of(below) in {"⁄", "/"}:
            stroke, below = text_of(below), below.getnext()
        if stroke not in {"⁄", "/"} or below is None or below.tag != "sub":
            continue
        before = text_before(element, root)[-1:]
        text = fraction(text_of(element), text_of(below))
        while element.getnext() is not below:
            element.getparent().remove(element.getnext())
        element.tail = None
        remove(below, (" " if before.isdigit() else "") + text)
        remove(element)


def _raised(element: Any) -> str:
    text = text_of(element)
    before = _just_before(element)
    if len(text) == 1 and text.isalpha() and before.isalpha() and not _ABBREVIATED.search(before):
        return f"^{text}"
    return superscript(text)


def _just_before(element: Any) -> str:
    """Return the word that an element follows without a blank."""
    before = element.getprevious()
    parent = element.getparent()
    so_far = before.tail if before is not None and before.tail else None
    if so_far is None:
        so_far = (
            text_of(before) if before is not None else parent.text if parent is not None else ""
        )
    return re.split(r"\s", so_far or "")[-1]


def _quote(element: Any, language: str) -> None:
    marks = _QUOTES.get((language or "en")[:2].lower(), "“”‘’")
    inner = sum(above.tag == "q" for above in element.iterancestors()) % 2
    if not text_of(element).startswith(_QUOTED):
        element.text = marks[2 * inner] + (element.text or "")
        last = element[-1] if len(element) else None
        if last is None:
            element.text += marks[2 * inner + 1]
        else:
            last.tail = (last.tail or "") + marks[2 * inner + 1]
