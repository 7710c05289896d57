"""The Check page: compare a text from elsewhere with the library, sentence by sentence."""

import streamlit as st

from app.draft_check.checker import MAX_CHARACTERS
from app.ui.components import draft_report, second_reader
from app.ui.components.clicks import show_errors
from app.ui.components.text import show_notice, show_text
from app.ui.state.session import Session, current_session
from ingest.readers import KINDS


def show() -> None:
    """Draw the page."""
    session = current_session()
    st.title("Check a text")
    st.caption(
        "Does the library support it? Each sentence and each quotation is compared with the "
        "sources. The text is not stored."
    )
    reader = session.assistant.second_reader
    if reader and reader.reads_drafts:
        show_text(f"{second_reader.notice(session)} ({reader.name})", "soft")
    if not session.assistant.library.database.count("source"):
        show_notice("The library is empty: add documents on the Library page first.", "info")
        return
    _fields(session)
    show_errors(session)
    if session.draft.job:
        draft_report.show_progress(session)
    elif session.draft.report is not None:
        draft_report.show(session, session.draft.report)


def _fields(session: Session) -> None:
    draft = session.draft
    busy = draft.job is not None
    text = st.text_area(
        "Text to check",
        value=draft.text,
        height=110 if draft.report else 220,  # leaves more room for a report
        max_chars=MAX_CHARACTERS,
        placeholder="Paste a sentence, a quotation, a draft …",
        key=f"draft-{draft.text_key}",
    )
    draft.text = text
    if st.button("Check", type="primary", icon=":material/fact_check:", disabled=busy):
        session.check(text)
        st.rerun()
    with st.expander("Check a file instead"):
        file = st.file_uploader(f"A document ({KINDS})", key=f"file-{draft.upload_key}")
        if file and not busy:
            draft.upload_key += 1  # empties the field, so that the file does not stay in memory
            session.check(text, (file.name, file.getvalue()))
            st.rerun()
