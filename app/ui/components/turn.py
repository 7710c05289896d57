"""One question and its answer."""

import streamlit as st

from app.presenting import disagreement
from app.ui.components import answer as answer_component
from app.ui.components.labels import QUOTED, plain, styled
from app.ui.session import Session
from app.ui.viewing import Viewing, look_at
from vectorstore.records import Answer, Citation, Hit

_NEAREST = 3
_REMARK = (
    "border-left:3px solid currentColor;padding:.2rem 0 .2rem .8rem;max-width:68ch;"
    "overflow-wrap:anywhere"
)


def show(session: Session, answer: Answer, key: str) -> None:
    """Draw it; a click on a citation opens the source at its words."""
    question(answer.question)
    with st.container(key=f"answer-{key}"):
        if answer.notice:
            st.warning(answer.notice)
        if answer.query != answer.question:
            _searched(session, answer.query, key)
        if answer.outcome != "answered":
            st.html(styled(answer.text, "font-size:1.02rem;max-width:68ch;overflow-wrap:anywhere"))
            _nearest(session, answer.hits[:_NEAREST], key)
            _audit(session, answer, key)
            return
        clicked = answer_component.show(answer.sentences, answer.citations, f"sentences-{key}")
        if clicked:
            look_at(session, clicked, answer.citations)
        for conflict in answer.conflicts:
            st.html(styled(disagreement(conflict.citations, conflict.reason), _REMARK))
        if answer.missing:
            st.html(styled(answer.missing, _REMARK))
        _more(session, answer.more, key)
        _audit(session, answer, key)


def question(text: str) -> None:
    """What was asked, as the user wrote it."""
    with st.container(border=True):
        st.html(styled(text, "font-weight:600;overflow-wrap:anywhere;white-space:pre-wrap"))


def _searched(session: Session, query: str, key: str) -> None:
    """What was searched for, where that is more than was asked; it can be changed."""
    style = "font-size:.85rem;opacity:.8;overflow-wrap:anywhere"
    st.html(styled(f"Searched for: {query}", style))
    with st.popover(
        "Change and search again",
        type="tertiary",
        icon=":material/edit:",
        key=f"change-{key}-{len(session.turns)}",  # a new one is closed
    ):
        text = st.text_area("Search for", value=query, key=f"query-{key}")
        if st.button("Search", key=f"search-{key}", type="primary"):
            if text.strip():
                session.ask(text, alone=True)
                st.rerun()
            st.warning("Write what to search for.")


def _more(session: Session, citations: tuple[Citation, ...], key: str) -> None:
    """What else bears on the question: shown when asked for, because an answer is short."""
    if not citations:
        return
    with st.expander(f"More evidence ({len(citations)})"):
        for citation in citations:
            st.html(styled(" ".join(citation.quote.split()), QUOTED))
            if st.button(
                plain(f"{citation.number} · {answer_component.label(citation)}"),
                key=f"more-{key}-{citation.number}",
                type="tertiary",
            ):
                look_at(session, citation, citations)


def _audit(session: Session, answer: Answer, key: str) -> None:
    """A button that gives everything that led to the answer, as a file."""
    st.download_button(
        "Audit bundle",
        data=session.audit(answer),
        file_name=f"audit-{key}.json",
        mime="application/json",
        key=f"audit-{key}",
        help="Everything that led to this answer, for somebody who wants to retrace it.",
        on_click="ignore",
        type="tertiary",
        icon=":material/fact_check:",
    )


def _nearest(session: Session, hits: tuple[Hit, ...], key: str) -> None:
    if not hits:
        return
    with st.expander("Nearest passages (not evidence)"):
        for number, hit in enumerate(hits):
            text = " ".join(hit.passage.text.split())
            st.html(styled(text[:400], f"{QUOTED};opacity:.85"))
            if st.button("Read in the source", key=f"near-{key}-{number}", type="tertiary"):
                passage = hit.passage
                session.viewing = Viewing(
                    passage.source_id, passage.start, passage.end, passage.text
                )
