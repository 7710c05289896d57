"""The Library page: what is there, adding and removing, looking after it."""

import streamlit as st

from app.ui.components import ingest_progress as intake
from app.ui.components import maintenance as care
from app.ui.components import removal
from app.ui.components import source_list as shelf
from app.ui.components import upload as adding
from app.ui.state.library_state import shelving
from app.ui.state.session import Session, session, warm_for_documents
from app.ui.views import ask


def show() -> None:
    """The page."""
    current, shared = session(), shelving()
    warm_for_documents()
    if current.intake:
        shared.intake = current.intake  # other tabs, and this one reloaded, see it, too
    st.title("Library")
    adding.show(current, busy=bool(shared.busy))
    intake.show(current, shared.intake)
    if current.error:
        st.error(current.error, icon=":material/error:")
    removal.show(current, shared)
    shelf.show(current, shared, lambda conversation: _open(current, conversation))
    if rows := shared.rows():
        care.show(shared, rows)


def _open(current: Session, conversation: str) -> None:
    current.open(conversation)
    page = st.Page(ask.show, url_path="ask", default=True)
    st.switch_page(page, query_params={"conversation": conversation})
