"""Reads web pages: the main text by trafilatura, or all visible text if that finds too little.

Left out are scripts, styles, forms, what the page hides, and the readings above Japanese words.
Style sheets in other files are not read, so what only they hide is kept. Nothing is ever fetched.
"""

import logging
import re
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

from ingest.readers.html_metadata import page_metadata
from ingest.readers.layout import Block, build_document
from ingest.readers.plain import decode
from ingest.readers.visible_html import blocks, is_hidden
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document

# Judged: a main text that is shorter than this, or than this share of the page, is a mistake.
_LITTLE = 250  # characters
_SHARE = 0.1  # of the visible text
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{3,20})""", re.IGNORECASE)
_ENCODING = re.compile(r"(iso-|windows-|euc-|koi8-|big5|gb|shift_jis|x-sjis)[\w-]*")
# Encodings that browsers read as a larger one.
_WIDER = {
    "shift_jis": "cp932", "x-sjis": "cp932", "gb2312": "gb18030", "gbk": "gb18030",
    "euc-kr": "cp949", "big5": "big5hkscs", "iso-8859-1": "cp1252",
}  # fmt: skip


def read_html(path: Path) -> Document:
    """Return the text of a saved web page; raises UnreadableSource if it is nested too deeply."""
    root = page_tree(_decoded(path), path.name)
    if root is None:
        return Document("", "html")
    everything = list(blocks(root.find("body")))
    found = _main(root)
    main = list(blocks(found.body)) if found is not None else []
    little = _size(main) < _LITTLE or _size(main) < _SHARE * _size(everything)
    metadata = page_metadata(root, found, root.get("lang") or root.get("xml:lang") or "")
    return build_document("html", [everything if little else main], metadata, paged=False)


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


def _decoded(path: Path) -> str:
    """Return the text of a file: as UTF-8, else as the page states, else as most likely."""
    data = path.read_bytes()
    said = _CHARSET.search(data[:4096])
    name = said[1].decode().lower() if said else ""
    # ISO-2022-JP looks like UTF-8 but for its escapes.
    for encoding in (name, "") if b"\x1b" in data else ("utf-8-sig", name):
        if encoding == "utf-8-sig" or _ENCODING.fullmatch(encoding):
            with suppress(UnicodeDecodeError, LookupError):
                return data.decode(_WIDER.get(encoding, encoding))
    return decode(path)


def _main(root: Any) -> Any:
    """Return the main text and metadata that trafilatura finds; None if it finds nothing."""
    import trafilatura

    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    seen = deepcopy(root)
    for element in [element for element in seen.iter() if is_hidden(element)]:
        element.drop_tree()
    return trafilatura.bare_extraction(
        seen,
        favor_recall=True,
        include_comments=False,
        with_metadata=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )


def _size(found: list[Block]) -> int:
    return sum(len(block.text) for block in found)
