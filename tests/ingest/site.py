"""A web server on 127.0.0.1, which only the tests may fetch from."""

import http.server
import ipaddress
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from ingest import web

Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


HTML = {"Content_Type": "text/html"}


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"


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
