"""What was asked and is on its way to the library, whichever page is open.

A question is state of this component, not an event: a run of the page that is cut short loses no
part of it, because the next run finds it again. The tab keeps it until it is acknowledged. The
component is drawn by the router, so that its state survives a change of the page.
"""

import streamlit as st

from app.ui.components.text import read_files
from app.ui.state.outbox import scope_text, sent_questions
from app.ui.state.session import Session

_KEY = "sent-questions"
_render = st.components.v2.component(
    "kakehashi_outbox",
    html='<div id="outbox" hidden></div>',
    js=read_files("memory.js", "outbox.js"),
)


def take(session: Session) -> None:
    """Accept what was sent, and tell the tab so."""
    state = st.session_state.get(_KEY)
    sent = list(sent_questions(state.get("sent") if state else None))
    session.take(sent)
    conversation = session.conversation
    with st.container(key="outbox"):
        _render(
            key=_KEY,
            data={
                "conversation": conversation.id,
                "fresh": conversation.is_empty,
                "scope": scope_text(conversation.scope),
                "uploads": session.ingest.upload_key,
                "received": [one.id for one in sent],
                "acknowledged": [one.id for one in sent if one.id in session.taken],
            },
            default={"sent": []},
            on_sent_change=lambda: None,
        )
