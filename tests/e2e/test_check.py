"""The Check page as a user meets it: a draft is pasted, judged, and each place can be looked at."""

from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SHOTS, Window

pytestmark = pytest.mark.e2e
DRAFT = (
    "President Nausėda said: “Paraguay stands proudly as a bridge between Japan and Taiwan.” "
    "Beijing is “poaching its remaining 13 diplomatic allies.” Beside President Peña stood "
    "Representative Lee I-yang (李逸洋), Taiwan's de facto ambassador to Japan. Mount Fuji is "
    "3,776 metres high. <img src=http://evil.example/a.png onerror=alert(1)> **Bold** “tea”."
)


def check(page: Page, text: str) -> None:
    field = page.get_by_label("Text to check")
    field.fill(text)
    field.press("Tab")
    page.get_by_role("button", name="Check", exact=True).click()


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.wait_for_timeout(500)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def test_a_draft_is_judged_and_each_place_opens_the_source(
    make_window: Callable[..., Window], page: Page, tmp_path: Path
) -> None:
    window = make_window()
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
    expect(page.get_by_role("region", name="Evidence")).to_be_hidden()
    expect(page.get_by_label("Text to check")).to_have_value(DRAFT)

    page.get_by_role("link", name="Library").click()
    expect(page.get_by_text("1 source, 14 passages")).to_be_visible()
    page.get_by_role("link", name="Check").click()
    expect(page.get_by_label("Text to check")).to_have_value(DRAFT)
    expect(page.get_by_text("5 sentences:")).to_be_visible()

    memo = Document()
    memo.add_paragraph("Tokyo’s strategy remains constrained. The “moon is made of cheese”.")
    memo.save(tmp_path / "memo.docx")
    page.get_by_text("Check a file instead").click()
    page.locator("input[type=file]").first.set_input_files(tmp_path / "memo.docx")
    expect(page.get_by_text("The library does not have these words.")).to_be_visible()
    expect(page.get_by_label("Text to check")).to_have_value(
        "Tokyo’s strategy remains constrained. The “moon is made of cheese”."
    )


def test_what_cannot_be_checked_is_told_and_a_phone_shows_it_all(
    make_window: Callable[..., Window], page: Page, tmp_path: Path
) -> None:
    window = make_window()
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{window.url}/check")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("There is nothing to check: give a text.")).to_be_visible()
    check(page, DRAFT)
    expect(page.get_by_text("5 sentences:")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    shot(page, "check-phone")
    (tmp_path / "bad.pdf").write_bytes(b"no")
    page.get_by_text("Check a file instead").click()
    page.locator("input[type=file]").first.set_input_files(tmp_path / "bad.pdf")
    expect(page.get_by_text("bad.pdf is damaged or not a PDF")).to_be_visible()
    expect(page.get_by_label("Text to check")).to_have_value(DRAFT)
