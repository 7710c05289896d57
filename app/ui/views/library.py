"""The Library page: what is there, adding and removing."""

import streamlit as st

from app.ui.components import intake, shelf
from app.ui.session import Session, session, warm_for_documents, window
from ingest.readers import KINDS
from ingest.shelf import is_address


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
        f"Add documents ({KINDS})",
        accept_multiple_files=True,
        key=f"upload-{current.uploads}",
        disabled=current.intake is not None,
    )
    if files:
        current.uploads += 1  # an empty uploader, so that nothing stays in memory
        current.take_in([(file.name, file.getvalue()) for file in files])
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if window().web_pages:
            _add_page(current)
        if st.button(
            "Read the folder again",
            icon=":material/sync:",
            help="Take in what was added to, changed in or taken from the sources folder.",
            disabled=current.intake is not None,
        ):
            current.take_in([])
            st.rerun()


def _add_page(current: Session) -> None:
    with st.popover("Add a web page", icon=":material/language:", disabled=bool(current.intake)):
        address = st.text_input(
            "Web address", placeholder="https://…", key=f"address-{current.uploads}"
        ).strip()
        st.caption("The page is fetched once, from this machine, and kept as a file.")
        if st.button("Fetch", type="primary", key=f"fetch-{current.uploads}"):
            if is_address(address):
                current.uploads += 1  # an empty field and a closed popover
                current.take_in([], address=address)
                st.rerun()
            st.warning("Write a web address, beginning with https:// or http://.")
