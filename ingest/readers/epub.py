"""Reads EPUB books: one page for every document of the spine that has text, numbered as chapters.

Left out are the table of contents, pictures and the readings above Japanese words. Books with DRM
cannot be read.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from ingest.readers.archive import DAMAGE, damaged, open_archive
from ingest.readers.html import page_tree
from ingest.readers.layout import Block, build_document, one_line
from ingest.readers.visible_html import blocks
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, Metadata, ReadingWarning

# Methods that only obfuscate fonts; any other encrypts the text.
_FONTS_ONLY = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
_DECLARATION = re.compile(
    r"<\?xml[^>]{0,200}>|<!DOCTYPE[^>\[]{0,500}(?:\[[^\]]{0,9999}\])?[^>]{0,99}>"
)
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]\w{1,30};")
_DAY = re.compile(r"\d{4}(?:-\d\d){0,2}")


def read_epub(path: Path) -> Document:
    """Return the text of a book; raises UnreadableSource if it is damaged or encrypted."""
    with open_archive(path, ".epub") as archive:
        try:
            _check_lock(path, archive)
            place = (
                _parsed(archive, "META-INF/container.xml").find(".//{*}rootfile").get("full-path")
            )
            package = _parsed(archive, place)
        except DAMAGE as error:
            raise UnreadableSource(damaged(path, ".epub")) from error
        names = list(_spine(package, dirname(place)))
        known = set(archive.namelist())
        missing = sum(name not in known for name in names)
        chapters = [_chapter(archive.read(n), path.name) for n in names if n in known]
    warnings = (ReadingWarning("missing_parts", missing),) if missing else ()
    sections = [chapter for chapter in chapters if any(b.text.strip() for b in chapter)]
    return build_document("epub", sections, _metadata(package), warnings=warnings)


def _parsed(archive: ZipFile, name: str) -> Any:
    from defusedxml.ElementTree import fromstring

    return fromstring(archive.read(name))


def _check_lock(path: Path, archive: ZipFile) -> None:
    if "META-INF/encryption.xml" not in archive.namelist():
        return
    methods = _parsed(archive, "META-INF/encryption.xml").iterfind(".//{*}EncryptionMethod")
    if any(method.get("Algorithm") not in _FONTS_ONLY for method in methods):
        raise UnreadableSource(
            f"{path.name} has copy protection (DRM) and cannot be read: add an edition without it."
        )


def _spine(package: Any, folder: str) -> Iterator[str]:
    """Yield the names of a book's documents in reading order, without the table of contents."""
    items = {item.get("id"): item for item in package.iterfind(".//{*}manifest/{*}item")}
    for reference in package.iterfind(".//{*}spine/{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or "nav" in item.get("properties", "").split():
            continue
        if item.get("media-type", "application/xhtml+xml") in {
            "application/xhtml+xml",
            "text/html",
        }:
            yield normpath(join(folder, unquote(item.get("href", "").partition("#")[0])))


def _chapter(data: bytes, name: str) -> list[Block]:
    """Return the text of one document, read as XML, or as HTML if it is not valid XML."""
    from lxml.etree import XMLParser, XMLSyntaxError, fromstring

    # Named characters are those of HTML; without a DTD there are no other entities to expand.
    text = _NAMED.sub(lambda match: html.unescape(match[0]), _DECLARATION.sub("", _decoded(data)))
    parser = XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = fromstring(text.strip().encode(errors="ignore"), parser)
    except XMLSyntaxError:
        root = page_tree(text, name)
    return [] if root is None else list(blocks(root.find("{*}body")))


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:  # not allowed, but old tools wrote it
        return data.decode("cp1252", errors="replace")


def _metadata(package: Any) -> Metadata:
    said: dict[str, list[str]] = {}
    for element in package.iterfind(".//{http://purl.org/dc/elements/1.1/}*"):
        said.setdefault(element.tag.rpartition("}")[2], []).append(one_line(element.text or ""))
    first = {name: next(filter(None, values), "") for name, values in said.items()}
    day = _DAY.match(first.get("date", ""))
    return Metadata(
        title=first.get("title", ""),
        author=", ".join(filter(None, said.get("creator", []))),
        publisher=first.get("publisher", ""),
        date=day[0] if day else "",
        language=first.get("language", ""),
    )
