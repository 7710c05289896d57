"""The sidebar: start a conversation; search, open, rename and delete earlier ones.

The list is a single component, because every Streamlit element costs time at each redraw. It runs
as a fragment, so that a search does not redraw the page.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.ui.components import watch
from app.ui.components.clicks import receiver
from app.ui.components.text import read_files
from app.ui.state.session import Session
from app.ui.wording import count_of
from vectorstore.storage.conversations import Conversation
from vectorstore.text.iso_dates import today

_KEY = "conversations"
_MAX_SHOWN = 100  # conversations; a search finds older ones
_INTERVAL = 2.0  # seconds between two looks while something is being answered; judged
_render = st.components.v2.component(
    "kakehashi_sidebar",
    html='<nav id="conversations" aria-label="Conversations"></nav>',
    css=read_files("sidebar.css"),
    js=read_files("dom.js", "memory.js", "sending.js", "sidebar.js"),
)


def show(session: Session, ask_page: StreamlitPage) -> None:
    """Draw it; a click on a conversation opens it on the Ask page."""
    with st.sidebar:
        if session.busy():
            _changing_list(session, ask_page)
        else:
            _still_list(session, ask_page)


@st.fragment
def _still_list(session: Session, ask_page: StreamlitPage) -> None:
    _list(session, ask_page)


@st.fragment
def _changing_list(session: Session, ask_page: StreamlitPage) -> None:
    """Draw the list until all that this tab asked is answered."""
    seen = session.busy()
    _list(session, ask_page)
    if not seen:
        st.rerun()
    watch.until_changed(session, "conversations", session.busy, seen, _INTERVAL)


def _list(session: Session, ask_page: StreamlitPage) -> None:
    query, deleted = session.conversation_list.query, session.conversation_list.deleted
    found = session.conversations.search(query)
    _render(
        key=_KEY,
        data={
            "groups": group_by_day(found[:_MAX_SHOWN], today(), session.busy()),
            "here": session.conversation.id,
            "turns": len(session.conversation.answers),
            "deleted": deleted.conversation.title if deleted else None,
            "searching": bool(query),
            "search": bool(found or query),
            "note": _note(len(found), query),
        },
        on_act_change=receiver(session, _KEY, "act", partial(_act, session, ask_page)),
    )


def _act(session: Session, ask_page: StreamlitPage, clicked: dict[str, Any]) -> None:
    """Do what was clicked: `do` names the action, `id` the conversation, `text` what was typed."""
    conversations, state = session.conversations, session.conversation_list
    conversation_id, text = clicked.get("id", ""), clicked.get("text", "")
    match clicked["do"]:
        case "new":
            state.deleted = None
            session.begin_conversation(conversation_id)
            st.switch_page(ask_page)
        case "find":
            state.query = text
        case "rename":
            conversations.rename(conversation_id, text)
        case "delete":
            _delete(session, conversation_id)
        case "undo" if state.deleted:
            conversations.restore(state.deleted)
            state.deleted = None
        case "open":
            state.deleted = None
            session.open_conversation(conversation_id)
            st.switch_page(ask_page, query_params={"conversation": conversation_id})


def _delete(session: Session, conversation_id: str) -> None:
    session.conversation_list.deleted = session.conversations.delete(conversation_id)
    session.queue.stop_all(conversation_id)
    if conversation_id == session.conversation.id:
        session.open_conversation("")
        st.rerun()


def group_by_day(
    conversations: Sequence[Conversation], this_day: date, busy: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Group conversations by the day of their last use, as the component draws them.

    `busy` has the ids of those in which an answer is being written.
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in conversations:
        day, time = date.min, ""
        with suppress(ValueError):
            used = datetime.fromisoformat(one.changed).astimezone()
            day = used.date()
            recent = this_day - day < timedelta(days=2)
            time = f"{used:%H:%M}" if recent else f"{used:%Y-%m-%d}"
        name = "Today" if day >= this_day else "Earlier"
        if day == this_day - timedelta(days=1):
            name = "Yesterday"
        row = {"id": one.id, "title": one.title or "Untitled", "time": time, "busy": one.id in busy}
        groups.setdefault(name, []).append(row)
    return [{"name": name, "rows": rows} for name, rows in groups.items()]


def _note(number: int, query: str) -> str:
    """Return the line below the list."""
    if query and not number:
        return "No conversation contains these words."
    if number > _MAX_SHOWN:
        return f"{count_of(number - _MAX_SHOWN, 'older conversation')} not shown. Use the search."
    return count_of(number, "conversation") + " found." if query else ""
