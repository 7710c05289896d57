"""What was removed last, with a way to undo it; and what else goes on beside the page."""

import streamlit as st

from app.ui.components.labels import counted, plain, styled
from app.ui.state.library_state import Shelving
from app.ui.state.session import Session
from ingest.source_files import Removed
from vectorstore.errors import KakehashiError

_LINE = "font-size:.95rem;overflow-wrap:anywhere"


def show(session: Session, shelving: Shelving) -> None:
    """Draw it."""
    task = shelving.task
    if task and not task.done:
        _progress(shelving)
        return
    if task and task.result:  # what was put back, told once
        session.changes, task.result = task.result, None
        st.rerun()
    if task and task.error:
        st.error(plain(task.error), icon=":material/error:")
    if shelving.removed:
        _undo(session, shelving)


@st.fragment(run_every=0.5)
def _progress(shelving: Shelving) -> None:
    task = shelving.task
    if task is None or task.done:
        st.rerun()
    done, total = task.done_of
    if total:
        st.progress(done / total, text=f"{task.name}: {done:,} of {total:,}")
    else:
        st.status(f"{task.name} …", type="compact")
    if st.button("Stop", icon=":material/stop_circle:", key="stop-task"):
        task.stop()


def _undo(session: Session, shelving: Shelving) -> None:
    removed = shelving.removed
    kept = [one for one in removed if one.content is not None]
    with st.container(border=True, key="removal"):
        for said in _told(removed, len(kept)):
            st.html(styled(said, _LINE))
        with st.container(horizontal=True):
            if kept and st.button(
                "Undo", icon=":material/undo:", key="undo", disabled=bool(shelving.busy)
            ):
                try:
                    shelving.put_back()
                except KakehashiError as error:
                    session.listing.error = str(error)
                st.rerun()
            if st.button("Close", key="close-removal", type="tertiary"):
                shelving.removed = []
                st.rerun()


def _told(removed: list[Removed], kept: int) -> list[str]:
    """What was removed, what it took along, and what undoing brings back."""
    what = removed[0].source.path if len(removed) == 1 else counted(len(removed), "source")
    said = f"Removed {what} from the library" + (" and the folder." if kept else ".")
    answers = {one.number for each in removed for one in each.taken.answers}
    if answers:
        said += f" The words were taken out of {counted(len(answers), 'answer')}."
    lines = [said]
    if left := len(removed) - kept:
        whose = "Its file has" if len(removed) == 1 else f"{counted(left, 'file')} had"
        lines.append(
            f"{whose} changed since it was taken in, or was gone already: it was left alone, and "
            "undoing cannot bring it back."
        )
    if kept:
        back = "the file with what was said of it"
        if kept > 1:
            back = f"the {kept:,} files with what was said of them"
        words = " and the words in the answers" if answers else ""
        lines.append(
            f"Undo brings back {back}{words}, until something else is "
            "removed or Kakehashi is closed. Until then it is in memory only."
        )
    return lines
