"""The Ask page: a conversation with the library."""

import streamlit as st

from app.ui.components import intake, running, turn, welcome
from app.ui.session import Session, session


def show() -> None:
    """The page."""
    current = session()
    _ask(current)
    if current.turns:
        st.query_params["conversation"] = current.conversation_id
    if not current.turns and not current.answering and not current.intake:
        welcome.show(current)
    for number, answer in enumerate(current.turns):
        turn.show(current, answer, f"{current.conversation_id}-{number}")
    intake.show(current)
    if current.answering:
        running.show(current)
    if current.error:
        st.error(current.error, icon=":material/error:")


def _ask(current: Session) -> None:
    """The field at the foot of the page, wherever it is called."""
    if current.refused:
        st.session_state["question"], current.refused = current.refused, ""
    given = st.chat_input(
        "Ask the library, or drop documents here",
        key="question",
        accept_file="multiple",
        disabled=current.answering is not None or current.intake is not None,
    )
    if not given:
        return
    files = [(file.name, file.getvalue()) for file in given.files]
    if files:
        current.take_in(files, question=given.text)
    elif given.text.strip():
        current.changes = None
        current.ask(given.text)
        if current.refused:
            st.rerun()
