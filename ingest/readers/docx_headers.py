"""Finds what the headers and footers of a Word document say, other than the number of a page."""

import re
from collections.abc import Iterator

from ingest.readers.docx_styles import W, is_on, value
from ingest.readers.office_package import Part

_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_KINDS = {"header": "Header", "footer": "Footer"}
# Judged: what stands around the number of a page in the larger languages.
_PAGE_WORDS = set(
    "page pages p pp of pg seite seiten von s sur de página páginas pag pág pagina pagine di van "
    "sida sidor av side sider af sivu strana stránka z strona стр страница из с 第 页 共 頁 ページ "
    "全 쪽 페이지 halaman dari trang".split()
)
_WORD = re.compile(r"[^\W_]+")


def running_parts(main: Part) -> Iterator[tuple[str, Part]]:
    """Yield headers, then footers, that some page shows, each with what it is called."""
    if main.root is None:
        return
    settings = next(iter(main.related("settings")), None)
    even = settings is not None and is_on(value(settings.root, "evenAndOddHeaders"))
    for kind, called in _KINDS.items():
        shown: set[str] = set()
        unseen: set[str] = set()
        for section in main.root.iter(f"{W}sectPr"):
            first = is_on(value(section, "titlePg"))
            for reference in section.findall(f"{W}{kind}Reference"):
                part = main.by_id(reference.get(_ID))
                use = reference.get(f"{W}type", "default")
                seen = first if use == "first" else even if use == "even" else True
                (shown if seen else unseen).add(part.name if part else "")
        for part in main.related(kind):
            if part.root is not None and part.name not in unseen - shown:
                yield called, part


def says_something(text: str) -> bool:
    """Return whether a header has words of its own, beside those that go with a page number.

    >>> says_something("Page  of "), says_something("– 12 –"), says_something("DRAFT, page 2")
    (False, False, True)
    """
    words = {word.casefold() for word in _WORD.findall(text)}
    return any(not word.isdecimal() and word not in _PAGE_WORDS for word in words)


def on_one_line(paragraphs: "list[str]") -> str:
    """Return the words of a header, without those cells of it that only number pages."""
    cells = [cell for text in paragraphs for cell in re.split(r"[\t\n]+", text)]
    return " | ".join(" ".join(cell.split()) for cell in cells if says_something(cell))
