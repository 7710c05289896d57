"""The Library page: what is there, adding and removing."""

import streamlit as st

from app.ui.components import intake, shelf
from app.ui.session import Session, session, warm_for_documents


def show() -> None:
    """The page."""
    current = session()
    warm_for_documents()
    st.title("Library")
    _add(current)
    intake.show(current)
    if current.error:
        st.error(current.error, icon=":material/error:")
    shelf.show(current)


def _add(current: Session) -> None:
    files = st.file_uploader(
        "Add documents (PDF, Markdown, plain text)",
        accept_multiple_files=True,
        key=f"upload-{current.uploads}",
        disabled=current.intake is not None,
    )
    if files:
        current.uploads += 1  # an empty uploader, so that nothing stays in memory
        current.take_in([(file.name, file.getvalue()) for file in files])
        st.rerun()
    if st.button(
        "Read the folder again",
        icon=":material/sync:",
        help="Take in what was added to, changed in or taken from the sources folder.",
        disabled=current.intake is not None,
    ):
        current.take_in([])
        st.rerun()
