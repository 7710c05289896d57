"""Which addresses are fetched, and which are refused before anything is connected."""

import ipaddress
import socket
from collections.abc import Callable

import pytest

from ingest.web import fetch
from tests.ingest.site import HTML, Site, local
from vectorstore.errors import BadInput, UnreadableSource
from vectorstore.public_addresses import IP, is_elsewhere


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
    with pytest.raises(BadInput, match="contains a login") as refused:
        fetch("https://user:se%63ret@example.org/@me")
    assert "se%63ret" not in str(refused.value)
    assert "https://example.org/@me" in str(refused.value)


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
    with pytest.raises(BadInput, match="redirects to an address that is not allowed"):
        fetch(f"http://tea.example:{site.port}/a", local)
    assert asked == ["tea.example"] * 2
    assert [path for path, _ in site.asked] == ["/a"]


def test_the_place_reached_is_checked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere(socket.socket):
        def getpeername(self) -> tuple[str, int]:
            return "10.0.0.1", 80

    monkeypatch.setattr(socket, "socket", Elsewhere)
    with pytest.raises(BadInput, match="another IP address"):
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
    with pytest.raises(
        BadInput, match=r"/a redirects to an address that is not allowed: "
    ) as refused:
        fetch(url, local)
    assert "pass@" not in str(refused.value)


def test_own_networks_are_refused_at_each_redirect_and_at_the_place_reached(
    site: Site, resolve: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """127.0.0.1 stands for a public host, 81.2.69.0/24 is what the kernel calls linked."""
    own = [ipaddress.ip_network("81.2.69.0/24")]

    def public(ip: IP) -> bool:
        return local(ip) or is_elsewhere(ip, own)

    resolve(["127.0.0.1"], ["81.2.69.7"])
    site.page("/a", status=302, Location="/b")
    with pytest.raises(BadInput, match=r"/a redirects .* or is on your own network"):
        fetch(f"http://tea.example:{site.port}/a", public)
    with pytest.raises(BadInput, match="or is on your own network"):
        fetch(f"http://81.2.69.7:{site.port}/a", public)
    assert [path for path, _ in site.asked] == ["/a"]

    became_own: list[object] = []  # an interface that comes up between check and connection

    def public_at_first(ip: IP) -> bool:
        became_own.append(ip)
        return len(became_own) == 1

    resolve(["127.0.0.1"])
    with pytest.raises(BadInput, match="another IP address"):
        fetch(f"http://tea.example:{site.port}/b", public_at_first)
    assert [path for path, _ in site.asked] == ["/a"]
