"""The sidebar: a new conversation, and the earlier ones, searched, opened, renamed and deleted.

The list is one component, whatever its length: each element of Streamlit's own costs time at
every redraw. It runs as a fragment, so that searching does not draw the page.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.ui.components.labels import counted, joined
from app.ui.state.session import Session
from vectorstore.errors import BadInput
from vectorstore.storage.conversations import Conversation

_SHOWN = 100  # conversations; older ones are found by searching
_BUSY = "An answer is being given in this conversation: stop it before you delete it."
_render = st.components.v2.component(
    "kakehashi_sidebar",
    html='<nav id="talks" aria-label="Conversations"></nav>',
    css=joined("sidebar.css"),
    js=joined("dom.js", "sidebar.js"),
)


def show(session: Session, ask_page: StreamlitPage) -> None:
    """Draw it; opening a conversation goes to the Ask page."""
    with st.sidebar:
        if st.button("New conversation", icon=":material/add:", width="stretch"):
            session.open("")
            session.forgotten = None
            st.switch_page(ask_page)
        _list(session, ask_page)


@st.fragment
def _list(session: Session, ask_page: StreamlitPage) -> None:
    result = st.session_state.get("talks")
    wanted = getattr(result, "act", None)
    if wanted:
        _act(session, ask_page, wanted)
    found = session.conversations.search(session.looked_for)
    deleted = session.forgotten.conversation.title if session.forgotten else None
    _render(
        key="talks",
        data={
            "groups": grouped(found[:_SHOWN], date.today()),  # noqa: DTZ011 - the reader’s day
            "here": session.conversation_id,
            "turns": len(session.turns),
            "deleted": deleted,
            "searching": bool(session.looked_for),
            "search": bool(found or session.looked_for),
            "note": _note(len(found), session.looked_for),
        },
        on_act_change=lambda: None,
    )


def _act(session: Session, ask_page: StreamlitPage, wanted: dict[str, Any]) -> None:
    """Do what was clicked: `do` says what, `id` with which conversation, `text` what was typed."""
    talks, identity, text = session.conversations, wanted.get("id", ""), wanted.get("text", "")
    try:
        match wanted["do"]:
            case "find":
                session.looked_for = text
            case "rename":
                talks.rename(identity, text)
            case "delete":
                _delete(session, identity)
            case "undo" if session.forgotten:
                talks.put_back(session.forgotten)
                session.forgotten = None
            case "open":
                session.forgotten = None
                session.open(identity)
                st.switch_page(ask_page, query_params={"conversation": identity})
    except BadInput as error:  # another tab was quicker
        session.error = str(error)
        st.rerun()


def _delete(session: Session, identity: str) -> None:
    here = identity == session.conversation_id
    if here and session.answering:
        raise BadInput(_BUSY)
    session.forgotten = session.conversations.delete(identity)
    if here:
        session.open("")
        st.rerun()


def grouped(found: Sequence[Conversation], today: date) -> list[dict[str, Any]]:
    """The conversations by the day they were last used on, as the component draws them."""
    groups: dict[str, list[dict[str, str]]] = {}
    for one in found:
        day = date.min
        with suppress(ValueError):
            day = datetime.fromisoformat(one.changed).astimezone().date()
        name = "Today" if day >= today else "Earlier"
        if day == today - timedelta(days=1):
            name = "Yesterday"
        groups.setdefault(name, []).append({"id": one.id, "title": one.title or "Untitled"})
    return [{"name": name, "rows": rows} for name, rows in groups.items()]


def _note(number: int, looked_for: str) -> str:
    """What is said below the list."""
    if looked_for and not number:
        return "No conversation has these words."
    if number > _SHOWN:
        return f"{counted(number - _SHOWN, 'older conversation')} not shown: search for them."
    return counted(number, "conversation") + " found." if looked_for else ""
