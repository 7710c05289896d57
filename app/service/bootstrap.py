"""The one place that reads settings and puts the parts together."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from app.answering.assistant import Assistant
from app.service.remote import find_door, perform_there
from app.service.settings import read_settings
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.encoders.entailment import Entailment
from vectorstore.encoders.reranker import Reranker
from vectorstore.errors import BadInput, LibraryBusy
from vectorstore.library import Library

Tell = Callable[[dict[str, Any]], None]
Performing = Callable[[str, dict[str, Any], Tell], dict[str, Any]]
_SOURCES_KEY = "sources_folder"
_MODEL_KEY = "chat_model"


_embeddings = cache(SentenceEmbeddings)  # loaded once, however often a library is opened


def open_library(holder: str) -> Library:
    """Own and open the library; `holder` tells others who has it.

    Raises LibraryBusy, StorageFailure or BadInput.
    """
    settings = read_settings()
    silence_libraries()
    reranker = Reranker(settings.reranker) if settings.reranker else None
    entailment = Entailment(settings.entailment) if settings.entailment else None
    embeddings = _embeddings(settings.embedding_model)
    return Library(settings.data, embeddings, holder, reranker, entailment)


def build_assistant(library: Library, model: str | None = None) -> Assistant:
    """The assistant of a library; `model` (`provider:name`) comes before setting and choice.

    Raises ModelUnavailable.
    """
    name = chosen_model(library) if model is None else model
    if not name:
        return Assistant(library)
    from app.models.chat_models import chat_model

    return Assistant(library, chat_model(name), name)


def chosen_model(library: Library) -> str:
    """The chat model that serves: as set, or as chosen in the window, or none (empty)."""
    return read_settings().model or library.database.get(_MODEL_KEY) or ""


def fixed_model() -> str:
    """Return the chat model that KAKEHASHI_MODEL names, or an empty string."""
    return read_settings().model


def web_pages_allowed(*, local_only: bool) -> bool:
    """Whether the window may fetch web pages; unless set, only if no other machine can open it."""
    allowed = read_settings().web_pages
    return local_only if allowed is None else allowed


def remember_model(library: Library, name: str) -> None:
    """Let this be the chat model where no setting names another; empty for none.

    Raises BadInput where one does, for the choice would not hold.
    """
    fixed = read_settings().model
    if fixed:
        raise BadInput(
            f"KAKEHASHI_MODEL names the model ({fixed}) and comes before what is chosen here: "
            "start Kakehashi without it to choose."
        )
    library.database.set(_MODEL_KEY, name)


@contextmanager
def performing(holder: str) -> Iterator[Performing]:
    """Something to perform operations with: the library, or the window that has it open.

    Raises LibraryBusy if another program has it that lets nobody in.
    """
    try:
        library = open_library(holder)
    except LibraryBusy:
        door = find_door(read_settings().data)
        if door is None:
            raise
        yield lambda name, values, tell: perform_there(door, name, _as_set(name, values), tell)
        return
    from app.service.operations import Desk, perform

    with library:
        yield lambda name, values, tell: perform(Desk(library, tell=tell), name, values)


def _as_set(name: str, values: dict[str, Any]) -> dict[str, Any]:
    """What the window is asked for, with the model that is set here, where that has a say.

    A replay is left alone: no setting may send it to a model that did not write the answer.
    """
    if name not in ("ask", "audit") or values.get("model") is not None:
        return values
    return {**values, "model": read_settings().model or None}


def sources_folder(library: Library) -> Path:
    """The folder that the library equals: as set, or as last synced, or the checkout's own."""
    settings = read_settings()
    remembered = library.database.get(_SOURCES_KEY)
    return settings.sources or (Path(remembered) if remembered else settings.default_sources)


def watched_folder() -> Path:
    """The folder that the library equals, told without opening a library that another has."""
    settings = read_settings()
    if settings.sources:
        return settings.sources
    try:
        with open_library("a look at the settings") as library:
            return sources_folder(library)
    except LibraryBusy:
        with performing("a look at the settings") as perform:
            return Path(perform("place", {}, lambda _: None)["sources"])


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
    for name in ("NO_PROXY", "no_proxy"):  # what is on this machine is not asked through another
        known = [one for one in os.environ.get(name, "").split(",") if one]
        os.environ[name] = ",".join(dict.fromkeys([*known, "127.0.0.1", "localhost", "::1"]))
