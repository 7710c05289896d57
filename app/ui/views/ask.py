"""The Ask page: a conversation with the library."""

import streamlit as st

from app.export.citation_styles import load_citation_style
from app.ui.components import (
    announcer,
    answer_in_progress,
    ingest_progress,
    scope_filter,
    suggestions,
    turn,
    welcome,
)
from app.ui.components.text import show_error
from app.ui.state.ingest_job import IngestRequest
from app.ui.state.session import Session, current_session


def show() -> None:
    """Draw the page."""
    session = current_session()
    _question_field(session)
    conversation, database = session.conversation, session.assistant.library.database
    if conversation.answers:
        st.query_params["conversation"] = conversation.id
    if conversation.answers or conversation.job:
        announcer.show(session)
    elif not session.ingest.job:
        welcome.show(session)
    form = load_citation_style(database)
    for number in range(len(conversation.answers)):
        turn.show(session, number, form)
    turn.show_undo(session)
    ingest_progress.show(session)
    if conversation.job:
        answer_in_progress.show(session)
    elif conversation.answers:
        suggestions.show(session, conversation.answers[-1])
    show_error(session.error)
    if database.count("source"):
        scope_filter.show(session)
    if conversation.dialog:
        conversation.dialog()


def _question_field(session: Session) -> None:
    """Draw the field, which Streamlit puts at the bottom of the page."""
    conversation = session.conversation
    if conversation.unsent:
        st.session_state["question"], conversation.unsent = conversation.unsent, ""
    given = st.chat_input(
        "Ask the library, or drop documents here",
        key="question",
        accept_file="multiple",
        disabled=conversation.job is not None or session.ingest.job is not None,
    )
    if not given:
        return
    files = [(file.name, file.getvalue()) for file in given.files]
    if files:
        session.add_documents(IngestRequest(files, question=given.text))
    elif given.text.strip():
        session.ingest.changes = None
        session.ask(given.text)
    if conversation.unsent or conversation.job or session.ingest.job:
        st.rerun()  # the field above was drawn before this change
