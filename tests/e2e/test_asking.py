"""A reader asks: the answer, the words behind it, the next question, and silence."""

import re

import pytest
from playwright.sync_api import Page, expect

from benchmarks.window_server import Window
from tests.e2e.steps import (
    FUJI,
    G7,
    G7_ANSWER,
    VISIT,
    WHO,
    WHO_ANSWER,
    add_files,
    answer,
    ask,
    cite,
    command,
    evidence,
    fits,
    narrow,
    press,
    row,
    shot,
    source_id,
)

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_a_reader_asks_and_looks_at_the_cited_words(window: Window, page: Page) -> None:
    page.goto(window.url)
    expect(page.get_by_role("heading", name="Ask your sources")).to_be_visible()
    expect(page.get_by_text("The library holds one document.")).to_be_visible()
    shot(page, "welcome")
    ask(page, G7)
    expect(page.get_by_text(G7_ANSWER)).to_be_visible()
    shot(page, "answer")
    cite(page, 2)
    mark = page.locator("mark")
    expect(mark).to_be_in_viewport()
    article = next(window.sources.glob("*.md")).read_text(encoding="utf-8")
    assert mark.inner_text() in article
    expect(evidence(page)).to_contain_text("Japan's role in reinforcing Taiwan's")
    shot(page, "citation")
    page.keyboard.press("Escape")
    expect(evidence(page)).to_be_hidden()


def test_a_follow_up_is_understood_and_its_search_can_be_changed(
    window: Window, page: Page
) -> None:
    page.goto(window.url)
    ask(page, VISIT)
    expect(page.get_by_role("button", name="Citation 1:")).to_have_count(1)
    ask(page, "And what did they sign?")
    expect(page.get_by_text("Searched for: What happened during")).to_be_visible()
    expect(page.get_by_text("signed memorandum of cooperation").last).to_be_visible()
    page.get_by_role("button", name="Edit and search again").click()
    field = page.get_by_role("textbox", name="Search for")
    expect(field).to_have_value(re.compile("^What happened during .* And what did they sign[?]$"))
    shot(page, "change-query")
    field.fill(WHO)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text(WHO_ANSWER).last).to_be_visible()


def test_a_reader_asks_what_there_is_and_what_there_is_not(window: Window, page: Page) -> None:
    page.goto(window.url)
    ask(page, "What do you hold?")
    expect(page.get_by_text("characters).").last).to_be_visible()
    shot(page, "holdings")
    ask(page, FUJI)
    expect(answer(page).get_by_text("The sources do not say.")).to_be_visible()
    expect(page.get_by_text("Nearest passages (not evidence)")).to_be_visible()
    shot(page, "silence")


def test_a_question_that_is_too_long_can_be_edited(window: Window, page: Page) -> None:
    page.goto(window.url)
    ask(page, "x" * 5000)
    expect(page.get_by_text("The question is 5,000 characters long")).to_be_visible()
    press(page, "Edit question")
    expect(page.get_by_text("The question is 5,000 characters long")).to_have_count(0)
    expect(page.get_by_placeholder("Ask the library")).to_have_value("x" * 5000)


def test_an_answer_is_announced_once_it_is_ready(window: Window, page: Page) -> None:
    page.goto(window.url)
    ask(page, WHO)
    expect(page.get_by_role("status").filter(has_text="Answer 1 is ready")).to_have_count(1)
    ask(page, FUJI)
    expect(page.get_by_role("status").filter(has_text="Answer 2 is ready")).to_contain_text(
        "the sources do not say"
    )
    page.get_by_role("button", name="Nearest passages (not evidence)").click()
    page.get_by_role("button", name="Open in the source").first.click()
    expect(page.locator("mark").first).to_be_visible()


def test_only_the_chosen_sources_are_asked(window: Window, page: Page) -> None:
    add_files(window, {"tea.md": "---\ndate: 2020-05\n---\n# On tea\n\nUji grows tea."})
    page.goto(window.url)
    page.get_by_role("button", name="Searching all sources").click()
    page.get_by_role("combobox", name="Sources").fill("On tea")
    page.get_by_role("option", name="On tea").click()
    page.keyboard.press("Escape")
    since = page.get_by_role("textbox", name="Dated from")
    since.fill("May")
    since.press("Tab")
    expect(page.get_by_text("“May” is not a date")).to_be_visible()
    expect(page.get_by_role("button", name="Apply")).to_be_disabled()
    since.fill("2020")
    since.press("Tab")
    expect(page.get_by_text("“May” is not a date")).to_have_count(0)
    shot(page, "scope")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("button", name="On tea", exact=True)).to_be_visible()
    ask(page, WHO)
    expect(page.get_by_text("Searched only “On tea” · dated 2020 or later")).to_be_visible()
    expect(answer(page).get_by_text("Lee I-yang")).to_have_count(0)

    # The chips are taken off one by one, and come back with the conversation.
    address = page.url
    page.get_by_role("button", name="from 2020").click()
    expect(page.get_by_role("button", name="from 2020")).to_have_count(0)
    page.get_by_role("button", name="On tea", exact=True).click()
    expect(page.get_by_role("button", name="Searching all sources")).to_be_visible()
    ask(page, WHO)
    expect(answer(page).get_by_text(WHO_ANSWER).first).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("button", name="Searching all sources")).to_be_visible()


def test_answers_say_when_their_source_was_removed_or_changed(window: Window, page: Page) -> None:
    add_files(window, {"tea.md": "Uji grows green tea.", "clove.md": "Zanzibar grows cloves."})
    page.goto(window.url)
    ask(page, "Who grows green tea?")
    expect(answer(page).get_by_text("Uji grows green tea.")).to_be_visible()
    ask(page, "Who grows cloves?")
    expect(answer(page).get_by_text("Zanzibar grows cloves.")).to_be_visible()
    (window.sources / "tea.md").write_text("Alishan grows oolong tea.")
    assert "1 updated" in command(window, "sync").stdout
    removed = command(window, "remove", source_id(window, "clove.md"))
    assert "Its words were deleted from" in removed.stdout
    page.reload()
    expect(page.get_by_text("These words were taken out with their source.")).to_be_visible()
    expect(page.get_by_text("Zanzibar grows cloves.")).to_have_count(0)
    expect(page.get_by_role("button", name="The source has changed since").first).to_be_visible()
    expect(page.get_by_text("source changed since", exact=True).first).to_be_visible()
    shot(page, "withdrawn")


def test_a_hostile_document_is_only_text(window: Window, page: Page) -> None:
    (window.sources / "![x](http:evil.example).md").write_text(
        "# ![x](http://evil.example/title.png) <script>alert(1)</script>\n\n"
        "Clove prices rose ![x](http://evil.example/a.png) <img src=http://evil.example/b.png "
        "onerror=alert(2)> <meta http-equiv=refresh content='0;url=http://evil.example'> in 1975.\n"
    )
    page.goto(f"{window.url}/library")
    page.get_by_role("button", name="Rescan folder").click()
    expect(page.get_by_text("✓ added: ![x](http://evil.example/title.png)")).to_be_visible()
    page.goto(window.url)
    expect(page.get_by_text("Suggested questions")).to_be_visible()
    ask(page, "When did clove prices rise?")
    expect(page.get_by_text("<img src=http://evil.example/b.png").first).to_be_visible()
    cite(page, 1)
    expect(page.locator("mark")).to_be_visible()
    expect(page.locator("img[src*='evil']")).to_have_count(0)
    assert page.url.startswith(window.url)


def test_a_phone_shows_answers_and_sources_without_sideways_scrolling(
    window: Window, page: Page
) -> None:
    narrow(page)
    page.goto(window.url)
    ask(page, G7)
    expect(page.get_by_role("button", name="Citation 1:")).to_be_visible()
    shot(page, "phone")
    assert fits(page)
    page.goto(f"{window.url}/library")
    expect(page.get_by_text("1 source, 14 passages")).to_be_visible()
    expect(row(page, "Japan's role")).to_be_visible()
    shot(page, "phone-library")
    assert fits(page)
