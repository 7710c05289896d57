"""Suggested questions as buttons: before the first question, or after an answer; and a correction.

They are generated in the background; until all are ready, only this part of the page is redrawn.
"""

import streamlit as st

from app.ui.state.session import Session
from app.ui.state.shared import suggestions
from app.ui.wording import escape_markdown
from vectorstore.records import Answer

_INTERVAL = 0.4  # seconds between two redraws while questions are generated


def show(session: Session, answer: Answer | None = None) -> None:
    """Draw them; a click asks the question."""
    if answer and answer.did_you_mean:
        _correction(session, answer.did_you_mean)
    if suggestions().done(answer):
        _buttons(session, answer)
    else:
        _growing_buttons(session, answer)


def _correction(session: Session, question: str) -> None:
    with st.container(key="did-you-mean", gap=None):
        st.caption("Did you mean")
        conversation = session.conversation
        key = f"did-you-mean-{conversation.id}-{len(conversation.answers)}"
        _ask_button(session, question, key, ":material/spellcheck:")


def _ask_button(session: Session, question: str, key: str, icon: str) -> None:
    if st.button(escape_markdown(question), key=key, icon=icon, type="tertiary"):
        session.ask(question)
        st.rerun()


@st.fragment(run_every=_INTERVAL)
def _growing_buttons(session: Session, answer: Answer | None) -> None:
    _buttons(session, answer)
    if suggestions().done(answer):
        st.rerun()  # ends the redrawing


def _buttons(session: Session, answer: Answer | None) -> None:
    conversation = session.conversation
    asked = [earlier.question for earlier in conversation.answers]
    generated = suggestions()
    questions = generated.following(answer, asked) if answer else generated.first()
    if not questions:
        return
    with st.container(key="suggested", gap=None):
        st.caption("Follow-up questions" if answer else "Suggested questions")
        for question in questions:
            key = f"suggested-{conversation.id}-{len(asked)}-{question}"
            _ask_button(session, question, key, ":material/arrow_forward:")
