"""The doors of the window: where it is, who reaches it, and how one shows who one is.

One person comes in by the secret of the start; several sign in (`sign_in.py`), or come through a
proxy that has signed them in.
"""

import hmac
from collections.abc import Callable, Collection
from ipaddress import ip_address
from typing import Protocol

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from app.service.people import OWNER, People, Person, Proxy
from app.ui.access import pages
from app.ui.access.entrance import DAYS, Entrance

COOKIE = "kakehashi"


class Door(Protocol):
    """A way into the window: `origin` is what its addresses begin with, `base` its path.

    A connection `holds` for so many seconds, until it has to be shown again who is there; None
    where the door itself learns when somebody leaves.
    """

    origin: str
    base: str
    holds: float | None

    def reaches(self, scope: Scope) -> bool:
        """Whether the two ends of a connection are those that may reach the window."""

    async def answer(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the answer to a request for the door itself; None if it is for the window."""

    def person(self, headers: Headers) -> Callable[[], Person | None]:
        """Return a function that says who sends this, at any time; None for nobody."""

    def locked(self, scope: Scope) -> Response:
        """Return the page for somebody who is not known."""


class OwnDoor:
    """The door where the window is one person's own, on this machine only."""

    holds: float | None = None

    def __init__(self, entrance: Entrance, port: int) -> None:
        """Take the entrance, and the port at which the window is served."""
        self.origin = f"http://127.0.0.1:{port}" if port != 80 else "http://127.0.0.1"
        self.base = entrance.base
        self._entrance = entrance

    def reaches(self, scope: Scope) -> bool:
        """Whether both ends of the connection are on this machine."""
        return _is_loopback(end_of(scope, "server")) and _is_loopback(end_of(scope, "client"))

    async def answer(self, scope: Scope, headers: Headers) -> Response | None:
        """Give the browser its cookie if it shows the key, and go on without it in the history."""
        del headers
        asked = scope["path"].encode("utf-8", "replace")
        if not (is_get(scope) and hmac.compare_digest(asked, self._entrance.path.encode())):
            return None
        response = pages.entered(self.base)
        set_cookie(response, self._entrance.admit(), self, DAYS * 86400)
        return response

    def person(self, headers: Headers) -> Callable[[], Person | None]:
        """Whoever has a cookie is the one person."""
        cookies = cookies_of(headers)

        def who() -> Person | None:
            return OWNER if "" in [self._entrance.person(one) for one in cookies] else None

        return who

    def locked(self, scope: Scope) -> Response:
        """Say how to open it."""
        del scope
        return pages.locked()


class ProxyDoor:
    """The door behind a proxy that has signed people in, and names them in a header."""

    holds: float | None = (
        900.0  # whoever signs out at the proxy does so without a word to this window
    )

    def __init__(self, people: People, origin: str, base: str, proxy: Proxy) -> None:
        """Take the people, and the proxy whose header is believed."""
        self.origin, self.base = origin, base
        self._people, self._proxy = people, proxy

    def reaches(self, scope: Scope) -> bool:
        """Whether the proxy sends this, and nobody else."""
        return end_of(scope, "client") in self._proxy.addresses

    async def answer(self, scope: Scope, headers: Headers) -> Response | None:
        """Lead from any other path to the window, with the place that a link names."""
        del headers
        outside = is_get(scope) and not is_below(scope["path"], self.base)
        return pages.entered(self.base) if outside else None

    def person(self, headers: Headers) -> Callable[[], Person | None]:
        """Return whom the header names, once."""
        named = headers.getlist(self._proxy.header)
        return lambda: self._people.person(named[0]) if len(named) == 1 else None

    def locked(self, scope: Scope) -> Response:
        """Say who lets people in."""
        del scope
        why = "You are not among the people of this library: ask the person who looks after it."
        return pages.notice("This library is not open to you", why, {"Try again": "/"}, 403)


def cookies_of(headers: Headers, name: str = COOKIE) -> list[str]:
    """Return all cookies of this name: other pages of the host may have set more of them."""
    pairs = [pair.partition("=") for line in headers.getlist("cookie") for pair in line.split(";")]
    return [value.strip().strip('"') for found, _, value in pairs if found.strip() == name]


def set_cookie(response: Response, cookie: str, door: Door, seconds: int) -> None:
    """Give a browser its cookie, for the window's own path and for no script."""
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=seconds,
        path=f"/{door.base}",
        secure=door.origin.startswith("https:"),
        httponly=True,
        samesite="strict",
    )


def is_get(scope: Scope) -> bool:
    """Whether a request only wants to read."""
    return bool(scope["type"] == "http" and scope["method"] == "GET")


def is_below(path: str, base: str) -> bool:
    """Whether a path is that of the window or below it."""
    return f"{path}/".startswith(f"/{base}/")


def end_of(scope: Scope, which: str) -> str:
    """Return the address of the `client` or the `server`; empty if it is not known."""
    try:
        return str(ip_address((scope.get(which) or ("",))[0]))
    except ValueError:
        return ""


def is_within(scope: Scope) -> bool:
    """Whether both ends of a connection are this machine."""
    client, server = end_of(scope, "client"), end_of(scope, "server")
    return bool(client) and (client == server or (_is_loopback(client) and _is_loopback(server)))


def is_reachable(scope: Scope, addresses: Collection[str], *, alone: bool) -> bool:
    """Whether one of these addresses sends this; without any, this machine if it is `alone`."""
    client = end_of(scope, "client")
    if addresses:
        return client in addresses
    return _is_loopback(client) or not alone


def _is_loopback(address: str) -> bool:
    return address != "" and ip_address(address).is_loopback
