"""The Ask page before the first question: what the library holds, and suggested questions."""

import streamlit as st

from app.ui.components import suggestions
from app.ui.state.session import Session
from app.ui.wording import count_of


def show(session: Session) -> None:
    """Draw it."""
    number = session.assistant.library.database.count("source")
    st.title("Ask your sources")
    if not number:
        st.markdown(
            "The library is empty. Drop documents into the field below, or add files, a folder or "
            "a web page on the Library page."
        )
        return
    st.markdown(
        f"The library holds {'one document' if number == 1 else count_of(number, 'document')}. "
        "Every sentence of an answer is numbered: click a number to see the exact words behind "
        "it. If the sources do not say, the answer tells you."
    )
    suggestions.show(session)
