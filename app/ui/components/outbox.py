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
    js=read_files("memory.js", "sending.js", "outbox.js"),
)


def take(session: Session, page: str) -> None:
    """Accept what was sent, and tell the tab so, and which page is drawn.

    What was sent to another session, before a restart or a long sleep, is ignored: the tab sends
    what is still in its outbox to this one.
    """
    state = st.session_state.get(_KEY)
    values = (state.get("sent") if state else None) or {}
    entries = values.get("entries") if values.get("to") == session.id else []
    sent = list(sent_questions(entries))
    received = [str(one["id"]) for one in entries or () if isinstance(one, dict) and "id" in one]
    session.take(sent)
    open_ones = {one.id for one in sent} - session.taken
    conversation = session.conversation
    with st.container(key="outbox"):
        _render(
            key=_KEY,
            data={
                "conversation": conversation.id,
                "fresh": conversation.is_empty,
                "scope": scope_text(conversation.scope),
                "seen": session.ingest.finished,
                "session": session.id,
                "person": session.name,
                "page": page,
                "received": received,
                "acknowledged": [one for one in received if one not in open_ones],
            },
            default={"sent": {}},
            on_sent_change=lambda: None,
        )
