"""Web pages: the main text by trafilatura, or all that is seen where that finds too little.

Scripts, styles, forms, what the page itself hides, and the readings above Japanese words are left
out. Styles in other files are not read, so what only they hide is kept. Nothing is ever fetched.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

from ingest.readers.archive import Block, laid_out, one_line
from ingest.readers.plain import decode
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, Metadata

_LITTLE = 250  # characters: less than that is no main text
_SHARE = 0.1  # of all that is seen: less than that cannot be all that matters
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{3,20})""", re.IGNORECASE)
_ENCODING = re.compile(r"(iso-|windows-|euc-|koi8-|big5|gb|shift_jis|x-sjis)[\w-]*")
# What browsers take an encoding to be, where that is more than its name says.
_WIDER = {
    "shift_jis": "cp932", "x-sjis": "cp932", "gb2312": "gb18030", "gbk": "gb18030",
    "euc-kr": "cp949", "big5": "big5hkscs", "iso-8859-1": "cp1252",
}  # fmt: skip
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_UNSEEN = set(
    "script style noscript template iframe object svg canvas audio video select button textarea "
    "datalist dialog rt rp".split()
)
# Elements that begin a line, of HTML and of the tree that trafilatura gives back.
_KINDS = {
    **dict.fromkeys("h1 h2 h3 h4 h5 h6 head".split(), "heading"),
    **dict.fromkeys("li item dd dt".split(), "item"),
    **dict.fromkeys("pre quote".split(), "verbatim"),
    **dict.fromkeys("td th cell".split(), "cell"),
    **dict.fromkeys("br lb".split(), "break"),
    **dict.fromkeys(
        "p div section article aside main header footer nav address blockquote figure figcaption "
        "table caption tr row ul ol dl list form fieldset details summary hr".split(),
        "block",
    ),
}


def read_html(path: Path) -> Document:
    """The text of a saved web page; raises UnreadableSource for what is no page or too deep."""
    root = page_tree(_decoded(path), path.name)
    if root is None:
        return Document("", "html")
    everything = list(blocks(root.find("body")))
    found = _main(root)
    main = list(blocks(found.body)) if found is not None else []
    little = _size(main) < _LITTLE or _size(main) < _SHARE * _size(everything)
    metadata = _metadata(found, root.get("lang") or root.get("xml:lang") or "")
    return laid_out("html", [everything if little else main], metadata, paged=False)


def page_tree(text: str, name: str) -> Any:
    """The tree of a page, None for one without anything; raises UnreadableSource if too deep."""
    from lxml.etree import ParserError
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = document_fromstring(text.replace("\0", "").encode(errors="ignore"), parser=parser)
    except ParserError:
        return None
    # The parser leaves out the rest of a page that goes beyond its limits, and says so only here.
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise UnreadableSource(
            f"{name} is nested too deeply or has too long a text in one piece: open it in a "
            "browser, save what you need as text (.txt), and add that."
        )
    return root


def _decoded(path: Path) -> str:
    """Its text: UTF-8 if it is that, else what the page says of itself, else the likeliest."""
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
    """What trafilatura takes for the text and says of the page; None where it finds nothing."""
    import trafilatura

    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    seen = deepcopy(root)
    for element in [element for element in seen.iter() if _is_hidden(element)]:
        element.drop_tree()
    return trafilatura.bare_extraction(
        seen,
        favor_recall=True,
        include_comments=False,
        with_metadata=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )


def _metadata(found: Any, language: str) -> Metadata:
    if found is None:
        return Metadata(language=one_line(language))
    url = one_line(found.url or "")
    return Metadata(
        title=one_line(found.title or ""),
        author=one_line((found.author or "").replace(";", ",")),
        publisher=one_line(found.sitename or ""),
        date=one_line(found.date or ""),
        url=url if re.match(r"https?://[^/]", url) else "",
        language=one_line(language),
    )


def _size(found: list[Block]) -> int:
    return sum(len(block.text) for block in found)


def _is_hidden(element: Any) -> bool:
    if element.tag in {"html", "head", "body"}:  # pages that hide all of themselves until loaded
        return False
    return "hidden" in element.attrib or bool(_HIDING.search(element.get("style", "")))


def blocks(root: Any) -> Iterator[Block]:
    """All that is seen in an element of a web page, line by line; nothing for None."""
    from lxml.etree import iterwalk

    words: list[str] = []
    around: list[str] = []  # the kinds of the elements that are open, outermost first
    if root is None:
        return
    walk = iterwalk(root, events=("start", "end"))
    for event, element in walk:
        kind = _kind(element) if event == "start" else around[-1]
        in_row = "row" in (around if event == "start" else around[:-1])
        if in_row:
            words.append(_between(kind, event))
        elif kind not in {"", "unseen", "break"}:
            yield from _taken(words, around)
        if event == "start":
            around.append(kind)
            words.append("\n" if kind == "break" else "")
            words.append(_spaced(element.text, around))
            if kind == "unseen":
                walk.skip_subtree()
        else:
            around.pop()
            words.append("" if element is root else _spaced(element.tail, around))


def _kind(element: Any) -> str:
    name = element.tag.rpartition("}")[2]
    if name in _UNSEEN or _is_hidden(element):
        return "unseen"
    if name in {"tr", "row"} and _is_figures(element):
        return "row"
    if name == "code" and "\n" in (element.text or ""):
        return "verbatim"
    return _KINDS.get(name, "")


def _is_figures(row: Any) -> bool:
    """Whether a row holds cells that belong side by side; others only lay out the page."""
    nested = any(
        _KINDS.get(inner.tag.rpartition("}")[2]) == "heading" or inner.tag.endswith("table")
        for inner in row.iterdescendants()
    )
    return not nested and len(row) > 1 and all(len(c.findall(".//{*}p")) < 3 for c in row)


def _between(kind: str, event: str) -> str:
    """What stands between the texts of elements within a row."""
    if kind == "cell" and event == "end":
        return " | "
    return " " if kind not in {"", "unseen"} else ""


def _spaced(text: str | None, around: list[str]) -> str:
    if not text or around[-1:] == ["unseen"]:
        return ""
    return text if "verbatim" in around else _SPACE.sub(" ", text)


def _taken(words: list[str], around: list[str]) -> Iterator[Block]:
    """What was gathered since the last block, if it is anything."""
    text = "".join(words)
    words.clear()
    if "row" in around:
        text = " ".join(text.split()).removesuffix(" |")
    elif "verbatim" not in around:
        text = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", text))
    if text.strip(" |\n"):
        close = "row" in around or "item" in around
        yield Block(text, heading="heading" in around, close=close)
