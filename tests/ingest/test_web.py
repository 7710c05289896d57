"""Fetching pages from servers on 127.0.0.1: redirects, limits, failures and TLS."""

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest import web
from ingest.web import fetch
from ingest.web_page import Fetched
from tests.certificates import certificate
from tests.ingest.site import CHUNKED, HTML, Site, local
from vectorstore.errors import BadInput, UnreadableSource


def test_a_page_comes_with_a_name_and_its_address(site: Site) -> None:
    url = site.page("/wiki/Uji_tea", b"<p>Tea.", **HTML)
    assert fetch(f" {url}?lang=en#top\n", local) == Fetched(
        "Uji_tea (127.0.0.1).html", b"<p>Tea.", f"{url}?lang=en"
    )
    path, headers = site.asked[0]
    assert path == "/wiki/Uji_tea?lang=en"
    assert headers == {
        "Host": f"127.0.0.1:{site.port}",
        "User-Agent": "Kakehashi/0.1 (+local reader)",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def test_the_environment_names_no_proxy(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetch(site.page("/a", b"x", **HTML), local).content == b"x"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site: Site, status: int) -> None:
    site.page("/b/c", b"x", **HTML)
    site.page("/b/a", status=status, Location="c")
    fetched = fetch(site.url + "/b/a", local)
    assert fetched == Fetched("c (127.0.0.1).html", b"x", site.url + "/b/c")


def test_five_redirects_and_no_more(site: Site) -> None:
    site.page("/0", b"x", **HTML)
    for number in range(1, 7):
        site.page(f"/{number}", status=301, Location=f"/{number - 1}")
    assert fetch(site.url + "/5", local).content == b"x"
    with pytest.raises(UnreadableSource, match="more than 5 times"):
        fetch(site.url + "/6", local)


@pytest.mark.usefixtures("small")
def test_bodies_up_to_the_limit(site: Site) -> None:
    assert len(fetch(site.page("/a", b"x" * 1000, **HTML), local).content) == 1000
    with pytest.raises(UnreadableSource, match="is larger than"):
        fetch(site.page("/a", b"x" * 1001, **HTML), local)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("headers", "endless"),
    [
        (b"", b"x" * 1000),
        (b"Transfer-Encoding: chunked\r\n", b"100\r\n" + b"x" * 256 + b"\r\n"),
    ],
)
def test_bodies_without_an_end(site: Site, headers: bytes, endless: bytes) -> None:
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + headers + b"\r\n"
    with pytest.raises(UnreadableSource, match="is larger than"):
        fetch(site.raw("/a", start, endless=endless), local)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\nX: ", b"x" * 70_000],
        [b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 200],
        [b"x" * 70_000],
        [b"SSH-2.0-OpenSSH\r\n"],
        [b""],
        [b"HTTP/1.1 xyz OK\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nshort"],
        [CHUNKED, b"5\r\nabc"],
        [CHUNKED, b"zz\r\nabc"],
        [CHUNKED, b"-5\r\nabc"],
    ],
)
def test_answers_that_are_none(site: Site, pieces: list[bytes]) -> None:
    with pytest.raises(UnreadableSource, match="stops answering"):
        fetch(site.raw("/a", *pieces), local)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("start", "endless"),
    [
        (CHUNKED + b"-1\r\n", b"x" * 1000),  # http.client would read all of it at once
        (CHUNKED + b"0\r\n", b"x: y\r\n" * 100),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 10),
    ],
)
def test_what_never_ends_is_not_kept(site: Site, start: bytes, endless: bytes) -> None:
    with pytest.raises(UnreadableSource, match="stops answering"):
        fetch(site.raw("/a", start, endless=endless), local)


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        CHUNKED + b"ffffff\r\n",
    ],
)
def test_a_slow_drip_is_ended(site: Site, start: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "SECONDS", 0.3)
    with pytest.raises(UnreadableSource, match="takes too long"):
        fetch(site.raw("/a", start, endless=b"x"), local)


def test_redirects_share_one_deadline(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "SECONDS", 0.3)
    monkeypatch.setattr(web, "REDIRECTS", 10_000)
    with pytest.raises(UnreadableSource, match="takes too long"):
        fetch(site.page("/a", status=302, Location="/a"), local)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "does not exist"),
        (410, "does not exist"),
        (401, "needs a login"),
        (403, "needs a login"),
        (429, "try again later"),
        (500, "out of order"),
        (503, "out of order"),
        (204, "returns no page"),
        (206, "returns no page"),
        (304, "returns no page"),
        (302, "returns no page"),  # without a word where to
        (418, "returns no page"),
    ],
)
def test_other_answers_in_words(site: Site, status: int, words: str) -> None:
    url = site.page("/a", status=status, **HTML)
    with pytest.raises(UnreadableSource, match=f"{words}.*{status}|{words}") as failed:
        fetch(url, local)
    assert str(failed.value).startswith(f"{url} ")


def test_nobody_listens() -> None:
    with socket.socket() as idle:
        idle.bind(("127.0.0.1", 0))
        with pytest.raises(UnreadableSource, match="cannot be reached"):
            fetch(f"http://127.0.0.1:{idle.getsockname()[1]}/", local)


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Site, Path, list[str | None]]]:
    """A site with a certificate for tea.example, the certificate, and the names asked for."""
    path, whole = certificate(tmp_path, "tea.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)  # type: ignore[assignment]
    site = Site(context)
    yield site, path, names
    site.close()


def test_a_certificate_is_checked_for_the_name(
    secure: tuple[Site, Path, list[str | None]],
    resolve: Callable[..., list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site, certificate, names = secure
    resolve(["127.0.0.1"])
    site.page("/a", b"x", **HTML)
    url = f"https://tea.example:{site.port}/a"
    with pytest.raises(UnreadableSource, match="certificate is not valid"):
        fetch(url, local)  # nobody vouches for it
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert fetch(url, local) == Fetched("a (tea.example).html", b"x", url)
    assert names == ["tea.example"] * 2
    with pytest.raises(UnreadableSource, match="certificate is not valid"):
        fetch(url.replace("tea.", "coffee."), local)
    with pytest.raises(UnreadableSource, match="certificate is not valid"):
        fetch(f"{site.url}/a", local)
    assert [path for path, _ in site.asked] == ["/a"]


def test_encryption_is_not_given_up(
    secure: tuple[Site, Path, list[str | None]],
    site: Site,
    resolve: Callable[..., list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encrypted, certificate, _ = secure
    resolve(["127.0.0.1"])
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    encrypted.page("/a", status=301, Location=site.page("/b", b"x", **HTML))
    with pytest.raises(BadInput, match="is not encrypted"):
        fetch(f"https://tea.example:{encrypted.port}/a", local)
    assert not site.asked


def test_a_server_that_speaks_no_tls(site: Site) -> None:
    with pytest.raises(UnreadableSource, match="cannot be reached"):
        fetch(site.url.replace("http:", "https:"), local)
