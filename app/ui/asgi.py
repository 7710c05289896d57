"""The ASGI application that `streamlit run` serves: the router, the JSON API, security headers.

The content security policy keeps the page from loading anything from, or sending anything to,
another host, whatever a document or a model may write into it.
"""

import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.ui import page_runs
from app.ui.api import ROUTES, end_requests_on
from app.ui.components import watch
from app.ui.state.shared import close_library, warm_up

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self' ws: blob: data:; worker-src 'self' blob:; frame-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class SecurityHeaders:
    """Middleware that adds the security headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, with_headers)


@asynccontextmanager
async def _lifespan(_: object) -> AsyncIterator[None]:
    """Open the library and load the model in the background, before the first question."""
    for number in (signal.SIGINT, signal.SIGTERM):
        end_requests_on(number)
    threading.Thread(target=warm_up, daemon=True).start()
    yield
    close_library()


page_runs.keep_what_is_drawn()
app = st.App(
    Path(__file__).with_name("main.py"),
    routes=[*ROUTES, *watch.ROUTES],
    middleware=[Middleware(SecurityHeaders)],
    lifespan=_lifespan,
)
