"""Questions of the open conversation without an answer: they wait, or were handed back."""

import streamlit as st

from app.ui.components.clicks import receiver
from app.ui.components.text import read_files
from app.ui.state.outbox import scope_text
from app.ui.state.session import Session

_render = st.components.v2.component(
    "kakehashi_unanswered",
    html='<div id="unanswered"></div>',
    css=read_files("unanswered.css"),
    js=read_files("dom.js", "sending.js", "unanswered.js"),
)


def show(session: Session) -> None:
    """Draw them, if there are any."""
    questions = session.conversation.unanswered
    if not questions:
        return
    data = [
        {
            "id": one.id,
            "text": one.text,
            "returned": one.returned,
            "how": {"alone": one.alone, "before": one.before, "scope": scope_text(one.scope)},
        }
        for one in questions
    ]

    def withdraw(question_id: str) -> None:
        if question_id in [one.id for one in session.conversation.unanswered]:
            session.withdraw(question_id)

    key = f"unanswered-{session.conversation.id}"
    # In a container of its own: Streamlit hides a component that another one displaces.
    with st.container(key="unanswered"):
        _render(
            key=key,
            data={"questions": data},
            on_withdraw_change=receiver(session, key, "withdraw", withdraw),
        )
