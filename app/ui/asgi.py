"""The ASGI application that `streamlit run` serves: the gate, the router, the JSON API."""

import os
import signal
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from app.ui import page_runs
from app.ui.access import gate, uploads
from app.ui.access.entrance import OPEN
from app.ui.access.opening import current_door
from app.ui.api import ROUTES, end_requests_on
from app.ui.components import watch
from app.ui.state.shared import close_library, warm_up
from vectorstore.private_files import keep_private
from vectorstore.secrets import hide_in_logs


@asynccontextmanager
async def _lifespan(_: object) -> AsyncIterator[None]:
    """Open the library and load the model in the background, before the first question."""
    for number in (signal.SIGINT, signal.SIGTERM):
        end_requests_on(number)
    threading.Thread(target=_get_ready, daemon=True).start()
    yield
    close_library()


def _get_ready() -> None:
    """Open the browser if that was asked for, and get ready for the first question."""
    if address := os.environ.pop(OPEN, ""):
        webbrowser.open(address)
    warm_up()


keep_private()
hide_in_logs()
door = current_door()
page_runs.keep_what_is_drawn()
gate.take_only_what_pages_send()
announced = uploads.Announced()
announced.follow()
app = st.App(
    Path(__file__).with_name("main.py"),
    routes=[*ROUTES, *watch.routes(door.base)],
    middleware=[
        Middleware(gate.Gate, door),
        Middleware(uploads.UploadGate, announced),
    ],
    lifespan=_lifespan,
)
