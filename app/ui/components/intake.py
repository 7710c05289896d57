"""Documents that are being taken in: progress, then what became of each file."""

import streamlit as st

from app.ui.components.labels import styled
from app.ui.session import Session
from ingest.progress import Change, Step, duration

_SIGNS = {
    "added": "✓ added",
    "updated": "✓ updated",
    "moved": "✓ moved",
    "removed": "– removed",
    "unchanged": "✓ already in the library",
    "duplicate": "✓ already in the library",
}


def show(session: Session) -> None:
    """Draw the progress while it goes on, and the result when it has ended."""
    if session.intake:
        _progress(session)
    elif session.changes is not None:
        _result(session, session.changes)


@st.fragment(run_every=0.25)
def _progress(session: Session) -> None:
    job = session.intake
    if job is None or job.done:
        st.rerun()
    step = job.step
    part = step.embedded / step.passages if step.passages else 0
    share = (step.done + part) / max(step.total, 1)
    st.progress(min(share, 1.0), text=_doing(step))
    st.text(step.path)
    if not step.passages and not step.rate:
        st.caption("The first document takes some seconds longer: the embedding model is loaded.")
    if st.button("Stop", icon=":material/stop_circle:", key="stop-intake"):
        job.stop()


def _doing(step: Step) -> str:
    """What is being done, how fast, and how long it will yet take."""
    if not step.total:
        return "Looking through the folder"
    parts = [f"Taking in {min(step.done + 1, step.total):,} of {step.total:,}"]
    if step.passages:
        parts.append(f"passage {step.embedded:,} of {step.passages:,}")
    elif step.pages:
        parts.append(f"page {step.page:,} of {step.pages:,}")
    if step.rate >= 1:
        parts.append(f"{step.rate:,.0f} passages a second")
    if step.left is not None and step.left >= 1:
        parts.append(f"{duration(step.left)} left")
    return " · ".join(parts)


def _result(session: Session, changes: list[Change]) -> None:
    with st.container(border=True):
        if not changes:
            st.text("Everything is as it was.")
        for change in changes:
            st.html(styled(_line(change), "font-size:.95rem;overflow-wrap:anywhere"))
        if st.button("Close", key="close-result", type="tertiary"):
            session.changes = None
            st.rerun()


def _line(change: Change) -> str:
    if change.outcome == "failed":
        return f"✗ not readable — {change.reason}"
    sign = _SIGNS.get(change.outcome, change.outcome)
    reason = f" — {change.reason}" if change.reason else ""
    return f"{sign}: {change.title or change.path}{reason}"
