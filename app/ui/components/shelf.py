"""The sources, each with what can be done with it, and the files that could not be read."""

import streamlit as st

from app.presenting import credit
from app.ui.components.labels import counted, styled
from app.ui.session import Session, Viewing
from app.wiring import sources_folder
from ingest.shelf import remove, restore
from vectorstore.records import Source

_SHOWN = 100


def show(session: Session) -> None:
    """Draw them."""
    _undo(session)
    catalog = session.assistant.library.catalog
    sources = catalog.sources()
    if not sources:
        st.info("Nothing here yet: add documents above.", icon=":material/menu_book:")
    wanted = ""
    if len(sources) > 8:
        wanted = st.text_input("Filter by title or file name").casefold()
    chosen = [s for s in sources if wanted in f"{s.metadata.title} {s.path}".casefold()]
    passages = counted(sum(source.passages for source in sources), "passage")
    st.caption(f"{counted(len(sources), 'source')}, {passages}")
    for source in chosen[:_SHOWN]:
        _row(session, source)
    if len(chosen) > _SHOWN:
        st.caption(f"{len(chosen) - _SHOWN:,} more: filter to see them.")
    for file in catalog.unreadable():
        with st.container(border=True):
            st.html(styled(f"✗ {file.path}", "font-weight:600;overflow-wrap:anywhere"))
            st.html(styled(file.reason, "font-size:.9rem"))


def _row(session: Session, source: Source) -> None:
    with st.container(border=True, key=f"source-{source.id}"):
        st.html(styled(source.metadata.title, "font-weight:600;overflow-wrap:anywhere"))
        pages = f"{counted(source.pages, 'page')} · " if source.pages else ""
        details = f"{source.path} · {pages}{counted(source.passages, 'passage')}"
        st.html(styled(details, "font-size:.88rem;opacity:.8;overflow-wrap:anywhere"))
        for text in (credit(source.metadata), *source.warnings, source.metadata.note):
            if text:
                st.html(styled(text, "font-size:.88rem;opacity:.8"))
        with st.container(horizontal=True):
            if st.button("Read", key=f"read-{source.id}", icon=":material/article:"):
                session.viewing = Viewing(source.id, whole=True)
            if st.button(
                "Remove",
                key=f"remove-{source.id}",
                icon=":material/delete:",
                disabled=session.intake is not None,
            ):
                _remove(session, source)


def _remove(session: Session, source: Source) -> None:
    library = session.assistant.library
    session.removed = remove(library, sources_folder(library), source.id)
    session.changes = None
    st.rerun()


def _undo(session: Session) -> None:
    if not session.removed:
        return
    path, kept = session.removed.source.path, session.removed.content is not None
    said = f"Removed {path} from the library" + (" and the folder." if kept else ".")
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.html(styled(said, "font-size:.95rem;overflow-wrap:anywhere"))
        if kept and st.button("Undo", icon=":material/undo:", key="undo"):
            library = session.assistant.library
            session.changes = [restore(library, sources_folder(library), session.removed)]
            session.removed = None
            st.rerun()
