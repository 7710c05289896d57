"""The Settings page: the models in use, and what happens to the user's data."""

import streamlit as st

from app.ui.components import model_choice, people, privacy, search_models
from app.ui.components.clicks import show_errors
from app.ui.state.session import current_session


def show() -> None:
    """Draw the page."""
    session = current_session()
    st.title("Settings")
    show_errors(session)
    people.show(session)
    st.header("Answering")
    model_choice.show(session)
    st.header("Search and verification")
    search_models.show(session)
    st.header("Privacy")
    privacy.show(session)
    st.header("About")
    privacy.show_about(session)
