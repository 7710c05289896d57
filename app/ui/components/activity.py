"""What the server is doing for others meanwhile: documents that another tab or program adds."""

import streamlit as st

from app.ui.components import watch
from app.ui.components.text import show_text
from app.ui.state.session import Session
from app.ui.wording import count_of
from ingest.progress import left_text
from vectorstore.library import Intake

_INTERVAL = 3.0  # seconds between two looks; judged: calm, and never far behind


@st.fragment
def show(session: Session) -> None:
    """Draw a line, unless nothing is added or this page shows more about it."""
    intake = session.assistant.library.intake
    if intake and not session.ingest.job:
        show_text(intake_text(intake), "soft")
        watch.until_changed(
            session, "activity", lambda: session.assistant.library.intake, intake, _INTERVAL
        )


def intake_text(intake: Intake) -> str:
    """Say how far it is, and how long it will still take if that is known."""
    number = min(intake.done + 1, intake.total)
    parts = (f"Reading {number:,} of {count_of(intake.total, 'document')}", left_text(intake.left))
    return " · ".join(filter(None, parts))
