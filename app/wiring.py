"""The one place that reads settings and puts the parts together."""

import os
from pathlib import Path

from app.assistant import Assistant
from app.settings import read_settings
from vectorstore.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.reranking import Reranker

_SOURCES_KEY = "sources_folder"


def open_library(holder: str) -> Library:
    """Own and open the library; `holder` tells others who has it.

    Raises LibraryBusy, StorageFailure or BadInput.
    """
    settings = read_settings()
    silence_libraries()
    reranker = Reranker(settings.reranker) if settings.reranker else None
    return Library(settings.data, SentenceEmbeddings(settings.embedding_model), holder, reranker)


def build_assistant(library: Library, model: str | None = None) -> Assistant:
    """The assistant of a library; `model` (`provider:name`) comes before the setting.

    Raises ModelUnavailable.
    """
    name = read_settings().model if model is None else model
    if not name:
        return Assistant(library)
    from app.models import chat_model

    return Assistant(library, chat_model(name), name)


def sources_folder(library: Library) -> Path:
    """The folder that the library equals: as set, or as last synced, or the checkout's own."""
    settings = read_settings()
    remembered = library.database.get(_SOURCES_KEY)
    return settings.sources or (Path(remembered) if remembered else settings.default_sources)


def remember_sources_folder(library: Library, folder: Path) -> None:
    """Let this be the folder that the library equals, where no setting names another."""
    library.database.set(_SOURCES_KEY, str(folder))


def silence_libraries() -> None:
    """Nothing that is used may send anything home, or ask a hub for what is on this machine."""
    for name, value in {
        "ANONYMIZED_TELEMETRY": "False",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "LANGCHAIN_TRACING_V2": "false",
        "LANGSMITH_TRACING": "false",
        "TOKENIZERS_PARALLELISM": "false",
        "DO_NOT_TRACK": "1",
    }.items():
        os.environ[name] = value
