"""The chosen model: what leaves this machine, a test, switching to it, and the result."""

import streamlit as st

from app.models.providers import privacy_notice
from app.ui.components.text import show_error, show_notice
from app.ui.state.model_job import ModelJob
from app.ui.state.session import Session
from app.ui.state.shared import shared
from vectorstore.text.hidden import visible


def show(session: Session, kind: str, name: str, in_use: str) -> None:
    """Draw it for the model `name`, which may be incomplete, of a `kind` of the choice."""
    job, busy = session.model_choice.job, session.model_choice.busy
    nothing_to_change = name == in_use == "" and not shared().notice
    if nothing_to_change:
        if job and job.name == name:
            _result(job)
        return
    complete = kind == "none" or bool(name.partition(":")[2])
    if kind == "other" and not complete:
        st.text("Enter a name to see what would leave this machine.")
    else:
        st.text(visible(privacy_notice(name)))
    with st.container(horizontal=True):
        use = st.button("Use this model", type="primary", key="use", disabled=busy)
        test = kind != "none" and st.button("Test the connection", key="test", disabled=busy)
    if kind != "none":
        st.caption("A test asks for one short word and sends nothing from the library.")
    if (use or test) and not complete:
        show_notice("Enter the name of the model first.", "warning")
    elif use or test:
        loaded = session.assistant.model if name == in_use else None
        started = ModelJob(name, loaded, shared().use_model if use else None)
        if use:
            session.note("chose a model", name or "none")
        started.wait_briefly()
        session.model_choice.job = started
        st.rerun()
    if job and job.name == name:
        if busy:
            _progress(session)
        else:
            _result(job)


@st.fragment(run_every=0.5)
def _progress(session: Session) -> None:
    job = session.model_choice.job
    if job is None or job.done:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(f"{visible(job.stage)} …  {job.seconds:.0f} s")
        if st.button("Stop", icon=":material/stop_circle:", key="stop-model"):
            job.stop()
            job.wait(1)
            st.rerun()


def _result(job: ModelJob) -> None:
    if job.error:
        show_error(job.error)
    else:
        show_notice(job.result, "success")
