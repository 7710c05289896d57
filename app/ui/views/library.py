"""The Library page: the list of sources, adding and removing them, maintenance."""

import streamlit as st

from app.service.people import Role
from app.ui.components import ingest_progress, maintenance, removal, source_list, upload
from app.ui.components.clicks import show_errors
from app.ui.state.library_state import library_state
from app.ui.state.session import Session, current_session
from app.ui.state.shared import warm_up_for_documents
from app.ui.views import ask


def show() -> None:
    """Draw the page."""
    session, state = current_session(), library_state()
    warm_up_for_documents()
    if session.ingest.job:
        state.ingest_job = session.ingest.job  # shows it in other tabs and after a reload
    st.title("Library")
    upload.show(session, busy=bool(state.busy))
    ingest_progress.show(session, state.ingest_job)
    show_errors(session)
    removal.show(session, state)
    source_list.show(session, state, lambda conversation: _open(session, conversation))
    if session.may(Role.EDITOR) and (rows := state.rows(session.name)):
        maintenance.show(session, state, rows)


def _open(session: Session, conversation_id: str) -> None:
    session.open_conversation(conversation_id)
    page = st.Page(ask.show, url_path="ask", default=True)
    st.switch_page(page, query_params={"conversation": conversation_id})
