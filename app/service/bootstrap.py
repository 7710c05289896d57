"""Read the settings and put the parts together: the only module that does either."""

import os
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.answering.assistant import Assistant
from app.audit.environment import parameters_of
from app.generation.second_reader import SecondReader
from app.service.settings import OFF, SAME, absolute_settings, read_settings
from vectorstore.encoders.checker import NAME as CHECKER
from vectorstore.encoders.embedding_model import DEFAULT_MODEL
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.encoders.entailment import Entailment
from vectorstore.encoders.fetched_models import FetchedModels
from vectorstore.encoders.hub import DEFAULT_ENDPOINT, Hub
from vectorstore.encoders.registry import Role
from vectorstore.encoders.reranker import Reranker
from vectorstore.errors import BadInput
from vectorstore.library import Library

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_SOURCES_KEY = "sources_folder"
_MODEL_KEY = "chat_model"


_embeddings = cache(SentenceEmbeddings)  # loaded once, however often a library is opened


def open_library(holder: str, *, beside: bool = False) -> Library:
    """Open the library and take its lock; `holder` tells others who has it.

    With `beside`, documents are embedded in a process of their own, beside questions.
    Raise LibraryBusy, StorageFailure or BadInput.
    """
    settings = read_settings()
    silence_libraries()
    names, models = search_models(), fetched_models().path
    reranker = Reranker(names["reranker"], models=models) if names["reranker"] else None
    entailment = (
        None if names["checker"] == CHECKER else Entailment(names["checker"], models=models)
    )
    embeddings = embedding_model(beside=beside)
    return Library(settings.data, embeddings, holder, reranker, entailment)


def embedding_model(*, beside: bool = False) -> SentenceEmbeddings:
    """Return the embedding model that is set; `beside` as for `open_library`."""
    silence_libraries()
    name = search_models()["embedding"]
    return _embeddings(name, models=fetched_models().path, beside=beside)


def search_models() -> dict[Role, str]:
    """Return the names of the models in use by role: as set, else as chosen, else the default.

    The name of the reranker is empty where none is used. Raise BadInput if a choice cannot be
    understood.
    """
    defaults: dict[Role, str] = {"checker": CHECKER, "embedding": DEFAULT_MODEL, "reranker": ""}
    named = {role: name for role, name in set_search_models().items() if name}
    return {**defaults, **fetched_models().chosen(), **named}


def set_search_models() -> dict[Role, str]:
    """Return the names that settings give by role; empty where none does."""
    settings = read_settings()
    return {
        "checker": settings.entailment,
        "embedding": settings.named_embedding_model,
        "reranker": settings.reranker,
    }


def fetched_models() -> FetchedModels:
    """Return the models in the data directory."""
    return FetchedModels(read_settings().data / "models")


def model_hub() -> Hub:
    """Return the model hub, or the mirror that HF_ENDPOINT names. Raise BadInput."""
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        raise BadInput("HF_HUB_OFFLINE forbids the model hub: unset it to fetch a model.")
    silence_libraries()
    return Hub(os.environ.get("HF_ENDPOINT") or DEFAULT_ENDPOINT)


def build_assistant(library: Library, model: str | None = None) -> Assistant:
    """Return the assistant of a library; `model` (`provider:name`) beats setting and choice.

    Raise ModelUnavailable.
    """
    name = chosen_model(library) if model is None else model
    if not name:
        return assistant_with(library, None, "")
    from app.models.chat_models import chat_model

    return assistant_with(library, chat_model(name), name)


def assistant_with(library: Library, model: "BaseChatModel | None", name: str) -> Assistant:
    """Return the assistant with a loaded chat model, or with none, and its second reader."""
    reader = second_reader(library, model, name)
    if model is None:
        return Assistant(library, second_reader=reader)
    return Assistant(library, model, name, reader)


def second_reader(
    library: Library, model: "BaseChatModel | None" = None, name: str | None = None
) -> SecondReader | None:
    """Return the model that judges unverified sentences, as set; it is loaded at its first use.

    `model` is the chat model `name`, if it is loaded; without a name, the chosen one counts. A chat
    model on another machine reads drafts only if the setting names it, because whoever chose it
    chose to send it questions.
    """
    from app.models.chat_models import chat_model
    from app.models.providers import stays_here

    judge = read_settings().judge
    if judge == OFF:
        return None
    if judge != SAME:
        return SecondReader(judge, partial(chat_model, judge))
    same = chosen_model(library) if name is None else name
    if not same:
        return None
    if model is None:
        return SecondReader(same, partial(chat_model, same), reads_drafts=stays_here(same))
    server = str(parameters_of(model)["server"])
    return SecondReader(same, lambda _: model, reads_drafts=stays_here(same, server))


def judge_setting() -> str:
    """Return what KAKEHASHI_JUDGE is set to: `off`, `same` or the name of a model."""
    return read_settings().judge


def chosen_model(library: Library) -> str:
    """Return the chat model in use: as set, else as chosen in the window, else empty."""
    return read_settings().model or library.database.get(_MODEL_KEY) or ""


def fixed_model() -> str:
    """Return the chat model that KAKEHASHI_MODEL names, or an empty string."""
    return read_settings().model


def web_pages_allowed(*, local_only: bool) -> bool:
    """Whether the window may fetch web pages; unless set, only if no other machine can open it."""
    allowed = read_settings().web_pages
    return local_only if allowed is None else allowed


def remember_model(library: Library, name: str) -> None:
    """Store the chat model chosen in the window; empty for none.

    Raise BadInput if a setting names another, because the choice would have no effect.
    """
    fixed = read_settings().model
    if fixed:
        raise BadInput(
            f"KAKEHASHI_MODEL names the model ({fixed}) and comes before what is chosen here: "
            "start Kakehashi without it to choose."
        )
    library.database.set(_MODEL_KEY, name)


def data_folder() -> Path:
    """Return the data directory: catalog, index, and the address of an open window."""
    return read_settings().data


def environment() -> dict[str, str]:
    """Return the environment for a process that works in another folder, with whole paths."""
    return {**os.environ, **absolute_settings()}


def client_secret() -> str:
    """Return the secret by which the provider that signs people in knows the window."""
    return read_settings().client_secret


def set_sources_folder() -> Path | None:
    """Return the sources folder that a setting names, if one does."""
    return read_settings().sources


def sources_folder(library: Library) -> Path:
    """Return the sources folder: as set, else as last synced, else the checkout's own."""
    settings = read_settings()
    remembered = library.database.get(_SOURCES_KEY)
    return settings.sources or (Path(remembered) if remembered else settings.default_sources)


def remember_sources_folder(library: Library, folder: Path) -> None:
    """Store the sources folder, which counts unless a setting names another."""
    library.database.set(_SOURCES_KEY, str(folder))


def silence_libraries() -> None:
    """Keep the libraries in use from sending telemetry or asking a hub for local models."""
    for name, value in {
        "ANONYMIZED_TELEMETRY": "False",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "LANGCHAIN_TRACING_V2": "false",
        "LANGSMITH_TRACING": "false",
        "TOKENIZERS_PARALLELISM": "false",
        "DO_NOT_TRACK": "1",
        "DISABLE_SAFETENSORS_CONVERSION": "1",  # by a service of the hub, unasked
    }.items():
        os.environ[name] = value
    for name in ("NO_PROXY", "no_proxy"):  # local servers are reached directly
        known = [one for one in os.environ.get(name, "").split(",") if one]
        os.environ[name] = ",".join(dict.fromkeys([*known, "127.0.0.1", "localhost", "::1"]))
