"""Clicks, acted on before anything is drawn.

A run of the page can be cut short by the next click or by the end of a job, and what was clicked in
it is forgotten with it. Callbacks are called before the page is drawn. They change the session
first and call Streamlit last, since each of its calls may be where a run is cut short.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.ui.components.text import show_error
from app.ui.state.session import Session
from vectorstore.errors import KakehashiError


def receiver(session: Session, key: str, event: str, act: Callable[[Any], None]) -> Any:
    """Return a callback that hands `act` the value of an event of the component with this key."""

    def receive() -> None:
        state = st.session_state.get(key)  # None if the page has lost the component meanwhile
        if state and (value := state.get(event)):
            guarded(session, act)(value)

    return receive


def show_errors(session: Session) -> None:
    """Draw the error of the last click and that of the page, if there are any."""
    show_error(session.click_error)
    show_error(session.error)


def guarded(session: Session, act: Callable[..., None]) -> Callable[..., None]:
    """Return a callback that does the same; a KakehashiError is shown until the next click."""

    def guarded_act(*values: Any) -> None:
        session.click_error = ""
        try:
            act(*values)
        except KakehashiError as error:
            session.click_error = str(error)
            st.rerun()  # the whole page, where only a fragment would be drawn again

    return guarded_act
