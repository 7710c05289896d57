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
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from app.ui.api import ROUTES, end_requests_on
from app.ui.components import watch
from app.ui.state.shared import close_library, warm_up

_HANDED_OVER = 0.01  # seconds between two looks whether all messages of a run are
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


def _let_runs_end() -> None:
    """Start the next run of a page once all that the last one drew has been handed over.

    Streamlit 1.67 starts one for a part of the page while messages of a whole run that has just
    ended wait for a busy server, and then drops those: a question or an answer was not drawn.
    """
    create = AppSession._create_scriptrunner

    def start(session: AppSession, data: RerunData) -> None:
        if session._scriptrunner is None:
            create(session, data)
        else:
            session._event_loop.call_later(_HANDED_OVER, again, session, data)

    def again(session: AppSession, data: RerunData) -> None:
        gone = data.fragment_id and not session.has_fragment(data.fragment_id)
        if gone or session._state is AppSessionState.SHUTDOWN_REQUESTED:
            return
        if session._scriptrunner is None or not session._scriptrunner.request_rerun(data):
            start(session, data)

    AppSession._create_scriptrunner = start  # type: ignore[method-assign, assignment]


_let_runs_end()
app = st.App(
    Path(__file__).with_name("main.py"),
    routes=[*ROUTES, *watch.ROUTES],
    middleware=[Middleware(SecurityHeaders)],
    lifespan=_lifespan,
)
