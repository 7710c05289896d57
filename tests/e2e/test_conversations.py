"""Conversations as they are kept, found, named, deleted and opened again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Window
from tests.e2e.test_window import ask, cite, shot

pytestmark = pytest.mark.e2e
STOOD = "Who stood beside President Peña?"
LONG = (
    "What did the Prime Minister of Japan and the President of Lithuania, Gitanas Nausėda, talk "
    "about when they met in Tokyo?"
)


def test_conversations_are_searched_renamed_deleted_and_opened_where_they_were(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    page.goto(window.url)
    ask(page, STOOD)
    expect(page.get_by_text("Lee I-yang (李逸洋)").first).to_be_visible()
    ask(page, "What happened during the Paraguayan president's visit to Tokyo?")
    expect(page.get_by_role("button", name="Citation 1:")).to_have_count(2)
    cite(page, 1, 1)
    expect(page.locator("mark").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New conversation").click()
    ask(page, LONG)
    expect(page.get_by_role("button", name="Citation 1:")).to_have_count(1)

    # The list: the one that is open is marked, not by colour alone.
    talks = page.get_by_role("navigation", name="Conversations")
    expect(talks.get_by_role("heading", name="Today")).to_be_visible()
    rows = talks.get_by_role("listitem")
    expect(rows).to_have_count(2)
    here = talks.locator("[aria-current=page]")
    expect(here).to_have_text(re.compile("^What did the Prime Minister .*…$"))
    expect(here).to_have_css("font-weight", "600")
    shot(page, "conversations")

    # Searching reads the answers, too.
    field = talks.get_by_role("searchbox", name="Search conversations")
    field.fill("李逸洋")
    expect(rows).to_have_count(1)
    expect(talks.get_by_role("status")).to_have_text("1 conversation found.")
    field.fill("unheard of")
    expect(talks.get_by_role("status")).to_have_text("No conversation contains these words.")
    expect(field).to_be_focused()
    field.fill("")
    expect(rows).to_have_count(2)

    # A name in place, kept by Enter and not by Escape.
    rows.nth(1).get_by_role("button", name=f"Rename: {STOOD}").press("Enter")
    name = talks.get_by_role("textbox", name="Name of the conversation")
    expect(name).to_be_focused()
    name.fill("台湾の代表は誰の隣に立っていたか")
    name.press("Enter")
    opened = talks.get_by_role("button", name="台湾の代表は誰の隣に立っていたか", exact=True)
    expect(opened).to_be_visible()
    talks.get_by_role("button", name="Rename: 台湾の代表は誰の隣に立っていたか").press("Enter")
    name.fill("Not this")
    name.press("Escape")
    expect(opened).to_be_visible()

    # Opened again it stands at its last answer.
    opened.click()
    expect(here).to_have_text("台湾の代表は誰の隣に立っていたか")
    expect(page.get_by_role("button", name="Citation 1:").nth(1)).to_be_in_viewport()

    # Deleted, brought back, deleted.
    rows.nth(1).get_by_role("button", name=f"Delete: {STOOD}").or_(
        talks.get_by_role("button", name="Delete: 台湾の代表は誰の隣に立っていたか")
    ).press("Enter")
    expect(page.get_by_role("heading", name="Ask your sources")).to_be_visible()
    expect(rows).to_have_count(1)
    expect(talks.get_by_role("status")).to_contain_text("Deleted “台湾の代表")
    shot(page, "deleted")
    talks.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(2)
    opened.click()
    expect(page.get_by_text("Lee I-yang (李逸洋)").first).to_be_visible()
    address = page.url
    talks.get_by_role("button", name="Delete: 台湾の代表は誰の隣に立っていたか").press("Enter")
    expect(rows).to_have_count(1)
    page.goto(address)
    expect(page.get_by_text("This conversation is no longer there")).to_be_visible()
    expect(rows).to_have_count(1)
    expect(talks.get_by_role("button", name="Undo")).to_have_count(0)

    # On a phone.
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(window.url)
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(rows).to_have_count(1)
    shot(page, "phone-conversations")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    assert talks.evaluate("list => list.scrollWidth <= list.clientWidth")


def test_two_tabs_have_a_conversation_each(make_window: Callable[..., Window], page: Page) -> None:
    window = make_window()
    page.goto(window.url)
    other = page.context.new_page()
    other.goto(window.url)
    ask(page, STOOD)
    expect(page.get_by_text("Lee I-yang (李逸洋)").first).to_be_visible()
    ask(other, "What did Japan's G7 presidency do for Taiwan?")
    expect(other.get_by_text("reached a peak during Tokyo’s presidency").first).to_be_visible()
    expect(
        other.get_by_role("navigation", name="Conversations").get_by_role("listitem")
    ).to_have_count(2)
    expect(other.get_by_text("Beside President Peña stood")).to_have_count(0)

    # What one deletes, the other is told.
    other.get_by_role("button", name=f"Delete: {STOOD}").press("Enter")
    expect(other.get_by_role("button", name="Undo")).to_be_visible()
    talks = page.get_by_role("navigation", name="Conversations")
    talks.get_by_role("button", name=f"Rename: {STOOD}").press("Enter")
    talks.get_by_role("textbox", name="Name of the conversation").fill("Reception")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This conversation is no longer there")).to_be_visible()
