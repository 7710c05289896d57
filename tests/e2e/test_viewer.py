"""The evidence beside the answer: opened, read, searched, turned, closed, linked to."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Window, command
from tests.e2e.test_window import G7, ask, cite, shot
from tests.ingest.readers.test_readers import make_pdf

pytestmark = pytest.mark.e2e


def test_the_evidence_opens_beside_the_answer_and_is_stepped_through_and_searched(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(window.url)
    ask(page, G7)
    cite(page, 2)
    panel = page.get_by_role("region", name="Evidence")
    expect(page.locator("mark")).to_be_in_viewport()
    expect(panel.get_by_role("heading", level=2)).to_be_focused()
    expect(panel).to_contain_text("Citation 2 of")

    # The answer stays in sight, beside it, and can be clicked.
    left = panel.bounding_box()
    answer = page.locator("#answer").last.bounding_box()
    field = page.get_by_test_id("stChatInput").bounding_box()
    assert left
    assert answer
    assert field
    assert answer["x"] + answer["width"] <= left["x"]
    assert field["x"] + field["width"] <= left["x"]
    first = page.locator("mark").inner_text()
    cite(page, 1)
    expect(panel).to_contain_text("Citation 1 of")
    panel.get_by_role("button", name="Next citation").click()
    expect(panel).to_contain_text("Citation 2 of")
    expect(panel.get_by_role("button", name="Next citation")).to_be_focused()
    expect(page.locator("mark")).to_have_text(first)
    expect(page.locator("mark")).to_be_in_viewport()

    # The address and the copied link lead to these words.
    expect(page).to_have_url(re.compile(r"source=.*start=\d+&end=\d+"))
    panel.get_by_role("button", name="Copy link").click()
    expect(panel.get_by_text("Link copied.")).to_be_visible()
    link = page.evaluate("() => navigator.clipboard.readText()")
    assert link.startswith(f"{window.url}/?source=")

    # Search: whatever the case, hits counted, the one looked at in sight.
    field_in = panel.get_by_role("searchbox", name="Search this source")
    field_in.fill("PRESIDENT PENA")
    expect(panel.locator(".now")).to_have_text("President Peña")
    expect(panel.locator(".now")).to_be_in_viewport()
    expect(panel.get_by_text(re.compile(r"^\d+ of \d+$"))).to_be_visible()
    field_in.press("Enter")
    expect(panel.get_by_text(re.compile(r"^\d+ of \d+$"))).to_be_visible()
    shot(page, "viewer-search")
    field_in.fill("no such words")
    expect(panel.get_by_text("Not found")).to_be_visible()

    panel.get_by_role("button", name="Close the evidence").click()
    expect(panel).to_be_hidden()
    expect(page).not_to_have_url(re.compile("source="))
    expect(page.get_by_role("button", name="Citation 1:").first).to_be_focused()

    # The link leads there after a restart, too.
    window.stop()
    window.start()
    page.goto(link)
    expect(page.locator("mark")).to_have_text(first)
    expect(page.locator("mark")).to_be_in_viewport()


def test_a_phone_gets_a_drawer_that_escape_closes(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(window.url)
    ask(page, G7)
    page.get_by_role("button", name="Citation 1:").first.press("Enter")
    drawer = page.get_by_role("dialog", name="Evidence")
    expect(page.locator("mark")).to_be_in_viewport()
    box = drawer.bounding_box()
    assert box
    assert (box["x"], box["width"]) == (0, 390)
    shot(page, "viewer-phone")
    for _ in range(12):  # the focus stays in what covers the page
        page.keyboard.press("Tab")
        assert page.evaluate("() => !!document.activeElement.closest('.st-key-evidence')")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.get_by_role("button", name="Citation 1:").first).to_be_focused()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390


def test_a_pdf_is_shown_as_its_pages_with_the_words_boxed(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    make_pdf(
        window.sources / "spices.pdf",
        "An introduction without any spice.",
        "Zanzibar exported nine thousand tonnes of cloves in 1975. It imported rice.",
        "A last page on cinnamon.",
        title="Spices of the Indian Ocean",
    )
    assert "1 added" in command(window, "sync").stdout
    page.goto(window.url)
    ask(page, "How many cloves did Zanzibar export?")
    cite(page, 1)
    panel = page.get_by_role("region", name="Evidence")
    panel.get_by_role("button", name="Page", exact=True).click()
    image = panel.get_by_role("img", name="Image of page 2.")
    expect(image).to_be_visible()
    assert image.evaluate("one => one.decode().then(() => one.naturalWidth)") > 1000
    box, sheet = panel.locator(".box").first.bounding_box(), image.bounding_box()
    assert box
    assert sheet
    assert sheet["x"] < box["x"] < box["x"] + box["width"] < sheet["x"] + sheet["width"]
    shot(page, "viewer-page")
    sheet_region = panel.get_by_role("region", name="Page 2")
    sheet_region.press("ArrowRight")
    expect(panel.get_by_role("img", name="Image of page 3.")).to_be_visible()
    expect(panel.locator(".box")).to_have_count(0)
    expect(panel.get_by_text("The cited words are on another page.")).to_be_visible()
    panel.get_by_label("Page", exact=True).fill("1")
    panel.get_by_label("Page", exact=True).press("Enter")
    expect(panel.get_by_role("img", name="Image of page 1.")).to_be_visible()
    (window.sources / "spices.pdf").unlink()
    panel.get_by_role("button", name="Next page").click()
    expect(panel.get_by_text("spices.pdf is not in the sources folder now")).to_be_visible()
    panel.get_by_role("button", name="Text", exact=True).click()
    expect(page.locator("mark").first).to_be_visible()
