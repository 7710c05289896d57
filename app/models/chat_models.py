"""Creates a chat model from its name, `provider:name`, through LangChain.

Besides LangChain's providers there are two more: `local:FILE.gguf` serves a model file on this
machine, and `fake:TEXT` returns a given text, for tests and for trying the window.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.models.providers import missing_package
from vectorstore.errors import ModelUnavailable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_TIMEOUT = 120  # seconds of silence of a server; judged: a large model may load that long
_CONTEXT = 8192  # tokens; judged: the prompt with its passages and the answer fit
# Retries are left to `app/generation/streaming.py`, which can be stopped. Ollama takes other
# parameters, and silently truncates what exceeds its context window, which is small by default.
_LIMITS: dict[str, Any] = {"timeout": _TIMEOUT, "max_retries": 0}
_LIMITS_OF: dict[str, dict[str, Any]] = {
    "ollama": {"client_kwargs": {"timeout": _TIMEOUT}, "num_ctx": _CONTEXT}
}


def chat_model(name: str, stopped: Callable[[], bool] = lambda: False) -> "BaseChatModel":
    """Return the model `provider:name`; raises ModelUnavailable, which says what to do.

    Loading a file ends early, with that error, once `stopped` returns True.
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
    from langchain.chat_models import init_chat_model

    limits = _LIMITS_OF.get(provider, _LIMITS)
    try:
        model: BaseChatModel = init_chat_model(
            rest, model_provider=provider, temperature=0, **limits
        )
    except ImportError as error:
        raise ModelUnavailable(
            f"The provider “{provider}” needs a package that is not installed ({error}): run "
            f"`{missing_package(provider)}`."
        ) from error
    except Exception as error:  # every provider raises its own errors
        reason = " ".join(str(error).split())[:300]
        raise ModelUnavailable(
            f"The model “{name}” cannot be used: {reason} Check the provider, the name and the key."
        ) from error
    return model


def _expanded(rest: str) -> Path:
    try:
        return Path(rest).expanduser()
    except RuntimeError as error:
        raise ModelUnavailable(
            f"There is no folder {Path(rest).parts[0]}: check the path."
        ) from error
