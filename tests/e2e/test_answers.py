"""What a reader does with an answer: looks into it, copies, rates, changes, removes, exports it."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Download, Locator, Page, expect

from benchmarks.window_server import Window
from tests.e2e.steps import (
    G7,
    VISIT,
    WHO,
    WHO_ANSWER,
    answer,
    ask,
    clipboard,
    command,
    press,
    settled,
    shot,
)

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_a_reader_sees_the_quote_behind_a_citation_before_opening_it(
    window: Window, page: Page
) -> None:
    page.goto(window.url)
    ask(page, G7)
    expect(answer(page).get_by_text("verbatim").first).to_be_visible()
    citation = page.get_by_role("button", name="Citation 1:").first
    citation.focus()
    preview = page.get_by_role("tooltip")
    expect(preview).to_contain_text("Japan's role in reinforcing Taiwan's global standing")
    expect(citation).to_have_attribute("aria-describedby", "preview")
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    citation.hover()
    expect(preview).to_be_visible()
    page.mouse.move(5, 5)
    expect(preview).to_be_hidden()


def test_a_reader_goes_through_the_views_of_the_evidence(window: Window, page: Page) -> None:
    page.goto(window.url)
    ask(page, G7)
    views = answer(page).get_by_role("group", name="Evidence")
    shown = answer(page).get_by_role("listitem")
    for name in ("Verified", "Cited", "More evidence", "Retrieved"):
        view = views.get_by_role("button", name=name)
        expect(view).to_have_attribute("aria-expanded", "false")
        view.click()
        expect(view).to_have_attribute("aria-expanded", "true")
        expect(view).to_be_focused()
        expect(shown).to_have_count(int(re.findall(r"\d+", view.inner_text())[-1]))
    expect(answer(page).get_by_text("score 1.00")).to_be_visible()
    shot(page, "retrieved")
    views.get_by_role("button", name="Retrieved").click()
    expect(shown).to_have_count(0)


def test_a_reader_copies_an_answer_and_one_of_its_sentences(window: Window, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(window.url)
    ask(page, G7)
    press(page, "Copy")
    expect(answer(page).get_by_text("Copied")).to_be_visible()
    copied = clipboard(page)
    assert "reached a peak during Tokyo’s presidency of the G7" in copied
    assert "source=" in copied
    views = answer(page).get_by_role("group", name="Evidence")
    views.get_by_role("button", name="Verified").click()
    page.get_by_role("button", name="Copy with footnote").first.click()
    expect(answer(page).get_by_text("Copied").first).to_be_visible()
    page.wait_for_function("before => navigator.clipboard.readText().then(t => t !== before)",
                           arg=copied)  # fmt: skip
    sentence = clipboard(page)
    assert len(sentence) < len(copied)
    assert "source=" in sentence


def test_a_reader_rates_an_answer_with_a_reason(window: Window, page: Page) -> None:
    page.goto(window.url)
    ask(page, G7)
    press(page, "Not helpful")
    reason = page.get_by_role("textbox", name="Why was this answer not helpful?")
    expect(reason).to_be_focused()
    reason.fill("It says nothing of Ukraine")
    reason.press("Enter")
    rated = answer(page).get_by_text("Not helpful: It says nothing of Ukraine")
    expect(rated).to_be_visible()
    page.reload()
    expect(rated).to_be_visible()
    down = page.get_by_role("button", name="Not helpful", exact=True)
    expect(down).to_have_attribute("aria-pressed", "true")
    down.click()
    expect(down).to_have_attribute("aria-pressed", "false")


def test_a_reader_changes_a_question_and_the_first_answer_stays(window: Window, page: Page) -> None:
    page.goto(window.url)
    ask(page, G7)
    press(page, "Edit question")
    field = page.get_by_role("textbox", name="Edited question")
    expect(field).to_have_value(G7)
    field.fill(WHO)
    field.press("Control+Enter")
    expect(answer(page).last.get_by_text(WHO_ANSWER).first).to_be_visible()
    expect(page.get_by_role("heading", name=G7, exact=True)).to_be_visible()
    expect(page.get_by_text("Searched for:")).to_have_count(0)
    press(page, "Ask again")
    expect(page.get_by_role("heading", name=WHO)).to_have_count(2)


def test_a_removed_answer_comes_back_until_something_else_is_asked(
    window: Window, page: Page
) -> None:
    page.goto(window.url)
    asked = page.get_by_role("heading", name=WHO)
    ask(page, G7)
    expect(page.get_by_role("heading", name=G7, exact=True)).to_be_visible()
    ask(page, WHO)
    expect(asked).to_have_count(1)
    press(page, "Ask again")
    expect(asked).to_have_count(2)
    press(page, "Remove")
    expect(asked).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(asked).to_have_count(2)
    press(page, "Remove")
    expect(asked).to_have_count(1)
    ask(page, "What did they sign?")
    expect(page.get_by_role("heading", name="What did they sign?")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def downloaded(page: Page, button: Locator) -> Download:
    settled(page)
    with page.expect_download() as downloading:
        button.click()
    return downloading.value


def test_a_reader_takes_an_answer_along_with_all_that_led_to_it(
    window: Window, page: Page, tmp_path: Path
) -> None:
    page.goto(window.url)
    ask(page, VISIT)
    expect(page.get_by_role("button", name="Citation 1:")).to_have_count(1)
    ask(page, "And what did they sign?")
    expect(page.get_by_text("signed memorandum of cooperation").last).to_be_visible()
    page.get_by_role("button", name="Export").last.click()
    bundle_button = page.get_by_role("button", name="Audit bundle")
    expect(bundle_button).to_be_visible()
    shot(page, "taking")
    download = downloaded(page, bundle_button)
    file = tmp_path / download.suggested_filename
    assert file.name.endswith("-audit.json")
    download.save_as(file)
    bundle = json.loads(file.read_text(encoding="utf-8"))
    assert bundle["question"] == "And what did they sign?"
    assert [turn["role"] for turn in bundle["history"]] == ["user", "assistant"]
    assert (bundle["as_of"], bundle["notes"]) == ("answer", [])
    assert all(citation["resolves"] for citation in bundle["answer"]["citations"])
    again = command(window, "replay", file)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.splitlines()[1:] == ["Nothing differs."]

    # A source that is removed takes its words out of a bundle that is made afterwards.
    (listed,) = json.loads(command(window, "sources", "--json").stdout)["sources"]
    assert command(window, "remove", listed["id"]).returncode == 0
    downloaded(page, bundle_button).save_as(file)  # the page still shows the answer as it was
    later = file.read_text(encoding="utf-8")
    assert "memorandum of cooperation" not in later
    assert "The library has changed since" in json.loads(later)["notes"][0]
