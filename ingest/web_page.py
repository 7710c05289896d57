"""Turns the response of a web server into a file: its name and its bytes.

Nothing here opens a connection. A response is read to its end, up to a limit.
"""

import codecs
import http.client
import re
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from ingest.file_names import safe_name
from ingest.readers.encodings import web_encoding
from vectorstore.errors import UnreadableSource

LARGEST = 20_000_000  # bytes of a body, as sent and as unpacked; judged: larger than any page
BY_HAND = "open it in a browser, save it as a file, and add the file"

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


@dataclass(frozen=True, slots=True)
class Fetched:
    """A fetched page: a name for its file, its bytes, and the address after all redirects."""

    name: str
    content: bytes
    address: str


@dataclass(frozen=True, slots=True)
class Url:
    """A parsed web address in ASCII; `target` is the path with the query."""

    secure: bool
    host: str
    port: int
    target: str

    @property
    def netloc(self) -> str:
        """Host and port as in a request, without the default port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{'https' if self.secure else 'http'}://{self.netloc}{self.target}"


def read_response(url: Url, response: http.client.HTTPResponse) -> Fetched:
    """Return the page in a response; raises UnreadableSource for any other response."""
    if response.status != 200:
        raise UnreadableSource(f"{url} {_refusal(response.status)}.")
    kind, _, rest = response.headers.get("Content-Type", "").partition(";")
    ending = _ending(kind.strip().lower(), unquote(url.target.partition("?")[0]))
    if not ending:
        raise UnreadableSource(
            f"{url} is neither a page nor a document that Kakehashi reads: {BY_HAND}."
        )
    body = _body(url, response)
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", rest, re.IGNORECASE | re.ASCII)
    if charset and ending in _TEXTS:
        body = _utf8(body, charset[1], ending)
    return Fetched(_name(url, ending), body, str(url))


def _refusal(status: int) -> str:
    """Return why there is no page, by the status."""
    if status in {404, 410}:
        return f"does not exist ({status}): check the address"
    if status in {401, 402, 403, 407}:
        return f"needs a login or blocks programs ({status}): {BY_HAND}"
    if status == 429:
        return f"gets too many requests ({status}): try again later"
    if status >= 500:
        return f"is out of order ({status}): try again later"
    return f"returns no page ({status}): {BY_HAND}"


def _ending(kind: str, path: str) -> str | None:
    """Return the extension for a content type, or for the path if the type says too little."""
    by_path = _SPELLINGS.get(PurePosixPath(path).suffix.lower())
    if kind == "text/plain" and by_path in {".md", ".csv"}:
        return by_path
    return by_path if kind in _SAYS_NOTHING else _ENDINGS.get(kind)


def _body(url: Url, response: http.client.HTTPResponse) -> bytes:
    """Return the whole body, unpacked; raises an error if it is cut short or too large."""
    body = bytearray()
    while len(body) <= LARGEST and (piece := response.read(65536)):
        body += piece
    if len(body) <= LARGEST and response.length:
        raise http.client.IncompleteRead(bytes(body))
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing in {"gzip", "x-gzip"} and body:  # some servers send it unasked
        unpacking = zlib.decompressobj(wbits=31)
        body = bytearray(unpacking.decompress(body, LARGEST + 1))
        if len(body) <= LARGEST and not unpacking.eof:
            raise http.client.IncompleteRead(bytes(body))
    elif packing not in {"identity", "gzip", "x-gzip", ""}:
        raise UnreadableSource(f"{url} has an unknown encoding: {BY_HAND}.")
    if len(body) > LARGEST:
        size = f"{LARGEST // 1_000_000} MB"
        raise UnreadableSource(f"{url} is larger than {size}: download it, and add the file.")
    return bytes(body)


def _utf8(body: bytes, charset: str, ending: str) -> bytes:
    """Return a text as UTF-8 with a byte order mark, which overrides what the page states.

    It stays unchanged if it has a mark, or if the server states an unknown or wrong encoding.
    """
    name = web_encoding(charset)
    marked = body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if marked or not name or (name == "utf-8" and ending != ".html"):
        return body
    text = body.decode(name, errors="replace")
    if text.count("\ufffd") > len(text) / 100:
        return body
    return codecs.BOM_UTF8 + text.encode()


def _name(url: Url, ending: str) -> str:
    """Return a file name from path and host: `Uji_tea (en.wikipedia.org).html`."""
    host = url.host.removeprefix("www.").replace(":", "-")
    parts = [unquote(part).strip() for part in url.target.partition("?")[0].split("/")]
    last = next((part for part in reversed(parts) if part), "")
    if PurePosixPath(last).suffix.lower() in _SPELLINGS:
        last = PurePosixPath(last).stem
    last = re.sub(r'[\\/:*?"<>|\s]+', " ", last).strip(" .")
    last = last.encode()[:90].decode(errors="ignore")  # leaves room for the host
    return safe_name(f"{last} ({host}){ending}" if last not in {"", "index"} else host + ending)
