"""Whether others may read the open conversation, where several people use the window."""

from functools import partial

import streamlit as st

from app.ui.access.opening import current_people
from app.ui.components.clicks import guarded
from app.ui.components.text import show_text
from app.ui.state.session import Session
from app.ui.state.shared import limits


def show(session: Session) -> None:
    """Draw a line; its owner can share the conversation and take that back."""
    found = session.conversations.find(session.conversation.id)
    if current_people() is None or found is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="sharing"):
        if session.conversation.read_only:
            show_text(f"{found.owner} shares this conversation with you. You can read it.", "soft")
            return
        address = f"{session.conversation.address}/?conversation={found.id}"
        who = f"Whoever is signed in can read this at {address}" if found.shared else "Only you"
        show_text(f"{who}." if found.shared else f"{who} can read this conversation.", "soft")
        label, icon = ("Stop sharing", "lock") if found.shared else ("Share", "group")
        share = guarded(session, partial(_share, session, found.id, shared=not found.shared))
        kind = f":material/{icon}:"
        st.button(label, icon=kind, key="share", type="tertiary", on_click=share)


def _share(session: Session, conversation_id: str, *, shared: bool) -> None:
    limits().take(session.name, "shared")
    session.conversations.share(conversation_id, shared=shared)
    session.note("shared a conversation" if shared else "stopped sharing a conversation")
