"""Documents being added: the progress of each file, then its result."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from app.service.people import Role
from app.ui.components.clicks import guarded
from app.ui.components.text import show_list, show_text
from app.ui.state.ingest_job import FileProgress, IngestJob, IngestRequest
from app.ui.state.session import Session
from app.ui.wording import count_of
from ingest.progress import Change, Step, left_text

_SIGNS = {
    "added": "✓ added",
    "updated": "✓ updated",
    "moved": "✓ moved",
    "removed": "– removed",
    "unchanged": "✓ already in the library",
    "duplicate": "✓ already in the library",
}
_MAX_DONE, _MAX_BUSY, _MAX_WAITING, _MAX_CHANGES = 6, 12, 4, 200  # lines of each that are drawn


def show(session: Session, other: IngestJob | None = None) -> None:
    """Draw the progress of the job of this tab, or its result.

    `other` is a job that was started in another tab, or before the page was reloaded.
    """
    if session.ingest.job or (other and not other.done):
        _progress(session, other)
    elif session.ingest.changes is not None:
        _result(session, session.ingest.changes)


@st.fragment(run_every=0.5)
def _progress(session: Session, other: IngestJob | None) -> None:
    job = session.ingest.job or other
    if job is None or job.done:
        st.rerun()
    step = job.step
    batch = step.embedded / step.passages if step.passages else 0
    share = (step.done + batch) / max(step.total, 1)
    st.progress(min(share, 1.0), text=_step_text(step))
    show_list(_lines(job.progress.files()))
    if not step.passages and not step.rate:
        st.caption("The first document takes a few seconds longer while the embedding model loads.")
    if session.may(Role.EDITOR):
        stop = guarded(session, partial(_stop, session, job))
        st.button("Stop", icon=":material/stop_circle:", key="stop-ingest", on_click=stop)


def _stop(session: Session, job: IngestJob) -> None:
    session.require(Role.EDITOR)
    job.stop()


def _step_text(step: Step) -> str:
    """Say what is being done, how fast, and how long it will still take."""
    if not step.total:
        return "Scanning the folder"
    parts = [f"Adding {min(step.done + 1, step.total):,} of {step.total:,}"]
    if step.rate >= 1:
        parts.append(f"{step.rate:,.0f} passages per second")
    return " · ".join(filter(None, [*parts, left_text(step.left)]))


def _lines(files: Sequence[FileProgress]) -> list[str]:
    """Return a line for each of the last files done, those in progress and the next ones."""
    done = [file for file in files if file.state == "done"]
    waiting = [file for file in files if file.state == "waiting"]
    busy = [file for file in files if file.state not in ("done", "waiting")]
    shown = [*done[-_MAX_DONE:], *busy][-(_MAX_DONE + _MAX_BUSY) :]
    lines = [f"✓ {len(done) - _MAX_DONE:,} more done"] if len(done) > _MAX_DONE else []
    lines += [_file_line(file) for file in [*shown, *waiting[:_MAX_WAITING]]]
    if len(waiting) > _MAX_WAITING:
        lines.append(f"◦ {len(waiting) - _MAX_WAITING:,} more waiting")
    return lines


def _file_line(file: FileProgress) -> str:
    """Return a sign, the name of the file and its state in words."""
    part = f" {file.part:,} of {file.parts:,}" if file.parts else ""
    match file.state:
        case "done" if file.change:
            return _change_line(file.change)
        case "reading":
            return f"▸ {file.path} · reading{' page' + part if part else ''}"
        case "read":
            return f"▸ {file.path} · read, waiting to be indexed"
        case "embedding":
            return f"▸ {file.path} · indexing, passage{part} of its batch"
        case _:
            return f"◦ {file.path} · waiting"


def _result(session: Session, changes: list[Change]) -> None:
    with st.container(border=True, key="ingest-result"):
        if not changes:
            st.text("No changes.")
        failed = [change for change in changes if change.outcome == "failed"]
        fine = [change for change in changes if change.outcome != "failed"]
        if len(changes) > 1:
            summary = f"{count_of(len(fine), 'file')} without problems"
            show_text(f"{summary}, {len(failed):,} failed" if failed else summary, "strong")
        show_list(_change_line(change) for change in [*failed, *fine][:_MAX_CHANGES])
        if len(changes) > _MAX_CHANGES:
            show_text(f"{len(changes) - _MAX_CHANGES:,} more are in the list below.", "soft")
        _actions(session, failed)


def _actions(session: Session, failed: list[Change]) -> None:
    unreadable = {file.path for file in session.assistant.library.catalog.unreadable()}
    retry = [change.path for change in failed if change.path in unreadable]
    page = next((c.path for c in failed if c.path not in unreadable and "://" in c.path), "")
    with st.container(horizontal=True):
        if retry or page:
            request = IngestRequest(retry=retry) if retry else IngestRequest(address=page)
            again = partial(guarded(session, session.add_documents), request)
            st.button("Try again", icon=":material/refresh:", key="retry", on_click=again)
        close = session.ingest.close_result
        st.button("Close", key="close-result", type="tertiary", on_click=close)


def _change_line(change: Change) -> str:
    if change.outcome == "failed":
        return f"✗ not readable — {change.reason}"
    sign = _SIGNS.get(change.outcome, change.outcome)
    reason = f" — {change.reason}" if change.reason else ""
    return f"{sign}: {change.title or change.path}{reason}"
