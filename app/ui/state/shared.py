"""What all tabs share: the open library, the assistant with its model, and the suggestions."""

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from app.answering.assistant import Assistant
from app.service.bootstrap import (
    assistant_with,
    build_assistant,
    data_folder,
    open_library,
    remember_model,
    web_pages_allowed,
)
from app.service.people import Limits
from app.service.remote import WindowApi, publish_api, withdraw_api
from app.service.tokens import Tokens
from app.suggestions.suggestions import Suggestions
from app.ui.access.entrance import current_entrance
from app.ui.access.opening import current_people, where
from app.ui.state.answer_queue import AnswerQueue
from vectorstore.errors import KakehashiError, ModelUnavailable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


@dataclass(slots=True)
class SharedState:
    """The assistant, the questions it answers, and a notice if its model cannot be used (or "").

    `endpoint` is where the command line and other programs of this user reach the window.
    `web_pages` says whether the window fetches web pages, `local_only` whether only this machine
    can open it.
    """

    assistant: Assistant
    queue: AnswerQueue
    notice: str
    endpoint: WindowApi
    web_pages: bool
    local_only: bool
    _model_lock: threading.Lock = field(default_factory=threading.Lock)

    def use_model(self, name: str, model: "BaseChatModel | None") -> None:
        """Answer with another model in all tabs, or with none, and remember the choice.

        An answer in progress is finished by the model that began it. Raise BadInput if a setting
        names the model.
        """
        with self._model_lock:
            library = self.assistant.library
            remember_model(library, name)
            self.assistant = assistant_with(library, model, name)
            self.notice = ""


@st.cache_resource(show_spinner=False)
def shared() -> SharedState:
    """Return the state of this process; raise KakehashiError if the library cannot be opened."""
    address, reach, certificate = where()
    library = open_library(f"the window at {address}", beside=True)
    entrance = current_entrance()
    way_in = entrance.path if entrance and current_people() is None else "/"
    endpoint = publish_api(library.folder, address, way_in, reach, certificate)
    local_only = current_people() is None
    web_pages = web_pages_allowed(local_only=local_only)
    notice = ""
    try:
        assistant = build_assistant(library)
    except ModelUnavailable as error:
        assistant = assistant_with(library, None, "")
        notice = f"{error} Until then, answers quote the sources directly."
    queue = AnswerQueue(library.database)
    return SharedState(assistant, queue, notice, endpoint, web_pages, local_only)


@st.cache_resource(show_spinner=False)
def limits() -> Limits:
    """Return how much each person may still ask for."""
    return Limits(current_people())


@st.cache_resource(show_spinner=False)
def tokens() -> Tokens:
    """Return the tokens for the JSON API."""
    return Tokens(data_folder())


@st.cache_resource(show_spinner=False)
def suggestions() -> Suggestions:
    """Return the suggested questions, which all tabs share."""
    state = shared()
    return Suggestions(state.assistant.library, busy=lambda: bool(state.queue.busy()))


def close_library() -> None:
    """Close the library cleanly, so that the next start need not check it for damage."""
    with suppress(KakehashiError):
        library = shared().assistant.library
        withdraw_api(library.folder)
        library.close()


def warm_up() -> None:
    """Prepare for the first question; the page shows a failure when it is drawn."""
    try:
        library = shared().assistant.library
        library.searcher.warm()
        library.reembed()  # re-embeds in the background if the embedding model has changed
    except KakehashiError:
        return


def warm_up_for_documents() -> None:
    """Load in the background what the next added document would wait for."""
    embeddings = shared().assistant.library.embeddings
    if embeddings.ready_for_documents:
        return

    def load() -> None:
        with suppress(KakehashiError):  # whoever adds a document is told
            embeddings.warm(documents=True)

    threading.Thread(target=load, daemon=True).start()
