"""A window that is stopped, killed or finds its files damaged, and what a user has afterwards."""

import re
import signal

import pytest
from playwright.sync_api import Page, expect

from benchmarks.window_server import Window
from tests.command_line import CommandLine
from tests.e2e.steps import (
    FUJI,
    G7,
    G7_ANSWER,
    WHO,
    WHO_ANSWER,
    answer,
    ask,
    cite,
    command,
    conversations,
)

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_a_restart_keeps_the_conversation_the_library_and_the_links_to_its_words(
    own_window: Window, page: Page
) -> None:
    page.goto(own_window.url)
    ask(page, G7)
    expect(page.get_by_text(G7_ANSWER)).to_be_visible()
    ask(page, FUJI)
    expect(answer(page).get_by_text("The sources do not say.")).to_be_visible()
    conversation = page.url
    cite(page, 2)
    expect(page).to_have_url(re.compile(r"source=.*start=\d+&end=\d+"))
    link, quote = page.url, page.locator("mark").inner_text()
    own_window.stop()
    own_window.start()
    page.goto(conversation)
    expect(page.get_by_text(G7_ANSWER)).to_be_visible()
    expect(answer(page).get_by_text("The sources do not say.")).to_be_visible()
    page.goto(link)
    expect(page.locator("mark")).to_have_text(quote)
    expect(page.locator("mark")).to_be_in_viewport()
    page.goto(own_window.url)
    expect(page.get_by_text("The library holds one document.")).to_be_visible()
    conversations(page).get_by_role("button", name=re.compile("^What did Japan")).click()
    expect(page.get_by_text(G7_ANSWER)).to_be_visible()
    expect(page).to_have_url(re.compile("conversation="))
    page.reload()
    expect(page.get_by_text(G7_ANSWER)).to_be_visible()


def test_a_damaged_catalog_is_reported_and_brought_back_in_the_page(
    own_window: Window, page: Page
) -> None:
    catalog = own_window.data / "catalog.sqlite"
    own_window.stop()
    catalog.write_bytes(b"no database at all" * 500)
    refused = CommandLine(own_window.data, own_window.sources).process("serve", "--no-browser")
    assert "doctor --repair" in refused.stderr
    catalog.unlink()
    own_window.start()
    page.goto(own_window.url)
    expect(page.get_by_text("catalog was missing or empty")).to_be_visible()
    page.goto(f"{own_window.url}/library")
    page.get_by_role("button", name="Rescan folder").click()
    expect(page.get_by_text("✓ added: Japan's role")).to_be_visible()
    page.reload()
    expect(page.get_by_text("1 source, 14 passages")).to_be_visible()
    expect(page.get_by_text("catalog was missing or empty")).to_have_count(0)


def test_a_killed_window_frees_the_library(own_window: Window) -> None:
    assert own_window.process
    own_window.process.send_signal(signal.SIGKILL)
    own_window.process.wait()
    own_window.process = None
    found = command(own_window, "ask", WHO)
    assert found.returncode == 0, found.stderr
    assert WHO_ANSWER in found.stdout
