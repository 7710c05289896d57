"""Fetching pages: from real servers on 127.0.0.1, which only these tests allow."""

import datetime as dt
import gzip
import http.server
import ipaddress
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ingest import web, web_page
from ingest.source_files import safe_name
from ingest.web import fetch, is_public
from ingest.web_page import Fetched
from vectorstore.errors import BadInput, UnreadableSource

Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


def local(ip: web.IP) -> bool:
    return ip == ipaddress.ip_address("127.0.0.1")


class Site:
    """A server whose pages are functions, and what it was asked."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, dict(self.headers.items())))
                with suppress(OSError):  # the client hung up, as it should
                    site.pages[self.path.partition("?")[0]](self)

            def log_message(self, *_: object) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        if context:
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self.server.server_address[1]
        scheme = "https" if context else "http"
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def page(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> str:
        """Serves an answer and returns its address."""

        def answer(request: http.server.BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            named = {key.replace("_", "-"): value for key, value in headers.items()}
            for key, value in {"Content-Length": str(len(body)), **named}.items():
                request.send_header(key, value)
            request.end_headers()
            request.wfile.write(body)

        self.pages[path] = answer
        return self.url + path

    def raw(self, path: str, *pieces: bytes, endless: bytes = b"") -> str:
        """Serves exactly these bytes, then others for as long as they are taken."""

        def answer(request: http.server.BaseHTTPRequestHandler) -> None:
            for piece in pieces:
                request.wfile.write(piece)
            while endless:
                request.wfile.write(endless)
                if len(endless) < 100:
                    time.sleep(0.01)
            request.close_connection = True

        self.pages[path] = answer
        return self.url + path


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


HTML = {"Content_Type": "text/html"}


# --- what is fetched


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


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("/", "text/html; charset=utf-8", "127.0.0.1.html"),
        ("/index.php/", "application/xhtml+xml", "index.php (127.0.0.1).html"),
        ("/docs/index.html", "TEXT/HTML", "127.0.0.1.html"),
        ("/a/", "text/html", "a (127.0.0.1).html"),
        ("/pdf/2401.12345", "application/pdf", "2401.12345 (127.0.0.1).pdf"),
        ("/%E5%AE%87%E6%B2%BB%E8%8C%B6", "text/plain", "宇治茶 (127.0.0.1).txt"),
        ("/README.md", "text/plain", "README (127.0.0.1).md"),
        ("/README.markdown", "text/markdown", "README (127.0.0.1).md"),
        ("/t.csv", "text/csv", "t (127.0.0.1).csv"),
        ("/b.epub", "application/octet-stream", "b (127.0.0.1).epub"),
        ("/b.PDF", "", "b (127.0.0.1).pdf"),
        ("/x", "application/epub+zip", "x (127.0.0.1).epub"),
        (
            "/x",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "x (127.0.0.1).docx",
        ),
        (
            "/x",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "x (127.0.0.1).pptx",
        ),
        (
            "/x",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "x (127.0.0.1).xlsx",
        ),
        ("/..%2f..%2fetc%2fpass%00wd%E2%80%AE", "text/html", ".. .. etc passwd (127.0.0.1).html"),
    ],
)
def test_the_type_gives_the_ending_and_the_path_the_name(
    site: Site, path: str, kind: str, name: str
) -> None:
    fetched = fetch(site.page(path, b"x", Content_Type=kind), local)
    assert fetched.name.removeprefix(".. .. ") == name.removeprefix(".. .. ")
    assert safe_name(fetched.name) == fetched.name


def test_a_long_name_keeps_its_host_and_ending(site: Site) -> None:
    url = site.page("/" + "%E8%8C%B6" * 150, b"x", **HTML)
    assert fetch(url, local).name == "茶" * 30 + " (127.0.0.1).html"


@pytest.mark.parametrize("kind", ["image/png", "application/json", "application/octet-stream"])
def test_what_is_no_document_is_refused(site: Site, kind: str) -> None:
    with pytest.raises(UnreadableSource, match=r"/a\.exe is neither a page nor a document"):
        fetch(site.page("/a.exe", b"x", Content_Type=kind), local)


# --- encodings


@pytest.mark.parametrize(
    ("charset", "python"),
    [
        ("Shift_JIS", "cp932"),
        ('"euc-jp"', "euc_jp"),
        ("iso-8859-1", "cp1252"),
        ("gb2312", "gb18030"),
        ("big5", "big5"),
        ("utf-8", "utf-8"),
        ("UTF-16LE", "utf-16-le"),
    ],
)
def test_an_encoding_only_the_server_states_is_kept(site: Site, charset: str, python: str) -> None:
    text = "<p>“Café” – smart" if python == "cp1252" else "<p>中文"
    url = site.page("/a", text.encode(python), Content_Type=f"text/html;charset={charset}; x=y")
    assert fetch(url, local).content == b"\xef\xbb\xbf" + text.encode()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xef\xbb\xbf<p>caf\xc3\xa9", "text/html; charset=iso-8859-1"),  # the mark wins
        ("<p>é".encode("utf-16"), "text/html; charset=utf-8"),
        (b"caf\xe9", "text/html"),
        (b"caf\xc3\xa9", "text/plain; charset=utf-8"),
        (b"caf\xe9", "text/plain; charset=klingon"),
        (b"caf\xe9", "text/plain; charset=punycode"),
        (b"caf\xe9", "text/plain; charset=unicode_escape"),
        (b"caf\xe9", "text/plain; charset=base64"),
        (b"caf\xe9", "text/html; charset=" + "x" * 5000),
        (b"caf\xe9", "text/html; charset=../../x"),
        ("çé".encode("cp1252"), "text/html; charset=utf-8"),  # plainly wrong
        (b"%PDF-1.7 \xe9", "application/pdf; charset=iso-8859-1"),
    ],
)
def test_bytes_stay_as_they_are_where_the_server_adds_nothing(
    site: Site, body: bytes, kind: str
) -> None:
    assert fetch(site.page("/a", body, Content_Type=kind), local).content == body


# --- addresses


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:8000/",
        "https://127.0.0.1/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://0.0.0.0/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::127.0.0.1]/",
        "http://[64:ff9b:1::1]/",
        "http://[2002:7f00:1::]/",
        "http://[2002:808:808::1]/",
        "http://[2002:a00:1::1]/",
        "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
        "http://[fe80::1]/",
        "http://[fe80::1%25lo]/",
        "http://[fec0::1]/",
        "http://[fd00:ec2::254]/",
        "http://[ff02::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://168.63.129.16/",
        "http://192.0.0.192/",
        "http://100.100.100.200/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://224.0.0.1/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1./",
        "http://0/",
        "http://１２７。０。０。１/",
        "http://①②⑦.⓪.⓪.①/",
        "http://8.8.8.8.8/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://127.0.0.1:6379/_x",
        "data:text/html,x",
        "javascript:alert(1)",
        "//example.org/",
        "example.org",
        "",
        "http://",
        "http:///etc/passwd",
        "http://[::1",
        "http://[v1.x:y]/",
        "http://a b.example/",
        "http://exa\\mple.org/",
        "http://a..example/",
        "http://straße.example/",
        "http://example.org:0/",
        "http://example.org:22/",
        "http://example.org:6000/",
        "http://example.org:99999/",
        "http://example.org:x/",
        "http://user@example.org/",
        "http://example.org\\@127.0.0.1/",
        "http://example.org/\r\nHost: x",
        "http://example.org\r\n/",
        "http://example.org/\x00",
        "http://example.org/\u202e",
        "http://example.org/\ud800",
        "http://example.org/" + "a" * 3000,
    ],
)
def test_addresses_that_are_refused(
    address: str, connected: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def getaddrinfo(host: str, *args: object, **more: object) -> object:
        assert "example" not in host, "nothing is looked up outside"
        return real(host, *args, **more)

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(BadInput) as refused:
        fetch(address)
    assert not connected
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 400


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(BadInput, match="has a login in it") as refused:
        fetch("https://user:se%63ret@example.org/@me")
    assert "se%63ret" not in str(refused.value)
    assert "https://example.org/@me" in str(refused.value)


@pytest.mark.parametrize(
    "ip",
    [
        "8.8.8.8",
        "2001:4860:4860::8888",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_public_addresses(ip: str) -> None:
    assert is_public(ipaddress.ip_address(ip))


def test_a_host_with_one_private_address_is_refused(
    resolve: Callable[..., list[str]], connected: list[object]
) -> None:
    resolve(["8.8.8.8", "10.0.0.1"])
    with pytest.raises(BadInput, match="not on the public internet"):
        fetch("http://tea.example/")
    assert not connected


def test_a_name_is_asked_once_and_its_checked_address_used(
    resolve: Callable[..., list[str]], connected: list[object]
) -> None:
    asked = resolve(["8.8.8.8"], ["127.0.0.1"])
    with pytest.raises(UnreadableSource):
        fetch("http://tea.example/")
    assert asked == ["tea.example"]
    assert connected == [("8.8.8.8", 80)]
    with pytest.raises(BadInput):  # and is checked anew the next time
        fetch("http://tea.example/")
    assert connected == [("8.8.8.8", 80)]


def test_a_redirect_is_checked_from_the_start(
    site: Site, resolve: Callable[..., list[str]]
) -> None:
    """The same name leads elsewhere at the second look."""
    asked = resolve(["127.0.0.1"], ["10.0.0.1"])
    site.page("/a", status=302, Location="/b")
    with pytest.raises(BadInput, match="leads on to an address that is refused"):
        fetch(f"http://tea.example:{site.port}/a", local)
    assert asked == ["tea.example"] * 2
    assert [path for path, _ in site.asked] == ["/a"]


def test_the_place_reached_is_checked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere(socket.socket):
        def getpeername(self) -> tuple[str, int]:
            return "10.0.0.1", 80

    monkeypatch.setattr(socket, "socket", Elsewhere)
    with pytest.raises(BadInput, match="another place"):
        fetch(site.page("/a", b"x", **HTML), local)
    assert not site.asked


def test_the_next_address_is_tried(site: Site, resolve: Callable[..., list[str]]) -> None:
    resolve(["::1", "127.0.0.1"])  # nobody listens at the first
    site.page("/a", b"x", **HTML)
    fetched = fetch(f"http://tea.example:{site.port}/a", lambda ip: ip.is_loopback)
    assert fetched.content == b"x"


def test_names_in_other_scripts(site: Site, resolve: Callable[..., list[str]]) -> None:
    asked = resolve(["127.0.0.1"])
    site.page("/%E8%8C%B6%20x", b"x", **HTML)
    fetched = fetch(f"http://日本.example:{site.port}/茶 x", local)
    assert asked == ["xn--wgv71a.example"]
    assert fetched.address == f"http://xn--wgv71a.example:{site.port}/%E8%8C%B6%20x"


def test_a_host_that_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(UnreadableSource, match=r"http://tea\.example/ .*host is not known"):
        fetch("http://tea.example")


# --- redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site: Site, status: int) -> None:
    site.page("/b/c", b"x", **HTML)
    site.page("/b/a", status=status, Location="c")
    fetched = fetch(site.url + "/b/a", local)
    assert fetched == Fetched("c (127.0.0.1).html", b"x", site.url + "/b/c")


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/",
        "http://[::1]/",
        "http://2130706433/",
        "//localhost:22/",
        "file:///etc/passwd",
        "ftp://x.example/",
        "data:text/html,x",
        "http://user:pass@127.0.0.1/",
        "http://[",
    ],
)
def test_redirects_to_refused_addresses(site: Site, location: str) -> None:
    url = site.page("/a", status=302, Location=location)
    with pytest.raises(BadInput, match=r"/a leads on to an address that is refused: ") as refused:
        fetch(url, local)
    assert "pass@" not in str(refused.value)


def test_five_redirects_and_no_more(site: Site) -> None:
    site.page("/0", b"x", **HTML)
    for number in range(1, 7):
        site.page(f"/{number}", status=301, Location=f"/{number - 1}")
    assert fetch(site.url + "/5", local).content == b"x"
    with pytest.raises(UnreadableSource, match="more than 5 times"):
        fetch(site.url + "/6", local)


# --- limits


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_page, "LARGEST", 1000)


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


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"


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
    with pytest.raises(UnreadableSource, match="breaks off"):
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
    with pytest.raises(UnreadableSource, match="breaks off"):
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


def test_gzip_is_unpacked(site: Site) -> None:
    url = site.page("/a", gzip.compress(b"<p>Tea."), Content_Encoding="gzip", **HTML)
    assert fetch(url, local).content == b"<p>Tea."


@pytest.mark.parametrize(
    ("body", "packing", "why"),
    [
        (gzip.compress(b"\0" * 1_000_000), "gzip", "is larger than"),
        (gzip.compress(b"x" * 500)[:-9], "gzip", "breaks off"),
        (b"no gzip", "gzip", "breaks off"),
        (b"x", "br", "packed in an unknown way"),
        (gzip.compress(gzip.compress(b"x")), "gzip, gzip", "packed in an unknown way"),
    ],
)
def test_bad_packing(
    site: Site, body: bytes, packing: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_page, "LARGEST", 10_000)
    with pytest.raises(UnreadableSource, match=why):
        fetch(site.page("/a", body, Content_Encoding=packing, **HTML), local)


@pytest.mark.parametrize("packed", [True, False])
def test_a_bomb_takes_no_room(site: Site, packed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_page, "LARGEST", 1_000_000)
    body = gzip.compress(b"\0" * 100_000_000, 1) if packed else b""
    url = site.page("/a", body, Content_Encoding="gzip", **HTML)
    if not packed:
        url = site.raw("/a", CHUNKED + b"-1\r\n", endless=b"x" * 65536)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableSource):
            fetch(url, local)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "is not there"),
        (410, "is not there"),
        (401, "needs a login"),
        (403, "needs a login"),
        (429, "try again later"),
        (500, "out of order"),
        (503, "out of order"),
        (204, "gives no page"),
        (206, "gives no page"),
        (304, "gives no page"),
        (302, "gives no page"),  # without a word where to
        (418, "gives no page"),
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


# --- TLS


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Site, Path, list[str | None]]]:
    """A site with a certificate for tea.example, the certificate, and the names asked for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tea.example")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("tea.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, whole = tmp_path / "tea.pem", tmp_path / "server.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    whole.write_bytes(path.read_bytes() + private)
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
