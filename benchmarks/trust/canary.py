"""A server on loopback that nothing may ask: it counts every request."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from benchmarks.local_server import local_server


@dataclass
class Canary:
    """The host and port of the server, and the first line of each request that it got."""

    host: str = ""
    asked: list[str] = field(default_factory=list)


@contextmanager
def canary_server() -> Iterator[Canary]:
    """Serve until the block ends."""
    canary = Canary()

    class Handler(BaseHTTPRequestHandler):
        raw_requestline: bytes

        def parse_request(self) -> bool:
            canary.asked.append(self.raw_requestline.decode(errors="replace").strip())
            whole = super().parse_request()
            if whole:
                self.send_response(204)
                self.end_headers()
            return False

    with local_server(Handler) as canary.host:
        yield canary
