"""Maintenance of the library: disk space, a health check, and near-duplicate sources."""

from collections.abc import Callable

import streamlit as st

from app.service.doctor import Check
from app.service.people import Role
from app.ui.components.clicks import guarded
from app.ui.components.text import show_list, show_text
from app.ui.state.library_rows import Row, storage
from app.ui.state.library_state import LibraryState
from app.ui.state.session import Session
from app.ui.wording import count_of, file_size


def show(session: Session, state: LibraryState, rows: list[Row]) -> None:
    """Draw it."""
    st.header("Maintenance")
    used = storage(state.library, rows)
    show_text(
        f"Documents {file_size(used.sources)} · catalog {file_size(used.catalog)} · "
        f"index {file_size(used.index)} · {file_size(used.free)} free on this disk",
        "line",
    )
    with st.container(horizontal=True):
        _button(session, state, "Check health", "health_and_safety", state.check_health)
        if len(rows) > 1:
            _button(session, state, "Find near-duplicates", "compare", state.find_duplicates)
    if state.compared:
        show_text(_duplicates(len(state.duplicates)), "line")
    if state.findings:
        show_list(_finding(finding) for finding in state.findings)


def _duplicates(pairs: int) -> str:
    if not pairs:
        return "No two sources are near-duplicates."
    verb = "shares" if pairs == 1 else "share"
    return (
        f"{count_of(pairs, 'pair')} of sources {verb} passages that are nearly the same word for "
        "word. Filter the list by “Near-duplicate” to see them, each with a link to the other."
    )


def _finding(finding: Check) -> str:
    sign = "✓ OK" if finding.well else "✗ Problem"
    return f"{sign} · {finding.part}: {finding.text}"


def _button(
    session: Session, state: LibraryState, label: str, icon: str, start: Callable[[], None]
) -> None:
    key, busy = f"maintenance-{label}", bool(state.busy)

    def act() -> None:
        session.require(Role.EDITOR)
        start()

    begin = guarded(session, act)
    st.button(label, icon=f":material/{icon}:", key=key, disabled=busy, on_click=begin)
