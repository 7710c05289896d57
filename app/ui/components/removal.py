"""The last removal with a button to undo it, and the progress of a task of the Library page."""

from functools import partial
from typing import Any

import streamlit as st

from app.service.people import Role
from app.ui.components.clicks import guarded
from app.ui.components.text import show_error, show_text
from app.ui.state.jobs import Task
from app.ui.state.library_state import LibraryState
from app.ui.state.session import Session
from app.ui.wording import count_of
from ingest.source_files import RemovedFile


def show(session: Session, state: LibraryState) -> None:
    """Draw it."""
    task = state.task
    if task and not task.done:
        _progress(session, state)
        return
    if task and task.result:  # the changes of an undo, shown once
        session.ingest.changes, task.result = task.result, None
        st.rerun()
    show_error(task.error if task else "")
    if state.removed and session.may(Role.EDITOR):
        _removal(session, state)


@st.fragment(run_every=0.5)
def _progress(session: Session, state: LibraryState) -> None:
    task = state.task
    if task is None or task.done:
        st.rerun()
    done, total = task.progress
    if total:
        st.progress(done / total, text=f"{task.name}: {done:,} of {total:,}")
    else:
        st.status(f"{task.name} …", type="compact")
    if session.may(Role.EDITOR):
        stop = guarded(session, partial(_stop, session, task))
        st.button("Stop", icon=":material/stop_circle:", key="stop-task", on_click=stop)


def _stop(session: Session, task: Task[Any]) -> None:
    session.require(Role.EDITOR)
    task.stop()


def _undo(session: Session, state: LibraryState) -> None:
    session.require(Role.EDITOR)
    state.undo_removal(session.name)


def _close(session: Session, state: LibraryState) -> None:
    session.require(Role.EDITOR)
    state.removed.clear()


def _removal(session: Session, state: LibraryState) -> None:
    restorable = sum(one.content is not None for one in state.removed)
    with st.container(border=True, key="removal"):
        for line in _lines(state.removed, restorable, alone=not session.name):
            show_text(line, "line")
        with st.container(horizontal=True):
            if restorable:
                undo, busy = guarded(session, partial(_undo, session, state)), bool(state.busy)
                icon = ":material/undo:"
                st.button("Undo", icon=icon, key="undo", disabled=busy, on_click=undo)
            close = guarded(session, partial(_close, session, state))
            st.button("Close", key="close-removal", type="tertiary", on_click=close)


def _lines(removed: list[RemovedFile], restorable: int, *, alone: bool) -> list[str]:
    """Say what was removed, what it took out of answers, and what undo brings back.

    Unless one is `alone`, the answers are also those of others, which nobody else is to know of.
    """
    one = len(removed) == 1
    what = removed[0].source.path if one else count_of(len(removed), "source")
    first = f"Removed {what} from the library" + (" and the folder." if restorable else ".")
    answers = {answer.number for each in removed for answer in each.redacted.answers}
    if answers or not alone:
        which = count_of(len(answers), "answer") if alone else "every answer that cites them"
        first += f" {'Its' if one else 'Their'} words were removed from {which}."
    lines = [first]
    if left := len(removed) - restorable:
        whose = "Its file" if one else count_of(left, "file")
        lines.append(
            f"{whose} had changed or was already missing, so it was left alone: undo cannot "
            "restore it."
            if left == 1
            else f"{whose} had changed or were already missing, so they were left alone: undo "
            "cannot restore them."
        )
    if restorable:
        files = "the file with its details"
        if restorable > 1:
            files = f"the {restorable:,} files with their details"
        words = " and the words in the answers" if answers or not alone else ""
        lines.append(
            f"Undo restores {files}{words}. It is possible until you remove something else or "
            "stop Kakehashi; until then, the removed files stay in memory."
        )
    return lines
