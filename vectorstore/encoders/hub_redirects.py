"""Opens addresses of a model hub, and follows its redirects no further than they may lead.

A hub sends large files from a store of another name. A redirect never gives up encryption, and one
from a hub on the public internet never leads to this machine or its own networks. What the
environment calls a proxy is used, and then reaches the store in our place.
"""

import http.client
import socket
import urllib.request
from ipaddress import ip_address
from typing import IO, Any
from urllib.parse import urlsplit

from vectorstore.errors import ModelUnavailable
from vectorstore.public_addresses import is_elsewhere


def following(endpoint: str) -> urllib.request.OpenerDirector:
    """Return what opens addresses of the hub at `endpoint`.

    Besides urllib's errors it raises ModelUnavailable if a redirect leads where it may not.
    """
    limits = _Limits(endpoint)
    return urllib.request.build_opener(_Redirects(limits), _Plain(limits), _Encrypted(limits))


class _Limits:
    """What is known of a hub: its address, and whether it is in a network of our own."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.address = urlsplit(endpoint).netloc
        self.encrypted = urlsplit(endpoint).scheme == "https"
        self.is_ours = False

    def check_scheme(self, url: str) -> None:
        if self.encrypted and urlsplit(url).scheme != "https":
            raise self.refusal("an address that is not encrypted")

    def check_name(self, host: str, port: int) -> None:
        """Raise ModelUnavailable before anything is connected; OSError if there is no such host."""
        if not self.is_ours:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            for answer in answers:
                self._check(str(answer[4][0]))

    def check_place(self, connected: socket.socket, *, own: bool) -> None:
        """Take note of where the hub itself is; raise ModelUnavailable if a store is not public."""
        reached = connected.getpeername()[0]
        if own:
            self.is_ours = not is_elsewhere(ip_address(reached))
        elif not self.is_ours:
            self._check(reached)

    def _check(self, ip: str) -> None:
        if not is_elsewhere(ip_address(ip)):
            raise self.refusal("this machine or its own network")

    def refusal(self, what: str) -> ModelUnavailable:
        return ModelUnavailable(
            f"The model hub {self.endpoint} redirects to {what}, which is not followed: set "
            "HF_ENDPOINT to another hub."
        )


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects that keep to the limits; nothing but our few headers goes along."""

    def __init__(self, limits: _Limits) -> None:
        self._limits = limits

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        self._limits.check_scheme(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _connection(kind: type[http.client.HTTPConnection], limits: _Limits, own: bool) -> Any:
    """Return a class of connections that checks where each leads; `own` is to the hub itself."""

    class Checked(kind):  # type: ignore[misc, valid-type]
        def connect(self) -> None:
            if not own:
                limits.check_name(self.host, self.port)
            super().connect()
            limits.check_place(self.sock, own=own)

    return Checked


def _chosen(
    kind: type[http.client.HTTPConnection], limits: _Limits, request: urllib.request.Request
) -> Any:
    place = urlsplit(request.full_url).netloc
    if request.host != place:
        return kind  # to a proxy, which looks the name up itself
    return _connection(kind, limits, place == limits.address)


class _Plain(urllib.request.HTTPHandler):
    def __init__(self, limits: _Limits) -> None:
        super().__init__()
        self._limits = limits

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_chosen(http.client.HTTPConnection, self._limits, req), req)


class _Encrypted(urllib.request.HTTPSHandler):
    def __init__(self, limits: _Limits) -> None:
        super().__init__()
        self._limits = limits

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_chosen(http.client.HTTPSConnection, self._limits, req), req)
