"""The sources, each with what can be done with it, and the files that could not be read."""

from dataclasses import asdict

import streamlit as st

from app.presenting import credit
from app.ui.components.labels import counted, plain, styled
from app.ui.session import Session
from app.ui.viewing import Viewing
from app.wiring import sources_folder
from ingest.shelf import delete_unreadable, edit, remove, restore
from vectorstore.copies import repeated
from vectorstore.errors import BadInput
from vectorstore.records import UNITS, Source, Unreadable

_SHOWN = 100
_FIELDS = (  # by row
    {"title": "Title"},
    {"author": "Author", "publisher": "Publisher"},
    {"date": "Date (2023, 2023-05 …)", "language": "Language (en, ja …)"},
    {"url": "Web address", "note": "Note"},
)


def show(session: Session) -> None:
    """Draw them."""
    catalog = session.assistant.library.catalog
    sources = catalog.sources()
    if not sources:
        st.info("Nothing here yet: add documents above.", icon=":material/menu_book:")
    wanted = ""
    if len(sources) > 8:
        wanted = st.text_input("Filter by title or file name").casefold()
    chosen = [s for s in sources if wanted in f"{s.metadata.title} {s.path}".casefold()]
    passages = counted(sum(source.passages for source in sources), "passage")
    unread = catalog.unreadable()
    failed = f", {counted(len(unread), 'file')} not readable (see below)" if unread else ""
    st.caption(f"{counted(len(sources), 'source')}, {passages}{failed}")
    place = (
        sum(_order(source) < _order(session.removed.source) for source in chosen)
        if (session.removed)
        else 0
    )
    for number, source in enumerate(chosen[:_SHOWN]):
        if number == place:
            _undo(session)  # where the removed one was
        _row(session, source)
    if place >= len(chosen[:_SHOWN]):
        _undo(session)
    if len(chosen) > _SHOWN:
        st.caption(f"{len(chosen) - _SHOWN:,} more: filter to see them.")
    _repeats(session, sources)
    for file in unread:
        _unread(session, file)


def _order(source: Source) -> tuple[str, str]:
    """What sources are listed by."""
    return source.metadata.title.casefold(), source.id


def _unread(session: Session, file: Unreadable) -> None:
    """A file that could not be read, with its reason."""
    with st.container(border=True, key=f"unread-{file.path}"):
        st.html(styled(f"✗ {file.path}", "font-weight:600;overflow-wrap:anywhere"))
        st.html(styled(file.reason, "font-size:.9rem;overflow-wrap:anywhere"))
        busy = session.intake is not None
        with st.container(horizontal=True):
            library = session.assistant.library
            if st.button(
                "Try again", key=f"again-{file.path}", icon=":material/refresh:", disabled=busy
            ):
                library.catalog.forget_unreadable(file.path)
                session.take_in([])
                st.rerun()
            if st.button(
                "Delete the file", key=f"drop-{file.path}", icon=":material/delete:", disabled=busy
            ):
                delete_unreadable(library, sources_folder(library), file.path)
                st.rerun()


def _row(session: Session, source: Source) -> None:
    with st.container(border=True, key=f"source-{source.id}"):
        st.html(styled(source.metadata.title, "font-weight:600;overflow-wrap:anywhere"))
        unit = UNITS.get(source.kind, "page")
        pages = f"{counted(source.pages, unit)} · " if source.pages else ""
        details = f"{source.path} · {pages}{counted(source.passages, 'passage')}"
        st.html(styled(details, "font-size:.88rem;opacity:.8;overflow-wrap:anywhere"))
        for text in (credit(source.metadata), *source.warnings, source.metadata.note):
            if text:
                st.html(styled(text, "font-size:.88rem;opacity:.8"))
        with st.container(horizontal=True):
            if st.button("Read", key=f"read-{source.id}", icon=":material/article:"):
                session.viewing = Viewing(source.id)
            if st.button(
                "Remove",
                key=f"remove-{source.id}",
                icon=":material/delete:",
                disabled=session.intake is not None,
            ):
                _remove(session, source)
            _edit(session, source)


def _edit(session: Session, source: Source) -> None:
    """A form for what is said of a source; it is kept in the file beside it."""
    version = f"{source.id}-{session.assistant.library.revision}"
    with st.popover(
        "Describe", icon=":material/edit:", disabled=bool(session.intake), key=f"edit-{version}"
    ):
        known = asdict(source.metadata)
        given = {}
        for names in _FIELDS:
            for field, column in zip(names, st.columns(len(names)), strict=True):
                given[field] = column.text_input(
                    names[field], value=known[field], key=f"{field}-{version}"
                )
        if st.button("Save", type="primary", key=f"save-{version}"):
            changes = {field: text for field, text in given.items() if text != known[field]}
            library = session.assistant.library
            try:
                edit(library, sources_folder(library), source.id, changes)
            except BadInput as error:
                st.warning(plain(str(error)))
            else:
                st.toast(f"Saved what is said of {plain(source.path)}.")
                st.rerun()


def _repeats(session: Session, sources: list[Source]) -> None:
    """Which sources say the same nearly word for word, looked for when asked."""
    if len(sources) < 2:
        return
    with st.expander("Sources that repeat each other"):
        if not st.button("Look for them", key="copies"):
            st.caption("Passages that stand nearly word for word in several sources.")
            return
        titles = {source.id: source.metadata.title for source in sources}
        with st.spinner("Comparing all passages …"):
            pairs = repeated(session.assistant.library.passages.all())
        if not pairs:
            st.text("No two sources repeat each other.")
        for pair in pairs[:_SHOWN]:
            passages = counted(pair.passages, "passage")
            one, other = titles.get(pair.source_id, ""), titles.get(pair.other_id, "")
            said = f"{passages} of “{one}” nearly word for word in “{other}”"
            st.html(styled(said, "font-size:.92rem;overflow-wrap:anywhere"))


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
    if answers := len(session.removed.taken.answers):
        said += f" Its words were taken out of {counted(answers, 'answer')}."
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.html(styled(said, "font-size:.95rem;overflow-wrap:anywhere"))
        if kept and st.button("Undo", icon=":material/undo:", key="undo"):
            library = session.assistant.library
            session.changes = [restore(library, sources_folder(library), session.removed)]
            session.removed = None
            st.rerun()
