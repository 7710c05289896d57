"""Reads what the package of an EPUB book says of it: persons and their roles, dates, chapters."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import ParseError
from zipfile import ZipFile

from ingest.readers.layout import one_line
from vectorstore.records import Metadata
from vectorstore.text.iso_dates import read_date
from vectorstore.text.person_names import joined

_OPF = "{http://www.idpf.org/2007/opf}"
_OPS = "{http://www.idpf.org/2007/ops}"
# MARC relators of those whom a reference names; a creator without a role is an author.
_FIELDS = {"": "author", "aut": "author", "edt": "editor", "trl": "translator"}
# By the event of a date; what is not listed is the day of a change or of a conversion.
_EVENTS = ("publication", "issued", "", "original-publication", "creation", "created")
_UNKNOWN = "0101-01-01"  # how Calibre writes that it knows no date
_LONGEST_LABEL = 120  # characters; judged: a longer heading is a sentence


def package_metadata(package: Any) -> Metadata:
    """Return title, persons, publisher, date and language of a book."""
    said: dict[str, list[str]] = {}
    for element in package.iterfind(".//{http://purl.org/dc/elements/1.1/}*"):
        said.setdefault(element.tag.rpartition("}")[2], []).append(one_line(element.text or ""))
    first = {name: next(filter(None, values), "") for name, values in said.items()}
    persons: dict[str, list[str]] = {}
    for field, name in _persons(package):
        persons.setdefault(field, []).append(name)
    return Metadata(
        title=first.get("title", ""),
        author=joined(persons.get("author", ())),
        publisher=first.get("publisher", ""),
        date=_published(package),
        language=first.get("language", ""),
        editor=joined(persons.get("editor", ())),
        translator=joined(persons.get("translator", ())),
    )


def _persons(package: Any) -> Iterator[tuple[str, str]]:
    """Yield each person with the field that names such persons; illustrators and others have none.

    A name that the book also sorts by (`Carter, Ada`) is given that way, as it tells the family
    name.
    """
    refined = _refinements(package)
    for tag in ("creator", "contributor"):
        for element in package.iterfind(f".//{{*}}metadata/{{*}}{tag}"):
            more = refined.get(element.get("id", ""), {})
            role = element.get(f"{_OPF}role") or element.get("role") or more.get("role", "")
            name = one_line(element.text or "")
            sorted_as = element.get(f"{_OPF}file-as") or element.get("file-as") or ""
            sorted_as = one_line(sorted_as or more.get("file-as", ""))
            if "," in sorted_as and _words(sorted_as) == _words(name):
                name = sorted_as
            field = _FIELDS.get(role.strip().lower())
            if name and field and (role or tag == "creator"):
                yield field, name


def _refinements(package: Any) -> dict[str, dict[str, str]]:
    """Return what EPUB 3 says of an element by its id: `role`, `file-as` …"""
    found: dict[str, dict[str, str]] = {}
    for meta in package.iterfind(".//{*}metadata/{*}meta"):
        target, about = meta.get("refines", "").removeprefix("#"), meta.get("property", "")
        if target and about:
            found.setdefault(target, {}).setdefault(about, one_line(meta.text or ""))
    return found


def _words(name: str) -> list[str]:
    return sorted(name.casefold().replace(",", " ").split())


def _published(package: Any) -> str:
    """Return the day of publication; empty if only other days are known."""
    found: dict[str, str] = {}
    for element in package.iterfind(".//{*}metadata/{*}date"):
        event = (element.get(f"{_OPF}event") or element.get("event") or "").strip().lower()
        found.setdefault(event, one_line(element.text or ""))
    for meta in package.iterfind(".//{*}metadata/{*}meta"):
        found.setdefault(
            meta.get("property", "").removeprefix("dcterms:"), one_line(meta.text or "")
        )
    for event in _EVENTS:
        date = found.get(event, "")
        if date and not date.startswith(_UNKNOWN):
            read = read_date(date)
            return read.iso if read.whole else date
    return ""


def chapter_titles(archive: ZipFile, package: Any, folder: str) -> dict[str, str]:
    """Return the title of each file in the book's table of contents; empty without one.

    A file in which several chapters begin has an empty title.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    items = {item.get("id"): item for item in package.iterfind(".//{*}manifest/{*}item")}
    spine = package.find(".//{*}spine")
    nav = next((i for i in items.values() if "nav" in i.get("properties", "").split()), None)
    ncx = items.get(spine.get("toc")) if spine is not None else None
    for item, entries in ((nav, _nav_entries), (ncx, _ncx_entries)):
        if item is None:
            continue
        place = normpath(join(folder, unquote(item.get("href", ""))))
        with suppress(KeyError, ParseError, DefusedXmlException):
            return _first_titles(entries(fromstring(archive.read(place))), dirname(place))
    return {}


def _nav_entries(root: Any) -> Iterator[tuple[int, str, str]]:
    """Yield depth, address and title of each entry of an EPUB 3 table of contents."""
    for nav in root.iterfind(".//{*}nav"):
        if nav.get(f"{_OPS}type", "toc") == "toc":
            yield from _list_entries(nav, 0)
            return


def _list_entries(element: Any, depth: int) -> Iterator[tuple[int, str, str]]:
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "a":
            yield depth, child.get("href", ""), one_line("".join(child.itertext()))
        else:
            yield from _list_entries(child, depth + (name == "ol"))


def _ncx_entries(root: Any) -> Iterator[tuple[int, str, str]]:
    """Yield depth, address and title of each entry of an EPUB 2 table of contents."""
    navigation = root.find("{*}navMap")
    waiting = [(1, point) for point in reversed(list(navigation if navigation is not None else ()))]
    while waiting:
        depth, point = waiting.pop()
        if point.tag.rpartition("}")[2] != "navPoint":
            continue
        content, text = point.find("{*}content"), point.find("{*}navLabel/{*}text")
        if content is not None and text is not None:
            yield depth, content.get("src", ""), one_line(text.text or "")
        waiting += [(depth + 1, inner) for inner in reversed(list(point))]


def _first_titles(entries: Iterator[tuple[int, str, str]], folder: str) -> dict[str, str]:
    by_file: dict[str, list[tuple[int, str]]] = {}
    for depth, address, title in entries:
        name = normpath(join(folder, unquote(address.partition("#")[0])))
        if title:
            by_file.setdefault(name, []).append((depth, title))
    found = {}
    for name, inside in by_file.items():
        highest = min(depth for depth, _ in inside)
        titles = [title for depth, title in inside if depth == highest]
        found[name] = titles[0] if len(titles) == 1 and len(titles[0]) <= _LONGEST_LABEL else ""
    return found


def chapter_labels(
    names: Sequence[str], headings: Sequence[str], titles: Mapping[str, str]
) -> list[str]:
    """Return what the book calls the chapter in each of its files.

    That is its title in the table of contents, else its heading, else the title of the file before
    it, which it continues if the table of contents does not list it.
    """
    labels: list[str] = []
    for name, heading in zip(names, headings, strict=True):
        before = labels[-1] if labels and titles else ""
        labels.append(titles.get(name, heading or before))
    return labels


def chapter_heading(body: Any) -> str:
    """Return the heading of a file; empty if it has none, or several of the highest level."""
    headings = [e for e in body.iter() if re.fullmatch(r"(?:\{.*\})?h[1-6]", str(e.tag))]
    highest = min((str(e.tag)[-1] for e in headings), default="")
    titles = [one_line("".join(e.itertext())) for e in headings if str(e.tag)[-1] == highest]
    return titles[0] if len(titles) == 1 and len(titles[0]) <= _LONGEST_LABEL else ""
