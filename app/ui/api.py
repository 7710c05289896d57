"""The window's JSON API: the operations of `app.service` for other programs of the user.

`POST /api/NAME` with a JSON object of the operation's values and `Authorization: Bearer TOKEN`: the
token in `window.json` of the data directory, or one that a person has made on the Settings page,
with which a program may do what that person may. The response has one JSON object per line:
`{"step": …}` for progress, finally `{"result": …}` or `{"error": …, "kind": …}`.
"""

import hmac
import json
import logging
import queue
import signal
import threading
from collections.abc import Iterator
from functools import partial
from types import FrameType
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.service.executor import execute
from app.service.operations import OperationContext
from app.service.people import OWNER, Person
from app.ui.access.opening import current_people
from app.ui.state.shared import limits, shared, tokens
from vectorstore.errors import KakehashiError

_MAX_REQUEST = 1 << 20  # bytes
_SLOTS = threading.BoundedSemaphore(8)  # more requests would leave no threads to draw the pages
_POLL = 0.5  # seconds between two checks whether the window is closing
_CLOSING = threading.Event()
_log = logging.getLogger(__name__)


class _Disconnected(Exception):
    """The client has gone."""


class _Operation(StreamingResponse):
    """The lines of an operation, which learns that its client is gone even before the first one."""

    def __init__(self, name: str, values: dict[str, Any], person: Person) -> None:
        """Begin it; it has one of _SLOTS, which it gives back when it ends."""
        self._messages: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._gone = threading.Event()
        begin = partial(self._perform, name, values, person)
        try:
            threading.Thread(target=begin, daemon=True).start()
        except RuntimeError:  # no more threads
            _SLOTS.release()
            raise
        super().__init__(self._lines(), media_type="application/x-ndjson")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the lines as they come."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._gone.set()

    def _lines(self) -> Iterator[str]:
        while not (_CLOSING.is_set() or self._gone.is_set()):
            try:
                message = self._messages.get(timeout=_POLL)
            except queue.Empty:
                continue
            yield json.dumps(message) + "\n"
            if "step" not in message:
                return

    def _perform(self, name: str, values: dict[str, Any], person: Person) -> None:
        try:
            state = shared()
            library, assistant = state.assistant.library, state.assistant
            context = OperationContext(library, assistant, self._report, state.web_pages, person)
            _count(name, person)
            self._messages.put({"result": execute(context, name, values)})
        except KakehashiError as error:
            self._messages.put({"error": str(error), "kind": type(error).__name__})
        except _Disconnected:
            return
        except Exception:  # noqa: BLE001 - nothing above a thread could report it
            _log.exception("an operation of the JSON API failed")
            reason = "Something unexpected went wrong: the details are in the log of the window."
            self._messages.put({"error": reason, "kind": "KakehashiError"})
        finally:
            _SLOTS.release()

    def _report(self, step: dict[str, Any]) -> None:
        if self._gone.is_set():
            raise _Disconnected
        self._messages.put({"step": step})


async def _call(request: Request) -> Response:
    person = _person(request.headers.get("authorization", ""))
    if person is None:
        return _refused(401, "Send the token from window.json in the data directory, or your own.")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MAX_REQUEST:
            return _refused(413, "The request is too large.")
    try:
        values = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        return _refused(400, "Send one JSON object.")
    if not _SLOTS.acquire(blocking=False):
        return _refused(
            503, "The window is busy with requests of other programs: try again in a moment."
        )
    return _Operation(request.path_params["name"], values, person)


def _person(given: str) -> Person | None:
    """Return whose token was sent, with the role of the token or the person, whichever is less."""
    scheme, _, secret = given.partition(" ")
    if scheme != "Bearer":
        return None
    if hmac.compare_digest(secret.encode(), shared().endpoint.token.encode()):
        return OWNER
    token, people = tokens().find(secret), current_people()
    person = people.person(token.person) if token and people else None
    return Person(person.name, min(person.role, token.role)) if person and token else None


def _refused(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason, "kind": "BadInput"}, status_code=status)


def _count(name: str, person: Person) -> None:
    """Count a question or a check of a person; raise BadInput if there were too many."""
    if name in ("ask", "audit", "replay", "check"):
        limits().take(person.name)


def end_requests_on(number: signal.Signals) -> None:
    """Make a signal end the requests in progress before its previous handler runs."""
    before = signal.getsignal(number)

    def end(given: int, frame: FrameType | None) -> None:
        _CLOSING.set()
        if callable(before):
            before(given, frame)

    signal.signal(number, end)


ROUTES = [Route("/api/{name}", _call, methods=["POST"])]
