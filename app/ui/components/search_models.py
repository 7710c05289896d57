"""The models that find and check: which are in use, where they come from, how to change them."""

from pathlib import Path

import streamlit as st

from app.ui.components import setting_row as facts
from app.ui.components.labels import plain
from app.ui.state.session import Session
from vectorstore.encoders.embedding_model import DEFAULT_MODEL
from vectorstore.library import Library


def show(session: Session) -> None:
    """Draw them, and how far a change of the embedding model is."""
    library = session.assistant.library
    facts.show("Embedding model: what a passage means", *_embedding(library))
    if library.renewing:
        _renewal(session)
    reranker, entailment = library.searcher.reranker, library.entailment
    facts.show(
        "Reranking model: a second look at the best hits",
        reranker.model if reranker else "None",
        f"{_origin(reranker.model) if reranker else ''}KAKEHASHI_RERANKER names a cross-encoder, "
        "by folder or name. It makes ranking better and each question up to a second and a half "
        "slower; nothing is embedded anew.",
    )
    facts.show(
        "Entailment model: whether a sentence follows from what it cites",
        entailment.model if entailment else "None: words, numbers, names and nearness of meaning",
        f"{_origin(entailment.model) if entailment else ''}KAKEHASHI_ENTAILMENT names a "
        "cross-encoder, by folder or name. Answers that are there keep their verdicts.",
    )
    st.caption(
        "These are set where Kakehashi is started, in the environment, and hold from the next "
        "start. All of them work on this machine; only to fetch one by name for the first time is "
        "the model hub asked."
    )


def _embedding(library: Library) -> tuple[str, str]:
    model = library.embeddings.model
    passages = library.database.count("passage")
    return model, (
        f"{_origin(model)}KAKEHASHI_EMBEDDING_MODEL names another, by folder or name. All "
        f"{passages:,} passages are then embedded anew beside the old index, which answers until "
        "that is done."
    )


def _origin(model: str) -> str:
    """Where a model comes from, as a sentence."""
    if model == DEFAULT_MODEL:
        return "It was installed along with Kakehashi, and reads English. "
    return f"It is {'a folder' if Path(model).is_dir() else 'kept'} on this machine. "


@st.fragment(run_every=1.0)
def _renewal(session: Session) -> None:
    """How far it is; the page is drawn anew when the new model has come into use."""
    going = session.assistant.library.renewing
    if going is None:
        st.rerun()
    name, done, total = going
    told = f"{done:,} of {total:,} passages have their new vectors" if total else "about to begin"
    st.progress(done / total if total else 0.0, text=plain(f"Changing to {name}: {told}"))
