"""Before the first question: what there is, and questions to begin with."""

import streamlit as st

from app.ui.components.labels import plain
from app.ui.session import Session

_SUGGESTED = 3
_EMPTY_HEADINGS = {"introduction", "conclusion", "summary", "abstract", "references", "contents"}


def show(session: Session) -> None:
    """Draw it; a suggestion that is chosen is asked."""
    number = session.assistant.library.database.count("source")
    st.title("Ask your sources")
    if not number:
        st.info(
            "The library is empty. Drop a document into the field below, or add some on the "
            "Library page.",
            icon=":material/menu_book:",
        )
        return
    documents = "one document" if number == 1 else f"{number:,} documents"
    st.markdown(
        f"The library holds {documents}. Every sentence of an answer carries a number: open it to "
        "see the exact words it rests on. When the sources do not say, you are told so."
    )
    questions = _questions(session)
    if questions:
        chosen = st.pills(
            "To begin with",
            [plain(question) for question in questions],
            key=f"suggested-{session.conversation_id}",
        )
        if chosen:
            session.ask(questions[[plain(question) for question in questions].index(chosen)])
            st.rerun()


def _questions(session: Session) -> list[str]:
    """Questions made from the headings of the sources."""
    catalog = session.assistant.library.catalog
    headings: list[str] = []
    for source in catalog.sources()[:_SUGGESTED]:
        _, found = catalog.layout(source.id)
        headings += [h.text for h in found if h.text.casefold() not in _EMPTY_HEADINGS]
    return [f"What do the sources say on “{heading}”?" for heading in headings[:_SUGGESTED]]
