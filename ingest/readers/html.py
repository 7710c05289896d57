"""Reads web pages: the main text that trafilatura finds, or all visible text if that is too little.

Left out are scripts, styles, forms, what the page hides or crosses out, and the readings above
Japanese words. Style sheets in other files are not read, so what only they hide is kept. Nothing is
ever fetched.
"""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

from ingest.readers.css_visibility import mark_hidden, remove_hidden
from ingest.readers.html_metadata import page_metadata
from ingest.readers.html_notes import tie_notes
from ingest.readers.inline_markup import (
    remove_page_numbers,
    remove_struck,
    write_inline,
    write_raised,
)
from ingest.readers.layout import Block, build_document
from ingest.readers.main_text import drop_furniture, extracted, main_paragraphs, main_part
from ingest.readers.markup_tree import local_names, text_of
from ingest.readers.plain import read_text
from ingest.readers.visible_html import blocks
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, ReadingWarning

# Judged: a main text that is shorter than this, or than this share of the page, is a mistake.
_LITTLE = 250  # characters
_SHARE = 0.1  # of the visible text
_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w:.-]{3,30})""",
    re.IGNORECASE,
)


def read_html(path: Path) -> Document:
    """Return the text of a saved web page; raises UnreadableSource if it is nested too deeply."""
    declared = _CHARSET.search(path.read_bytes()[:4096])
    text, guessed = read_text(path, declared[1].decode() if declared else "")
    root = page_tree(text, path.name)
    if root is None:
        return Document("", "html", warnings=guessed)
    language = root.get("lang") or root.get("xml:lang") or ""
    local_names(root)
    body = root.find("body")
    if body is None:
        return Document("", "html", warnings=guessed)
    doubted = mark_hidden(body).doubted
    found = extracted(root)
    metadata = page_metadata(root, found, language)
    paragraphs = main_paragraphs(body, found) if found is not None else []
    part = main_part(body, paragraphs)
    shown, notes = visible_text(body, language, part, paragraphs)
    if doubted:
        notes += (ReadingWarning("maybe_hidden_text", doubted),)
    return build_document("html", [shown], metadata, paged=False, warnings=(*guessed, *notes))


def visible_text(
    body: Any, language: str, part: Any = None, paragraphs: list[Any] | None = None
) -> tuple[list[Block], tuple[ReadingWarning, ...]]:
    """Return what a body, or the main part of it, shows, and what was left out of that part.

    The tree is changed: `hidden` elements and struck text are removed, formulas and notes written
    out.
    """
    part = body if part is None else part
    counts = {"hidden_text": remove_hidden(part), "struck": remove_struck(part)}
    remove_hidden(body)
    remove_struck(body)
    remove_page_numbers(body)
    write_inline(body, language)
    counts["missing_parts"] = tie_notes(body)
    write_raised(body)
    whole = len(text_of(body))
    if paragraphs:
        kept = deepcopy(body)
        drop_furniture(part, paragraphs)
        size = len(text_of(part))
        if size < _LITTLE or size < _SHARE * whole:
            part = kept
    elif paragraphs is not None:
        part = body
    warnings = (ReadingWarning(kind, count) for kind, count in counts.items() if count)  # type: ignore[arg-type]
    return list(blocks(part)), tuple(warnings)


def page_tree(text: str, name: str) -> Any:
    """Return the tree of a page, None for an empty one; raises UnreadableSource if too deep."""
    from lxml.etree import ParserError
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = document_fromstring(text.replace("\0", "").encode(errors="ignore"), parser=parser)
    except ParserError:
        return None
    # The parser drops the rest of a page that exceeds its limits, and reports that only here.
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise UnreadableSource(
            f"{name} is nested too deeply or has too long a text in one element: open it in a "
            "browser, save what you need as text (.txt), and add that."
        )
    return root
