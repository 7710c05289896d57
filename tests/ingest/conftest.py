"""What the tests of fetching web pages share."""

import socket
from collections.abc import Callable, Iterator

import pytest

from ingest import web_page
from tests.ingest.site import Site


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Makes the resolver give one list of addresses after another; returns what it was asked."""

    def stub(*answers: list[str]) -> list[str]:
        asked: list[str] = []

        def getaddrinfo(host: str, port: int, **_: object) -> list[object]:
            found = answers[min(len(asked), len(answers) - 1)]
            asked.append(host)
            return [
                (socket.AF_INET6 if ":" in ip else socket.AF_INET, 1, 6, "", (ip, port))
                for ip in found
            ]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return asked

    return stub


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """No connection is made; returns where one was tried."""
    tried: list[object] = []

    class Deaf(socket.socket):
        def connect(self, address: object) -> None:
            tried.append(address)
            raise ConnectionRefusedError

    monkeypatch.setattr(socket, "socket", Deaf)
    return tried


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_page, "LARGEST", 1000)
