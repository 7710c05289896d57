"""The answer that is being given: what it is doing, the sentences so far, a way to stop it."""

import streamlit as st

from app.ui.components import answer
from app.ui.state.evidence_view import look_at
from app.ui.state.session import Session


@st.fragment(run_every=0.25)
def show(session: Session) -> None:
    """Draw it, again and again until the answer is whole; then the page is drawn anew."""
    job = session.answering
    if job is None or job.done:
        st.rerun()
    said = job.sentences or job.draft
    values = answer.drawn_so_far(
        job.question, job.sentences, job.citations, job.draft, "" if said else job.stage
    )
    acted = answer.show({**values, "number": len(session.turns), "fresh": True}, "running")
    shown = job.citations  # a model that begins anew empties it meanwhile
    if acted and acted.kind == "cite" and 0 < int(acted.value) <= len(shown):
        look_at(session, shown[int(acted.value) - 1], shown)
        st.rerun()
    if st.button("Stop", icon=":material/stop_circle:", key="stop"):
        job.stop()
