"""Finds Ollama and lists its chat models; sends it nothing of the library."""

import http.client
import json
import os
from urllib.parse import SplitResult, urlsplit

from vectorstore.errors import ModelUnavailable

_PORT = 11434
_TIMEOUT = 2.0  # seconds; judged: Ollama lists its models at once
_LARGEST = 1 << 20  # bytes of a response; judged: enough for thousands of models


def ollama_address() -> SplitResult:
    """Return the address of Ollama: its default on this machine, or as OLLAMA_HOST says."""
    given = parsed(os.environ.get("OLLAMA_HOST", "").strip() or "127.0.0.1")
    host = given.hostname or "127.0.0.1"
    if host in ("0.0.0.0", "::"):  # noqa: S104 - it listens on every address, so also on this one
        host = "127.0.0.1"
    if given.port is None and "://" in os.environ.get("OLLAMA_HOST", ""):
        port = 443 if given.scheme == "https" else 80  # as Ollama's own client reads it
    else:
        port = given.port or _PORT
    shown = f"[{host}]" if ":" in host else host
    return given._replace(netloc=f"{shown}:{port}")


def ollama_models() -> list[str]:
    """Return Ollama's chat models; raises ModelUnavailable, which says what to do."""
    address = ollama_address()
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=_TIMEOUT)
    try:
        connection.request("GET", f"{address.path.rstrip('/')}/api/tags")
        response = connection.getresponse()
        if 300 <= response.status < 400:
            raise ModelUnavailable(
                f"The server {address.netloc} does not answer as Ollama, but redirects (HTTP "
                f"{response.status}), and no redirect is followed: set OLLAMA_HOST to the address "
                "of Ollama itself, and look again."
            )
        listed = json.loads(response.read(_LARGEST))
        names = [str(one["name"]) for one in listed["models"] if _is_chat_model(one)]
    except (
        OSError,
        http.client.HTTPException,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        raise ModelUnavailable(
            f"No Ollama answers at {address.netloc}: start it (`ollama serve`), or set "
            "OLLAMA_HOST to its address, and look again."
        ) from error
    finally:
        connection.close()
    if not names:
        raise ModelUnavailable(
            f"Ollama at {address.netloc} has no chat model: fetch one, for example with "
            "`ollama pull qwen3`, and look again."
        )
    return sorted(names)


def parsed(address: str) -> SplitResult:
    """Parse an address that may lack its scheme; raises ModelUnavailable if it is not valid."""
    try:
        place = urlsplit(address if "://" in address else f"http://{address}")
        _ = place.port  # raises if it is not a number
    except ValueError:
        raise ModelUnavailable(
            f"“{address.rpartition('@')[2]}” is not an address: check the environment."
        ) from None
    return place


def _is_chat_model(model: dict[str, object]) -> bool:
    """Return whether a model can hold a conversation, as far as Ollama says."""
    able = model.get("capabilities")
    if isinstance(able, list) and able:
        return "completion" in able
    details = model.get("details")
    family = details.get("family", "") if isinstance(details, dict) else ""
    return "bert" not in str(family)
