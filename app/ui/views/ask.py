"""The Ask page: a conversation with the library."""

import streamlit as st

from app.export.citation_styles import load_citation_style
from app.ui.components import (
    activity,
    announcer,
    answer_in_progress,
    ingest_progress,
    question_field,
    scope_filter,
    sharing,
    suggestions,
    turn,
    unanswered,
    welcome,
)
from app.ui.components.clicks import show_errors
from app.ui.state.session import current_session


def show() -> None:
    """Draw the page."""
    session = current_session()
    conversation, database = session.conversation, session.assistant.library.database
    with st.bottom:
        if database.count("source") and not conversation.read_only:
            scope_filter.show(session)
        activity.show(session)
        question_field.show(session)
    if not conversation.is_empty:
        if st.query_params.get("conversation") != conversation.id:
            st.query_params["conversation"] = conversation.id
        announcer.show(session)
        sharing.show(session)
    elif not session.ingest.job:
        welcome.show(session)
    form = load_citation_style(database, session.name)
    for number in range(len(conversation.answers)):
        turn.show(session, number, form)
    turn.show_undo(session)
    ingest_progress.show(session)
    if conversation.job:
        answer_in_progress.show(session)
    unanswered.show(session)
    if conversation.answers and not (conversation.questions or conversation.read_only):
        suggestions.show(session, conversation.answers[-1])
    show_errors(session)
    if conversation.dialog:
        conversation.dialog()
