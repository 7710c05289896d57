"""Every page of the window in each of its states, for tests that look at all of them."""

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from benchmarks import controls

SILENT = "What is the height of Mount Fuji?"
DRAFT = (
    "President Nausėda said: “Paraguay stands proudly as a bridge between Japan and Taiwan.” "
    "Beside President Peña stood Representative Lee I-yang (李逸洋), Taiwan's de facto "
    "ambassador to Japan. Mount Fuji is 3,776 metres high."
)


def settled(page: Page) -> None:
    page.locator(controls.SETTLED).wait_for(state="attached")
    page.wait_for_timeout(400)


def ask(page: Page, question: str) -> None:
    field = page.locator(controls.READY)
    field.fill(question)
    field.press("Enter")
    expect(page.get_by_text(question, exact=True).last).to_be_visible()
    field.wait_for()
    settled(page)


def close(page: Page) -> None:
    page.locator(controls.CLOSE).click()
    page.locator(controls.PANEL).wait_for(state="hidden")


def states(page: Page, url: str) -> Iterator[str]:
    """Every page in each of its states, one after the other; the name of each."""
    page.goto(url)
    page.locator(controls.READY).wait_for()
    settled(page)
    yield "Ask, empty"
    sidebar = page.locator(controls.OPEN_SIDEBAR)
    if sidebar.is_visible():
        sidebar.click()
        settled(page)
        yield "Ask, sidebar"
        page.locator(controls.CLOSE_SIDEBAR).click()
        settled(page)
    ask(page, controls.ARTICLE_ASKED)
    page.locator(controls.CITATIONS).first.wait_for()
    ask(page, SILENT)
    yield "Ask, answers"
    page.locator(controls.CITATIONS).first.click()
    page.locator(controls.MARK).first.wait_for()
    settled(page)
    yield "Ask, evidence"
    close(page)
    page.goto(f"{url}/check")
    page.locator(controls.DRAFT).wait_for()
    settled(page)
    yield "Check, empty"
    page.locator(controls.DRAFT).fill(DRAFT)
    page.locator(controls.DRAFT).press("Tab")
    page.locator(controls.CHECK).click()
    page.locator(controls.CHECKED).first.wait_for()
    settled(page)
    yield "Check, report"
    page.locator(controls.PLACES).first.click()
    page.locator(controls.MARK).first.wait_for()
    settled(page)
    yield "Check, evidence"
    close(page)
    page.goto(f"{url}/library")
    page.get_by_text("bad.pdf").first.wait_for()
    settled(page)
    yield "Library"
    settings = page.locator(controls.page_link("Settings"))
    if settings.count():
        page.goto(f"{url}/settings")
        page.locator(controls.HEADING).first.wait_for()
        settled(page)
        yield "Settings"
