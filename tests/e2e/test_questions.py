"""No question is lost: whatever the reader does next, and whatever the server is doing."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from benchmarks import controls
from benchmarks.window_server import Window
from tests.e2e.steps import (
    G7,
    G7_ANSWER,
    WHO,
    WHO_ANSWER,
    answer,
    ask,
    conversations,
    drop,
    press,
)

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def enter(page: Page, *questions: str) -> None:
    """Type questions one after the other, without waiting for an answer."""
    for question in questions:
        page.locator(controls.QUESTION).fill(question)
        page.keyboard.press("Enter")


def opened(window: Window, page: Page) -> None:
    page.goto(window.url)
    page.locator(controls.READY).wait_for()


def both_answered(page: Page) -> None:
    headings = answer(page).get_by_role("heading")
    expect(headings).to_have_text([WHO, G7])
    expect(answer(page).get_by_text(WHO_ANSWER).first).to_be_visible()
    expect(answer(page).get_by_text(G7_ANSWER)).to_be_visible()


def test_two_quick_questions_are_answered_in_their_order(window: Window, page: Page) -> None:
    opened(window, page)
    enter(page, WHO, G7)
    both_answered(page)


def test_each_report_of_the_page_is_a_request_of_its_own(window: Window, page: Page) -> None:
    """Streamlit would join those of one moment, and then draw a part where all was asked for."""
    sent: list[bytes] = []

    def note(frame: str | bytes) -> None:
        if isinstance(frame, bytes) and b'"redraw"' in frame and b"watcher" not in frame:
            sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", note))
    opened(window, page)
    page.evaluate("() => { kakehashiRedraw(); kakehashiRedraw() }")
    page.wait_for_timeout(1000)
    assert len(sent) == 2


@pytest.mark.parametrize("seconds", [0.5, 2, 5])
def test_questions_and_a_click_while_the_server_is_busy(
    own_window: Window, page: Page, seconds: float
) -> None:
    opened(own_window, page)
    with own_window.paused():
        enter(page, WHO, G7)
        expect(page.get_by_text("Sending: ")).to_have_count(2)
        page.locator(controls.page_link("Library")).first.click()
        time.sleep(seconds)
    page.locator(controls.ROWS).first.wait_for()
    conversations(page).get_by_role("button", name=re.compile(f"^{re.escape(WHO)}")).click()
    both_answered(page)


def test_a_reload_finds_what_was_asked_just_before(window: Window, page: Page) -> None:
    opened(window, page)
    enter(page, WHO, G7)
    page.reload()
    both_answered(page)
    expect(page.get_by_text("no longer there")).to_have_count(0)


def test_what_is_typed_stays_on_other_pages_and_after_a_reload(window: Window, page: Page) -> None:
    opened(window, page)
    field = page.locator(controls.QUESTION)
    expect(field).to_be_focused()
    field.fill("Who stood beside")
    page.locator(controls.page_link("Library")).first.click()
    page.locator(controls.ROWS).first.wait_for()
    page.locator(controls.page_link("Ask")).first.click()
    expect(field).to_have_value("Who stood beside")
    page.reload()
    expect(field).to_have_value("Who stood beside")
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.type(" President Peña?")
    page.keyboard.press("Enter")
    expect(answer(page).get_by_text(WHO_ANSWER).first).to_be_visible()
    expect(field).to_have_value("")


def test_a_page_that_a_failed_run_took_away_comes_back_with_what_was_typed(
    window: Window, page: Page
) -> None:
    opened(window, page)
    page.locator(controls.QUESTION).fill("Who stood beside")
    page.evaluate("window.before = true; document.querySelector('.st-key-pages').remove()")
    page.wait_for_function("() => !window.before")
    expect(page.locator(controls.QUESTION)).to_have_value("Who stood beside")


def test_a_second_tab_finds_the_answer_of_the_first(window: Window, page: Page) -> None:
    opened(window, page)
    ask(page, WHO)
    expect(answer(page).get_by_text(WHO_ANSWER).first).to_be_visible()
    expect(page).to_have_url(re.compile("conversation="))
    other = page.context.new_page()
    other.goto(page.url)
    expect(answer(other).get_by_text(WHO_ANSWER).first).to_be_visible()
    ask(other, G7)
    both_answered(other)
    press(page, "Helpful")  # any click brings the first tab up to date
    both_answered(page)


def test_a_question_in_a_conversation_that_was_deleted_begins_a_new_one(
    window: Window, page: Page
) -> None:
    opened(window, page)
    ask(page, WHO)
    expect(answer(page).get_by_text(WHO_ANSWER).first).to_be_visible()
    other = page.context.new_page()
    other.goto(window.url)
    other.get_by_role("button", name=f"Delete: {WHO}").press("Enter")
    expect(other.get_by_role("button", name="Undo")).to_be_visible()
    ask(page, G7)
    expect(page.get_by_text("the question begins a new one")).to_be_visible()
    expect(answer(page).get_by_role("heading")).to_have_text([G7])
    expect(conversations(page).get_by_role("listitem")).to_have_count(1)


def test_documents_that_are_dropped_before_the_uploader_is_there_wait_for_it(
    window: Window, page: Page, tmp_path: Path
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"/static/js/FileUploader\."), hold)
    opened(window, page)
    (tmp_path / "tea.md").write_text("# On tea\n\nUji grows green tea.")
    drop(page, tmp_path / "tea.md")
    expect(page.locator("input[type=file]")).to_have_count(0)
    assert held
    for one in held:
        one.continue_()
    expect(page.get_by_text("✓ added: On tea")).to_be_visible()


def test_a_question_waits_for_the_documents_that_were_dropped(
    window: Window, page: Page, tmp_path: Path
) -> None:
    opened(window, page)
    more = "\n\n".join(f"Garden {n} lies on the river and is tended well." for n in range(300))
    (tmp_path / "tea.md").write_text(f"# On tea\n\nUji grows green tea.\n\n{more}")
    drop(page, tmp_path / "tea.md")
    expect(page.get_by_role("button", name="Add documents")).to_be_disabled()
    enter(page, "Who grows green tea?")
    expect(answer(page).get_by_role("heading")).to_have_text("Who grows green tea?")
    expect(answer(page).get_by_text("Uji grows green tea.")).to_be_visible()


def test_the_list_of_conversations_is_one_tab_stop(window: Window, page: Page) -> None:
    opened(window, page)
    ask(page, WHO)
    expect(answer(page).get_by_text(WHO_ANSWER).first).to_be_visible()
    page.get_by_role("button", name="New conversation").click()
    ask(page, G7)
    expect(answer(page).get_by_text(G7_ANSWER)).to_be_visible()
    talks = conversations(page)
    expect(talks.get_by_role("listitem")).to_have_count(2)
    assert talks.locator("li button[tabindex='0']").count() == 1
    talks.locator("li button[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    expect(talks.get_by_role("button", name=re.compile(f"^{re.escape(WHO)}"))).to_be_focused()
    page.keyboard.press("Delete")
    expect(talks.get_by_role("listitem")).to_have_count(1)


def test_one_click_is_one_step_back(window: Window, page: Page) -> None:
    opened(window, page)
    ask(page, G7)
    page.locator(controls.CITATIONS).first.wait_for()
    before = page.evaluate("history.length")
    page.locator(controls.CITATIONS).first.click()
    page.locator(controls.MARK).first.wait_for()
    expect(page).to_have_url(re.compile("source="))
    assert page.evaluate("history.length") == before + 1


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 800)])
def test_the_question_is_in_sight_above_its_answer(
    window: Window, page: Page, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    opened(window, page)
    for question in ("What is this article about?", WHO, "What is the height of Mount Fuji?"):
        ask(page, question)
        heading = answer(page).get_by_role("heading", name=question)
        heading.wait_for()
        page.locator(controls.READY).wait_for()
        page.wait_for_timeout(1500)
        box = heading.bounding_box()
        assert box
        assert 0 <= box["y"] <= height - 200, question
