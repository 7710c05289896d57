"""Ways to add documents: files, a folder or a web page; and a rescan of the sources folder."""

from pathlib import Path

import streamlit as st

from app.service.bootstrap import sources_folder
from app.service.people import Role
from app.ui.components.clicks import guarded
from app.ui.components.text import show_notice, show_text
from app.ui.state.folder import FolderContents, inspect_folder
from app.ui.state.ingest_job import IngestRequest
from app.ui.state.session import Session
from app.ui.state.shared import shared
from app.ui.wording import count_of, file_size
from ingest.readers import KINDS
from ingest.source_files import is_address
from vectorstore.errors import BadInput


def show(session: Session, *, busy: bool) -> None:
    """Draw them for who may add; a choice starts at once."""
    if not session.may(Role.EDITOR):
        return
    files = st.file_uploader(
        f"Add documents or drop folders ({KINDS})",
        accept_multiple_files=True,
        key=f"upload-{session.ingest.upload_key}",
        disabled=busy,
    )
    if files:
        _start(session, IngestRequest([(file.name, file.getvalue()) for file in files]))
    with st.container(horizontal=True):
        _folder_button(session, busy)
        if shared().web_pages:
            _web_page_button(session, busy)
        if st.button(
            "Rescan folder",
            icon=":material/sync:",
            help="Bring the library up to date with the files in the sources folder.",
            disabled=busy,
        ):
            _start(session, IngestRequest())


def _start(session: Session, request: IngestRequest) -> None:
    session.ingest.upload_key += 1  # empties the fields, so that no file stays in memory
    guarded(session, session.add_documents)(request)
    st.rerun()


def _folder_button(session: Session, busy: bool) -> None:
    key = f"folder-{session.ingest.upload_key}"
    with st.popover("Add a folder", icon=":material/folder:", disabled=busy, key=f"add-{key}"):
        files = st.file_uploader(
            "Choose a folder", accept_multiple_files="directory", key=f"chosen-{key}"
        )
        if files:
            _start(session, IngestRequest([(file.name, file.getvalue()) for file in files]))
        if session.may(Role.ADMIN):
            _path_field(session, key)


def _path_field(session: Session, key: str) -> None:
    """Offer a folder by its path to who looks after this machine: nothing is uploaded."""
    path = st.text_input("Or enter its path on this machine", key=f"path-{key}").strip()
    sources = sources_folder(session.assistant.library)
    if not path:
        st.caption("You see what it contains before anything is copied.")
        return
    try:
        contents = inspect_folder(path, sources)
    except BadInput as error:
        show_notice(str(error), "warning")
        return
    _show_contents(contents, sources)
    documents = count_of(len(contents.files), "document")
    if st.button(f"Copy {documents}", type="primary", key=f"copy-{key}"):
        paths = (*contents.files, *contents.refused)  # the result says why these were refused
        _start(session, IngestRequest(paths=paths, folder=contents.folder))


def _show_contents(contents: FolderContents, sources: Path) -> None:
    documents = count_of(len(contents.files), "document")
    show_text(f"{documents} ({file_size(contents.size)}), including subfolders.", "line")
    if contents.skipped:
        kinds = ", ".join(f"{number:,} {ending}" for ending, number in contents.skipped.items())
        show_text(f"Skipped, because their format cannot be read: {kinds}.", "line")
    show_text(
        f"They will be copied into {sources}. The original folder is neither changed nor watched.",
        "line",
    )


def _web_page_button(session: Session, busy: bool) -> None:
    number = session.ingest.upload_key
    key = f"address-{number}"
    with st.popover("Add a web page", icon=":material/language:", disabled=busy, key=f"add-{key}"):
        address = st.text_input("Web address", placeholder="https://…", key=key).strip()
        st.caption("The page is fetched once, from this machine, and saved as a file.")
        if st.button("Fetch", type="primary", key=f"fetch-{number}"):
            if is_address(address):
                _start(session, IngestRequest(address=address))
            show_notice("Enter a web address that begins with https:// or http://.", "warning")
