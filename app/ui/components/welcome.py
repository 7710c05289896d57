"""Before the first question: what there is, and questions to begin with."""

import streamlit as st

from app.ui.components.labels import counted, plain
from app.ui.session import Session, suggestions

_EVERY = 0.4  # seconds between two looks at what is ready


def show(session: Session) -> None:
    """Draw it; a suggestion that is chosen is asked."""
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
    if suggestions().done():
        _offered(session)
    else:
        _growing(session)


@st.fragment(run_every=_EVERY)
def _growing(session: Session) -> None:
    """The suggestions that are ready; they are made in the background."""
    suggestions().first()  # begins to make them
    if suggestions().done():
        st.rerun()
    _offered(session)


def _offered(session: Session) -> None:
    found = suggestions().first()
    if not found:
        return
    with st.container(key="suggested", gap="small"):
        st.caption("To begin with")
        for question in found:
            if st.button(
                plain(question),
                key=f"suggested-{session.conversation_id}-{question}",
                icon=":material/arrow_forward:",
                type="tertiary",
            ):
                session.ask(question)
                st.rerun()
