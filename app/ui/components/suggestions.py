"""Questions worth asking, as buttons: to begin with, or to go on with after an answer.

They are made in the background; until all are there, only this part of the page is drawn anew.
"""

import streamlit as st

from app.ui.components.labels import plain
from app.ui.state.session import Session, suggestions
from vectorstore.records import Answer

_EVERY = 0.4  # seconds between two looks at what is ready


def show(session: Session, answer: Answer | None = None) -> None:
    """Draw them; one that is chosen is asked."""
    if suggestions().done(answer):
        _offered(session, answer)
    else:
        _growing(session, answer)


@st.fragment(run_every=_EVERY)
def _growing(session: Session, answer: Answer | None) -> None:
    _offered(session, answer)
    if suggestions().done(answer):
        st.rerun()  # and then there is nothing to wait for


def _offered(session: Session, answer: Answer | None) -> None:
    asked = [turn.question for turn in session.turns]
    made = suggestions()
    found = made.following(answer, asked) if answer else made.first()
    if not found:
        return
    with st.container(key="suggested", gap=None):
        st.caption("To go on with" if answer else "To begin with")
        for question in found:
            if st.button(
                plain(question),
                key=f"suggested-{session.conversation_id}-{len(asked)}-{question}",
                icon=":material/arrow_forward:",
                type="tertiary",
            ):
                session.ask(question)
                st.rerun()
