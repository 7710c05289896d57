"""The Check page: a writer pastes a draft, reads the verdicts, and looks at each place."""

from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from benchmarks.window_server import Window
from tests.e2e.steps import check, evidence, fits, narrow, shot, upload

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
DRAFT = (
    "President Nausėda said: “Paraguay stands proudly as a bridge between Japan and Taiwan.” "
    "Beijing is “poaching its remaining 13 diplomatic allies.” Beside President Peña stood "
    "Representative Lee I-yang (李逸洋), Taiwan's de facto ambassador to Japan. Mount Fuji is "
    "3,776 metres high. <img src=http://evil.example/a.png onerror=alert(1)> **Bold** “tea”."
)


def test_a_draft_is_judged_and_each_place_opens_the_source(window: Window, page: Page) -> None:
    page.goto(f"{window.url}/check")
    check(page, DRAFT)
    expect(
        page.get_by_text("5 sentences: 1 found, 1 library silent, 1 misattributed")
    ).to_be_visible()
    results = page.locator("#draft-report")
    expect(results).to_contain_text("In the source it is President Peña who says so")
    expect(results).to_contain_text("“12” in the source is “13” here")
    expect(results).to_contain_text("<img src=http://evil.example/a.png")
    expect(results).to_contain_text("**Bold**")
    page.set_viewport_size({"width": 1280, "height": 1700})
    shot(page, "check")
    page.emulate_media(color_scheme="dark")
    shot(page, "check-dark")
    page.get_by_role("button", name="Place 1:").first.click()
    expect(page.locator("mark")).to_have_text(
        "Paraguay stands proudly as a bridge between Japan and Taiwan"
    )
    expect(page.locator("mark")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(evidence(page)).to_be_hidden()
    expect(page.get_by_label("Text to check")).to_have_value(DRAFT)


def test_the_draft_and_its_verdicts_are_kept_while_the_page_is_left(
    window: Window, page: Page
) -> None:
    page.goto(f"{window.url}/check")
    check(page, DRAFT)
    expect(page.get_by_text("5 sentences:")).to_be_visible()
    page.get_by_role("link", name="Library").click()
    expect(page.get_by_text("1 source, 14 passages")).to_be_visible()
    page.get_by_role("link", name="Check").click()
    expect(page.get_by_label("Text to check")).to_have_value(DRAFT)
    expect(page.get_by_text("5 sentences:")).to_be_visible()


def test_a_word_document_is_checked_instead(window: Window, page: Page, tmp_path: Path) -> None:
    said = "Tokyo’s strategy remains constrained. The “moon is made of cheese”."
    memo = Document()
    memo.add_paragraph(said)
    memo.save(str(tmp_path / "memo.docx"))
    page.goto(f"{window.url}/check")
    page.get_by_text("Check a file instead").click()
    upload(page, tmp_path / "memo.docx")
    expect(page.get_by_text("The library does not have these words.")).to_be_visible()
    expect(page.get_by_label("Text to check")).to_have_value(said)


def test_what_cannot_be_checked_is_explained_and_a_phone_shows_it_all(
    window: Window, page: Page, tmp_path: Path
) -> None:
    narrow(page)
    page.goto(f"{window.url}/check")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("There is nothing to check: give a text.")).to_be_visible()
    check(page, DRAFT)
    expect(page.get_by_text("5 sentences:")).to_be_visible()
    assert fits(page)
    shot(page, "check-phone")
    (tmp_path / "bad.pdf").write_bytes(b"no")
    page.get_by_text("Check a file instead").click()
    upload(page, tmp_path / "bad.pdf")
    expect(page.get_by_text("bad.pdf is damaged or not a PDF")).to_be_visible()
    expect(page.get_by_label("Text to check")).to_have_value(DRAFT)
