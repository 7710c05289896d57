"""One web page or file by its address, as the bytes of a file that can be put on the shelf.

An address can come from anyone, and so can a redirect, so neither is trusted: only public hosts
are reached, and only at the IP address that was checked, with bounds on time and size. Nothing
here runs scripts, follows links, sends cookies or reads proxies from the environment.
"""

import codecs
import http.client
import io
import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import PurePosixPath
from typing import Any, cast
from urllib.parse import quote, unquote, urljoin, urlsplit

from ingest.names import safe_name
from vectorstore.errors import BadInput, UnreadableSource

SECONDS = 30.0  # for everything, redirects included
CONNECT_SECONDS = 10.0  # for reaching one host, TLS included
LARGEST = 20_000_000  # bytes of a body, as sent and unpacked
REDIRECTS = 5
_LONGEST_ADDRESS = 2000  # characters
_KEPT = "/?:@!$&'()*+,;=~%[]"  # of a path or query, everything else is escaped
_BY_HAND = "open it in a browser, save it as a file, and add the file"
_REQUEST = (
    "GET {url.target} HTTP/1.1\r\nHost: {url.netloc}\r\nUser-Agent: Kakehashi/0.1 (+local reader)"
    "\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
)

IP = IPv4Address | IPv6Address

# Above 1023 anyone may run a web server, except at the ports browsers refuse (Fetch standard,
# “bad port”), where a request could be taken for another protocol's commands.
_BAD_PORTS = {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6679, 6697, 10080}
_BAD_PORTS |= set(range(6665, 6670))

_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")  # all the IPv6 space that is given out to hosts
# `is_global` says yes to these: protocol assignments (Oracle's metadata service), 6to4 relays, the
# host of a virtual machine at Azure, and addresses for documentation.
_NOT_PUBLIC = [
    ip_network(net) for net in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "3fff::/20")
]

_OFFICE = "application/vnd.openxmlformats-officedocument."
_ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "text/csv": ".csv",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    f"{_OFFICE}wordprocessingml.document": ".docx",
    f"{_OFFICE}presentationml.presentation": ".pptx",
    f"{_OFFICE}spreadsheetml.sheet": ".xlsx",
    "application/epub+zip": ".epub",
}
_SAYS_NOTHING = {"", "application/octet-stream", "binary/octet-stream"}
_TEXTS = {".html", ".txt", ".md", ".csv"}
_SPELLINGS = {".htm": ".html", ".xhtml": ".html", ".markdown": ".md", ".text": ".txt"}
_SPELLINGS |= {ending: ending for ending in _ENDINGS.values()}

# Names that mean a larger set on the web than in Python (Encoding standard); by Python's names.
_WIDER = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
    "big5": "big5hkscs",
}  # fmt: skip
# The others are no encodings of pages, and some of them, like punycode, take forever.
_CHARSETS = re.compile(
    r"utf-(8|16(-[lb]e)?)|iso8859-\d+|cp\d+|koi8-[ru]|gb18030|big5hkscs|euc_jp|iso2022_jp|mac-\w+"
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page: a name for its file, its bytes, and the address they came from in the end."""

    name: str
    content: bytes
    address: str


@dataclass(frozen=True, slots=True)
class _Url:
    """A web address in its parts, all of them ASCII; `target` is the path with the query."""

    secure: bool
    host: str
    port: int
    target: str

    @property
    def netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{'https' if self.secure else 'http'}://{self.netloc}{self.target}"


def is_public(ip: IP) -> bool:
    """Whether an address is on the open internet, an IPv4 address inside an IPv6 one included.

    >>> is_public(ip_address("::ffff:127.0.0.1"))
    False
    """
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if inner:
            return is_public(inner)
        if ip not in _UNICAST or ip.teredo or (ip.sixtofour and not is_public(ip.sixtofour)):
            return False
    return (
        ip.is_global
        and not (ip.is_multicast or ip.is_reserved)
        and not any(ip in net for net in _NOT_PUBLIC)
    )


def fetch(address: str, public: Callable[[IP], bool] = is_public) -> Fetched:
    """The page or file at an http or https address.

    Text whose encoding only the server states is given back as UTF-8, so that it is not lost.
    Raises BadInput for an address that is refused, also one that a redirect leads to, and
    UnreadableSource for a page that cannot be had. `public` says which IP addresses may be
    reached.
    """
    deadline = time.monotonic() + SECONDS
    start = url = _parse(address)
    location = ""
    for hop in range(REDIRECTS + 1):
        try:
            url = _onward(url, location) if hop else url
            found = _get(url, public, deadline)
        except BadInput as error:
            if not hop:
                raise
            raise BadInput(f"{start} leads on to an address that is refused: {error}") from error
        if isinstance(found, Fetched):
            return found
        location = found
    raise UnreadableSource(f"{start} is sent on more than {REDIRECTS} times: {_BY_HAND}.")


def _parse(address: str) -> _Url:
    """An address in its parts, ready to be sent; raises BadInput."""
    address = address.strip()
    # The login is left out, so that a password is not shown; so is what would disturb a terminal.
    shown = "".join(filter(str.isprintable, re.sub(r"//[^/?#]*@", "//", address)))[:200]
    if len(address) > _LONGEST_ADDRESS or not address.isprintable():
        raise BadInput(f"“{shown}” is too long or has hidden characters in it: copy it anew.")
    try:
        parts = urlsplit(address)
        port, host = parts.port, _ascii(parts.hostname or "")
        path, query = (quote(part, safe=_KEPT) for part in (parts.path or "/", parts.query))
    except ValueError as error:
        raise BadInput(f"“{shown}” is not a web address: check how it is written.") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise BadInput(f"“{shown}” is not a web address: give one with http:// or https://.")
    if "@" in parts.netloc:
        raise BadInput(f"“{shown}” has a login in it: give the address without name and password.")
    secure = parts.scheme == "https"
    port = (443 if secure else 80) if port is None else port
    if port not in {80, 443} and (port < 1024 or port in _BAD_PORTS):
        raise BadInput(f"“{shown}” names port {port}, which web pages do not use: leave it out.")
    return _Url(secure, host, port, f"{path}?{query}" if query else path)


def _ascii(host: str) -> str:
    """A host as it is asked for; raises ValueError for what can be read in more than one way."""
    if ":" in host and "%" not in host:  # no zones
        return str(IPv6Address(host))
    if set(host) & set("ßς\u200c\u200d"):  # newer rules lead elsewhere than Python's
        raise ValueError(host)
    name = host.encode("idna").decode().lower().removesuffix(".")
    if re.fullmatch(r"(.*\.)?(\d+|0x[\da-f]*)", name):  # 127.1, 0177.0.0.1 and 2130706433 are IPs
        return str(IPv4Address(name))
    if name and not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", name):
        raise ValueError(host)
    return name


def _onward(url: _Url, location: str) -> _Url:
    """Where a redirect leads; raises BadInput."""
    try:
        joined = urljoin(str(url), location.encode("latin-1").decode(errors="replace"))
    except ValueError:
        joined = location
    onward = _parse(joined)
    if url.secure and not onward.secure:
        raise BadInput(f"{onward} is not encrypted, unlike {url}: look for it under https://.")
    return onward


def _get(url: _Url, public: Callable[[IP], bool], deadline: float) -> Fetched | str:
    """The page at an address, or the address it sends on to."""
    try:
        with _connect(url, _resolve(url, public), public, deadline) as connected:
            connected.settimeout(_left(deadline))
            connected.sendall(_REQUEST.format(url=url).encode())
            wire = cast("socket.socket", _Wire(connected, deadline))
            with closing(http.client.HTTPResponse(wire, method="GET")) as response:
                response.begin()
                location = response.headers.get("Location")
                if location and response.status in {301, 302, 303, 307, 308}:
                    return location
                return _page(url, response)
    except TimeoutError as error:
        why = "takes too long to answer: try again later"
        raise UnreadableSource(f"{url} {why}, or {_BY_HAND}.") from error
    except ssl.SSLCertVerificationError as error:
        why = "cannot prove that it is what it says (its certificate is not valid)"
        raise UnreadableSource(f"{url} {why}: check the address.") from error
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
        why = "cannot be reached, or breaks off: check the address and the connection"
        raise UnreadableSource(f"{url} {why}, then try again.") from error


def _resolve(url: _Url, public: Callable[[IP], bool]) -> list[IP]:
    """The IP addresses of a host; raises BadInput unless every one of them is public."""
    try:
        answers = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except OSError as error:
        why = "its host is not known: check the address and the connection"
        raise UnreadableSource(f"{url} cannot be reached, {why}.") from error
    found = list(dict.fromkeys(ip_address(answer[4][0]) for answer in answers))
    if not found or not all(public(ip) for ip in found):
        raise BadInput(
            f"{url} is not on the public internet: save the page as a file, and add the file."
        )
    return found


def _connect(
    url: _Url, ips: list[IP], public: Callable[[IP], bool], deadline: float
) -> socket.socket:
    """A connection to one of these IP addresses and to no other; the name is not asked again."""
    deadline = min(deadline, time.monotonic() + CONNECT_SECONDS)
    failure: OSError = TimeoutError()
    for tried, ip in enumerate(ips):
        plain = socket.socket(socket.AF_INET if ip.version == 4 else socket.AF_INET6)
        try:
            # A share of the time each, so that one that is dead does not use it all up.
            plain.settimeout(_left(deadline) / (len(ips) - tried))
            plain.connect((str(ip), url.port))
            peer = ip_address(plain.getpeername()[0])
            if peer != ip or not public(peer):
                raise BadInput(f"{url} was reached at another place than it said: try again later.")
            plain.settimeout(_left(deadline))
            if not url.secure:
                return plain
            return ssl.create_default_context().wrap_socket(plain, server_hostname=url.host)
        except OSError as error:
            plain.close()
            failure = error
        except BaseException:
            plain.close()
            raise
    raise failure


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Wire(io.RawIOBase):
    """What a socket receives until the deadline, and no more than a page can need.

    A timeout of the socket alone begins again with every byte, and `http.client` takes a chunk of
    length -1 to mean everything.
    """

    def __init__(self, connected: socket.socket, deadline: float) -> None:
        self._socket, self._deadline, self._allowed = connected, deadline, 2 * LARGEST + 2**20

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(_left(self._deadline))
        count = self._socket.recv_into(buffer)
        self._allowed -= count
        if self._allowed < 0:
            raise OSError("too much was sent")
        return count

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)


def _page(url: _Url, response: http.client.HTTPResponse) -> Fetched:
    """The page in an answer; raises UnreadableSource for any other answer."""
    if response.status != 200:
        raise UnreadableSource(f"{url} {_refusal(response.status)}.")
    kind, _, rest = response.headers.get("Content-Type", "").partition(";")
    ending = _ending(kind.strip().lower(), unquote(url.target.partition("?")[0]))
    if not ending:
        raise UnreadableSource(
            f"{url} is neither a page nor a document that can be read: {_BY_HAND}."
        )
    body = _body(url, response)
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", rest, re.IGNORECASE | re.ASCII)
    if charset and ending in _TEXTS:
        body = _utf8(body, charset[1], ending)
    return Fetched(_name(url, ending), body, str(url))


def _refusal(status: int) -> str:
    """Why there is no page, in words."""
    if status in {404, 410}:
        return f"is not there ({status}): check the address"
    if status in {401, 402, 403, 407}:
        return f"needs a login or lets no programs in ({status}): {_BY_HAND}"
    if status == 429:
        return f"is asked for too often ({status}): try again later"
    if status >= 500:
        return f"is out of order at the moment ({status}): try again later"
    return f"gives no page ({status}): {_BY_HAND}"


def _ending(kind: str, path: str) -> str | None:
    """The ending for a content type; the path decides where the type says too little."""
    by_path = _SPELLINGS.get(PurePosixPath(path).suffix.lower())
    if kind == "text/plain" and by_path in {".md", ".csv"}:
        return by_path
    return by_path if kind in _SAYS_NOTHING else _ENDINGS.get(kind)


def _body(url: _Url, response: http.client.HTTPResponse) -> bytes:
    """The bytes of an answer, unpacked, all of them and not too many."""
    body = bytearray()
    while len(body) <= LARGEST and (piece := response.read(65536)):
        body += piece
    if len(body) <= LARGEST and response.length:
        raise http.client.IncompleteRead(bytes(body))
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing in {"gzip", "x-gzip"} and body:  # some servers send it to those who did not ask
        unpacking = zlib.decompressobj(wbits=31)
        body = bytearray(unpacking.decompress(body, LARGEST + 1))
        if len(body) <= LARGEST and not unpacking.eof:
            raise http.client.IncompleteRead(bytes(body))
    elif packing not in {"identity", "gzip", "x-gzip", ""}:
        raise UnreadableSource(f"{url} is sent packed in an unknown way: {_BY_HAND}.")
    if len(body) > LARGEST:
        size = f"{LARGEST // 1_000_000} MB"
        raise UnreadableSource(f"{url} is larger than {size}: download it, and add the file.")
    return bytes(body)


def _utf8(body: bytes, charset: str, ending: str) -> bytes:
    """Text as UTF-8 with a byte order mark, which comes before what a page says of itself.

    As it is where it has a mark already, and where the server's word is unknown or plainly wrong.
    """
    try:
        name = codecs.lookup(charset).name
    except LookupError:
        return body
    name = _WIDER.get(name, name)
    marked = body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if marked or not _CHARSETS.fullmatch(name) or (name == "utf-8" and ending != ".html"):
        return body
    text = body.decode(name, errors="replace")
    if text.count("\ufffd") > len(text) / 100:
        return body
    return codecs.BOM_UTF8 + text.encode()


def _name(url: _Url, ending: str) -> str:
    """A file name from the end of the path and the host: `Uji_tea (en.wikipedia.org).html`."""
    host = url.host.removeprefix("www.").replace(":", "-")
    parts = [unquote(part).strip() for part in url.target.partition("?")[0].split("/")]
    last = next((part for part in reversed(parts) if part), "")
    if PurePosixPath(last).suffix.lower() in _SPELLINGS:
        last = PurePosixPath(last).stem
    last = re.sub(r'[\\/:*?"<>|\s]+', " ", last).strip(" .")
    last = last.encode()[:90].decode(errors="ignore")  # leaves room for the host
    return safe_name(f"{last} ({host}){ending}" if last not in {"", "index"} else host + ending)
