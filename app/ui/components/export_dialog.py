"""The export dialog: download an answer or its whole conversation as a file.

Each file is made when its button is clicked, from the answers as they are stored then: a source may
have been changed or removed since the dialog was opened. `app/export` writes the files.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from app.answering.citations import linked_from
from app.export.citation_styles import load_citation_style, save_citation_style
from app.export.files import cited_sources, export, file_name
from app.export.footnotes import footnotes
from app.export.formats import (
    CITATION_STYLE_NAMES,
    CITATION_STYLES,
    FORMAT_INFO,
    CitationStyle,
    Format,
)
from app.ui.components.text import show_text
from app.ui.state.session import Session
from vectorstore.errors import BadInput
from vectorstore.records import Answer
from vectorstore.text.iso_dates import today

_ONE, _ALL = "This answer", "The whole conversation"
_DOCUMENTS: tuple[Format, ...] = ("markdown", "docx", "html")
_REFERENCES: tuple[Format, ...] = ("bibtex", "ris", "csl")


def show(session: Session, answer: Answer) -> None:
    """Draw the dialog for an answer of the open conversation, with the choice to export it all."""
    conversation = session.conversation

    @st.dialog("Export", width="medium", on_dismiss=conversation.close_dialog)
    def dialog() -> None:
        _content(session, answer)

    dialog()


def _content(session: Session, answer: Answer) -> None:
    answers, has_more = [answer], len(session.conversation.answers) > 1
    if has_more and st.radio("What", (_ONE, _ALL), horizontal=True, key="export-what") == _ALL:
        answers = session.conversation.answers
    title = answers[0].question
    form = _citation_form(session)
    sources = cited_sources(answers, session.assistant.library.catalog)
    if notes := footnotes(answers[0], sources, form, today()):
        show_text(f"Example: {notes[0]}", "soft")
    _downloads(session, answers, title, _DOCUMENTS, "Documents", form)
    if any(answer.citations for answer in answers):
        heading = "Cited sources for a reference manager"
        _downloads(session, answers, title, _REFERENCES, heading, form)
    if len(answers) == 1:
        show_text("Everything that led to the answer, for an audit", "heading")
        st.download_button(
            "Audit bundle",
            data=session.conversation.audit_bundle(session.assistant, answer),
            file_name=f"{file_name(title)}-audit.json",
            mime="application/json",
            key="export-audit",
            on_click="ignore",
        )


def _citation_form(session: Session) -> CitationStyle:
    """Let the reader choose the citation style; remember it."""
    database = session.assistant.library.database
    form: CitationStyle = st.radio(
        "Citation style",
        CITATION_STYLES,
        index=CITATION_STYLES.index(load_citation_style(database, session.name)),
        format_func=lambda one: CITATION_STYLE_NAMES[one],
        horizontal=True,
        key="export-form",
        on_change=lambda: save_citation_style(
            database, st.session_state["export-form"], session.name
        ),
    )
    return form


def _downloads(
    session: Session,
    answers: Sequence[Answer],
    title: str,
    formats: Sequence[Format],
    heading: str,
    form: CitationStyle,
) -> None:
    show_text(heading, "heading")
    with st.container(horizontal=True, gap="small"):
        for one in formats:
            st.download_button(
                FORMAT_INFO[one].label,
                data=_file_maker(session, answers, title, one, form),
                file_name=file_name(title) + FORMAT_INFO[one].suffix,
                mime=FORMAT_INFO[one].media_type,
                key=f"export-{one}",
                on_click="ignore",
            )


def _file_maker(
    session: Session, answers: Sequence[Answer], title: str, kind: Format, form: CitationStyle
) -> Callable[[], bytes]:
    """Return a function that makes the file; the time of an answer identifies it."""
    library, conversation = session.assistant.library, session.conversation
    store, conversation_id, address = conversation.store, conversation.id, conversation.address
    chosen = {conversation.time_of(answer) for answer in answers}

    def make() -> bytes:
        stored = zip(store.answers(conversation_id), store.times(conversation_id), strict=True)
        dated = [(linked_from(one, address), time) for one, time in stored if time in chosen]
        if not dated:
            raise BadInput("This answer is no longer there: close the dialog.")
        sources = cited_sources([answer for answer, _ in dated], library.catalog)
        return export(dated, sources, kind, form, today(), title).content

    return make
