"""The Ask page: a conversation with the library."""

import streamlit as st

from app.export import chosen_form
from app.ui.components import announcer, turn, welcome
from app.ui.components import answer_in_progress as running
from app.ui.components import ingest_progress as intake
from app.ui.components import scope_filter as scope
from app.ui.components import suggestions as suggested
from app.ui.components.labels import plain
from app.ui.state.session import Session, session


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
    form = chosen_form(current.assistant.library.database)
    for number in range(len(current.turns)):
        turn.show(current, number, form)
    turn.show_way_back(current)
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
    if current.refused or current.answering or current.intake:
        st.rerun()  # the field has been drawn as it was before
