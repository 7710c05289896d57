"""Creates a chat model from its name, `provider:name`, through LangChain.

Besides LangChain's providers there are two more: `local:FILE.gguf` serves a model file on this
machine, and `fake:TEXT` returns a given text, for tests and for trying the window.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from app.models.providers import PROVIDERS, missing_package
from app.models.redirects import refuse_redirects
from vectorstore.errors import ModelUnavailable, reason_of
from vectorstore.secrets import remember_secret

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_TIMEOUT = 120  # seconds of silence of a server; judged: a large model may load that long
_CONTEXT = 8192  # tokens; judged: the prompt with its passages and the answer fit
# Retries are left to `app/generation/streaming.py`, which can be stopped. Ollama takes other
# parameters, and silently truncates what exceeds its context window, which is small by default.
_LIMITS: dict[str, Any] = {"timeout": _TIMEOUT, "max_retries": 0}
_LIMITS_OF: dict[str, dict[str, Any]] = {
    "ollama": {"client_kwargs": {"timeout": _TIMEOUT}, "num_ctx": _CONTEXT},
    # It makes its asynchronous clients anew for each event loop.
    "google_genai": {**_LIMITS, "client_args": {"follow_redirects": False}},
}
_OVER_HTTP = frozenset({"ollama", *(one.id for one in PROVIDERS)})


def chat_model(name: str, stopped: Callable[[], bool] = lambda: False) -> "BaseChatModel":
    """Return the model `provider:name`; raises ModelUnavailable, which says what to do.

    The model follows no redirect. Loading a file ends early, with that error, once `stopped`
    returns True.
    """
    provider, colon, rest = name.partition(":")
    if not colon or not provider or not rest:
        raise ModelUnavailable(
            f"“{name}” is not the name of a model: write it as provider:name, for example "
            "ollama:qwen3, openai:gpt-5-mini or local:/path/to/model.gguf."
        )
    if provider == "fake":
        from app.models.fake_model import FakeChatModel

        return FakeChatModel(says=rest)
    if provider == "local":
        from app.models.gguf import gguf_model

        return gguf_model(_expanded(rest), _TIMEOUT, stopped)
    return _hosted(name, provider, rest)


def _hosted(name: str, provider: str, rest: str) -> "BaseChatModel":
    """Return a model that a package of LangChain reaches."""
    from langchain.chat_models import init_chat_model

    known = provider.replace("-", "_").lower()
    limits = _LIMITS_OF.get(known, _LIMITS)
    try:
        model: BaseChatModel = init_chat_model(
            rest, model_provider=provider, temperature=0, **limits
        )
        kept = refuse_redirects(model)
    except ImportError as error:
        raise ModelUnavailable(
            f"The provider “{provider}” needs a package that is not installed ({error}): run "
            f"`{missing_package(provider)}`."
        ) from error
    except Exception as error:  # every provider raises its own errors
        raise ModelUnavailable(
            f"The model “{name}” cannot be used: {reason_of(error, 300)} Check the provider, the "
            "name and the key."
        ) from error
    for value in vars(model).values():  # a key, from wherever its package has read it
        if isinstance(value, SecretStr):
            remember_secret(value.get_secret_value())
    if not kept and known in _OVER_HTTP:
        raise ModelUnavailable(
            f"The installed package of “{provider}” cannot be kept from following redirects, which "
            "could send your passages to another server: install another version of it, or choose "
            "another provider."
        )
    return model


def _expanded(rest: str) -> Path:
    try:
        return Path(rest).expanduser()
    except RuntimeError as error:
        raise ModelUnavailable(
            f"There is no folder {Path(rest).parts[0]}: check the path."
        ) from error
