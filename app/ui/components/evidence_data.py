"""The evidence panel's content as plain values, which its component draws in the browser."""

import base64
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.answering.places import page_and_place, page_heading, short_page
from app.answering.presentation import credit, people_of, shorten
from app.answering.wording import hidden_characters
from app.ui.state.evidence_view import EvidenceView
from app.viewer.layout import Highlights, Span, excerpt_around, lay_out
from app.viewer.search import find_all
from ingest.page_images.images import PagePictures, Picture
from vectorstore.errors import UnknownSource, UnreadableSource
from vectorstore.library import Library
from vectorstore.reading_warnings import sentences_of
from vectorstore.records import UNITS, Heading, Page, Source
from vectorstore.text.hidden import visible

_OUTSIDE = (
    "The link points to characters {:,}–{:,}, but this source has only {:,} characters. It opens "
    "at the beginning."
)
_CHANGED = "This source has changed since it was cited. It no longer contains the cited words."
_NO_TEXT_LAYER = "This page is an image without a text layer, so the cited words cannot be marked."
_NOT_LOCATED = "The cited words could not be located on this page, so nothing is marked."
_PARTLY_LOCATED = "Only part of the cited words could be located on this page."
_MAX_NOTE_QUOTE = 400  # characters of the quote in a copied footnote


@dataclass(frozen=True, slots=True)
class OpenedSource:
    """A source with the view of it; the cited span in `view` is where the words are now.

    `lost_quote` is the quote if the source no longer contains it; `hits` are the search results.
    """

    view: EvidenceView
    source: Source
    text: str
    pages: Sequence[Page]
    headings: Sequence[Heading]
    hits: Sequence[Span]
    lost_quote: str = ""
    notice: str = ""

    @property
    def position(self) -> int:
        """The offset that is in view."""
        return self.view.start if self.view.position is None else self.view.position

    @property
    def excerpt(self) -> Span:
        """The part of the text that is loaded."""
        end = self.view.end if self.view.position is None else 0
        return self.view.excerpt or excerpt_around(self.text, self.position, end)

    @property
    def page(self) -> int:
        """The number of the page that is shown as an image; 0 without pages."""
        page = page_at(self.pages, self.position)
        return self.view.page or (page.number if page else 0)


def open_source(library: Library, view: EvidenceView) -> OpenedSource | None:
    """Read the source of a view; None if it is no longer in the library."""
    try:
        source = library.catalog.source(view.source_id)
        text = library.catalog.text(source.id)
        pages, headings = library.catalog.layout(source.id)
    except UnknownSource:
        return None
    view, lost_quote = _locate_quote(text, view)
    notice = view.notice
    if view.end > len(text):
        notice = _OUTSIDE.format(view.start, view.end, len(text))
        view = replace(view, start=0, end=0)
    hits = find_all(text, view.search) if view.search else []
    return OpenedSource(view, source, text, pages, headings, hits, lost_quote, notice)


def page_at(pages: Sequence[Page], position: int) -> Page | None:
    """Return the page that contains a position; None without pages."""
    index = bisect_right(pages, position, key=lambda page: page.start) - 1
    return pages[index] if index >= 0 else None


def panel_values(opened: OpenedSource, pictures: PagePictures, folder: Path) -> dict[str, Any]:
    """Return everything that the component draws."""
    view, source = opened.view, opened.source
    page = page_at(opened.pages, view.start) if view.end else None
    page_warning = page.warning if page else ""
    unit = UNITS.get(source.kind, "page")
    hidden = hidden_characters(opened.text[view.start : view.end] or opened.lost_quote)
    notices = (opened.notice, _CHANGED if opened.lost_quote else "", page_warning, hidden)
    values: dict[str, Any] = {
        **frame_values(view, source.metadata.title),
        "credit": " · ".join(filter(None, (credit(source.metadata), source.path))),
        "remark": source.metadata.note,
        "place": _place(view, page, unit),
        "notices": [notice for notice in notices if notice],
        "warnings": sentences_of(source.warnings, unit),
        "gone": opened.lost_quote,
        "trail": _trail(view),
        "link": "&".join(
            f"{name}={value}"
            for name, value in zip(("source", "start", "end"), view.url_values, strict=True)
            if value
        ),
        "note": _note(opened, page, unit),
        "paged": source.kind == "pdf",
        "view": view.mode if source.kind == "pdf" else "text",
        "search": {"words": view.search, "count": len(opened.hits), "hit": view.hit},
    }
    if values["view"] == "page":
        return {**values, "page": _page_values(opened, pictures, folder)}
    if values["paged"]:
        pictures.get_ready()
    return {**values, "text": _text_values(opened, unit)}


def frame_values(view: EvidenceView, title: str) -> dict[str, Any]:
    """Return what the component draws in any case; these values quote nothing of the source."""
    return {
        "opened": view.opening,
        "jump": view.move,
        "focus": not view.from_link,
        "title": title,
        "notices": [],
        "gone": "",
    }


def _locate_quote(text: str, view: EvidenceView) -> tuple[EvidenceView, str]:
    """Move the view to where its quote is now; return the quote if the text has lost it."""
    if not view.quote or text[view.start : view.end] == view.quote:
        return view, ""
    start = text.find(view.quote)
    if start >= 0:
        return replace(view, start=start, end=start + len(view.quote)), ""
    return replace(view, start=0, end=0), view.quote


def _trail(view: EvidenceView) -> dict[str, int] | None:
    if view.trail_index < 0:
        return None
    return {"step": view.trail_index, "count": len(view.trail)}


def _place(view: EvidenceView, page: Page | None, unit: str) -> str:
    parts = [page_and_place(unit, page.number, page.label) if page else ""]
    if view.end:
        parts.append(f"characters {view.start:,}–{view.end:,}")
    return " · ".join(part for part in parts if part)


def _note(opened: OpenedSource, page: Page | None, unit: str) -> str:
    """Return the source and the cited words as a footnote; the browser appends the link."""
    metadata, view = opened.source.metadata, opened.view
    people = ", ".join(one.full_name for one in people_of(metadata))
    parts = [people, metadata.title, metadata.publisher, metadata.date]
    parts += [short_page(unit, page.number, page.label)] if page else []
    quote = shorten(opened.text[view.start : view.end], _MAX_NOTE_QUOTE)
    words = ", ".join(filter(None, parts)) + (f": “{quote}”" if quote else "") + "."
    return visible(words)  # it is copied


def _text_values(opened: OpenedSource, unit: str) -> dict[str, Any]:
    view, (first, last) = opened.view, opened.excerpt
    highlights = Highlights((view.start, view.end), opened.hits, view.hit)
    blocks = lay_out(opened.text, (first, last), opened.headings, opened.pages, highlights)
    return {
        "blocks": [
            {
                "start": block.start,
                "heading": block.heading,
                "page": page_heading(unit, block.page) if block.page else "",
                "warning": block.page.warning if block.page else "",
                "runs": [[run.text, run.cited, run.hit, run.current] for run in block.runs],
            }
            for block in blocks
        ],
        "place": opened.position,
        "earlier": first > 0,
        "later": last < len(opened.text),
    }


def _page_values(opened: OpenedSource, pictures: PagePictures, folder: Path) -> dict[str, Any]:
    view, number = opened.view, opened.page
    page = next((one for one in opened.pages if one.number == number), Page(number, 0, 0))
    values: dict[str, Any] = {"number": number, "count": len(opened.pages), "notice": ""}
    try:
        path = folder / opened.source.path
        span = (view.start, view.end)
        picture = pictures.draw(path, opened.source, page, opened.text, *span)
    except UnreadableSource as error:
        return {**values, "notice": str(error)}
    cited = max(page.start, view.start) < min(page.end, view.end)
    return {
        **values,
        "image": "data:image/webp;base64," + base64.b64encode(picture.webp).decode(),
        "width": picture.width,
        "height": picture.height,
        "boxes": picture.boxes,
        "notice": _box_notice(picture) if cited else "",
        "elsewhere": not cited and view.end > 0,
    }


def _box_notice(picture: Picture) -> str:
    """Return what the boxes do not show; empty if they cover the cited words."""
    if not picture.text:
        return _NO_TEXT_LAYER
    if not picture.boxes:
        return _NOT_LOCATED
    return "" if picture.share > 0.99 else _PARTLY_LOCATED
