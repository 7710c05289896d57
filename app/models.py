"""A chat model by its name, `provider:name`, through LangChain.

Beside LangChain's own providers there are two of ours: `local:FILE.gguf` serves a model file on
this machine, and `fake:TEXT` says a text, for tests and for trying the window.
"""

import atexit
import importlib.util
import os
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel

from vectorstore.errors import ModelUnavailable

_TIMEOUT = 120  # seconds without a word from a server
_LONGEST_ANSWER = 800  # tokens, reasoning included
_CONTEXT = 8192  # tokens
# Trying again is left to `listening.py`, which can be stopped. Ollama takes its limits otherwise,
# and cuts off without a word what does not fit into a window that is smaller by default.
_LIMITS: dict[str, Any] = {"timeout": _TIMEOUT, "max_retries": 0}
_LIMITS_OF: dict[str, dict[str, Any]] = {
    "ollama": {"client_kwargs": {"timeout": _TIMEOUT}, "num_ctx": _CONTEXT}
}


def chat_model(name: str) -> BaseChatModel:
    """The model called `provider:name`; raises ModelUnavailable with what to do."""
    provider, colon, rest = name.partition(":")
    if not colon or not provider or not rest:
        raise ModelUnavailable(
            f"“{name}” is not the name of a model: write it as provider:name, for example "
            "ollama:qwen3, openai:gpt-5-mini or local:/path/to/model.gguf."
        )
    if provider == "fake":
        from app.fake_model import FakeChatModel

        return FakeChatModel(says=rest)
    if provider == "local":
        return _local(Path(rest).expanduser())
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


def _local(path: Path) -> BaseChatModel:
    """A GGUF file served by xllamacpp on a free port of this machine, until the process ends."""
    if not path.is_file():
        raise ModelUnavailable(f"There is no model file {path}: give the path of a .gguf file.")
    if any(importlib.util.find_spec(name) is None for name in ("xllamacpp", "langchain_openai")):
        raise ModelUnavailable(
            "Serving a model file needs the extra `local`: run `.venv/bin/pip install -e .[local]`."
        )
    import xllamacpp
    from langchain_openai import ChatOpenAI

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = _CONTEXT
    params.n_parallel = 1
    params.n_gpu_layers = 0
    params.verbosity = 0
    params.cpuparams.n_threads = os.cpu_count() or 1
    try:
        server = xllamacpp.Server(params)
    except RuntimeError as error:
        raise ModelUnavailable(
            f"The model file {path} cannot be loaded: check that it is a whole .gguf file and "
            "that there is memory for it."
        ) from error
    atexit.register(lambda: server)  # keeps it alive until the end
    return ChatOpenAI(
        model=path.stem,
        base_url=f"{server.listening_address}/v1",
        api_key="none",  # type: ignore[arg-type]
        temperature=0,
        timeout=_TIMEOUT,
        max_retries=0,
        max_completion_tokens=_LONGEST_ANSWER,
    )
