"""The field for questions at the bottom of the Ask page, and the documents dropped there."""

import streamlit as st

from app.service.people import Role
from app.ui.components.clicks import guarded
from app.ui.components.text import read_files
from app.ui.state.ingest_job import IngestRequest
from app.ui.state.session import Session

_render = st.components.v2.component(
    "kakehashi_question",
    html='<div id="question"></div>',
    css=read_files("question_field.css"),
    js=read_files("dom.js", "memory.js", "question_field.js"),
)


def show(session: Session) -> None:
    """Draw the field; what is dropped on the page is added at once."""
    conversation = session.conversation
    if conversation.read_only:
        return
    with st.container(key="attachments"):
        files = st.file_uploader(
            "Documents to add",
            accept_multiple_files=True,
            key=f"attached-{session.ingest.upload_key}",
            disabled=session.ingest.job is not None or not session.may(Role.EDITOR),
        )
    if files:
        session.ingest.upload_key += 1  # empties it, so that no file stays in memory
        request = IngestRequest([(file.name, file.getvalue()) for file in files])
        guarded(session, session.add_documents)(request)
        st.rerun()
    _render(
        key="question-field",
        data={
            "conversation": conversation.id,
            "fresh": conversation.is_empty,
            "busy": any(not one.returned for one in conversation.questions),
            "adding": session.ingest.job is not None,
        },
    )
