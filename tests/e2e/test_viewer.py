"""The evidence beside the answer, as a reader opens, reads, searches, turns and links to it."""

import re

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from benchmarks.window_server import Window
from tests.e2e.steps import (
    G7,
    add_files,
    ask,
    cite,
    clipboard,
    command,
    evidence,
    fits,
    narrow,
    shot,
    source_id,
)
from tests.ingest.readers.test_readers import make_pdf

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def box(locator: Locator) -> FloatRect:
    found = locator.bounding_box()
    assert found
    return found


def open_citation(window: Window, page: Page, number: int) -> Locator:
    """Ask, open a citation of the answer, and see its words; the panel with the evidence."""
    page.goto(window.url)
    ask(page, G7)
    cite(page, number)
    expect(page.locator("mark")).to_be_in_viewport()
    return evidence(page)


def test_the_evidence_opens_beside_the_answer_and_is_stepped_through(
    window: Window, page: Page
) -> None:
    panel = open_citation(window, page, 2)
    expect(panel.get_by_role("heading", level=2)).to_be_focused()
    expect(panel).to_contain_text("Citation 2 of")
    left = box(panel)["x"]
    for beside in (page.locator("#answer").last, page.locator("#question")):
        assert box(beside)["x"] + box(beside)["width"] <= left
    first = page.locator("mark").inner_text()
    cite(page, 1)
    expect(panel).to_contain_text("Citation 1 of")
    panel.get_by_role("button", name="Next citation").click()
    expect(panel).to_contain_text("Citation 2 of")
    expect(panel.get_by_role("button", name="Next citation")).to_be_focused()
    expect(page.locator("mark")).to_have_text(first)
    expect(page.locator("mark")).to_be_in_viewport()


def test_the_address_and_the_copied_link_lead_to_the_words_until_they_are_closed(
    window: Window, page: Page
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel = open_citation(window, page, 1)
    words = page.locator("mark").inner_text()
    expect(page).to_have_url(re.compile(r"source=.*start=\d+&end=\d+"))
    panel.get_by_role("button", name="Copy link").click()
    expect(panel.get_by_text("Link copied.")).to_be_visible()
    link = clipboard(page)
    assert link.startswith(f"{window.address}/?source=")
    panel.get_by_role("button", name="Close the evidence").click()
    expect(panel).to_be_hidden()
    expect(page).not_to_have_url(re.compile("source="))
    expect(page.get_by_role("button", name="Citation 1:").first).to_be_focused()
    page.goto(link)
    expect(page.locator("mark")).to_have_text(words)
    expect(page.locator("mark")).to_be_in_viewport()


def test_a_source_is_searched_whatever_the_case_and_the_accents(window: Window, page: Page) -> None:
    panel = open_citation(window, page, 1)
    field = panel.get_by_role("searchbox", name="Search this source")
    field.fill("PRESIDENT PENA")
    expect(panel.locator(".now")).to_have_text("President Peña")
    expect(panel.locator(".now")).to_be_in_viewport()
    expect(panel.get_by_text(re.compile(r"^\d+ of \d+$"))).to_be_visible()
    field.press("Enter")
    expect(panel.get_by_text(re.compile(r"^\d+ of \d+$"))).to_be_visible()
    shot(page, "viewer-search")
    field.fill("no such words")
    expect(panel.get_by_text("Not found")).to_be_visible()


def test_a_phone_gets_a_drawer_that_escape_closes(window: Window, page: Page) -> None:
    narrow(page)
    page.goto(window.url)
    ask(page, G7)
    page.get_by_role("button", name="Citation 1:").first.press("Enter")
    drawer = page.get_by_role("dialog", name="Evidence")
    expect(page.locator("mark")).to_be_in_viewport()
    assert (box(drawer)["x"], box(drawer)["width"]) == (0, 390)
    shot(page, "viewer-phone")
    for _ in range(12):  # the focus stays in what covers the page
        page.keyboard.press("Tab")
        assert page.evaluate("() => !!document.activeElement.closest('.st-key-evidence')")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.get_by_role("button", name="Citation 1:").first).to_be_focused()
    assert fits(page)


def test_a_pdf_is_shown_as_its_pages_with_the_words_boxed(window: Window, page: Page) -> None:
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
    panel = evidence(page)
    panel.get_by_role("button", name="Page", exact=True).click()
    image = panel.get_by_role("img", name="Image of page 2.")
    expect(image).to_be_visible()
    assert image.evaluate("one => one.decode().then(() => one.naturalWidth)") > 1000
    words, sheet = box(panel.locator(".box").first), box(image)
    assert sheet["x"] < words["x"] < words["x"] + words["width"] < sheet["x"] + sheet["width"]
    shot(page, "viewer-page")
    panel.get_by_role("region", name="Page 2").press("ArrowRight")
    expect(panel.get_by_role("img", name="Image of page 3.")).to_be_visible()
    expect(panel.locator(".box")).to_have_count(0)
    expect(panel.get_by_text("The cited words are on another page.")).to_be_visible()
    panel.get_by_label("Page", exact=True).fill("1")
    panel.get_by_label("Page", exact=True).press("Enter")
    expect(panel.get_by_role("img", name="Image of page 1.")).to_be_visible()
    (window.sources / "spices.pdf").unlink()
    panel.get_by_role("button", name="Next page").click()
    expect(panel.get_by_text("spices.pdf is not in the sources folder any more")).to_be_visible()
    panel.get_by_role("button", name="Text", exact=True).click()
    expect(page.locator("mark").first).to_be_visible()


def test_a_permalink_opens_the_source_at_its_words(window: Window, page: Page) -> None:
    identity = source_id(window, next(window.sources.glob("*.md")).name)
    text = command(window, "show", identity).stdout
    start = text.index("Representative Lee I-yang")
    page.goto(f"{window.url}/?source={identity}&start={start}&end={start + 33}")
    expect(page.locator("mark")).to_have_text("Representative Lee I-yang (李逸洋), ")
    expect(page.locator("mark")).to_be_in_viewport()
    expect(page.get_by_role("region", name="Text of the source")).to_contain_text("The main point:")
    page.keyboard.press("Escape")
    expect(evidence(page)).to_be_hidden()
    expect(page).not_to_have_url(re.compile("source="))
    page.goto(f"{window.url}/?source=nobody&start=1&end=2")
    expect(page.get_by_text("This source is no longer in the library.")).to_be_visible()
    page.goto(f"{window.url}/?source={identity}&start=x&end=")
    expect(evidence(page)).to_contain_text("On a mid-May evening in Tokyo")


TURNED = "The dam of Ahrn cost \u202e14\u202c million crowns in 1931.\n"


def test_nothing_is_shown_otherwise_than_it_is_stored(window: Window, page: Page) -> None:
    add_files(window, {"dam.md": f"---\ntitle: The dam \u2067of Ahrn\n---\n{TURNED}"})
    page.goto(window.url)
    ask(page, "What did the dam of Ahrn cost?")
    shown = "The dam of Ahrn cost ⟨U+202E⟩14⟨U+202C⟩ million crowns in 1931."
    words = page.locator("#answer .words").first
    expect(words).to_have_text(shown)
    expect(words).to_have_css("unicode-bidi", "isolate")
    cited = page.get_by_role("button", name="Citation 1: The dam ⟨U+2067⟩of Ahrn").first
    expect(cited).to_have_text("1⚠")
    cited.click()
    panel = evidence(page)
    expect(panel.get_by_role("heading", level=2)).to_have_text("The dam ⟨U+2067⟩of Ahrn")
    expect(panel).to_contain_text("characters that nobody sees")
    expect(page.locator("mark")).to_have_text(shown)
    expect(page.locator("mark")).to_be_in_viewport()
    page.goto(f"{window.url}/library")
    row = page.locator("#source-list .row").filter(has_text="dam.md")
    expect(row.locator(".name")).to_have_text("The dam ⟨U+2067⟩of Ahrn")
    row.get_by_role("button", name="Edit details").click()
    expect(row.locator(".field.title input")).to_have_value("The dam \u2067of Ahrn")


def test_an_error_names_an_address_and_makes_no_link_of_it(window: Window, page: Page) -> None:
    page.goto(f"{window.url}/library")
    page.get_by_role("button", name="Add a folder").click()
    field = page.get_by_label("Or enter its path on this machine")
    field.fill("/a www.evil.example -> b@evil.example \u202eb")
    field.press("Enter")
    box = page.get_by_role("alert")
    expect(box).to_contain_text("/a www.evil.example -> b@evil.example ⟨U+202E⟩b")
    expect(box.locator("bdi")).to_have_count(1)
    expect(box.locator("a")).to_have_count(0)
