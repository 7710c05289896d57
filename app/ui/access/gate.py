"""The gate of the window: whoever does not show that they were let in gets no further.

Being on this machine proves nothing. Its other users, the pages of its other ports, and names of
foreign servers that point to it reach the port as well. So a request must be for this very address,
come from this very page, and show by the door who sends it; a program sends a token of the JSON
API. All else is refused before Streamlit sees it, and whoever is taken from the list or signs out
is refused from then on.
"""

import asyncio
import math
import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.app_session import AppSession

from app.service.people import Person
from app.ui.access.doors import Door, is_below, is_within
from app.ui.access.entrance import PERSON
from app.ui.access.pages import hash_of

_SENT = ("rerun_script", "stop_script", "file_urls_request", "app_heartbeat")
_COUNTS = "/_stcore/metrics"  # what Streamlit counts of all tabs together; nobody asks for it
_LOOK = 5.0  # seconds between two looks whether a person is still let in
_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Gate:
    """Middleware that lets in whom the door knows, and secures every response."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        """Wrap the application."""
        self._app = app
        self._door = door
        self._host = door.origin.partition("://")[2]
        self._headers = {**_HEADERS, "Content-Security-Policy": content_policy(door.origin)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or one websocket; refuse it, or pass it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers, secured = Headers(scope=scope), self._secured(send)
        response = self._stop(scope, headers) or await self._door.answer(scope, headers)
        if response is None and scope["path"].startswith("/api/"):
            await self._app(scope, receive, secured)  # by token
            return
        who = self._door.person(headers) if response is None and _is_ours(headers) else _nobody
        person = who() if is_below(scope["path"], self._door.base) else None
        if person is not None:
            known = _named(scope, person)
            if scope["type"] == "websocket":
                await self._app(known, *_watched(person, who, self._door.holds, receive, send))
            else:
                await self._app(known, receive, secured)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "locked"})
        else:
            await (response or self._door.locked(scope))(scope, receive, secured)

    def _stop(self, scope: Scope, headers: Headers) -> Response | None:
        """Return what is answered to a request that is not for this window or not from it."""
        by_token = scope["path"].startswith("/api/") and is_within(scope)
        if not (by_token or self._door.reaches(scope)):
            return PlainTextResponse("This window cannot be reached from there.", 403)
        if headers.getlist("host") != [self._host]:
            return PlainTextResponse(f"Open the window at {self._door.origin}/", 421)
        origins = headers.getlist("origin")
        if origins != [self._door.origin] and (origins or scope["type"] == "websocket"):
            return PlainTextResponse("This request comes from another page.", 403)
        if scope["path"].endswith(_COUNTS):
            return PlainTextResponse("Not found", 404)
        return None

    def _secured(self, send: Send) -> Send:
        """Add the security headers to a response that does not set them itself."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    given.setdefault(name, value)
            await send(message)

        return with_headers


def content_policy(origin: str) -> str:
    """Return the content security policy of the window at this origin.

    Streamlit 1.67 needs the exceptions: one script inside its page, which is named by its hash, the
    components of our own, which it imports from `blob:` addresses, and inline styles.
    """
    stream = origin.replace("http", "ws", 1)
    inside = " ".join(f"'sha256-{hash_of(one)}'" for one in _scripts_of_page())
    return (
        f"default-src 'none'; script-src 'self' {inside} blob:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        f"connect-src 'self' {stream}; worker-src 'self' blob:; frame-src 'none'; "
        "manifest-src 'self'; media-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def take_only_what_pages_send() -> None:
    """Drop the other messages that Streamlit takes from a page, once, before the first tab.

    They are for whoever develops the page: one of them clears the caches, and with them the open
    library, which could not be opened again before a restart; another writes into the program.
    """
    handle = AppSession.handle_backmsg

    def take(session: AppSession, message: BackMsg) -> None:
        download = message.backend_operation_request.WhichOneof("payload") == "deferred_file"
        if download or message.WhichOneof("type") in _SENT:
            handle(session, message)

    AppSession.handle_backmsg = take  # type: ignore[method-assign, assignment]


def _scripts_of_page() -> list[str]:
    """Return the scripts that stand inside Streamlit's page."""
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    return re.findall(r"<script>(.*?)</script>", page.read_text(encoding="utf-8"), re.DOTALL)


def _nobody() -> Person | None:
    return None


def _is_ours(headers: Headers) -> bool:
    """Whether a browser says nothing against this being the page's own request.

    A page of another port of this machine is the same site to a browser, which says so.
    """
    site, mode = headers.get("sec-fetch-site", ""), headers.get("sec-fetch-mode", "")
    return mode == "navigate" or site not in ("cross-site", "same-site")


def _named(scope: Scope, person: Person) -> Scope:
    """Return the request with the person in a header that nobody else can have set."""
    others = [(name, value) for name, value in scope["headers"] if name != PERSON.encode()]
    return {**scope, "headers": [*others, (PERSON.encode(), quote(person.name).encode())]}


def _watched(
    person: Person,
    who: Callable[[], Person | None],
    holds: float | None,
    receive: Receive,
    send: Send,
) -> tuple[Receive, Send]:
    """Return the two ends of a websocket, which ends as soon as its person is no longer let in.

    That is looked at every few seconds, so that nothing stays on the screen of a tab in which
    nobody clicks. After the seconds that it `holds`, it ends as well: the page opens another at
    once, and has to show again who it is.
    """
    ended = False
    until = math.inf if holds is None else time.monotonic() + holds

    async def is_over() -> bool:
        nonlocal ended
        now = who()
        if not ended and (now is None or now.name != person.name):
            ended = True
            await send({"type": "websocket.close", "code": 1008, "reason": "locked"})
        return ended

    async def receive_known() -> Message:
        nonlocal ended
        coming = asyncio.ensure_future(receive())
        try:
            while not await is_over():
                left = until - time.monotonic()
                await asyncio.wait({coming}, timeout=max(0.0, min(_LOOK, left)))
                if coming.done():
                    message: Message = coming.result()
                    if message["type"] != "websocket.receive" or not await is_over():
                        return message
                elif left <= 0:
                    ended = True
                    await send({"type": "websocket.close", "code": 1008, "reason": "show again"})
        finally:
            coming.cancel()
        return {"type": "websocket.disconnect", "code": 1008}

    async def send_known(message: Message) -> None:
        if ended or (message["type"] == "websocket.send" and await is_over()):
            return
        await send(message)

    return receive_known, send_known
