"""The evidence: a source beside the page, or in a drawer over it, opened at the cited words.

The panel is a fragment: stepping, searching and turning pages draw nothing else anew, and an
answer that is being given goes on beside it.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from app.service.bootstrap import sources_folder
from app.ui.components.evidence_data import Opened, frame, open_source, values
from app.ui.state.evidence_view import Viewing, follow, stepped, write_address
from app.ui.state.session import Session
from app.viewer.layout import earlier, later
from app.viewer.search import LONGEST, find_all
from ingest.page_images.images import PagePictures

_KEY = "evidence-panel"
_GONE = "This source is no longer in the library."
_HERE = Path(__file__).parent
_render = st.components.v2.component(
    "kakehashi_source",
    html='<section id="evidence" aria-label="Evidence"></section>',
    css=(_HERE / "evidence_panel.css").read_text(encoding="utf-8"),
    js=(_HERE / "evidence_panel.js").read_text(encoding="utf-8"),
)


@st.cache_resource(show_spinner=False)
def _pictures() -> PagePictures:
    return PagePictures()


def show(session: Session) -> None:
    """Draw the panel if something is being looked at."""
    follow(session)
    _panel(session)


@st.fragment
def _panel(session: Session) -> None:
    write_address(session)
    viewing = session.viewing
    if viewing is None:
        return
    library = session.assistant.library
    opened = open_source(library, viewing)
    if opened is None:
        viewing = session.viewing = replace(viewing, quote="", trail=())
        data = {**frame(viewing, "Evidence"), "notices": [_GONE]}
    else:
        data = values(opened, _pictures(), sources_folder(library))
    with st.container(key="evidence"):
        _render(key=_KEY, data=data, on_do_change=lambda: _act(session))


def _act(session: Session) -> None:
    """Do what was clicked in the panel, before it is drawn again."""
    asked = st.session_state[_KEY].get("do")
    if not asked or session.viewing is None:
        return
    if asked["what"] == "close":
        session.viewing = None
        return
    opened = open_source(session.assistant.library, session.viewing)
    act = _ACTS.get(asked["what"])
    if opened and act:
        session.viewing = act(opened, asked.get("value"))


def _step(opened: Opened, by: Any) -> Viewing:
    return stepped(opened.viewing, int(by))


def _view(opened: Opened, view: Any) -> Viewing:
    """Text or page; the text is then where the page was that was turned to."""
    viewing = opened.viewing
    if view == "page":
        return replace(viewing, view="page")
    return replace(viewing, view="text", jump=viewing.jump + 1)


def _turn(opened: Opened, number: Any) -> Viewing:
    number = min(max(int(number), 1), len(opened.pages))
    page = opened.pages[number - 1]
    viewing = opened.viewing
    cited = page.start < viewing.end and viewing.start < page.end
    at = None if cited else page.start
    return replace(viewing, page=number, at=at, stretch=None)


def _search(opened: Opened, words: Any) -> Viewing:
    """Look for words; the first hit is the one at or after the place in view."""
    viewing = replace(opened.viewing, search=str(words)[:LONGEST], hit=-1)
    found = replace(opened, viewing=viewing, hits=find_all(opened.text, viewing.search))
    first = next((i for i, hit in enumerate(found.hits) if hit[0] >= opened.place), 0)
    return _hit(found, first) if found.hits else viewing


def _hit(opened: Opened, number: Any) -> Viewing:
    """Bring a hit into view; after the last comes the first."""
    if not opened.hits:
        return opened.viewing
    viewing, number = opened.viewing, int(number) % len(opened.hits)
    place = opened.hits[number][0]
    first, last = opened.stretch
    return replace(
        viewing,
        view="text",
        hit=number,
        at=place,
        stretch=(first, last) if first <= place < last else None,
        page=0,
        jump=viewing.jump + 1,
    )


def _grow(opened: Opened, where: Any) -> Viewing:
    grown = earlier if where == "earlier" else later
    return replace(opened.viewing, stretch=grown(opened.text, opened.stretch))


_ACTS: dict[str, Callable[[Opened, Any], Viewing]] = {
    "step": _step,
    "view": _view,
    "turn": _turn,
    "search": _search,
    "hit": _hit,
    "grow": _grow,
}
