"""The operations of the JSON API, whose clients may go at any moment."""

import asyncio
import json
import threading
from collections.abc import MutableMapping
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from app.service.people import OWNER
from app.ui import api
from vectorstore.library import Library

SCOPE = {"type": "http", "method": "POST", "path": "/api/sources", "headers": []}


@pytest.fixture
def slots(article: Library, monkeypatch: pytest.MonkeyPatch) -> threading.BoundedSemaphore:
    """A library behind the API, and one slot for its operations."""
    one = threading.BoundedSemaphore(1)
    state = SimpleNamespace(assistant=SimpleNamespace(library=article), web_pages=False)
    monkeypatch.setattr(api, "_SLOTS", one)
    monkeypatch.setattr(api, "shared", lambda: state)
    return one


def answered(name: str, *, leaves: bool) -> list[dict[str, Any]]:
    """The lines that a client gets, who may leave before the first of them."""
    lines: list[bytes] = []

    async def receive() -> dict[str, Any]:
        if not leaves:
            await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if leaves:
            await asyncio.sleep(60)
        lines.append(message.get("body", b""))

    async def serve() -> None:
        await api._Operation(name, {}, OWNER)(SCOPE, receive, send)

    with ThreadPoolExecutor(1) as aside:  # in this thread, a browser may have a loop
        aside.submit(asyncio.run, serve()).result()
    return [json.loads(line) for line in b"".join(lines).splitlines()]


def test_clients_that_leave_before_the_first_line_keep_no_slot(
    slots: threading.BoundedSemaphore,
) -> None:
    for _ in range(3):
        assert slots.acquire(timeout=30)
        assert answered("sources", leaves=True) == []
    assert slots.acquire(timeout=30)
    assert "result" in answered("sources", leaves=False)[-1]
    assert slots.acquire(timeout=30)


def test_an_operation_that_fails_keeps_no_slot(slots: threading.BoundedSemaphore) -> None:
    assert slots.acquire()
    assert "no operation" in answered("none", leaves=False)[-1]["error"]
    assert slots.acquire(timeout=30)
