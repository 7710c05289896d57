"""Before the first question: what there is, and questions to begin with."""

import streamlit as st

from app.ui.components import suggestions as suggested
from app.ui.components.labels import counted
from app.ui.state.session import Session


def show(session: Session) -> None:
    """Draw it."""
    number = session.assistant.library.database.count("source")
    st.title("Ask your sources")
    if not number:
        st.markdown(
            "The library is still empty. Drop documents into the field below, or go to the "
            "Library page to take in files, a folder or a web page."
        )
        return
    st.markdown(
        f"The library holds {'one document' if number == 1 else counted(number, 'document')}. "
        "Every sentence of an answer carries a number: open it to see the exact words it rests "
        "on. When the sources do not say, you are told so."
    )
    suggested.show(session)
