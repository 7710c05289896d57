"""Ollama: where it is, and which of its models can write.

It is asked only when `ollama_models` is called, for a list; it gets nothing of the library here.
"""

import http.client
import json
import os
from urllib.parse import SplitResult, urlsplit

from vectorstore.errors import ModelUnavailable

_PORT = 11434
_PATIENCE = 2.0  # seconds for Ollama to tell its models, which it does at once
_LARGEST = 1 << 20  # bytes of what it tells
_OTHER_THINGS = (ValueError, KeyError, TypeError, AttributeError)  # said by no Ollama


def ollama_address() -> SplitResult:
    """Where Ollama is asked: its usual place on this machine, or as OLLAMA_HOST says."""
    given = parsed(os.environ.get("OLLAMA_HOST", "").strip() or "127.0.0.1")
    host = given.hostname or "127.0.0.1"
    if host in ("0.0.0.0", "::"):  # noqa: S104 - it listens everywhere, so also here
        host = "127.0.0.1"
    if given.port is None and "://" in os.environ.get("OLLAMA_HOST", ""):
        port = 443 if given.scheme == "https" else 80  # as its own client takes it
    else:
        port = given.port or _PORT
    shown = f"[{host}]" if ":" in host else host
    return given._replace(netloc=f"{shown}:{port}")


def ollama_models() -> list[str]:
    """Ask Ollama which models it has that can write; raises ModelUnavailable with what to do."""
    address = ollama_address()
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=_PATIENCE)
    try:
        connection.request("GET", f"{address.path.rstrip('/')}/api/tags")
        told = json.loads(connection.getresponse().read(_LARGEST))
        names = [str(one["name"]) for one in told["models"] if _writes(one)]
    except (
        OSError,
        http.client.HTTPException,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        raise ModelUnavailable(
            f"No Ollama answers at {address.netloc}: start it (`ollama serve`), or say in "
            "OLLAMA_HOST where it is, and look again."
        ) from error
    finally:
        connection.close()
    if not names:
        raise ModelUnavailable(
            f"Ollama at {address.netloc} has no model that writes: fetch one, for example with "
            "`ollama pull qwen3`, and look again."
        )
    return sorted(names)


def parsed(address: str) -> SplitResult:
    """The parts of an address that may lack its scheme; raises ModelUnavailable if it is none."""
    try:
        place = urlsplit(address if "://" in address else f"http://{address}")
        _ = place.port  # raises for what is no number
    except ValueError:
        raise ModelUnavailable(
            f"“{address.rpartition('@')[2]}” is no address: check the environment."
        ) from None
    return place


def _writes(model: dict[str, object]) -> bool:
    """Whether a model of Ollama's can hold a conversation, as far as Ollama tells."""
    able = model.get("capabilities")
    if isinstance(able, list) and able:
        return "completion" in able
    details = model.get("details")
    family = details.get("family", "") if isinstance(details, dict) else ""
    return "bert" not in str(family)
