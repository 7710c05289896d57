"""The models that search and verify: which are in use, their origin, and how to change them."""

from pathlib import Path

import streamlit as st

from app.ui.components import setting_row
from app.ui.components.text import show_text
from app.ui.state.session import Session
from vectorstore.encoders.checker import packaged_checker
from vectorstore.encoders.embedding_model import DEFAULT_MODEL
from vectorstore.library import Library


def show(session: Session) -> None:
    """Draw them, with the progress of a change of the embedding model."""
    library = session.assistant.library
    setting_row.show("Embedding model: finds passages by meaning", *_embedding(library))
    if library.reembedding:
        _renewal(session)
    reranker = library.searcher.reranker
    setting_row.show(
        "Reranking model: reorders the best hits",
        reranker.model if reranker else "None",
        f"{_origin(reranker.model) if reranker else ''}To use one, run `kakehashi models get "
        "NAME`, or set KAKEHASHI_RERANKER to the folder or name of a cross-encoder. It improves "
        "the ranking and makes each question up to 1.5 seconds slower. Passages need not be "
        "embedded again.",
    )
    setting_row.show(
        "Checker: reads whether a sentence follows from its citations", *_checker(library)
    )
    st.caption(
        "`kakehashi models` lists models with their published figures. What it chooses, and the "
        "environment variables, which come first, are read when Kakehashi starts. All of these "
        "models run on this machine."
    )


def _embedding(library: Library) -> tuple[str, str]:
    model = library.embeddings.model
    passages = library.database.count("passage")
    return model, (
        f"{_origin(model)}To use another, run `kakehashi models get NAME`, or set "
        f"KAKEHASHI_EMBEDDING_MODEL to its folder or name. All {passages:,} passages are then "
        "embedded again in the background; the old index answers until that is done."
    )


def _checker(library: Library) -> tuple[str, str]:
    own, entailment = packaged_checker().name, library.entailment
    if entailment:
        return entailment.model, (
            f"{_origin(entailment.model)}It was chosen to decide in place of {own}, which comes "
            "with Kakehashi. Earlier answers keep their verdicts."
        )
    return own, (
        "It comes with Kakehashi and reads English. In other languages only numbers, dates, names "
        "and negations are compared, and no sentence in other words than the source’s counts as "
        "supported. To use a better one, run `kakehashi models get NAME`, or set "
        "KAKEHASHI_ENTAILMENT to the folder or name of a cross-encoder. Earlier answers keep their "
        "verdicts."
    )


def _origin(model: str) -> str:
    """Return where a model comes from, as a sentence."""
    if model == DEFAULT_MODEL:
        return "It comes with Kakehashi and reads English. "
    return f"It is {'a folder' if Path(model).is_dir() else 'stored'} on this machine. "


@st.fragment(run_every=1.0)
def _renewal(session: Session) -> None:
    """Draw the progress; redraw the page once the new model is in use."""
    renewal = session.assistant.library.reembedding
    if renewal is None:
        st.rerun()
    name, done, total = renewal
    status = f"{done:,} of {total:,} passages embedded" if total else "starting"
    show_text(f"Changing to {name}: {status}", "soft")
    st.progress(done / total if total else 0.0)
