"""Fetches one web page or file by its address.

Addresses and redirects are not trusted: only public hosts outside this machine and its networks are
contacted, at the IP address that was checked and no other, with limits on time and size. Nothing
here runs scripts, follows links, sends cookies or reads proxies from the environment.
"""

import http.client
import io
import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable
from contextlib import closing
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, cast
from urllib.parse import quote, urljoin, urlsplit

from ingest import web_page
from ingest.web_page import BY_HAND, Fetched, Url, read_response
from vectorstore.errors import BadInput, UnreadableSource
from vectorstore.public_addresses import IP, is_elsewhere

# Judged: as browsers have it, or a little stricter.
SECONDS = 30.0  # for everything, redirects included; judged: what a user waits for a page
CONNECT_SECONDS = 10.0  # for reaching one host, TLS included; judged: slower hosts are down
REDIRECTS = 5  # judged: pages need one or two
_LONGEST_ADDRESS = 2000  # characters; judged: longer ones are data, not addresses
_UNESCAPED = "/?:@!$&'()*+,;=~%[]"  # kept in a path or query; everything else is escaped
_REQUEST = (
    "GET {url.target} HTTP/1.1\r\nHost: {url.netloc}\r\nUser-Agent: Kakehashi/0.1 (+local reader)"
    "\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
)

# Web servers may use any port above 1023, except those that browsers block (Fetch standard, “bad
# port”), because a request there could be taken for commands of another protocol.
_BAD_PORTS = {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6679, 6697, 10080}
_BAD_PORTS |= set(range(6665, 6670))


def fetch(address: str, public: Callable[[IP], bool] = is_elsewhere) -> Fetched:
    """Return the page or file at an http or https address.

    A text whose encoding only the server states is converted to UTF-8. `public` decides which IP
    addresses may be contacted. Raises BadInput if the address or the target of a redirect is not
    allowed, and UnreadableSource if the page cannot be fetched.
    """
    deadline = time.monotonic() + SECONDS
    start = url = _parse(address)
    location = ""
    for hop in range(REDIRECTS + 1):
        try:
            url = _redirected(url, location) if hop else url
            found = _get(url, public, deadline)
        except BadInput as error:
            if not hop:
                raise
            raise BadInput(
                f"{start} redirects to an address that is not allowed: {error}"
            ) from error
        if isinstance(found, Fetched):
            return found
        location = found
    raise UnreadableSource(f"{start} redirects more than {REDIRECTS} times: {BY_HAND}.")


def _parse(address: str) -> Url:
    """Parse and escape an address; raises BadInput."""
    address = address.strip()
    # Messages show neither a password nor what could disturb a terminal.
    shown = "".join(filter(str.isprintable, re.sub(r"//[^/?#]*@", "//", address)))[:200]
    if len(address) > _LONGEST_ADDRESS or not address.isprintable():
        raise BadInput(f"“{shown}” is too long or has hidden characters in it: copy it again.")
    try:
        parts = urlsplit(address)
        port, host = parts.port, _ascii(parts.hostname or "")
        path, query = (quote(part, safe=_UNESCAPED) for part in (parts.path or "/", parts.query))
    except ValueError as error:
        raise BadInput(f"“{shown}” is not a web address: check its spelling.") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise BadInput(f"“{shown}” is not a web address: give one with http:// or https://.")
    if "@" in parts.netloc:
        raise BadInput(f"“{shown}” contains a login: give the address without name and password.")
    secure = parts.scheme == "https"
    port = (443 if secure else 80) if port is None else port
    if port not in {80, 443} and (port < 1024 or port in _BAD_PORTS):
        raise BadInput(f"“{shown}” names port {port}, which web pages do not use: leave it out.")
    return Url(secure, host, port, f"{path}?{query}" if query else path)


def _ascii(host: str) -> str:
    """Return a host in ASCII; raises ValueError if it can be read in more than one way."""
    if ":" in host and "%" not in host:  # no zones
        return str(IPv6Address(host))
    if set(host) & set("ßς\u200c\u200d"):  # newer rules than Python's resolve to another host
        raise ValueError(host)
    name = host.encode("idna").decode().lower().removesuffix(".")
    if re.fullmatch(r"(.*\.)?(\d+|0x[\da-f]*)", name):  # 127.1, 0177.0.0.1 and 2130706433 are IPs
        return str(IPv4Address(name))
    if name and not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", name):
        raise ValueError(host)
    return name


def _redirected(url: Url, location: str) -> Url:
    """Return the target of a redirect; raises BadInput."""
    try:
        joined = urljoin(str(url), location.encode("latin-1").decode(errors="replace"))
    except ValueError:
        joined = location
    onward = _parse(joined)
    if url.secure and not onward.secure:
        raise BadInput(f"{onward} is not encrypted, unlike {url}: use its https:// address.")
    return onward


def _get(url: Url, public: Callable[[IP], bool], deadline: float) -> Fetched | str:
    """Return the page at an address, or the location it redirects to."""
    try:
        with _connect(url, _resolve(url, public), public, deadline) as connected:
            connected.settimeout(_left(deadline))
            connected.sendall(_REQUEST.format(url=url).encode())
            wire = cast("socket.socket", _LimitedReader(connected, deadline))
            with closing(http.client.HTTPResponse(wire, method="GET")) as response:
                response.begin()
                location = response.headers.get("Location")
                if location and response.status in {301, 302, 303, 307, 308}:
                    return location
                return read_response(url, response)
    except TimeoutError as error:
        why = "takes too long to answer: try again later"
        raise UnreadableSource(f"{url} {why}, or {BY_HAND}.") from error
    except ssl.SSLCertVerificationError as error:
        why = "cannot prove that it is what it says (its certificate is not valid)"
        raise UnreadableSource(f"{url} {why}: check the address.") from error
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
        why = "cannot be reached, or stops answering: check the address and the connection"
        raise UnreadableSource(f"{url} {why}, then try again.") from error


def _resolve(url: Url, public: Callable[[IP], bool]) -> list[IP]:
    """Return the IP addresses of a host; raises BadInput unless all of them are public."""
    try:
        answers = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except OSError as error:
        why = "because its host is not known: check the address and the connection"
        raise UnreadableSource(f"{url} cannot be reached, {why}.") from error
    found = list(dict.fromkeys(ip_address(answer[4][0]) for answer in answers))
    if not found or not all(public(ip) for ip in found):
        raise BadInput(
            f"{url} is not on the public internet, or is on your own network: save the page as a "
            "file, and add the file."
        )
    return found


def _connect(
    url: Url, ips: list[IP], public: Callable[[IP], bool], deadline: float
) -> socket.socket:
    """Connect to one of these IP addresses and to no other, without resolving the name again."""
    deadline = min(deadline, time.monotonic() + CONNECT_SECONDS)
    failure: OSError = TimeoutError()
    for tried, ip in enumerate(ips):
        plain = socket.socket(socket.AF_INET if ip.version == 4 else socket.AF_INET6)
        try:
            # Each gets a share of the time, so that a dead one does not use it up.
            plain.settimeout(_left(deadline) / (len(ips) - tried))
            plain.connect((str(ip), url.port))
            peer = ip_address(plain.getpeername()[0])
            if peer != ip or not public(peer):
                raise BadInput(
                    f"{url} was reached at another IP address than it stated: try again later."
                )
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


class _LimitedReader(io.RawIOBase):
    """Reads from a socket until the deadline, and no more bytes than a page can need.

    The socket's own timeout restarts with every byte, and `http.client` reads a chunk of length -1
    without any limit.
    """

    def __init__(self, connected: socket.socket, deadline: float) -> None:
        self._socket, self._deadline = connected, deadline
        self._allowed = 2 * web_page.LARGEST + 2**20

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
