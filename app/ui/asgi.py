"""The ASGI application that `streamlit run` serves: the router, and headers that keep it shut in.

The content security policy lets the page load nothing from, and send nothing to, any other host,
whatever a document or a model may write into it.
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

from app.ui.api import ROUTES, close_with

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


class Headers:
    """Adds the headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        """Wraps the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, with_headers)


@asynccontextmanager
async def _lifespan(_: object) -> AsyncIterator[None]:
    """Open the library and load the model in the background, before the first question."""
    from app.ui.state.session import close, warm

    for number in (signal.SIGINT, signal.SIGTERM):
        close_with(number)
    threading.Thread(target=warm, daemon=True).start()
    yield
    close()


app = st.App(
    Path(__file__).with_name("main.py"),
    routes=ROUTES,
    middleware=[Middleware(Headers)],
    lifespan=_lifespan,
)
