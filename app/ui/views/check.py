"""The Check page: a text from outside, and what the library says to each of its sentences."""

import streamlit as st

from app.draft_check.checker import LONGEST
from app.ui.components import draft_report as checked
from app.ui.state.session import Session, session
from ingest.readers import KINDS


def show() -> None:
    """The page."""
    current = session()
    st.title("Check a text")
    st.caption(
        "Does the library bear it out? Each sentence and each quotation is compared with the "
        "sources. The text is not kept."
    )
    if not current.assistant.library.database.count("source"):
        st.info(
            "The library is empty: add documents on the Library page first.",
            icon=":material/menu_book:",
        )
        return
    _give(current)
    if current.error:
        st.error(current.error, icon=":material/error:")
    if current.checking:
        checked.progress(current)
    elif current.report is not None:
        checked.show(current, current.report)


def _give(current: Session) -> None:
    busy = current.checking is not None
    text = st.text_area(
        "Text to check",
        value=current.draft,
        height=110 if current.report else 220,  # the report is what is read then
        max_chars=LONGEST,
        placeholder="Paste a sentence, a quotation, a draft …",
        key=f"draft-{current.drafts}",
    )
    current.draft = text
    if st.button("Check", type="primary", icon=":material/fact_check:", disabled=busy):
        current.check(text)
        st.rerun()
    with st.expander("Check a file instead"):
        file = st.file_uploader(f"A document ({KINDS})", key=f"file-{current.uploads}")
        if file and not busy:
            current.uploads += 1  # an empty uploader, so that nothing stays in memory
            current.check(text, file.name, file.getvalue())
            st.rerun()
