"""The answer in progress: its stage, the sentences so far, and a button to stop it."""

from functools import partial
from typing import Any

import streamlit as st

from app.ui.components import answer, watch
from app.ui.state.answer_job import AnswerJob
from app.ui.state.session import Session

_INTERVAL = 0.25  # seconds between two looks; judged: reads as if it were written now


def _version(job: AnswerJob) -> object:
    """Return what tells whether more has been written."""
    stages = job.stage, job.second_stage, job.waits_for is None
    return job.complete, stages, job.draft, len(job.sentences), job.revised


@st.fragment
def show(session: Session) -> None:
    """Draw it repeatedly until the answer is complete, then redraw the page."""
    job = session.conversation.job
    if job is None:
        st.rerun()
    version = partial(_version, job)
    seen = version()
    if job.complete:
        st.rerun()
    stage = job.second_stage or ("" if job.sentences or job.draft else job.stage)
    question = job.question.text
    values = answer.partial_values(question, job.sentences, job.citations, job.draft, stage)
    for at, sentence in enumerate(values["sentences"]):
        # What is said of an open sentence waits for the end, so that the text keeps its place.
        if job.reads_again and (sentence["tone"] == "unsure" or at in job.revised):
            sentence["doubt"] = ""
            sentence["word"] += "" if at in job.revised else " (pending)"
    number = len(session.conversation.answers)
    citations = job.citations  # empty for a moment if a model starts over

    def cite(clicked: dict[str, Any]) -> None:  # nothing else can be clicked yet
        number = int(clicked["value"])
        if 0 < number <= len(citations):
            session.evidence.open_citation(citations[number - 1], citations)
            st.rerun()

    answer.show(session, {**values, "number": number, "fresh": True}, cite)
    if job.waits_for:
        st.button("Answer now", icon=":material/bolt:", key="hurry", on_click=job.hurry)
    watch.until_changed(session, "answer", version, seen, _INTERVAL)
    st.button("Stop", icon=":material/stop_circle:", key="stop", on_click=job.stop)
