"""What can be done with an answer: looked into, copied, asked again, changed, rated, taken out."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Window
from tests.e2e.test_window import G7, ask, cite, shot

pytestmark = pytest.mark.e2e
PENA = "Who stood beside President Peña?"


def last(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).last.click()


def test_an_answer_is_looked_into_copied_rated_changed_and_taken_out(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(window.url)
    ask(page, G7)
    answer = page.locator("#answer")
    expect(answer.get_by_text("verbatim").first).to_be_visible()

    # The quote of a citation is shown while it has the focus; Escape puts it away.
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

    # Three views of the evidence, and what was found besides.
    views = answer.get_by_role("group", name="Evidence")
    shown = answer.get_by_role("listitem")
    for name in ("Verified", "Cited", "More evidence", "Retrieved"):
        view = views.get_by_role("button", name=name)
        expect(view).to_have_attribute("aria-expanded", "false")
        view.click()
        expect(view).to_have_attribute("aria-expanded", "true")
        expect(view).to_be_focused()
        count = int(re.findall(r"\d+", view.inner_text())[-1])
        expect(shown).to_have_count(count)
    expect(answer.get_by_text("score 1.00")).to_be_visible()
    shot(page, "retrieved")
    views.get_by_role("button", name="Retrieved").click()
    expect(shown).to_have_count(0)

    # Copied: the answer with its notes, one sentence with its footnote.
    last(page, "Copy")
    expect(answer.get_by_text("Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "reached a peak during Tokyo’s presidency of the G7" in copied
    assert "source=" in copied
    views.get_by_role("button", name="Verified").click()
    page.get_by_role("button", name="Copy with footnote").first.click()
    sentence = page.evaluate("navigator.clipboard.readText()")
    assert len(sentence) < len(copied)
    assert "source=" in sentence

    # A rating with a reason is kept.
    last(page, "Not helpful")
    reason = page.get_by_role("textbox", name="Why was this answer not helpful?")
    expect(reason).to_be_focused()
    reason.fill("It says nothing of Ukraine")
    reason.press("Enter")
    expect(answer.get_by_text("Not helpful: It says nothing of Ukraine")).to_be_visible()
    page.reload()
    expect(answer.get_by_text("Not helpful: It says nothing of Ukraine")).to_be_visible()
    down = page.get_by_role("button", name="Not helpful", exact=True)
    expect(down).to_have_attribute("aria-pressed", "true")
    down.click()
    expect(down).to_have_attribute("aria-pressed", "false")

    # A question that is changed is answered below; the first answer stays.
    last(page, "Edit question")
    field = page.get_by_role("textbox", name="Edited question")
    expect(field).to_have_value(G7)
    field.fill(PENA)
    field.press("Control+Enter")
    expect(answer.last.get_by_text("Lee I-yang (李逸洋)").first).to_be_visible()
    expect(page.get_by_role("heading", name=G7, exact=True)).to_be_visible()
    expect(page.get_by_text("Searched for:")).to_have_count(0)
    last(page, "Ask again")
    expect(page.get_by_role("heading", name=PENA)).to_have_count(2)

    # An answer that is taken out can be put back, until something else is asked.
    last(page, "Remove")
    expect(page.get_by_role("heading", name=PENA)).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name=PENA)).to_have_count(2)
    last(page, "Remove")
    expect(page.get_by_role("heading", name=PENA)).to_have_count(1)
    ask(page, "What did they sign?")
    expect(page.get_by_role("heading", name="What did they sign?")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_only_the_chosen_sources_are_asked(make_window: Callable[..., Window], page: Page) -> None:
    window = make_window()
    (window.sources / "tea.md").write_text("---\ndate: 2020-05\n---\n# On tea\n\nUji grows tea.")
    window.run("sync").wait(timeout=60)
    page.goto(window.url)
    page.get_by_role("button", name="Searching all sources").click()
    page.get_by_role("combobox", name="Sources").fill("On tea")
    page.get_by_role("option", name="On tea").click()
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="Dated from").fill("May")
    page.get_by_role("textbox", name="Dated from").press("Tab")
    expect(page.get_by_text("“May” is not a date")).to_be_visible()
    expect(page.get_by_role("button", name="Apply")).to_be_disabled()
    page.get_by_role("textbox", name="Dated from").fill("2020")
    page.get_by_role("textbox", name="Dated from").press("Tab")
    expect(page.get_by_text("“May” is not a date")).to_have_count(0)
    shot(page, "scope")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("button", name="On tea", exact=True)).to_be_visible()
    ask(page, PENA)
    expect(page.get_by_text("Searched only “On tea” · dated 2020 or later")).to_be_visible()
    expect(page.locator("#answer").get_by_text("Lee I-yang")).to_have_count(0)

    # The chips are taken off one by one, and come back with the conversation.
    address = page.url
    page.get_by_role("button", name="from 2020").click()
    expect(page.get_by_role("button", name="from 2020")).to_have_count(0)
    page.get_by_role("button", name="On tea", exact=True).click()
    expect(page.get_by_role("button", name="Searching all sources")).to_be_visible()
    ask(page, PENA)
    expect(page.locator("#answer").get_by_text("Lee I-yang (李逸洋)").first).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("button", name="Searching all sources")).to_be_visible()


def test_an_answer_is_announced_once_it_is_ready(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    page.goto(window.url)
    ask(page, PENA)
    expect(page.get_by_role("status").filter(has_text="Answer 1 is ready")).to_have_count(1)
    ask(page, "What is the height of Mount Fuji?")
    expect(page.get_by_role("status").filter(has_text="Answer 2 is ready")).to_contain_text(
        "the sources do not say"
    )
    page.get_by_role("button", name="Nearest passages (not evidence)").click()
    page.get_by_role("button", name="Open in the source").first.click()
    expect(page.locator("mark").first).to_be_visible()


def test_a_citation_can_be_opened_while_a_model_writes(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window("fake:In 2023 Tokyo held the presidency of the G7. {ids}")
    page.goto(window.url)
    ask(page, G7)
    expect(page.get_by_role("button", name="Edit question")).to_be_visible()
    if page.get_by_role("button", name="Citation 1:").count():
        cite(page, 1)
        expect(page.locator("mark").first).to_be_visible()
