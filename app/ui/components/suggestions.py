"""Suggested questions: before the first question, or after an answer; and a corrected spelling.

They are generated in the background; until all are ready, only this part of the page is redrawn.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from app.ui.components import watch
from app.ui.components.text import read_files
from app.ui.state.session import Session
from app.ui.state.shared import suggestions
from vectorstore.records import Answer

_INTERVAL = 0.5  # seconds between two looks while questions are generated; judged
_render = st.components.v2.component(
    "kakehashi_suggestions",
    html='<div id="suggestions"></div>',
    css=read_files("suggestions.css"),
    js=read_files("dom.js", "suggestions.js"),
)


@st.fragment
def show(session: Session, answer: Answer | None = None) -> None:
    """Draw them, until all are ready; a click asks the question."""
    version = partial(_version, session, answer)
    done, questions = seen = version()
    _draw(session, answer, questions)
    if not done:
        watch.until_changed(session, "suggestions", version, seen, _INTERVAL)


def _version(session: Session, answer: Answer | None) -> tuple[bool, tuple[str, ...]]:
    """Return whether all are ready, and those that are, without those that were asked."""
    asked = [earlier.question for earlier in session.conversation.answers]
    done = suggestions().done(answer)
    return done, suggestions().following(answer, asked) if answer else suggestions().first()


def _draw(session: Session, answer: Answer | None, questions: Sequence[str]) -> None:
    conversation = session.conversation
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
        key = f"suggestions-{conversation.id}-{len(conversation.answers)}"
        _render(key=key, data={"groups": groups})
