"""Ways to add documents: files, a folder, a web page; and the sources folder read again."""

from pathlib import Path

import streamlit as st

from app.service.bootstrap import sources_folder
from app.ui.components.labels import counted, plain, styled
from app.ui.state.ingest_job import look_into
from app.ui.state.library_rows import megabytes
from app.ui.state.session import LOOPBACK, Session, window
from ingest.readers import KINDS
from ingest.source_files import is_address
from vectorstore.errors import BadInput

_LINE = "font-size:.92rem;overflow-wrap:anywhere"


def show(session: Session, *, busy: bool) -> None:
    """Draw them; what is chosen is begun."""
    files = st.file_uploader(
        f"Add documents or drop folders of them ({KINDS})",
        accept_multiple_files=True,
        key=f"upload-{session.uploads}",
        disabled=busy,
    )
    if files:
        _begin(session, files=[(file.name, file.getvalue()) for file in files])
    with st.container(horizontal=True):
        _add_folder(session, busy)
        if window().web_pages:
            _add_page(session, busy)
        if st.button(
            "Read the folder again",
            icon=":material/sync:",
            help="Take in what was added to, changed in or taken from the sources folder.",
            disabled=busy,
        ):
            _begin(session)


def _begin(
    session: Session,
    files: list[tuple[str, bytes]] | None = None,
    address: str = "",
    paths: tuple[Path, ...] = (),
) -> None:
    session.uploads += 1  # empty fields and closed popovers, so that nothing stays in memory
    session.take_in(files or [], address=address, paths=paths)
    st.rerun()


def _add_folder(session: Session, busy: bool) -> None:
    key = f"folder-{session.uploads}"
    with st.popover("Add a folder", icon=":material/folder:", disabled=busy, key=f"add-{key}"):
        files = st.file_uploader(
            "Choose a folder", accept_multiple_files="directory", key=f"chosen-{key}"
        )
        if files:
            _begin(session, files=[(file.name, file.getvalue()) for file in files])
        if st.get_option("server.address") in LOOPBACK:
            _on_this_machine(session, key)


def _on_this_machine(session: Session, key: str) -> None:
    """A folder by its path, for whoever sits at this machine: nothing needs to be uploaded."""
    given = st.text_input("Or write its path on this machine", key=f"path-{key}").strip()
    sources = sources_folder(session.assistant.library)
    if not given:
        st.caption("You see what it holds before anything is copied.")
        return
    try:
        found = look_into(given, sources)
    except BadInput as error:
        st.warning(plain(str(error)))
        return
    documents = counted(len(found.files), "document")
    st.html(styled(f"{documents} ({megabytes(found.size)}) in it and below it.", _LINE))
    if found.others:
        kinds = ", ".join(f"{number:,} {ending}" for ending, number in found.others.items())
        st.html(styled(f"Left out, because they cannot be read: {kinds}.", _LINE))
    said = f"They are copied into {sources}. The folder stays as it is, and is not watched."
    st.html(styled(said, _LINE))
    if st.button(f"Copy {documents} in", type="primary", key=f"copy-{key}"):
        _begin(session, paths=found.files)


def _add_page(session: Session, busy: bool) -> None:
    key = f"address-{session.uploads}"
    with st.popover("Add a web page", icon=":material/language:", disabled=busy, key=f"add-{key}"):
        address = st.text_input("Web address", placeholder="https://…", key=key).strip()
        st.caption("The page is fetched once, from this machine, and kept as a file.")
        if st.button("Fetch", type="primary", key=f"fetch-{session.uploads}"):
            if is_address(address):
                _begin(session, address=address)
            st.warning("Write a web address, beginning with https:// or http://.")
