"""What the server is doing for others meanwhile: documents that another tab or program adds."""

import streamlit as st

from app.ui.components.text import show_text
from app.ui.state.session import Session
from app.ui.wording import count_of
from ingest.progress import duration
from vectorstore.library import Intake

_INTERVAL = 3  # seconds between two redraws; judged: calm, and never far behind


def show(session: Session) -> None:
    """Draw a line, unless nothing is added or this page shows more about it."""
    if session.assistant.library.intake and not session.ingest.job:
        _line(session)


@st.fragment(run_every=_INTERVAL)
def _line(session: Session) -> None:
    intake = session.assistant.library.intake
    if intake is None:
        st.rerun()  # ends the redrawing
    show_text(intake_text(intake), "soft")


def intake_text(intake: Intake) -> str:
    """Say how far it is, and how long it will still take if that is known."""
    number = min(intake.done + 1, intake.total)
    text = f"Reading {number:,} of {count_of(intake.total, 'document')}"
    left = intake.left
    return f"{text} · {duration(left)} left" if left is not None and left >= 1 else text
