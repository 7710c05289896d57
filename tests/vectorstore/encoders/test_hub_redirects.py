"""Where a model hub may send us: to its store, but neither unencrypted nor into our own network.

127.0.0.1 stands for the public internet here, 127.0.0.2 and 127.0.0.3 for machines beside this one.
"""

import hashlib
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.certificates import certificate
from vectorstore.encoders import hub_redirects
from vectorstore.encoders.hub import Hub, RemoteFile
from vectorstore.errors import ModelUnavailable

CONTENT = b"weights"


@dataclass
class Server:
    """A server that redirects to `leads_to`, or else serves the file; `got` are its requests."""

    address: str
    port: int
    leads_to: str = ""
    got: list[dict[str, str]] = field(default_factory=list)


Start = Callable[..., Server]


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as ends:

        def begin(host: str, leads_to: str = "", tls: Path | None = None) -> Server:
            class Handler(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    made.got.append(dict(self.headers.items()))
                    self.send_response(302 if made.leads_to else 200)
                    if made.leads_to:
                        self.send_header("Location", made.leads_to)
                    body = b"" if made.leads_to else CONTENT
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

                def log_message(self, *_: object) -> None:
                    pass

            server = ThreadingHTTPServer((host, 0), Handler)
            if tls:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(tls)
                server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            ends.callback(server.server_close)
            ends.callback(server.shutdown)
            scheme = "https" if tls else "http"
            made = Server(f"{scheme}://{host}:{server.server_port}", server.server_port, leads_to)
            return made

        yield begin


@pytest.fixture(autouse=True)
def _public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_redirects, "is_elsewhere", lambda ip: ip == ip_address("127.0.0.1"))


def fetch(hub: Server, folder: Path) -> bytes:
    file = RemoteFile("w", f"{hub.address}/w", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    Hub(hub.address).fetch(file, folder / "part", lambda _: None)
    return (folder / "part").read_bytes()


def test_a_store_of_another_name_is_followed_without_more_than_our_headers(
    start: Start, tmp_path: Path
) -> None:
    store = start("127.0.0.1")
    assert fetch(start("127.0.0.1", f"{store.address}/w"), tmp_path) == CONTENT
    assert set(store.got[0]) == {"Accept-Encoding", "Connection", "Host", "User-Agent"}


def test_a_public_hub_does_not_lead_into_our_network(start: Start, tmp_path: Path) -> None:
    store = start("127.0.0.2")
    hub = start("127.0.0.1", f"{store.address}/w")
    with pytest.raises(
        ModelUnavailable, match=f"{hub.address} redirects to this machine or its own"
    ):
        fetch(hub, tmp_path)
    assert len(hub.got) == 1
    assert store.got == []


def test_a_name_that_leads_elsewhere_at_the_second_look_is_found_out(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = start("127.0.0.2")
    hub = start("127.0.0.1", f"{store.address}/w")
    monkeypatch.setattr(hub_redirects._Limits, "check_name", lambda *_: None)
    with pytest.raises(ModelUnavailable, match="redirects to this machine or its own network"):
        fetch(hub, tmp_path)
    assert store.got == []


def test_a_mirror_of_our_own_network_may_have_its_store_there(start: Start, tmp_path: Path) -> None:
    store = start("127.0.0.3")
    assert fetch(start("127.0.0.2", f"{store.address}/w"), tmp_path) == CONTENT


def test_encryption_is_not_given_up(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted, whole = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    store, encrypted = start("127.0.0.1"), start("127.0.0.1", tls=whole)
    hub = start("127.0.0.1", f"{encrypted.address}/w", tls=whole)
    assert fetch(hub, tmp_path) == CONTENT
    (tmp_path / "part").unlink()
    hub.leads_to = f"{store.address}/w"
    with pytest.raises(ModelUnavailable, match="redirects to an address that is not encrypted"):
        fetch(hub, tmp_path)
    assert store.got == []


def test_a_proxy_of_the_environment_reaches_the_store(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    proxy = start("127.0.0.2")
    monkeypatch.setenv("http_proxy", proxy.address)
    assert fetch(Server("http://hub.example", 80), tmp_path) == CONTENT
    assert proxy.got[0]["Host"] == "hub.example"
