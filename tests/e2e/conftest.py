"""A real window, served by the real command, in real Chromium.

The stories share one window per worker, which is emptied before each of them. Those that stop
it, kill it, damage its files or need another model open one of their own.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.ui.server import free_port
from benchmarks.browser import NoBrowser, Traffic, chromium
from benchmarks.window_server import Window
from tests.conftest import ARTICLE
from tests.e2e import steps

# Ports to begin looking from: a range for each worker, so that no two take the same one.
PORTS = 8620 + 100 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))

_PATIENCE = 90_000  # milliseconds: a model may have to be loaded on a busy machine


@contextmanager
def opened(folder: Path, synced: Path, model: str = "") -> Iterator[Window]:
    """Serve a copy of the library with the article, until the block ends."""
    window = Window(folder, model, port=free_port(PORTS))
    window.sources.mkdir(parents=True)
    shutil.copy2(ARTICLE, window.sources)
    shutil.copytree(synced, window.data)
    try:
        window.start()
        steps.connection_file(window)
        yield window
    finally:
        window.stop()


@pytest.fixture(scope="session")
def shared_window(tmp_path_factory: pytest.TempPathFactory, synced: Path) -> Iterator[Window]:
    with opened(tmp_path_factory.mktemp("shared") / "window", synced) as window:
        yield window


@pytest.fixture
def window(shared_window: Window) -> Window:
    """The shared window, with the article alone and without conversations."""
    steps.empty(shared_window)
    return shared_window


@pytest.fixture
def own_window(tmp_path: Path, synced: Path) -> Iterator[Window]:
    """A window that the test may stop, kill or damage."""
    with opened(tmp_path / "window", synced) as window:
        yield window


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as opened:
            yield opened
    except NoBrowser as error:
        pytest.skip(str(error))


@pytest.fixture
def make_context(
    browser: Browser, request: pytest.FixtureRequest
) -> Iterator[Callable[..., BrowserContext]]:
    """Browser contexts that fail the test on a request to another host or a page error.

    The window of the test has let them in; one made with `storage_state=None` is locked out.
    """
    made: list[BrowserContext] = []
    trouble: list[str] = []
    traffic = Traffic()
    if "issuer" in request.fixturenames:  # the page at which people sign in
        traffic.others = request.getfixturevalue("issuer")

    def make(**kind: Any) -> BrowserContext:
        if "storage_state" not in kind:
            name = next(one for one in ("window", "own_window") if one in request.fixturenames)
            kind["storage_state"] = request.getfixturevalue(name).admitted
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **kind})
        traffic.watch(context)
        context.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
        context.on("weberror", lambda error: trouble.append(str(error.error)))
        context.set_default_timeout(_PATIENCE)
        expect.set_options(timeout=_PATIENCE)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    request.node.user_properties += [
        ("requests of the browser to the window", traffic.here),
        ("requests of the browser to other hosts", len(traffic.elsewhere)),
    ]
    assert trouble == []
    assert traffic.elsewhere == []


@pytest.fixture
def page(make_context: Callable[..., BrowserContext]) -> Page:
    """A tab in such a context."""
    return make_context().new_page()
