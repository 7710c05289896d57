"""Name the places that citations point to: pages, slides, sheets and chapters.

References use what a document itself calls a place, as a reader of the printed page would; where
that differs from the number of the page in the file, the window and the command line show both.
"""

import re

from vectorstore.records import Citation, Page

# Printed numbers of pages: `211`, `xii`, `A-3`, `S. 4`.
_PRINTED = re.compile(r"(?:[A-Za-z]{1,3}[-–. ]{0,2})?(?:\d[\w.:/–-]*|[ivxlcdm]+|[IVXLCDM]+)|[A-Z]")
# What needs no quotation marks as the name of a chapter: `Chapter 1`, `Part IV`, `第三章`.
_NUMBERED = re.compile(r"[^\W\d_]+\.? (?:\d+|[IVXLC]+)|第\w{1,6}|\d+")


def page_of(citation: Citation) -> str:
    """Return the page of a citation, such as `, p. 3` or `, slide 3`; empty without pages.

    A printed page number is followed by where the page is in the file.
    """
    if citation.page is None:
        return ""
    return f", {page_and_place(citation.unit, citation.page, citation.label)}"


def short_page(unit: str, number: int, label: str = "") -> str:
    """Return a page, slide, sheet or chapter as references name it, by its label if it has one.

    A chapter without a heading is called by its place, because its number counts files.

    >>> short_page("page", 3), short_page("page", 3, "211"), short_page("slide", 3)
    ('p. 3', 'p. 211', 'slide 3')
    >>> short_page("chapter", 5, "Chapter 1"), short_page("chapter", 5, "The Weir")
    ('Chapter 1', '“The Weir”')
    >>> short_page("chapter", 5), short_page("sheet", 2, "Catch")
    ('section 5 of the file', 'sheet “Catch”')
    """
    if unit == "page" and label and not _PRINTED.fullmatch(label):
        return f"page “{label}”"  # a cover, or a whole title
    if unit == "page":
        return f"p. {label or number}"
    if not label or unit == "slide":
        return f"section {number} of the file" if unit == "chapter" else f"{unit} {number}"
    if unit == "chapter":
        return label if _NUMBERED.fullmatch(label) else f"“{label}”"
    return f"{unit} “{label}”"


def page_and_place(unit: str, number: int, label: str = "") -> str:
    """Return a page as references name it and, if it has a printed number, its place in the file.

    >>> page_and_place("page", 3, "211"), page_and_place("page", 3, "3")
    ('p. 211 (page 3 of the file)', 'p. 3')
    """
    short = short_page(unit, number, label)
    differs = unit == "page" and label not in ("", str(number))
    return f"{short} (page {number} of the file)" if differs else short


def page_heading(unit: str, page: Page) -> str:
    """Return the line above a page of a source that is shown: `page 3`, `page 3 (printed 211)`."""
    if page.label in ("", str(page.number)):
        return f"{unit} {page.number}" if unit != "chapter" else f"section {page.number}"
    if unit == "page":
        return f"page {page.number} (printed {page.label})"
    return short_page(unit, page.number, page.label)
