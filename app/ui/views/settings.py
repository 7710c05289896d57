"""The Settings page: which model answers, what finds, and what becomes of what is yours."""

import streamlit as st

from app.ui.components import model_choice, privacy, search_models
from app.ui.state.session import session


def show() -> None:
    """The page."""
    current = session()
    st.title("Settings")
    st.header("Which model answers")
    model_choice.show(current)
    st.header("How passages are found and sentences checked")
    search_models.show(current)
    st.header("What is kept, and what leaves")
    privacy.show(current)
    st.header("About")
    privacy.about(current)
