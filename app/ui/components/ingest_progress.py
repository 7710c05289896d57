"""Documents that are being taken in: a row for each file, then what became of it."""

from collections.abc import Sequence

import streamlit as st

from app.ui.components.labels import counted, listed, styled
from app.ui.state.ingest_job import File, IntakeJob
from app.ui.state.session import Session
from ingest.progress import Change, Step, duration

_SIGNS = {
    "added": "✓ added",
    "updated": "✓ updated",
    "moved": "✓ moved",
    "removed": "– removed",
    "unchanged": "✓ already in the library",
    "duplicate": "✓ already in the library",
}
_DONE, _WAITING, _TOLD = 6, 4, 200  # rows of each that are drawn


def show(session: Session, other: IntakeJob | None = None) -> None:
    """Draw the progress while it goes on, and the result when it has ended.

    `other` is an intake that was begun in another tab, or before the page was reloaded.
    """
    if session.intake or (other and not other.done):
        _progress(session, other)
    elif session.changes is not None:
        _result(session, session.changes)


@st.fragment(run_every=0.5)
def _progress(session: Session, other: IntakeJob | None) -> None:
    job = session.intake or other
    if job is None or job.done:
        st.rerun()
    step = job.step
    part = step.embedded / step.passages if step.passages else 0
    share = (step.done + part) / max(step.total, 1)
    st.progress(min(share, 1.0), text=_doing(step))
    st.html(listed(_rows(job.files.rows())))
    if not step.passages and not step.rate:
        st.caption("The first document takes some seconds longer: the embedding model is loaded.")
    if st.button("Stop", icon=":material/stop_circle:", key="stop-intake"):
        job.stop()


def _doing(step: Step) -> str:
    """What is being done, how fast, and how long it will yet take."""
    if not step.total:
        return "Looking through the folder"
    parts = [f"Taking in {min(step.done + 1, step.total):,} of {step.total:,}"]
    if step.rate >= 1:
        parts.append(f"{step.rate:,.0f} passages a second")
    if step.left is not None and step.left >= 1:
        parts.append(f"{duration(step.left)} left")
    return " · ".join(parts)


def _rows(files: Sequence[File]) -> list[str]:
    """The files that matter most just now: the last that are done, all at work, the next ones."""
    done = [file for file in files if file.state == "done"]
    waiting = [file for file in files if file.state == "waiting"]
    shown = [*done[-_DONE:], *(f for f in files if f.state not in ("done", "waiting"))]
    lines = [f"✓ {len(done) - _DONE:,} more are done"] if len(done) > _DONE else []
    lines += [_state(file) for file in [*shown[-3 * _DONE :], *waiting[:_WAITING]]]
    if len(waiting) > _WAITING:
        lines.append(f"◦ {len(waiting) - _WAITING:,} more are waiting")
    return lines


def _state(file: File) -> str:
    """What one file is at: a sign, its name, words."""
    part = f" {file.part:,} of {file.parts:,}" if file.parts else ""
    match file.state:
        case "done" if file.change:
            return _line(file.change)
        case "reading":
            return f"▸ {file.path} · being read{', page' + part if part else ''}"
        case "read":
            return f"▸ {file.path} · read, its passages are next"
        case "embedding":
            return f"▸ {file.path} · passage{part} of its group taken in"
        case _:
            return f"◦ {file.path} · waiting"


def _result(session: Session, changes: list[Change]) -> None:
    with st.container(border=True, key="intake-result"):
        if not changes:
            st.text("Everything is as it was.")
        failed = [change for change in changes if change.outcome == "failed"]
        rest = [change for change in changes if change.outcome != "failed"]
        if len(changes) > 1:
            told = f"{counted(len(rest), 'file')} in order" + (
                f", {len(failed)} not" * bool(failed)
            )
            st.html(styled(told, "font-weight:600"))
        st.html(listed(_line(change) for change in [*failed, *rest][:_TOLD]))
        if len(changes) > _TOLD:
            st.caption(f"{len(changes) - _TOLD:,} more are in the list below.")
        _afterwards(session, failed)


def _afterwards(session: Session, failed: list[Change]) -> None:
    listed = {file.path for file in session.assistant.library.catalog.unreadable()}
    again = [change.path for change in failed if change.path in listed]
    page = next((c.path for c in failed if c.path not in listed and "://" in c.path), "")
    with st.container(horizontal=True):
        if (again or page) and st.button("Try again", icon=":material/refresh:", key="again"):
            session.take_in(again=again, address="" if again else page)
            st.rerun()
        if st.button("Close", key="close-result", type="tertiary"):
            session.changes = None
            st.rerun()


def _line(change: Change) -> str:
    if change.outcome == "failed":
        return f"✗ not readable — {change.reason}"
    sign = _SIGNS.get(change.outcome, change.outcome)
    reason = f" — {change.reason}" if change.reason else ""
    return f"{sign}: {change.title or change.path}{reason}"
