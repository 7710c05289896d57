"""The answer that is being given: what it is doing, the sentences so far, a way to stop it."""

import streamlit as st

from app.ui.components import answer, turn
from app.ui.components.labels import plain
from app.ui.session import Session
from app.ui.viewing import look_at


@st.fragment(run_every=0.25)
def show(session: Session) -> None:
    """Draw it, again and again until the answer is whole; then the page is drawn anew."""
    job = session.answering
    if job is None or job.done:
        st.rerun()
    turn.question(job.question)
    if job.sentences or job.draft:
        clicked = answer.show(job.sentences, job.citations, "running", job.draft)
        if clicked:
            look_at(session, clicked, job.citations)
            st.rerun()
    else:
        st.caption(f"{plain(job.stage)} …")
    if st.button("Stop", icon=":material/stop_circle:", key="stop"):
        job.stop()
