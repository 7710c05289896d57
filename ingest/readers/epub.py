"""Reads EPUB books: one page for every document of the spine that has text.

Left out are the table of contents, pictures and the readings above Japanese words. Books with DRM
cannot be read.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any, NamedTuple
from urllib.parse import unquote
from zipfile import ZipFile

from ingest.readers.archive import DAMAGE, damaged, open_archive
from ingest.readers.css_visibility import mark_hidden
from ingest.readers.encodings import decode
from ingest.readers.epub_package import (
    chapter_heading,
    chapter_labels,
    chapter_titles,
    package_metadata,
)
from ingest.readers.html import page_tree, visible_text
from ingest.readers.layout import Block, build_document
from ingest.readers.markup_tree import local_names
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, ReadingWarning

# Methods that only obfuscate fonts; any other encrypts the text.
_FONTS_ONLY = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
_DECLARATION = re.compile(
    r"<\?xml[^>]{0,200}>|<!DOCTYPE[^>\[]{0,500}(?:\[[^\]]{0,9999}\])?[^>]{0,99}>"
)
_ENCODING = re.compile(rb"""\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w:.-]{3,30})""")
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]\w{1,30};")


class _Chapter(NamedTuple):
    """A document of a book: its heading, its text, and what was left out of it."""

    heading: str
    blocks: list[Block]
    warnings: tuple[ReadingWarning, ...]


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
        known = set(archive.namelist())
        spine = list(_spine(package, dirname(place)))
        names = [name for name in spine if name in known]
        missing = len(spine) - len(names)
        metadata = package_metadata(package)
        chapters = [_chapter(archive.read(n), path.name, metadata.language) for n in names]
        titles = chapter_titles(archive, package, dirname(place))
        labels = chapter_labels(names, [chapter.heading for chapter in chapters], titles)
    warnings = [ReadingWarning("missing_parts", missing)] if missing else []
    kept = [n for n, one in enumerate(chapters) if any(b.text.strip() for b in one.blocks)]
    for page, n in enumerate(kept, start=1):
        warnings += [replace(one, page=page) for one in chapters[n].warnings]
    return build_document(
        "epub",
        [chapters[n].blocks for n in kept],
        metadata,
        warnings=warnings,
        labels=[labels[n] for n in kept],
    )


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


def _chapter(data: bytes, name: str, language: str) -> _Chapter:
    """Return heading and text of one document, read as XML, or as HTML if it is not valid XML."""
    from lxml.etree import XMLParser, XMLSyntaxError, fromstring

    declared = _ENCODING.match(data)
    said = decode(data, declared[1].decode() if declared else "")
    # Named characters are those of HTML; without a DTD there are no other entities to expand.
    text = _NAMED.sub(lambda match: html.unescape(match[0]), _DECLARATION.sub("", said.text))
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
    body = None if root is None else local_names(root).find("body")
    if body is None:
        return _Chapter("", [], ())
    heading = chapter_heading(body)
    doubted = mark_hidden(body).doubted
    language = root.get("lang") or root.get(_XML_LANGUAGE) or language
    shown, warnings = visible_text(body, language)
    if doubted:
        warnings += (ReadingWarning("maybe_hidden_text", doubted),)
    return _Chapter(heading, shown, warnings)
