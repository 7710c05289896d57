"""Choosing a model in the window: a real one, in two tabs, over a restart, on the command line."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from benchmarks.window_server import Window
from tests.app.models.test_chat_models import smollm
from tests.app.models.test_providers import serving
from tests.e2e.conftest import command
from tests.e2e.test_window import ask, shot

pytestmark = pytest.mark.e2e
ASKED = "Tell me everything about Japan, Taiwan, Lithuania and the G7."


def choose(page: Page, kind: str) -> None:
    page.get_by_text(kind, exact=True).click()


def test_a_model_file_is_tested_used_by_all_tabs_and_remembered(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    other = page.context.new_page()
    other.goto(window.url)
    page.goto(f"{window.url}/settings")
    expect(page.get_by_text("None: answers quote the sources’ own words")).to_be_visible()
    choose(page, "A model file")
    path = page.get_by_label("Path of the file")
    path.fill("/no/such/file.gguf")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("There is no model file /no/such/file.gguf")).to_be_visible()
    path.fill(str(smollm()))
    path.press("Enter")
    expect(page.get_by_text("There is no model file")).to_be_hidden()
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("It answered “")).to_be_visible()
    shot(page, "settings-tested")
    expect(page.get_by_text("None: answers quote the sources’ own words")).to_be_visible()
    page.get_by_role("button", name="Use this model").click()
    expect(page.get_by_text(f"From now on, local:{smollm()} writes the answers")).to_be_visible()

    # The other tab was open before.
    ask(other, ASKED)
    other.get_by_role("button", name="Stop").click()
    expect(other.get_by_text("Stopped before the end.")).to_be_visible()
    told = command(window, "ask", "--json", "Who stood beside President Peña?")
    assert json.loads(told.stdout)["model"].startswith(("local:", "none"))
    assert "did not answer" not in json.loads(told.stdout)["notice"]

    # It is remembered, by the window and by the command line without it.
    window.stop()
    found = command(window, "doctor").stdout
    assert f"local:{smollm()}" in " ".join(found.split()).replace(" ", "")
    window.start()
    page.goto(f"{window.url}/settings")
    expect(page.get_by_text(f"local:{smollm()}", exact=True)).to_be_visible()
    choose(page, "The sources’ own words")
    page.get_by_role("button", name="Use this model").click()
    expect(page.get_by_text("From now on, answers quote the sources")).to_be_visible()


def test_loading_can_be_stopped_and_leaves_everything_as_it_was(
    make_window: Callable[..., Window], page: Page
) -> None:
    window = make_window()
    page.goto(f"{window.url}/settings")
    choose(page, "A model file")
    path = page.get_by_label("Path of the file")
    path.fill(str(smollm()))
    path.press("Enter")
    page.get_by_role("button", name="Use this model").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped. Nothing was changed.")).to_be_visible()
    expect(page.get_by_text("None: answers quote the sources’ own words")).to_be_visible()


def test_ollama_is_asked_only_when_the_user_says_so(
    make_window: Callable[..., Window], page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving({"models": [{"name": "qwen3:8b"}]}) as (address, asked):
        monkeypatch.setenv("OLLAMA_HOST", address)
        window = make_window()
        page.goto(f"{window.url}/settings")
        choose(page, "Ollama")
        page.get_by_text("List models").or_(
            page.get_by_text("This needs a package that is not installed")
        ).wait_for()
        assert asked == []
        if page.get_by_text("This needs a package").is_visible():
            expect(page.get_by_text('-e ".[ollama]"')).to_be_visible()
            return
        page.get_by_role("button", name="List models").click()
        expect(page.get_by_text("qwen3:8b")).to_be_visible()
        expect(page.get_by_text(f"Ollama at {address}")).to_be_visible()
        assert asked == ["/api/tags"]
