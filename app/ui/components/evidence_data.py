"""What the evidence panel shows, as plain values for its component: gathered here, drawn there."""

import base64
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.answering.presentation import credit, shorten
from app.ui.state.evidence_view import Viewing
from app.viewer.layout import Marks, Span, around, blocks
from app.viewer.search import find_all
from ingest.page_images.images import PagePictures, Picture
from vectorstore.errors import UnknownSource, UnreadableSource
from vectorstore.library import Library
from vectorstore.records import UNITS, Heading, Page, Source

_OUTSIDE = (
    "The link points to characters {:,}–{:,}, which this source does not have: it is {:,} "
    "characters long. It begins at the top."
)
_CHANGED = "This source has changed since it was cited: the cited words are not in it now."
_PICTURE = "This page is a picture without letters of its own, so the cited words cannot be boxed."
_UNFOUND = "The cited words were not found among the letters of this page, so nothing is boxed."
_PARTLY = "Only part of the cited words was found among the letters of this page."


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that is being looked at; `viewing` says where its words stand now.

    `gone` are cited words that the source does not hold any more; `hits` are those of the search.
    """

    viewing: Viewing
    source: Source
    text: str
    pages: Sequence[Page]
    headings: Sequence[Heading]
    hits: Sequence[Span]
    gone: str = ""
    trouble: str = ""

    @property
    def place(self) -> int:
        """The place that is in view."""
        return self.viewing.start if self.viewing.at is None else self.viewing.at

    @property
    def stretch(self) -> Span:
        """What is loaded of the text."""
        end = self.viewing.end if self.viewing.at is None else 0
        return self.viewing.stretch or around(self.text, self.place, end)

    @property
    def page(self) -> int:
        """The page that is shown as a picture."""
        here = page_at(self.pages, self.place)
        return self.viewing.page or (here.number if here else 0)


def open_source(library: Library, viewing: Viewing) -> Opened | None:
    """The source that is looked at; None if it is not in the library any more."""
    try:
        source = library.catalog.source(viewing.source_id)
        text = library.catalog.text(source.id)
        pages, headings = library.catalog.layout(source.id)
    except UnknownSource:
        return None
    found, gone = _found_again(text, viewing)
    trouble = viewing.trouble
    if found.end > len(text):
        trouble = _OUTSIDE.format(found.start, found.end, len(text))
        found = replace(found, start=0, end=0)
    hits = find_all(text, found.search) if found.search else []
    return Opened(found, source, text, pages, headings, hits, gone, trouble)


def page_at(pages: Sequence[Page], place: int) -> Page | None:
    """The page on which a place stands; None where a source has no pages."""
    index = bisect_right(pages, place, key=lambda page: page.start) - 1
    return pages[index] if index >= 0 else None


def values(opened: Opened, pictures: PagePictures, folder: Path) -> dict[str, Any]:
    """All that the component draws."""
    viewing, source = opened.viewing, opened.source
    page = page_at(opened.pages, viewing.start) if viewing.end else None
    warned = page.warning if page else ""
    unit = UNITS.get(source.kind, "page")
    known = viewing.step >= 0
    shown: dict[str, Any] = {
        **frame(viewing, source.metadata.title),
        "credit": " · ".join(filter(None, (credit(source.metadata), source.path))),
        "remark": source.metadata.note,
        "place": _place(viewing, page, unit),
        "notices": [n for n in (opened.trouble, _CHANGED if opened.gone else "", warned) if n],
        "warnings": [w for w in source.warnings if w != warned],
        "gone": opened.gone,
        "trail": {"step": viewing.step, "count": len(viewing.trail)} if known else None,
        "link": "&".join(
            f"{name}={value}"
            for name, value in zip(("source", "start", "end"), viewing.address, strict=True)
            if value
        ),
        "note": _note(opened, page, unit),
        "paged": source.kind == "pdf",
        "view": viewing.view if source.kind == "pdf" else "text",
        "search": {"words": viewing.search, "count": len(opened.hits), "hit": viewing.hit},
    }
    if shown["view"] == "page":
        return {**shown, "page": _page(opened, pictures, folder)}
    if shown["paged"]:
        pictures.get_ready()
    return {**shown, "text": _text(opened, unit)}


def frame(viewing: Viewing, title: str) -> dict[str, Any]:
    """What is drawn in any case; of a source that is gone, none of its words."""
    return {
        "opened": viewing.opened,
        "jump": viewing.jump,
        "focus": not viewing.linked,
        "title": title,
        "notices": [],
        "gone": "",
    }


def _found_again(text: str, viewing: Viewing) -> tuple[Viewing, str]:
    """Where the cited words stand now; the words themselves if they are gone."""
    if not viewing.quote or text[viewing.start : viewing.end] == viewing.quote:
        return viewing, ""
    start = text.find(viewing.quote)
    if start >= 0:
        return replace(viewing, start=start, end=start + len(viewing.quote)), ""
    return replace(viewing, start=0, end=0), viewing.quote


def _place(viewing: Viewing, page: Page | None, unit: str) -> str:
    parts = [f"{unit} {page.number}" if page else ""]
    if viewing.end:
        parts.append(f"characters {viewing.start:,}–{viewing.end:,}")
    return " · ".join(part for part in parts if part)


def _note(opened: Opened, page: Page | None, unit: str) -> str:
    """The source and the words as they go into a footnote; the link is put behind them."""
    said, viewing = opened.source.metadata, opened.viewing
    short = "p." if unit == "page" else unit
    parts = [said.author, said.title, said.publisher, said.date]
    parts += [f"{short} {page.number}"] if page else []
    quote = shorten(opened.text[viewing.start : viewing.end], 400)
    return ", ".join(filter(None, parts)) + (f": “{quote}”" if quote else "") + "."


def _text(opened: Opened, unit: str) -> dict[str, Any]:
    viewing, (first, last) = opened.viewing, opened.stretch
    marks = Marks((viewing.start, viewing.end), opened.hits, viewing.hit)
    made = blocks(opened.text, (first, last), opened.headings, opened.pages, marks)
    return {
        "blocks": [
            {
                "start": block.start,
                "heading": block.heading,
                "page": f"{unit} {block.page.number}" if block.page else "",
                "warning": block.page.warning if block.page else "",
                "runs": [[run.text, run.cited, run.hit, run.now] for run in block.runs],
            }
            for block in made
        ],
        "place": opened.place,
        "earlier": first > 0,
        "later": last < len(opened.text),
    }


def _page(opened: Opened, pictures: PagePictures, folder: Path) -> dict[str, Any]:
    viewing, number = opened.viewing, opened.page
    page = next((one for one in opened.pages if one.number == number), Page(number, 0, 0))
    shown: dict[str, Any] = {"number": number, "count": len(opened.pages), "said": ""}
    try:
        path = folder / opened.source.path
        words = (viewing.start, viewing.end)
        picture = pictures.draw(path, opened.source, page, opened.text, *words)
    except UnreadableSource as error:
        return {**shown, "said": str(error)}
    cited = max(page.start, viewing.start) < min(page.end, viewing.end)
    return {
        **shown,
        "image": "data:image/webp;base64," + base64.b64encode(picture.webp).decode(),
        "width": picture.width,
        "height": picture.height,
        "boxes": picture.boxes,
        "said": _said(picture) if cited else "",
        "alone": not cited and viewing.end > 0,
    }


def _said(picture: Picture) -> str:
    """What there is to say of the boxes; empty if they cover the words."""
    if not picture.text:
        return _PICTURE
    if not picture.boxes:
        return _UNFOUND
    return "" if picture.share > 0.99 else _PARTLY
