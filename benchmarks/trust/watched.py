"""A browser context in which everything that a hostile text could bring about is noted."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page

from benchmarks.trust.injections import MARK, hidden

LOOK = Path(__file__).with_name("look.js").read_text(encoding="utf-8")
_INSIDE = ("data:image/", "blob:", "about:")


@dataclass
class Seen:
    """What happened in the browser; each list has a line for each time.

    `foreign` are requests to another address than the window's, `left` navigations away from it,
    `hidden` characters that nobody sees in a text that is shown, `violations` what the content
    security policy stopped and has a mark. `pages` counts the looks into a page, and `marks` how
    often a mark was on one: without these, the zeros would prove nothing.
    """

    foreign: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    windows: list[str] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    pages: int = 0
    marks: Counter[str] = field(default_factory=Counter)


class Watched:
    """Pages in a context of its own; `ours` are the addresses that they may ask and go to."""

    def __init__(self, browser: Browser, seen: Seen, ours: tuple[str, ...], **kind: Any) -> None:
        """Open the context."""
        self.seen, self._ours, self._expected = seen, (*ours, *_INSIDE), 0
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 1280, "height": 860}, **kind
        )
        self.context.add_init_script(LOOK)
        self.context.on("request", lambda one: self._note(seen.foreign, one.url))
        self.context.on("page", self._opened)

    def page(self) -> Page:
        """Open a page."""
        self._expected += 1
        return self.context.new_page()

    def look(self, page: Page, where: str) -> None:
        """Note what stands on the page now, in all its frames."""
        self.seen.pages += 1
        for frame in page.frames:
            try:
                found = frame.evaluate(
                    "() => window.look?.() ?? {nodes: [], texts: [], violations: []}"
                )
            except Error:  # it was replaced meanwhile; what it asked for is noted all the same
                continue
            self.seen.nodes += [f"{where}: {one}" for one in found["nodes"]]
            for text in found["texts"]:
                self.seen.hidden += [f"{where}: {one} in {text[:80]!r}" for one in hidden(text)]
                self.seen.marks.update(set(MARK.findall(text)))
            self.seen.violations += [one for one in found["violations"] if MARK.search(one)]

    def close(self) -> None:
        """Close the context with its pages."""
        self.context.close()

    def _opened(self, page: Page) -> None:
        if self._expected:
            self._expected -= 1
        else:
            self.seen.windows.append(page.url)
        page.on("websocket", lambda one: self._note(self.seen.foreign, one.url))
        page.on("dialog", self._dismiss)
        page.on("framenavigated", lambda frame: self._note(self.seen.left, frame.url))

    def _dismiss(self, dialog: Any) -> None:
        self.seen.dialogs.append(f"{dialog.type}: {dialog.message}")
        dialog.dismiss()

    def _note(self, where: list[str], url: str) -> None:
        if not url.startswith(self._ours):
            where.append(url)
