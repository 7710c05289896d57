"""The window's JSON API: the operations of `app.service` for other programs of the user.

`POST /api/NAME` with a JSON object of the operation's values and `Authorization: Bearer TOKEN`
(the token is in `window.json` of the data directory). The answer is one JSON object a line:
`{"step": …}` while it goes on, at last `{"result": …}` or `{"error": …, "kind": …}`.
"""

import hmac
import json
import logging
import queue
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from app.service.operations import Desk, perform
from app.ui.state.session import window
from vectorstore.errors import KakehashiError

_LARGEST = 1 << 20  # bytes of a request
_AT_ONCE = threading.BoundedSemaphore(8)  # more would leave the window no threads to draw with
_LOOK = 0.5  # seconds between two looks at whether the window is closing
_CLOSING = threading.Event()
_log = logging.getLogger(__name__)


class _Left(Exception):
    """Whoever asked has gone."""


async def _call(request: Request) -> Response:
    shown = window()
    given = request.headers.get("authorization", "")
    if not shown.door or not hmac.compare_digest(
        given.encode(), f"Bearer {shown.door.token}".encode()
    ):
        return _refused(401, "Show the token that stands in window.json of the data directory.")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST:
            return _refused(413, "The request is too long.")
    try:
        values = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        return _refused(400, "Send one JSON object.")
    if not _AT_ONCE.acquire(blocking=False):
        return _refused(503, "The window is busy with other programs: try again in a moment.")
    lines = _lines(request.path_params["name"], values)
    return StreamingResponse(lines, media_type="application/x-ndjson")


def _refused(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason, "kind": "BadInput"}, status_code=status)


def _lines(name: str, values: dict[str, Any]) -> Iterator[str]:
    """What is done, line by line; it ends early when nobody listens any more."""
    told: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    left = threading.Event()

    def tell(step: dict[str, Any]) -> None:
        if left.is_set():
            raise _Left
        told.put({"step": step})

    def work() -> None:
        shown = window()
        desk = Desk(shown.assistant.library, shown.assistant, tell, shown.web_pages)
        try:
            told.put({"result": perform(desk, name, values)})
        except KakehashiError as error:
            told.put({"error": str(error), "kind": type(error).__name__})
        except _Left:
            return
        except Exception:  # noqa: BLE001 - a thread has nobody else to tell
            _log.exception("an operation of the JSON API failed")
            reason = "Something went wrong that should not have: the window’s log says what."
            told.put({"error": reason, "kind": "KakehashiError"})

    threading.Thread(target=work, daemon=True).start()
    try:
        while not _CLOSING.is_set():
            try:
                said = told.get(timeout=_LOOK)
            except queue.Empty:
                continue
            yield json.dumps(said) + "\n"
            if "step" not in said:
                return
    finally:
        left.set()
        _AT_ONCE.release()


def close_with(number: signal.Signals) -> None:
    """Let a signal end what is being done for other programs, then do what it did before."""
    before = signal.getsignal(number)

    def end(given: int, frame: FrameType | None) -> None:
        _CLOSING.set()
        if callable(before):
            before(given, frame)

    signal.signal(number, end)


ROUTES = [Route("/api/{name}", _call, methods=["POST"])]
