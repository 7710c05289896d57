"""Suggested questions: before the first question, or after an answer; and a corrected spelling.

They are generated in the background; until all are ready, only this part of the page is redrawn.
"""

from typing import Any

import streamlit as st

from app.ui.components.text import read_files
from app.ui.state.session import Session
from app.ui.state.shared import suggestions
from vectorstore.records import Answer

_INTERVAL = 0.4  # seconds between two redraws while questions are generated
_render = st.components.v2.component(
    "kakehashi_suggestions",
    html='<div id="suggestions"></div>',
    css=read_files("suggestions.css"),
    js=read_files("dom.js", "suggestions.js"),
)


def show(session: Session, answer: Answer | None = None) -> None:
    """Draw them; a click asks the question."""
    if suggestions().done(answer):
        _draw(session, answer)
    else:
        _growing(session, answer)


@st.fragment(run_every=_INTERVAL)
def _growing(session: Session, answer: Answer | None) -> None:
    _draw(session, answer)
    if suggestions().done(answer):
        st.rerun()  # ends the redrawing


def _draw(session: Session, answer: Answer | None) -> None:
    conversation = session.conversation
    asked = [earlier.question for earlier in conversation.answers]
    generated = suggestions()
    questions = generated.following(answer, asked) if answer else generated.first()
    correction = [answer.did_you_mean] if answer and answer.did_you_mean else []
    groups: list[dict[str, Any]] = [
        {"label": "Did you mean", "icon": "spellcheck", "questions": correction},
        {
            "label": "Follow-up questions" if answer else "Suggested questions",
            "icon": "arrow_forward",
            "questions": questions,
        },
    ]
    groups = [one for one in groups if one["questions"]]
    if groups:
        with st.container(key="suggested"):
            _render(key=f"suggestions-{conversation.id}-{len(asked)}", data={"groups": groups})
