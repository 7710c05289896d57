"""A scripted server on loopback that speaks OpenAI's protocol, for the real client to talk to."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from langchain_openai import ChatOpenAI

from benchmarks.local_server import local_server

Script = Callable[[str], str]


@dataclass
class ChatServer:
    """Replies to each request with what `script` makes of its last message.

    `status` refuses every request, with the words that `refuses` makes of the key that was sent,
    and with that key in a header. `breaks_after` ends the connection after so many characters, and
    `waits` holds the reply back for so many seconds. `asked` keeps the messages of each request.
    """

    script: Script
    status: int = 200
    refuses: Callable[[str], str] = lambda _: ""
    breaks_after: int | None = None
    waits: float = 0.0
    asked: list[Sequence[dict[str, Any]]] = field(default_factory=list)
    address: str = ""
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def model(self) -> ChatOpenAI:
        """Return a client of this server."""
        return ChatOpenAI(
            model="scripted",
            base_url=f"{self.address}/v1",
            api_key="none",  # type: ignore[arg-type]
            temperature=0,
            max_retries=0,
        )


def saying(reply: str) -> Script:
    """Return a script that always replies the same."""
    return lambda _: reply


@contextmanager
def serving(script: Script, **how: Any) -> Iterator[ChatServer]:
    """Serve on a free port until the block ends; `how` are fields of ChatServer."""
    chat = ChatServer(script, **how)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            chat.asked.append(body["messages"])
            with suppress(OSError):  # the client has hung up
                self.reply(str(body["messages"][-1]["content"]))

        def reply(self, question: str) -> None:
            self.close_connection = True
            if chat.status != 200:
                sent = self.headers.get("Authorization", "")
                said = chat.refuses(sent.rpartition(" ")[2]).encode()
                self.send_response(chat.status)
                self.send_header("Content-Length", str(len(said)))
                self.send_header("WWW-Authenticate", sent)
                self.end_headers()
                self.wfile.write(said)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            chat.closing.wait(chat.waits)
            written = chat.script(question)
            for piece in _pieces(written[: chat.breaks_after]):
                self.send({"content": piece})
            if chat.breaks_after is None:
                self.send({}, "stop")
                self.chunk(b"data: [DONE]\n\n")
                self.chunk(b"")

        def send(self, delta: dict[str, str], finish: str | None = None) -> None:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            value = {
                "id": "1", "object": "chat.completion.chunk", "created": int(time.time()),
                "model": "scripted", "choices": [choice],
            }  # fmt: skip
            self.chunk(b"data: " + json.dumps(value).encode() + b"\n\n")

        def chunk(self, data: bytes) -> None:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

    with local_server(Handler) as host:
        chat.address = f"http://{host}"
        try:
            yield chat
        finally:
            chat.closing.set()


def _pieces(text: str) -> list[str]:
    return [text[at : at + 12] for at in range(0, len(text), 12)]
