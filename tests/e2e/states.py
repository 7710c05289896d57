"""Every page of the window in each of its states, for tests that look at all of them."""

from collections.abc import Iterator

from playwright.sync_api import Page

from benchmarks import controls
from tests.e2e.steps import FUJI, G7, ask_and_wait, check, close_evidence, settled

DRAFT = (
    "President Nausėda said: “Paraguay stands proudly as a bridge between Japan and Taiwan.” "
    "Beside President Peña stood Representative Lee I-yang (李逸洋), Taiwan's de facto "
    "ambassador to Japan. Mount Fuji is 3,776 metres high."
)


def states(page: Page, url: str) -> Iterator[str]:
    """Bring the page into each state in turn, and yield the name of the state."""
    yield from _asking(page, url)
    yield from _checking(page, url)
    _open(page, f"{url}/library", controls.ROWS)
    page.get_by_text("bad.pdf").first.wait_for()
    yield "Library"
    if page.locator(controls.page_link("Settings")).count():
        _open(page, f"{url}/settings", controls.HEADING)
        yield "Settings"


def _open(page: Page, address: str, awaited: str) -> None:
    page.goto(address)
    page.locator(awaited).first.wait_for()
    settled(page)


def _asking(page: Page, url: str) -> Iterator[str]:
    _open(page, url, controls.READY)
    yield "Ask, empty"
    sidebar = page.locator(controls.OPEN_SIDEBAR)
    if sidebar.is_visible():
        sidebar.click()
        settled(page)
        yield "Ask, sidebar"
        page.locator(controls.CLOSE_SIDEBAR).click()
        settled(page)
    ask_and_wait(page, G7)
    page.locator(controls.CITATIONS).first.wait_for()
    ask_and_wait(page, FUJI)
    yield "Ask, answers"
    yield from _evidence(page, controls.CITATIONS, "Ask")


def _checking(page: Page, url: str) -> Iterator[str]:
    _open(page, f"{url}/check", controls.DRAFT)
    yield "Check, empty"
    check(page, DRAFT)
    page.locator(controls.CHECKED).first.wait_for()
    settled(page)
    yield "Check, report"
    yield from _evidence(page, controls.PLACES, "Check")


def _evidence(page: Page, opener: str, where: str) -> Iterator[str]:
    page.locator(opener).first.click()
    page.locator(controls.MARK).first.wait_for()
    settled(page)
    yield f"{where}, evidence"
    close_evidence(page)
