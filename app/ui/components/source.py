"""A source in a drawer beside the page, opened at the words that are cited."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import streamlit as st

from app.citations import page_at
from app.presenting import credit
from app.ui.components.labels import QUOTED, styled
from app.ui.session import Session, Viewing
from vectorstore.errors import UnknownSource
from vectorstore.records import UNITS, Heading, Page, Source

_AROUND = 1500  # characters before and after the cited words
_HERE = Path(__file__).parent
_render = st.components.v2.component(
    "kakehashi_source",
    html='<div id="source" tabindex="0" role="region" aria-label="Text of the source"></div>',
    css=(_HERE / "source.css").read_text(encoding="utf-8"),
    js=(_HERE / "source.js").read_text(encoding="utf-8"),
)


def show(session: Session) -> None:
    """Open the drawer if something is being looked at."""
    if session.viewing is None:
        return

    def close() -> None:
        session.viewing = None
        for name in ("source", "start", "end"):
            st.query_params.pop(name, None)

    @st.dialog("Source", width="medium", position="right", on_dismiss=close)
    def drawer() -> None:
        if session.viewing:
            _content(session, session.viewing)

    drawer()


def _content(session: Session, viewing: Viewing) -> None:
    library = session.assistant.library
    try:
        source = library.catalog.source(viewing.source_id)
        text = library.catalog.text(source.id)
        _, headings = library.catalog.layout(source.id)
    except UnknownSource:
        st.warning("This source is no longer in the library.")
        if viewing.quote:
            st.html(styled(viewing.quote, f"{QUOTED};opacity:.85"))
        return
    st.html(styled(source.metadata.title, "font-size:1.25rem;font-weight:600"))
    viewing, changed = _found_again(text, viewing)
    if changed:
        st.warning("This source has changed since it was cited: the cited words are not in it now.")
        st.html(styled(changed, f"{QUOTED};opacity:.85"))
    page = page_at(library, source, viewing.start) if viewing.end else None
    if page and page.warning:
        st.warning(page.warning)
    st.html(styled(_details(source, viewing, page), "font-size:.88rem;opacity:.8"))
    first, last = (0, len(text)) if viewing.whole else _window(text, viewing)
    if (first, last) != (0, len(text)) and st.button("Show the whole source", key="whole"):
        session.viewing = replace(viewing, whole=True)
        st.rerun(scope="fragment")
    _render(key="source", data={"pieces": _pieces(text, headings, viewing, first, last)})


def _found_again(text: str, viewing: Viewing) -> tuple[Viewing, str]:
    """Where the cited words stand now; the words themselves if they are gone."""
    if not viewing.quote or text[viewing.start : viewing.end] == viewing.quote:
        return viewing, ""
    start = text.find(viewing.quote)
    if start >= 0:
        return replace(viewing, start=start, end=start + len(viewing.quote)), ""
    return Viewing(viewing.source_id, whole=True), viewing.quote


def _details(source: Source, viewing: Viewing, page: Page | None) -> str:
    parts = [
        credit(source.metadata),
        source.path,
        f"{UNITS.get(source.kind, 'page')} {page.number}" if page else "",
    ]
    if viewing.end:
        parts.append(f"characters {viewing.start:,}–{viewing.end:,}")
    parts.append(source.metadata.note)
    return " · ".join(part for part in parts if part)


def _window(text: str, viewing: Viewing) -> tuple[int, int]:
    """The paragraphs around the cited words."""
    first = text.rfind("\n\n", 0, max(viewing.start - _AROUND, 0)) + 1
    last = text.find("\n\n", min(viewing.end + _AROUND, len(text)))
    return first, len(text) if last < 0 else last


def _pieces(
    text: str, headings: Sequence[Heading], viewing: Viewing, first: int, last: int
) -> list[tuple[str, str]]:
    """What is shown, cut where a heading or the cited words begin and end."""
    parts = [("heading", h.start, h.end) for h in headings if first <= h.start and h.end <= last]
    parts = [p for p in parts if p[2] <= viewing.start or p[1] >= viewing.end]
    if viewing.end:
        parts.append(("mark", max(viewing.start, first), min(viewing.end, last)))
    pieces, place = [], first
    for kind, start, end in sorted(parts, key=lambda part: part[1]):
        shown = text[start:end].lstrip("# ") if kind == "heading" else text[start:end]
        pieces += [("text", text[place:start]), (kind, shown)]
        place = end
    return [*pieces, ("text", text[place:last])]
