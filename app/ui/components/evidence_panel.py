"""The evidence panel: a source beside the page, or in a drawer over it, opened at the cited words.

The panel is a fragment: stepping, searching and turning pages redraw nothing else, and an answer
in progress goes on beside it.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.service.bootstrap import sources_folder
from app.ui.components.clicks import receiver
from app.ui.components.evidence_data import OpenedSource, frame_values, open_source, panel_values
from app.ui.components.text import read_files
from app.ui.state.evidence_view import EvidenceView, step_trail
from app.ui.state.session import Session
from app.viewer.layout import extend_backward, extend_forward
from app.viewer.search import MAX_QUERY, find_all
from ingest.page_images.images import PagePictures

_KEY = "evidence-panel"
_REMOVED = "This source is no longer in the library."
_render = st.components.v2.component(
    "kakehashi_evidence",
    html='<section id="evidence" aria-label="Evidence"></section>',
    css=read_files("evidence_panel.css"),
    js=read_files(
        "dom.js",
        "sending.js",
        "evidence_dom.js",
        "evidence_text.js",
        "evidence_page.js",
        "evidence_panel.js",
    ),
)


@st.cache_resource(show_spinner=False)
def _page_pictures() -> PagePictures:
    return PagePictures()


def show(session: Session, page: str) -> None:
    """Draw the panel beside a page if a source is open."""
    run = get_script_run_ctx()
    session.evidence.follow_url(page, history=bool(run and run.is_history_navigation))
    _panel(session)


@st.fragment
def _panel(session: Session) -> None:
    evidence = session.evidence
    evidence.write_url()
    if evidence.view is None:
        return
    library = session.assistant.library
    opened = open_source(library, evidence.view)
    if opened is None:
        evidence.view = replace(evidence.view, quote="", trail=())
        data = {**frame_values(evidence.view, "Evidence"), "notices": [_REMOVED]}
    else:
        data = panel_values(opened, _page_pictures(), sources_folder(library))
    with st.container(key="evidence"):
        _render(
            key=_KEY, data=data, on_do_change=receiver(session, _KEY, "do", partial(_act, session))
        )


def _act(session: Session, clicked: dict[str, Any]) -> None:
    """Do what was clicked in the panel."""
    evidence = session.evidence
    if evidence.view is None:
        return
    if clicked["what"] == "close":
        evidence.view = None
        return
    opened = open_source(session.assistant.library, evidence.view)
    action = _ACTIONS.get(clicked["what"])
    if opened and action:
        evidence.view = action(opened, clicked.get("value"))


def _step(opened: OpenedSource, by: Any) -> EvidenceView:
    return step_trail(opened.view, int(by))


def _set_mode(opened: OpenedSource, mode: Any) -> EvidenceView:
    """Show the text or the page image; the text then opens at the page that was shown."""
    if mode == "page":
        return replace(opened.view, mode="page")
    return replace(opened.view, mode="text", move=opened.view.move + 1)


def _turn(opened: OpenedSource, number: Any) -> EvidenceView:
    number = min(max(int(number), 1), len(opened.pages))
    page = opened.pages[number - 1]
    view = opened.view
    cited = page.start < view.end and view.start < page.end
    return replace(view, page=number, position=None if cited else page.start, excerpt=None)


def _search(opened: OpenedSource, words: Any) -> EvidenceView:
    """Search for words and go to the first hit at or after the position in view."""
    view = replace(opened.view, search=str(words)[:MAX_QUERY], hit=-1)
    found = replace(opened, view=view, hits=find_all(opened.text, view.search))
    first = next((i for i, hit in enumerate(found.hits) if hit[0] >= opened.position), 0)
    return _go_to_hit(found, first) if found.hits else view


def _go_to_hit(opened: OpenedSource, number: Any) -> EvidenceView:
    """Bring a hit into view; the first follows the last."""
    if not opened.hits:
        return opened.view
    view, number = opened.view, int(number) % len(opened.hits)
    position = opened.hits[number][0]
    first, last = opened.excerpt
    return replace(
        view,
        mode="text",
        hit=number,
        position=position,
        excerpt=(first, last) if first <= position < last else None,
        page=0,
        move=view.move + 1,
    )


def _extend(opened: OpenedSource, where: Any) -> EvidenceView:
    extend = extend_backward if where == "earlier" else extend_forward
    return replace(opened.view, excerpt=extend(opened.text, opened.excerpt))


_ACTIONS: dict[str, Callable[[OpenedSource, Any], EvidenceView]] = {
    "step": _step,
    "view": _set_mode,
    "turn": _turn,
    "search": _search,
    "hit": _go_to_hit,
    "grow": _extend,
}
