"""A model that was chosen: what would leave, a test, putting it to use, and what came of that."""

import streamlit as st

from app.models.providers import what_leaves
from app.ui.components.labels import plain
from app.ui.state.model_job import ModelJob
from app.ui.state.session import Session, window

_PATIENCE = 0.3  # seconds; what is done by then is told at once


def show(session: Session, kind: str, name: str, in_use: str) -> None:
    """Draw it for the model `name`, of a `kind` of the choice; a name may not be whole yet."""
    made = session.choosing.job
    busy = made is not None and not made.done
    if name == in_use == "" and not window().notice:  # else one was chosen that cannot be used
        if made and made.name == name:
            _came(session)
        return
    whole = kind == "none" or bool(name.partition(":")[2])
    unknown = kind == "other" and not whole
    st.text("Write a name to see what would leave this machine." if unknown else what_leaves(name))
    with st.container(horizontal=True):
        use = st.button("Use it", type="primary", key="use", disabled=busy)
        test = kind != "none" and st.button("Test the connection", key="test", disabled=busy)
    if kind != "none":
        st.caption("A test asks for one short word, and sends nothing of the library.")
    if (use or test) and not whole:
        st.warning("Write which model it is to be.")
    elif use or test:
        loaded = session.assistant.model if name == in_use else None
        job = ModelJob(name, loaded, window().use if use else None)
        job.wait(_PATIENCE)
        session.choosing.job = job
        st.rerun()
    if made and made.name == name:
        (_progress if busy else _came)(session)


@st.fragment(run_every=0.5)
def _progress(session: Session) -> None:
    job = session.choosing.job
    if job is None or job.done:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(f"{job.stage} …  {job.seconds:.0f} s")
        if st.button("Stop", icon=":material/stop_circle:", key="stop-model"):
            job.stop()
            job.wait(1)
            st.rerun()


def _came(session: Session) -> None:
    job = session.choosing.job
    if job is None:
        return
    if job.error:
        st.error(plain(job.error), icon=":material/error:")
    else:
        st.success(plain(job.said), icon=":material/check:")
