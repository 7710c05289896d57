"""Which files the window takes into memory: tried on Streamlit's own routes and its own store."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.server.starlette.starlette_routes import create_upload_routes

from app.ui.access import uploads
from app.ui.access.uploads import Announced, UploadGate

PLACE = "/secret/_stcore/upload_file"


class AnyTab:
    """All that the routes ask of Streamlit's runtime: every tab is open."""

    def is_active_session(self, _: str) -> bool:
        return True


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> MemoryUploadedFileManager:
    monkeypatch.setattr(
        MemoryUploadedFileManager, "get_upload_urls", MemoryUploadedFileManager.get_upload_urls
    )
    return MemoryUploadedFileManager(PLACE)


@pytest.fixture
def window(store: MemoryUploadedFileManager, monkeypatch) -> Iterator[TestClient]:
    monkeypatch.setattr("streamlit.web.server.starlette.starlette_routes.is_xsrf_enabled", bool)
    announced = Announced()
    announced.follow()
    routes = create_upload_routes(AnyTab(), store, "secret")  # type: ignore[arg-type]
    gate = Middleware(UploadGate, announced)
    with TestClient(Starlette(routes=routes, middleware=[gate])) as client:
        yield client


def put(window: TestClient, address: str, size: int) -> int:
    return window.put(address, files={"file": ("a.txt", b"x" * size)}).status_code


def asked(store: MemoryUploadedFileManager, count: int = 1) -> list[str]:
    return [one.upload_url for one in store.get_upload_urls("tab", ["a.txt"] * count)]


def test_a_file_that_a_page_asked_for_is_taken(window, store) -> None:
    (address,) = asked(store)
    assert put(window, address, 10) == 204
    assert window.delete(address).status_code == 204
    assert store.get_stats() == {}


def test_a_file_that_nobody_asked_for_is_refused_unread(window, store) -> None:
    (address,) = asked(store)
    tab, file = address.split("/")[-2:]
    for wrong in (f"{PLACE}/tab/made-up", f"{PLACE}/other/{file}", f"{PLACE}/{tab}/{file}x"):
        assert put(window, wrong, 10) == 403
    assert store.get_stats() == {}


def test_all_tabs_together_hold_no_more_than_the_limit(window, store, monkeypatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 5000)
    first, second, third = asked(store, 3)
    assert put(window, first, 3000) == 204
    assert put(window, second, 3000) == 413
    assert put(window, third, 1000) == 204
    window.delete(first)
    assert put(window, second, 3000) == 204, "there is room again"


def test_what_is_on_its_way_counts_too(window, store, monkeypatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 5000)
    first, second = asked(store, 2)
    inner: list[int] = []
    add = store.add_file

    def add_slowly(*given: object, **more: object) -> None:
        with ThreadPoolExecutor() as pool:  # while the first is on its way
            inner.append(pool.submit(put, TestClient(window.app), second, 3000).result())
        add(*given, **more)

    monkeypatch.setattr(store, "add_file", add_slowly)
    assert put(window, first, 3000) == 204
    assert inner == [413]


def test_a_file_of_no_known_size_is_refused(window, store) -> None:
    (address,) = asked(store)
    sent = window.put(address, content=iter([b"x", b"y"]))  # in chunks
    assert sent.status_code == 411


def test_a_page_cannot_ask_for_addresses_without_end(window, store) -> None:
    first = asked(store)[0]
    assert len(asked(store, 20_000)) == 10_000
    assert put(window, first, 10) == 403, "the oldest are forgotten"
