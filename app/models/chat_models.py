"""A chat model by its name, `provider:name`, through LangChain.

Beside LangChain's own providers there are two of ours: `local:FILE.gguf` serves a model file on
this machine, and `fake:TEXT` says a text, for tests and for trying the window.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel

from vectorstore.errors import ModelUnavailable

_TIMEOUT = 120  # seconds without a word from a server
_CONTEXT = 8192  # tokens
# Trying again is left to `listening.py`, which can be stopped. Ollama takes its limits otherwise,
# and cuts off without a word what does not fit into a window that is smaller by default.
_LIMITS: dict[str, Any] = {"timeout": _TIMEOUT, "max_retries": 0}
_LIMITS_OF: dict[str, dict[str, Any]] = {
    "ollama": {"client_kwargs": {"timeout": _TIMEOUT}, "num_ctx": _CONTEXT}
}


def chat_model(name: str, stopped: Callable[[], bool] = lambda: False) -> BaseChatModel:
    """The model called `provider:name`; raises ModelUnavailable with what to do.

    Loading a file ends early, with that error, when `stopped` says so.
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

        return gguf_model(_at_home(rest), _TIMEOUT, stopped)
    from langchain.chat_models import init_chat_model

    limits = _LIMITS_OF.get(provider, _LIMITS)
    try:
        model: BaseChatModel = init_chat_model(
            rest, model_provider=provider, temperature=0, **limits
        )
    except ImportError as error:
        raise ModelUnavailable(
            f"The provider “{provider}” needs a package that is not installed: run "
            f"`.venv/bin/pip install -e .[{provider}]` for openai, anthropic, ollama or local, or "
            f"`pip install langchain-{provider}` ({error})."
        ) from error
    except Exception as error:  # each provider raises what it likes
        reason = " ".join(str(error).split())[:300]
        raise ModelUnavailable(
            f"The model “{name}” cannot be used: {reason} Check the provider, the name and the key."
        ) from error
    return model


def _at_home(rest: str) -> Path:
    try:
        return Path(rest).expanduser()
    except RuntimeError as error:
        raise ModelUnavailable(
            f"There is no folder {Path(rest).parts[0]}: check the path."
        ) from error
