"""The Library page: what is there, adding and removing, looking after it."""

import streamlit as st

from app.ui.components import adding, care, intake, removal, shelf
from app.ui.session import Session, session, warm_for_documents
from app.ui.shelving import shelving
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
