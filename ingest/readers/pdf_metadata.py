"""Reads metadata and headings from a PDF, leaving out what does not fit its text or is damaged."""

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from vectorstore.records import Heading, Metadata, Page
from vectorstore.text.person_names import joined
from vectorstore.text.scripts import cjk_share

_MOST_BOOKMARKS = 5_000  # judged: as many as the pages that are read
# What pypdf was seen to raise on damaged files, besides its own errors.
DAMAGE = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    zlib.error,
)
_JUNK_TITLE = re.compile(
    r"^(untitled|microsoft word|document\d*$|.*\.(docx?|dvi|tex|indd|pdf|pptx?)$)", re.I
)


def metadata(reader: PdfReader, text: str) -> Metadata:
    """Return title, author, date and language of the file, if they look plausible."""
    title = author = date = language = ""
    info = reader.metadata
    with suppress(*DAMAGE):
        title = _line(info and info.title)
        author = _line(info and info.author)
    with suppress(*DAMAGE):
        xmp = reader.xmp_metadata
        names = [_line(name) for name in (xmp and xmp.dc_creator) or ()]
        if len(names) > 1:  # kept apart only there
            author = joined(names)
    with suppress(*DAMAGE):
        made = info.creation_date if info else None
        if made and made.year >= 1990 and made.date() <= datetime.now(UTC).date():
            date = made.date().isoformat()
    with suppress(*DAMAGE):
        language = _language(_line(reader.root_object.get("/Lang")), text)
    return Metadata(
        title="" if _JUNK_TITLE.match(title) else title,
        author=author,
        date=date,
        language=language,
    )


def _line(value: object) -> str:
    """Return a value as one line that can be stored."""
    text = str(value or "").encode(errors="ignore").decode().replace("\0", "")
    return " ".join(text.split())


def _language(said: str, text: str) -> str:
    """Return a language code; empty if the text has another script, as with a program's default."""
    if not re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", said):
        return ""
    asian = said[:2].lower() in {"ja", "ko", "zh"}
    return said if asian == (cjk_share(text[:20_000]) > 0.3) else ""


def bookmark_titles(reader: PdfReader) -> dict[int, set[str]]:
    """Return the titles of the bookmarks to each page, counted from 0, as `folded` has them."""
    found: dict[int, set[str]] = {}
    with suppress(*DAMAGE):
        for bookmark in _bookmarks(reader.outline):
            index = reader.get_destination_page_number(bookmark)
            title = folded(str(bookmark.title or ""))
            if index is not None and len(title) > 1:
                found.setdefault(index, set()).add(title)
    return found


def headings(reader: PdfReader, texts: Sequence[str], pages: Sequence[Page]) -> tuple[Heading, ...]:
    """Return the bookmarks that are lines of the pages they point to."""
    found: dict[int, Heading] = {}
    pages_lines: dict[int, list[tuple[str, int, int]]] = {}
    with suppress(*DAMAGE):
        for bookmark in _bookmarks(reader.outline):
            index = reader.get_destination_page_number(bookmark)
            if index is None or not 0 <= index < len(texts):
                continue
            lines = pages_lines.setdefault(index, list(_folded_lines(texts[index])))
            span = _where(folded(str(bookmark.title or "")), lines)
            if span:
                start, end = (pages[index].start + place for place in span)
                text = " ".join(texts[index][slice(*span)].split())
                found.setdefault(start, Heading(text, start, end))
    return tuple(_apart(sorted(found.values(), key=lambda heading: heading.start)))


def _bookmarks(outline: Any) -> Iterator[Any]:
    """Yield the bookmarks of an outline in order, at any depth, up to a limit."""
    waiting, given = [iter(outline)], 0
    while waiting and given < _MOST_BOOKMARKS:
        entry = next(waiting[-1], None)
        if entry is None:
            waiting.pop()
        elif isinstance(entry, list):
            waiting.append(iter(entry))
        else:
            given += 1
            yield entry


def _folded_lines(text: str) -> Iterator[tuple[str, int, int]]:
    start = 0
    for line in text.split("\n"):
        yield folded(line), start, start + len(line)
        start += len(line) + 1


def folded(text: str) -> str:
    """Return the letters and digits of a line, without a leading number."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(character for character in plain if character.isalnum())
    return kept.lstrip("0123456789") or kept


def _where(title: str, lines: Sequence[tuple[str, int, int]]) -> tuple[int, int] | None:
    """Return the span of one to three lines that form a title."""
    if len(title) < 2:
        return None
    for first, (said, start, _) in enumerate(lines):
        if not said or not title.startswith(said):
            continue
        together = ""
        for said_too, _, end in lines[first : first + 3]:
            together += said_too
            if together == title:
                return start, end
    return None


def _apart(headings: Sequence[Heading]) -> Iterator[Heading]:
    end = 0
    for heading in headings:
        if heading.start >= end:
            yield heading
            end = heading.end
