"""The Ask page: a conversation with the library."""

import streamlit as st

from app.ui.components import announcer, intake, running, scope, suggested, turn, welcome
from app.ui.components.labels import plain
from app.ui.session import Session, session


def show() -> None:
    """The page."""
    current = session()
    _ask(current)
    if current.turns:
        st.query_params["conversation"] = current.conversation_id
    if current.turns or current.answering:
        announcer.show(current)
    elif not current.intake:
        welcome.show(current)
    for number in range(len(current.turns)):
        turn.show(current, number)
    _taken_out(current)
    intake.show(current)
    if current.answering:
        running.show(current)
    elif current.turns:
        suggested.show(current, current.turns[-1])
    if current.error:
        st.error(plain(current.error), icon=":material/error:")
    if current.assistant.library.database.count("source"):
        scope.show(current)
    if current.dialog:
        current.dialog()


def _taken_out(current: Session) -> None:
    """The way back for an answer that was taken out."""
    if current.taken_out:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text("The answer was taken out of the conversation.")
            if st.button("Undo", icon=":material/undo:", key="remember"):
                current.remember()
                st.rerun()


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
