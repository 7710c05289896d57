"""Go through the whole window with hostile texts in every place, and look at each page."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page
from playwright.sync_api import TimeoutError as TooSlow
from rich.console import Console
from rich.progress import track

from benchmarks import controls
from benchmarks.trust.injections import Injection, injections
from benchmarks.trust.watched import Seen, Watched
from benchmarks.window_server import Window

_PATIENCE = 60_000  # milliseconds: models are loaded on a busy machine
_TURNS = 6  # of a conversation, which is named after each of them
_AT_ONCE = 12  # texts in a draft
_SETTLING = 150  # milliseconds in which a page that would ask or go somewhere has begun to
_MOST_FORMS = 12  # descriptions of sources that are opened on a page of the list
_STEPS = Console(stderr=True)


class Visit:
    """A reader in a browser that was let in; what is noted is in `seen`."""

    def __init__(self, browser: Browser, served: Window, chosen: Sequence[Injection]) -> None:
        """Open a page."""
        self.seen, self._served, self._chosen = Seen(), served, chosen
        ours = (served.address, served.address.replace("http", "ws", 1))
        self._watched = Watched(browser, self.seen, ours, storage_state=served.admitted)
        self._page = self._watched.page()
        self._page.set_default_timeout(_PATIENCE)

    def everywhere(self, sources: Sequence[str]) -> None:
        """Ask, check, and open every page and the sources with these ids."""
        self._ask()
        self._check()
        self._library()
        self._view(sources)
        self._settings()
        self._watched.close()

    def _look(self, where: str) -> None:
        self._page.wait_for_timeout(_SETTLING)
        self._watched.look(self._page, where)

    def _ask(self) -> None:
        page = self._page
        for number, one in enumerate(track(self._chosen, "questions", console=_STEPS)):
            turn = number % _TURNS
            if turn == 0:
                page.goto(self._served.url)
                page.locator(controls.READY).wait_for()
                self._look("welcome")
            field = page.locator(controls.READY)
            field.fill(one.question)
            field.press("Enter")
            page.locator(controls.FINISHED).nth(turn).wait_for()
            page.locator(controls.READY).wait_for()
            self._look("answer")
            answer = page.locator(controls.ANSWER).nth(turn)
            for view in answer.locator(".views .view").all():
                view.click()
                self._watched.look(page, "evidence")
            with suppress(TooSlow):  # nothing is cited
                answer.locator(".cite").first.hover(timeout=500)
                self._watched.look(page, "preview")
            self._rename(one)
            if turn == _TURNS - 1:
                self._export_dialog()

    def _rename(self, one: Injection) -> None:
        """Name the conversation that is open after a hostile text."""
        row = self._page.locator("#conversations li.here")
        row.hover()
        row.get_by_role("button", name="Rename").click()
        field = self._page.locator("#conversations input.name")
        field.fill(one.at("conversation"))
        field.press("Enter")
        field.wait_for(state="hidden")
        self._look("conversations")

    def _export_dialog(self) -> None:
        page = self._page
        page.get_by_role("button", name="Export", exact=True).last.click()
        page.get_by_role("dialog").wait_for()
        self._look("export dialog")
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="hidden")

    def _check(self) -> None:
        page = self._page
        page.goto(f"{self._served.url}/check")
        parts = range(0, len(self._chosen), _AT_ONCE)
        for begin in track(parts, "drafts", console=_STEPS):
            some = self._chosen[begin : begin + _AT_ONCE]
            lines = [f"“{one.harbour} opened in 2040.” {one.at('draft')}" for one in some]
            page.locator(controls.DRAFT).fill("\n\n".join(lines))
            page.locator(controls.DRAFT).press("Tab")
            page.locator(controls.SETTLED).wait_for(state="attached")
            page.locator(controls.CHECK).click()
            page.get_by_text(some[-1].mark("draft")).last.wait_for()
            page.locator(controls.SETTLED).wait_for(state="attached")
            page.locator(controls.CHECKED).last.wait_for()
            self._look("check")

    def _library(self) -> None:
        page = self._page
        page.goto(f"{self._served.url}/library")
        page.locator(controls.ROWS).first.wait_for()
        while True:
            self._look("library")
            for edit in page.get_by_role("button", name="Edit details").all()[:_MOST_FORMS]:
                edit.click()
                self._watched.look(page, "description")
                edit.click()
            onward = page.get_by_role("button", name="Next")
            if not onward.count() or onward.is_disabled():
                break
            onward.click()
        page.locator("#source-list input[type=search]").fill(self._chosen[0].at("title"))
        self._look("library search")
        page.locator("#conversations input[type=search]").fill("canary")
        self._look("conversation search")

    def _view(self, sources: Sequence[str]) -> None:
        for source in track(sources, "sources", console=_STEPS):
            self._page.goto(f"{self._served.url}/?source={source}&start=0&end=40")
            self._page.locator(f"{controls.PANEL} .text, {controls.MARK}").first.wait_for()
            self._look("source")

    def _settings(self) -> None:
        self._page.goto(f"{self._served.url}/settings")
        self._page.locator(controls.HEADING).wait_for()
        self._page.locator(controls.SETTLED).wait_for(state="attached")
        self._look("settings")


def open_files(browser: Browser, files: Sequence[Path], seen: Seen) -> None:
    """Open exported pages from the disk, as a reader does."""
    with _pages(browser, seen, tuple({path.parent.as_uri() for path in files})) as (watched, page):
        for path in track(files, "exports", console=_STEPS):
            page.goto(path.as_uri())
            page.wait_for_timeout(_SETTLING)
            watched.look(page, path.name)


def control(browser: Browser, canary: str, folder: Path) -> Seen:
    """Draw the same texts as HTML, in a page that nothing protects: what must be seen there."""
    seen, path = Seen(), folder / "control.html"
    with _pages(browser, seen, (folder.as_uri(),)) as (watched, page):
        for one in track(injections(canary), "control", console=_STEPS):
            path.write_text(f"<meta charset=utf-8><p>{one.at('answer')}", encoding="utf-8")
            with suppress(Error):  # the page may be gone at once: that is what it proves
                page.goto(path.as_uri(), wait_until="commit")
                page.wait_for_timeout(_SETTLING)
                watched.look(page, "control")
    return seen


@contextmanager
def _pages(browser: Browser, seen: Seen, ours: tuple[str, ...]) -> Iterator[tuple[Watched, Any]]:
    watched = Watched(browser, seen, ours)
    page: Page = watched.page()
    page.set_default_timeout(_PATIENCE)
    try:
        yield watched, page
    finally:
        watched.close()
