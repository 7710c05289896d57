"""Conversations as a reader keeps, finds, names, deletes and opens them again."""

import re

import pytest
from playwright.sync_api import Page, expect

from benchmarks.window_server import Window
from tests.e2e.steps import (
    G7,
    G7_ANSWER,
    VISIT,
    WHO,
    WHO_ANSWER,
    ask,
    cite,
    conversations,
    fits,
    narrow,
    shot,
)

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
LONG = (
    "What did the Prime Minister of Japan and the President of Lithuania, Gitanas Nausėda, talk "
    "about when they met in Tokyo?"
)
NAME = "台湾の代表は誰の隣に立っていたか"


def hold_two(window: Window, page: Page) -> None:
    """Ask a short question in one conversation and then a long one in another."""
    page.goto(window.url)
    ask(page, WHO)
    expect(page.get_by_text(WHO_ANSWER).first).to_be_visible()
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("heading", name="Ask your sources")).to_be_visible()
    ask(page, LONG)
    expect(page.get_by_role("button", name="Citation 1:")).to_have_count(1)
    expect(conversations(page).get_by_role("listitem")).to_have_count(2)


def rename(page: Page, old: str, new: str, key: str) -> None:
    conversations(page).get_by_role("button", name=f"Rename: {old}").press("Enter")
    name = conversations(page).get_by_role("textbox", name="Name of the conversation")
    expect(name).to_be_focused()
    name.fill(new)
    name.press(key)


def test_a_new_conversation_starts_clean_and_going_back_leads_to_the_other(
    window: Window, page: Page
) -> None:
    page.goto(window.url)
    ask(page, G7)
    expect(page.get_by_text(G7_ANSWER)).to_be_visible()
    expect(page).to_have_url(re.compile("conversation="))
    address = page.url
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("heading", name="Ask your sources")).to_be_visible()
    ask(page, WHO)
    expect(page.get_by_text(WHO_ANSWER).first).to_be_visible()
    expect(page.get_by_text("reached a peak during Tokyo’s presidency")).to_have_count(0)
    page.goto(address)
    expect(page.get_by_text(G7_ANSWER)).to_be_visible()
    page.go_back()
    expect(page.get_by_text(WHO_ANSWER).first).to_be_visible()


def test_the_list_marks_the_open_conversation_and_its_search_reads_the_answers(
    window: Window, page: Page
) -> None:
    hold_two(window, page)
    talks = conversations(page)
    rows = talks.get_by_role("listitem")
    expect(talks.get_by_role("heading", name="Today")).to_be_visible()
    here = talks.locator("[aria-current=page]")
    expect(here).to_have_text(re.compile("^What did the Prime Minister .*…$"))
    expect(here).to_have_css("font-weight", "600")  # not by colour alone
    shot(page, "conversations")
    field = talks.get_by_role("searchbox", name="Search conversations")
    field.fill("李逸洋")
    expect(rows).to_have_count(1)
    expect(talks.get_by_role("status")).to_have_text("1 conversation found.")
    field.fill("unheard of")
    expect(talks.get_by_role("status")).to_have_text("No conversation contains these words.")
    expect(field).to_be_focused()
    field.fill("")
    expect(rows).to_have_count(2)


def test_a_name_is_kept_by_enter_and_not_by_escape(window: Window, page: Page) -> None:
    hold_two(window, page)
    rename(page, WHO, NAME, "Enter")
    named = conversations(page).get_by_role("button", name=NAME, exact=True)
    expect(named).to_be_visible()
    rename(page, NAME, "Not this", "Escape")
    expect(named).to_be_visible()
    named.click()
    expect(conversations(page).locator("[aria-current=page]")).to_have_text(NAME)


def test_a_conversation_opens_at_its_last_answer(window: Window, page: Page) -> None:
    page.goto(window.url)
    ask(page, WHO)
    expect(page.get_by_text(WHO_ANSWER).first).to_be_visible()
    ask(page, VISIT)
    expect(page.get_by_role("button", name="Citation 1:")).to_have_count(2)
    cite(page, 1, answer=1)
    expect(page.locator("mark").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New conversation").click()
    ask(page, LONG)
    expect(page.get_by_role("button", name="Citation 1:")).to_have_count(1)
    conversations(page).get_by_role("button", name=WHO, exact=True).click()
    expect(page.get_by_role("button", name="Citation 1:").nth(1)).to_be_in_viewport()


def test_a_deleted_conversation_comes_back_until_the_page_is_left(
    window: Window, page: Page
) -> None:
    hold_two(window, page)
    talks = conversations(page)
    rows = talks.get_by_role("listitem")
    rename(page, WHO, NAME, "Enter")
    opened = talks.get_by_role("button", name=NAME, exact=True)
    opened.click()
    expect(page.get_by_text(WHO_ANSWER).first).to_be_visible()
    talks.get_by_role("button", name=f"Delete: {NAME}").press("Enter")
    expect(page.get_by_role("heading", name="Ask your sources")).to_be_visible()
    expect(rows).to_have_count(1)
    expect(talks.get_by_role("status")).to_contain_text("Deleted “台湾の代表")
    shot(page, "deleted")
    talks.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(2)
    opened.click()
    expect(page.get_by_text(WHO_ANSWER).first).to_be_visible()
    address = page.url
    talks.get_by_role("button", name=f"Delete: {NAME}").press("Enter")
    expect(rows).to_have_count(1)
    page.goto(address)
    expect(page.get_by_text("This conversation is no longer there")).to_be_visible()
    expect(rows).to_have_count(1)
    expect(talks.get_by_role("button", name="Undo")).to_have_count(0)


def test_a_phone_shows_the_list_without_sideways_scrolling(window: Window, page: Page) -> None:
    hold_two(window, page)
    narrow(page, 320)
    page.goto(window.url)
    page.get_by_test_id("stExpandSidebarButton").click()
    talks = conversations(page)
    expect(talks.get_by_role("listitem")).to_have_count(2)
    page.wait_for_timeout(500)  # the sidebar slides in
    shot(page, "phone-conversations")
    assert fits(page)
    assert talks.evaluate("list => list.scrollWidth <= list.clientWidth")


def test_two_tabs_have_a_conversation_each(window: Window, page: Page) -> None:
    page.goto(window.url)
    other = page.context.new_page()
    other.goto(window.url)
    ask(page, WHO)
    expect(page.get_by_text(WHO_ANSWER).first).to_be_visible()
    ask(other, G7)
    expect(other.get_by_text("reached a peak during Tokyo’s presidency").first).to_be_visible()
    expect(conversations(other).get_by_role("listitem")).to_have_count(2)
    expect(other.get_by_text("Beside President Peña stood")).to_have_count(0)

    # What one deletes, the other is told.
    other.get_by_role("button", name=f"Delete: {WHO}").press("Enter")
    expect(other.get_by_role("button", name="Undo")).to_be_visible()
    conversations(page).get_by_role("button", name=f"Rename: {WHO}").press("Enter")
    name = conversations(page).get_by_role("textbox", name="Name of the conversation")
    name.fill("Reception")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This conversation is no longer there")).to_be_visible()
