"""Chromium for the browser tests and the benchmarks, and a record of every request it makes."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from vectorstore.errors import KakehashiError

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
_HERE = ("http://127.0.0.1", "ws://127.0.0.1")
_INSIDE = ("data:", "blob:", "about:")


class NoBrowser(KakehashiError):
    """Raised where no Chromium is installed."""


@dataclass
class Traffic:
    """The number of requests to the window, and the address of every request to another host.

    Pages that begin with `others` are not the window's, and not counted.
    """

    here: int = 0
    elsewhere: list[str] = field(default_factory=list)
    others: str = ""

    def watch(self, context: Any) -> None:
        """Record the requests of all pages of a browser context, and their web sockets."""
        context.on("request", self._note_ours)
        context.on("page", lambda page: page.on("websocket", lambda one: self._note(one.url)))

    def summary(self) -> str:
        """Return both numbers in one line."""
        return f"{self.here:,} requests to the window, {len(self.elsewhere):,} to other hosts"

    def _note_ours(self, request: Any) -> None:
        if not (self.others and request.frame.url.startswith(self.others)):
            self._note(request.url)

    def _note(self, url: str) -> None:
        if url.startswith(_HERE):
            self.here += 1
        elif not url.startswith(_INSIDE):
            self.elsewhere.append(url)


def executable(bundled: str) -> str:
    """Return the path of Debian's Chromium, or else of Playwright's; raise NoBrowser."""
    path = shutil.which("chromium") or bundled
    if not Path(path).is_file():
        raise NoBrowser(
            "There is no browser: install Debian's chromium, or run `playwright install chromium`."
        )
    return path


@contextmanager
def chromium() -> Iterator[Browser]:
    """Launch a headless browser, and close it with the block; raise NoBrowser."""
    with sync_playwright() as playwright:
        path = executable(playwright.chromium.executable_path)
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()
