"""The sidebar: the name, a new conversation, the earlier ones."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.ui.components.labels import plain
from app.ui.session import Session
from vectorstore.conversations import Conversation

_SHOWN = 30


def show(session: Session, ask_page: StreamlitPage) -> None:
    """Draw it; opening a conversation goes to the Ask page."""
    with st.sidebar:
        if st.button("New conversation", icon=":material/add:", width="stretch"):
            session.open("")
            st.switch_page(ask_page)
        earlier = session.conversations.all()
        if earlier:
            st.caption("Conversations")
        for conversation in earlier[:_SHOWN]:
            here = conversation.id == session.conversation_id
            with st.container(horizontal=True, vertical_alignment="center", gap=None, wrap=False):
                if st.button(
                    plain(conversation.title),
                    key=f"open-{conversation.id}",
                    type="tertiary",
                    icon=":material/chat_bubble:" if here else None,
                    width="stretch",
                ):
                    session.open(conversation.id)
                    st.switch_page(ask_page, query_params={"conversation": conversation.id})
                _delete(session, conversation, here=here)


def _delete(session: Session, conversation: Conversation, *, here: bool) -> None:
    """Two clicks, because it cannot be undone."""
    with st.popover("", icon=":material/delete:", type="tertiary", help="Delete this conversation"):
        if st.button("Delete this conversation", key=f"delete-{conversation.id}"):
            session.conversations.delete(conversation.id)
            if here:
                session.open("")
            st.rerun()
