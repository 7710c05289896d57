"""Looking after the library: the room it takes, whether all is well, what repeats each other."""

import streamlit as st

from app.service.doctor import Finding
from app.ui.components.labels import counted, listed, plain, styled
from app.ui.state.library_rows import Row, megabytes, storage
from app.ui.state.library_state import Shelving
from vectorstore.errors import KakehashiError

_LINE = "font-size:.92rem;overflow-wrap:anywhere;max-width:68ch"


def show(shelving: Shelving, rows: list[Row]) -> None:
    """Draw it."""
    st.header("Looking after it")
    room = storage(shelving.library, rows)
    said = (
        f"Documents {megabytes(room.sources)} · catalog {megabytes(room.catalog)} · "
        f"index {megabytes(room.index)} · {megabytes(room.free)} free on this disk"
    )
    st.html(styled(said, f"{_LINE};font-variant-numeric:tabular-nums"))
    with st.container(horizontal=True):
        _button(shelving, "Is all well?", ":material/health_and_safety:", "health")
        if len(rows) > 1:
            _button(shelving, "Find what repeats each other", ":material/compare:", "copies")
    if shelving.compared:
        pairs = len(shelving.copies or ())
        found = (
            f"{counted(pairs, 'pair')} of sources have passages in common, nearly word for word: "
            "“Repeats another” above the list shows them, each with a link to the other."
            if pairs
            else "No two sources repeat each other."
        )
        st.html(styled(found, _LINE))
    if shelving.findings:
        st.html(listed(_told(finding) for finding in shelving.findings))


def _told(finding: Finding) -> str:
    sign = "✓ well" if finding.well else "✗ not well"
    return f"{sign} · {finding.part}: {finding.text}"


def _button(shelving: Shelving, label: str, icon: str, key: str) -> None:
    if st.button(label, icon=icon, key=key, disabled=bool(shelving.busy)):
        try:
            (shelving.look_after if key == "health" else shelving.compare)()
        except KakehashiError as error:
            st.error(plain(str(error)), icon=":material/error:")
        else:
            st.rerun()
