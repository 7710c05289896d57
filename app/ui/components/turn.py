"""One turn of a conversation: what is drawn of it, and what is done when something is clicked."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from app.answering.answer_draft import QUOTING
from app.answering.assistant import CATALOG
from app.answering.presentation import within
from app.export import Form, cited, copied, footnotes
from app.ui.components import answer as component
from app.ui.components import export_dialog as taking
from app.ui.state.evidence_view import Viewing, look_at
from app.ui.state.session import Session
from vectorstore.records import Answer, Citation
from vectorstore.storage.conversations import Rating

_GONE = "This has gone with its source since it was shown."


def show(session: Session, number: int, form: Form) -> None:
    """Draw it, with footnotes in this form to copy; a citation opens the source at its words."""
    key = f"answer-{session.conversation_id}-{number}"
    acted = component.show(_values(session, number, form), key)
    if acted and acted.kind in _DOING:
        _DOING[acted.kind](session, number, acted.value)


def show_way_back(session: Session) -> None:
    """The way back for an answer that was taken out."""
    if session.taken_out:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text("The answer was taken out of the conversation.")
            if st.button("Undo", icon=":material/undo:", key="remember"):
                session.remember()
                st.rerun()


def _values(session: Session, number: int, form: Form) -> dict[str, Any]:
    """What is drawn, made anew only when the answer or what is said of it has changed."""
    answer, rating = session.turns[number], session.ratings[number]
    last = number == len(session.turns) - 1
    library = session.assistant.library
    stamp, made = session.drawn.get(number, (None, {}))
    if stamp and stamp[0] is answer and stamp[1:] == (rating, last, form):
        return made
    titles = library.catalog.titles({hit.passage.source_id for hit in answer.hits})
    made = component.drawn(answer, titles, _circumstances(session, answer))
    notes = footnotes(answer, cited([answer], library.catalog), form, date.today())  # noqa: DTZ011
    made["copy"] = copied(answer, None, notes)
    for at, sentence in enumerate(made["sentences"]):
        sentence["copy"] = copied(answer, at, notes)
    for citation, note in zip(made["citations"], notes, strict=True):
        citation["note"] = note
    if rating:
        made["rating"] = {"helpful": rating.helpful, "reason": rating.reason}
    made["number"] = number
    made["fresh"] = last
    session.drawn[number] = ((answer, rating, last, form), made)
    return made


def _circumstances(session: Session, answer: Answer) -> list[str]:
    """Which part of the library was searched, and which model wrote."""
    chosen = answer.scope.sources or ()
    titles = session.assistant.library.catalog.titles(chosen)
    searched = within(answer.scope, [titles.get(one, "a removed source") for one in chosen])
    lines = [f"Searched only {searched}"] if searched else []
    if answer.model not in (QUOTING, CATALOG):
        lines.append(f"Written by {answer.model}; each sentence is checked against what it cites")
    return lines


def _cite(session: Session, number: int, value: Any) -> None:
    _look_at(session, session.turns[number].citations, value)


def _more(session: Session, number: int, value: Any) -> None:
    _look_at(session, session.turns[number].more, value)


def _look_at(session: Session, citations: tuple[Citation, ...], value: Any) -> None:
    """Open the citation with this number; it may have gone with its source since it was drawn."""
    found = next((one for one in citations if one.number == value), None)
    if found is None:
        session.error = _GONE
    else:
        look_at(session, found, citations)


def _hit(session: Session, number: int, value: Any) -> None:
    passages = [hit.passage for hit in session.turns[number].hits]
    found = next((one for one in passages if one.id == value), None)
    if found is None:
        session.error = _GONE
    else:
        session.viewing = Viewing(found.source_id, found.start, found.end, found.text)


def _asking(
    begin: Callable[[Session, int, str], None],
) -> Callable[[Session, int, Any], None]:
    def ask(session: Session, number: int, value: Any) -> None:
        begin(session, number, str(value or ""))
        st.rerun()

    return ask


def _again(session: Session, number: int, _: str) -> None:
    answer = session.turns[number]
    session.ask(answer.question, before=number, alone=answer.query == answer.question)


def _rate(session: Session, number: int, value: Any) -> None:
    rating = Rating(bool(value["helpful"]), str(value["reason"])) if value else None
    session.rate(number, rating)
    st.rerun()


def _forget(session: Session, number: int, _: Any) -> None:
    session.forget(number)
    st.rerun()


def _take(session: Session, number: int, _: Any) -> None:
    answer = session.turns[number]
    session.dialog = partial(taking.show, session, [answer], answer.question)


_DOING: dict[str, Callable[[Session, int, Any], None]] = {
    "cite": _cite,
    "more": _more,
    "hit": _hit,
    "again": _asking(_again),
    "edit": _asking(lambda session, number, text: session.ask(text, before=number)),
    "search": _asking(lambda session, _, text: session.ask(text, alone=True)),
    "rate": _rate,
    "forget": _forget,
    "take": _take,
}
