"""A real window, served by the real command, in real Chromium."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.browser import NoBrowser, Traffic, chromium
from benchmarks.window_server import ROOT, Window
from tests.conftest import ARTICLE

SHOTS = ROOT / "test-results"
Run = subprocess.CompletedProcess[str]
TRAFFIC = Traffic()  # of all tests
TOLD: Counter[str] = Counter()  # what the run is to say at its end, and how often


def command(window: Window, *words: str | Path) -> Run:
    return subprocess.run(
        [sys.executable, "-c", "from app.cli.main import main; main()", *map(str, words)],
        capture_output=True, text=True, cwd=ROOT, check=False, env={
            **os.environ, "KAKEHASHI_DATA": str(window.folder / "data"), "COLUMNS": "120",
            "KAKEHASHI_SOURCES": str(window.sources),
        },
    )  # fmt: skip


@pytest.fixture
def make_window(tmp_path: Path) -> Iterator[Callable[..., Window]]:
    made: list[Window] = []

    def make(model: str = "") -> Window:
        window = Window(tmp_path / f"window{len(made)}", model)
        window.sources.mkdir(parents=True)
        shutil.copy(ARTICLE, window.sources)
        assert window.run("sync").wait(timeout=120) == 0
        window.start()
        made.append(window)
        return window

    yield make
    for window in made:
        window.stop()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """A window with the article, a note and a file that cannot be read; tests only read it."""
    window = Window(tmp_path_factory.mktemp("served"), port=8660)
    window.sources.mkdir()
    shutil.copy(ARTICLE, window.sources)
    (window.sources / "tea.md").write_text("# On tea\n\nUji grows green tea.")
    (window.sources / "bad.pdf").write_bytes(b"no")
    assert window.run("sync").wait(timeout=120) in (0, 1)
    window.start()
    yield window
    window.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as opened:
            yield opened
    except NoBrowser as error:
        pytest.skip(str(error))


@pytest.fixture
def make_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Windows of any kind that fail the test on a request to another host or a page error."""
    made: list[BrowserContext] = []
    trouble: list[str] = []
    before = len(TRAFFIC.elsewhere)

    def make(**kind: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **kind})
        TRAFFIC.watch(context)
        context.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
        context.on("weberror", lambda error: trouble.append(str(error.error)))
        context.set_default_timeout(30_000)
        expect.set_options(timeout=30_000)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert trouble == []
    assert TRAFFIC.elsewhere[before:] == []


@pytest.fixture
def page(make_context: Callable[..., BrowserContext]) -> Page:
    """A tab in such a window."""
    return make_context().new_page()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What the browser asked for over the whole run: nothing of any other host."""
    if TRAFFIC.here:
        terminalreporter.write_line(f"in the browser: {TRAFFIC.told()}")
    for said, times in sorted(TOLD.items()):
        terminalreporter.write_line(f"{said} ({times})")
