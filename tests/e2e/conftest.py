"""A real window, served by the real command, in real Chromium."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from app.ui.server import free_port
from tests.conftest import ARTICLE

ROOT = Path(__file__).parent.parent.parent
SHOTS = ROOT / "test-results"
Run = subprocess.CompletedProcess[str]
_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@dataclass
class Window:
    """A running `kakehashi serve` on folders of its own."""

    folder: Path
    model: str = ""
    port: int = field(default_factory=lambda: free_port(8620))
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sources(self) -> Path:
        return self.folder / "sources"

    def run(self, *words: str) -> subprocess.Popen[bytes]:
        settings = {
            "KAKEHASHI_DATA": str(self.folder / "data"),
            "KAKEHASHI_SOURCES": str(self.sources),
        }
        if self.model:
            settings["KAKEHASHI_MODEL"] = self.model
        log = (self.folder / "log").open("ab")
        with log:
            return subprocess.Popen(
                [sys.executable, "-c", "from app.cli import main; main()", *words],
                cwd=ROOT, env={**os.environ, **settings}, stdout=log, stderr=log,
            )  # fmt: skip

    def start(self) -> None:
        self.process = self.run("serve", "--no-browser", "--port", str(self.port))
        end = time.monotonic() + 90
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1).close()
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
            else:
                return
        raise AssertionError((self.folder / "log").read_text())

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)
            self.process = None


def command(window: Window, *words: str | Path) -> Run:
    return subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", *map(str, words)],
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium")
    with sync_playwright() as playwright:
        path = found or playwright.chromium.executable_path
        if not Path(path).is_file():
            pytest.skip(
                "no browser: install Debian's chromium, or run `playwright install chromium`"
            )
        opened = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab that fails the test on a request to another host, a dialog or a page error."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    tab = context.new_page()
    trouble: list[str] = []
    tab.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))
            else trouble.append(request.url)
        ),
    )
    tab.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
    tab.on("pageerror", lambda error: trouble.append(str(error)))
    tab.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    yield tab
    context.close()
    assert trouble == []
