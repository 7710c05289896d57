"""Keeps the HTTP clients of a chat model from following redirects.

A redirect would send the question and the passages again, to a server that nobody chose. The
packages of all providers follow redirects unless told otherwise, each has its own parameter for
that or none, and their clients are made by `httpx` or by its successor `httpx2`. So the clients are
looked for inside the finished model, wherever its package keeps them.
"""

import sys
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from vectorstore.errors import ModelUnavailable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_DEPTH = 8  # attributes from a model to its client; of the known providers, Google needs 5
_MADE_LATE = ("_client", "_async_client")  # attributes that a package fills at first use
_LONGEST_NAME = 100  # characters of the name of a server that an error shows; judged


def refuse_redirects(model: "BaseChatModel") -> bool:
    """Make every HTTP client of a model raise ModelUnavailable at a redirect.

    Return whether the model has such a client.
    """
    for name in _MADE_LATE:
        getattr(model, name, None)
    found = False
    for client, waits in _clients(model):
        found = True
        client.follow_redirects = False
        hooks = client.event_hooks["response"]
        hook = _refuse_in_time if waits else _refuse
        if hook not in hooks:  # models share clients
            hooks.append(hook)
    return found


def _refuse(response: Any) -> None:
    """Raise ModelUnavailable if a response redirects; names both servers, never a path or a key."""
    if not response.has_redirect_location:
        return
    location = urljoin(str(response.url), response.headers["location"])
    raise ModelUnavailable(
        f"The model did not answer: the server {_server(str(response.url))} redirects to "
        f"{_server(location)} (HTTP {response.status_code}). Nothing was sent there, because you "
        "did not choose that server. If you trust it, give its address yourself, for example in "
        "OPENAI_BASE_URL or OLLAMA_HOST."
    )


async def _refuse_in_time(response: Any) -> None:
    _refuse(response)


def _server(address: str) -> str:
    """Return scheme, host and port of an address, as far as they can be shown."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "an invalid address"
    shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return "".join(filter(str.isprintable, shown))[:_LONGEST_NAME]


def _clients(model: "BaseChatModel") -> Iterator[tuple[Any, bool]]:
    """Yield the HTTP clients inside a model, and whether each is asynchronous."""
    packages = [sys.modules[name] for name in ("httpx", "httpx2") if name in sys.modules]
    plain = tuple(package.Client for package in packages)
    waiting = tuple(package.AsyncClient for package in packages)
    seen: set[int] = set()
    todo: deque[tuple[Any, int]] = deque([(model, 0)])  # nearest first, for the depth counts
    while todo:
        held, depth = todo.popleft()
        if id(held) in seen:
            continue
        seen.add(id(held))
        if isinstance(held, (*plain, *waiting)):
            yield held, isinstance(held, waiting)
        elif depth < _DEPTH and not isinstance(held, type):
            todo += [(value, depth + 1) for value in _attributes(held)]


def _attributes(held: Any) -> list[Any]:
    """Return the values that something holds, private ones of pydantic included."""
    if isinstance(held, dict):
        return list(held.values())
    if isinstance(held, list | tuple):
        return list(held)
    own = list(getattr(held, "__dict__", {}).values())
    return own + list((getattr(held, "__pydantic_private__", None) or {}).values())
