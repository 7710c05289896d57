"""One turn of a conversation: the values that are drawn, and the actions on them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from app.answering.answer_draft import QUOTING
from app.answering.assistant import CATALOG
from app.answering.presentation import within
from app.answering.verdicts import BY_EARLIER, is_earlier, label_of
from app.export.files import cited_sources
from app.export.footnotes import clipboard_text, footnotes
from app.export.formats import CitationStyle
from app.ui.components import answer as component
from app.ui.components import export_dialog
from app.ui.components.clicks import guarded
from app.ui.state.evidence_view import EvidenceView
from app.ui.state.session import Session
from vectorstore.errors import BadInput
from vectorstore.records import Answer, Citation
from vectorstore.storage.conversations import Rating
from vectorstore.text.iso_dates import today

_REMOVED = "The source of this passage has been removed."


def show(session: Session, number: int, form: CitationStyle) -> None:
    """Draw the turn, with footnotes to copy in the citation style `form`."""
    conversation = session.conversation

    def act(clicked: dict[str, Any]) -> None:
        shown = session.conversation
        if shown.id == conversation.id and number < len(shown.answers):
            _ACTIONS[clicked["kind"]](session, number, clicked["value"])

    component.show(session, _values(session, number, form), act)


def show_undo(session: Session) -> None:
    """Offer to put back the answer that was removed last."""
    if session.conversation.removed:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text("The answer was removed from the conversation.")
            restore = guarded(session, session.conversation.restore)
            st.button("Undo", icon=":material/undo:", key="restore-answer", on_click=restore)


def _values(session: Session, number: int, form: CitationStyle) -> dict[str, Any]:
    """Return what is drawn, computed again only if the answer, its rating or the style changed."""
    conversation = session.conversation
    answer, rating = conversation.answers[number], conversation.ratings[number]
    last = number == len(conversation.answers) - 1
    library = session.assistant.library
    stamp, values = conversation.drawn.get(number, (None, {}))
    if stamp and stamp[0] is answer and stamp[1:] == (rating, last, form, conversation.read_only):
        return values
    retrieved = {hit.passage.source_id for hit in answer.hits}
    titles, kinds = session.titles(retrieved), library.catalog.kinds(retrieved)
    values = component.answer_values(answer, titles, kinds, _remarks(session, answer))
    notes = footnotes(answer, cited_sources([answer], library.catalog), form, today())
    values["copy"] = clipboard_text(answer, None, notes)
    for at, sentence in enumerate(values["sentences"]):
        sentence["copy"] = clipboard_text(answer, at, notes)
    for citation, note in zip(values["citations"], notes, strict=True):
        citation["note"] = note
    if rating:
        values["rating"] = {"helpful": rating.helpful, "reason": rating.reason}
    values["number"] = number
    values["fresh"] = last
    values["readOnly"] = conversation.read_only
    conversation.drawn[number] = ((answer, rating, last, form, conversation.read_only), values)
    return values


def _remarks(session: Session, answer: Answer) -> list[str]:
    """Say which part of the library was searched, and who wrote and checked the answer."""
    titles = session.titles(answer.scope.sources or ())
    searched = within(answer.scope, list(titles.values()))
    lines = [f"Searched only {searched}"] if searched else []
    earlier = is_earlier(answer.checked_by, answer.model)
    if answer.model not in (QUOTING, CATALOG):
        how = (
            ""
            if earlier
            else f"; each sentence is checked against its citations, by {answer.checked_by}"
        )
        lines.append(f"Written by {answer.model}{how}")
    if any(label_of(one.verdict, earlier=earlier).earlier for one in answer.sentences):
        lines.append(f"Checked {BY_EARLIER}: ask again for a new check")
    return lines


def _cite(session: Session, number: int, value: Any) -> None:
    _open_citation(session, session.conversation.answers[number].citations, value)


def _more(session: Session, number: int, value: Any) -> None:
    _open_citation(session, session.conversation.answers[number].more, value)


def _open_citation(session: Session, citations: tuple[Citation, ...], value: Any) -> None:
    """Open the citation with this number; raise BadInput if its source was removed since."""
    found = next((one for one in citations if one.number == value), None)
    if found is None:
        raise BadInput(_REMOVED)
    session.evidence.open_citation(found, citations)


def _hit(session: Session, number: int, value: Any) -> None:
    passages = [hit.passage for hit in session.conversation.answers[number].hits]
    found = next((one for one in passages if one.id == value), None)
    if found is None:
        raise BadInput(_REMOVED)
    session.evidence.view = EvidenceView(found.source_id, found.start, found.end, found.text)


def _rate(session: Session, number: int, value: Any) -> None:
    rating = Rating(bool(value["helpful"]), str(value["reason"])) if value else None
    session.conversation.rate(number, rating)


def _remove(session: Session, number: int, _: Any) -> None:
    session.conversation.remove(number)


def _export(session: Session, number: int, _: Any) -> None:
    answer = session.conversation.answers[number]
    session.conversation.open_dialog(partial(export_dialog.show, session, answer))


_ACTIONS: dict[str, Callable[[Session, int, Any], None]] = {
    "cite": _cite,
    "more": _more,
    "hit": _hit,
    "rate": _rate,
    "remove": _remove,
    "export": _export,
}
