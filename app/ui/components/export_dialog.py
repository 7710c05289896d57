"""“Take it with you”: a dialog that gives an answer or its conversation as a file.

Each file is made when its button is clicked, from the answers as they are kept then: a source may
have changed or gone since the dialog was opened. What stands in it is the business of `app/export`.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import streamlit as st

from app.export import (
    FORM_NAMES,
    FORMS,
    KINDS,
    Form,
    Format,
    chosen_form,
    cited,
    export,
    file_name,
    footnotes,
    remember_form,
)
from app.ui.components.labels import styled
from app.ui.state.session import Session
from vectorstore.errors import BadInput
from vectorstore.records import Answer

_ONE, _ALL = "This answer", "The whole conversation"
_TO_READ: tuple[Format, ...] = ("markdown", "docx", "html")
_TO_CITE: tuple[Format, ...] = ("bibtex", "ris", "csl")
_SOFT = "font-size:.86rem;opacity:.8"


def show(session: Session, answers: Sequence[Answer], title: str) -> None:
    """Open the dialog for one answer of the conversation at hand, or for all of it."""

    @st.dialog("Take it with you", width="medium", on_dismiss=session.close_dialog)
    def dialog() -> None:
        _content(session, answers, title)

    dialog()


def _content(session: Session, answers: Sequence[Answer], title: str) -> None:
    chosen, name = answers, title
    more = len(answers) == 1 and len(session.turns) > 1
    if more and st.radio("How much", (_ONE, _ALL), horizontal=True, key="take-what") == _ALL:
        chosen, name = session.turns, session.turns[0].question
    form = _form(session)
    sources = cited(chosen, session.assistant.library.catalog)
    sample = [note for one in chosen[:1] for note in footnotes(one, sources, form, _today())]
    if sample:
        st.html(styled(f"For example: {sample[0]}", f"{_SOFT};overflow-wrap:anywhere"))
    every = [answer.citations for answer in chosen]
    _files(session, chosen, name, _TO_READ, "To read, print and write on", form)
    if any(every):
        _files(session, chosen, name, _TO_CITE, "The cited sources, for a reference manager", form)
    if len(chosen) == 1:
        _heading("All that led to the answer, for somebody who wants to retrace it")
        st.download_button(
            "Audit bundle",
            data=session.audit(chosen[0]),
            file_name=f"{file_name(name)}-audit.json",
            mime="application/json",
            key="take-audit",
            on_click="ignore",
        )


def _form(session: Session) -> Form:
    """The citation form, which is remembered."""
    database = session.assistant.library.database
    form: Form = st.radio(
        "Footnotes as",
        FORMS,
        index=FORMS.index(chosen_form(database)),
        format_func=lambda one: FORM_NAMES[one],
        horizontal=True,
        key="take-form",
        on_change=lambda: remember_form(database, st.session_state["take-form"]),
    )
    return form


def _files(
    session: Session,
    answers: Sequence[Answer],
    title: str,
    formats: Sequence[Format],
    heading: str,
    form: Form,
) -> None:
    _heading(heading)
    with st.container(horizontal=True, gap="small"):
        for one in formats:
            st.download_button(
                KINDS[one].label,
                data=_maker(session, answers, title, one, form),
                file_name=file_name(title) + KINDS[one].suffix,
                mime=KINDS[one].media_type,
                key=f"take-{one}",
                on_click="ignore",
            )


def _heading(text: str) -> None:
    st.html(styled(text, f"{_SOFT};margin-top:.6rem"))


def _maker(
    session: Session, answers: Sequence[Answer], title: str, kind: Format, form: Form
) -> Callable[[], bytes]:
    """What makes the file when it is called; answers are known by the time they were given."""
    library, conversations = session.assistant.library, session.conversations
    conversation_id = session.conversation_id
    times = conversations.times(conversation_id)
    wanted = {times[session.turns.index(answer)] for answer in answers}

    def make() -> bytes:
        kept = zip(
            conversations.answers(conversation_id),
            conversations.times(conversation_id),
            strict=True,
        )
        found = [(answer, given) for answer, given in kept if given in wanted]
        if not found:
            raise BadInput("This answer is no longer there: close the dialog.")
        sources = cited([answer for answer, _ in found], library.catalog)
        return export(found, sources, kind, form, _today(), title).content

    return make


def _today() -> date:
    return datetime.now().astimezone().date()
