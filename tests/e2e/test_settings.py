"""A user chooses the model that writes: in the window, for all tabs, over a restart."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks import controls
from benchmarks.window_server import Window
from tests.app.models.test_chat_models import smollm
from tests.app.models.test_providers import serving
from tests.e2e.conftest import opened
from tests.e2e.steps import G7, add_files, ask, choose_model, cite, command, shot

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
EVERYTHING = "Tell me everything about Japan, Taiwan, Lithuania and the G7."
PATIENCE = 120_000  # milliseconds: how long a real model may take to reply on a busy machine
QUOTING = "None: answers quote the sources’ own words"


@pytest.fixture(scope="module")
def ollama() -> Iterator[tuple[str, list[str]]]:
    """An Ollama with one model: its address, and what it was asked."""
    with serving({"models": [{"name": "qwen3:8b"}]}) as served:
        yield served


@pytest.fixture(scope="module")
def window(
    tmp_path_factory: pytest.TempPathFactory, synced: Path, ollama: tuple[str, list[str]]
) -> Iterator[Window]:
    """A window in which models may be chosen; each story leaves it without one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OLLAMA_HOST", ollama[0])
        with opened(tmp_path_factory.mktemp("settings") / "window", synced) as window:
            yield window


def choose_file(page: Page, file: str | Path) -> None:
    choose_model(page, "A model file")
    path = page.get_by_label("Path of the file")
    path.fill(str(file))
    path.press("Enter")


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def test_loading_can_be_stopped_and_leaves_everything_as_it_was(window: Window, page: Page) -> None:
    page.goto(f"{window.url}/settings")
    choose_file(page, smollm())
    press(page, "Use this model")
    press(page, "Stop")
    expect(page.get_by_text("Stopped. Nothing was changed.")).to_be_visible()
    expect(page.get_by_text(QUOTING)).to_be_visible()


def test_ollama_is_asked_only_when_the_user_says_so(
    window: Window, page: Page, ollama: tuple[str, list[str]]
) -> None:
    address, asked = ollama
    page.goto(f"{window.url}/settings")
    choose_model(page, "Ollama")
    page.get_by_text("List models").or_(
        page.get_by_text("This needs a package that is not installed")
    ).wait_for()
    assert asked == []
    if page.get_by_text("This needs a package").is_visible():
        expect(page.get_by_text('-e ".[ollama]"')).to_be_visible()
        return
    press(page, "List models")
    expect(page.get_by_role("combobox", name="Model")).to_have_value("qwen3:8b")
    expect(page.get_by_text(f"Ollama at {address}")).to_be_visible()
    assert asked == ["/api/tags"]


def test_a_model_file_is_tested_before_it_is_used(window: Window, page: Page) -> None:
    page.goto(f"{window.url}/settings")
    expect(page.get_by_text(QUOTING)).to_be_visible()
    choose_file(page, "/no/such/file.gguf")
    press(page, "Test the connection")
    expect(page.get_by_text("There is no model file /no/such/file.gguf")).to_be_visible()
    choose_file(page, smollm())
    expect(page.get_by_text("There is no model file")).to_be_hidden()
    press(page, "Test the connection")
    expect(page.get_by_text("It answered “")).to_be_visible(timeout=PATIENCE)
    shot(page, "settings-tested")
    expect(page.get_by_text(QUOTING)).to_be_visible()


def test_a_model_file_is_used_by_all_tabs_and_remembered(window: Window, page: Page) -> None:
    add_files(window, {"tea.md": "Uji grows green tea."})
    other = page.context.new_page()
    other.goto(window.url)
    page.goto(f"{window.url}/settings")
    choose_file(page, smollm())
    press(page, "Use this model")
    used = page.get_by_text(f"From now on, local:{smollm()} writes the answers")
    expect(used).to_be_visible(timeout=PATIENCE)
    ask(other, EVERYTHING)  # in the tab that was open before
    press(other, "Stop")
    expect(other.get_by_text("Stopped before the end.")).to_be_visible(timeout=PATIENCE)
    asked = command(window, "ask", "Who grows green tea?", "--json", "--source", "tea")
    answer = json.loads(asked.stdout)
    assert answer["model"].startswith(("local:", "none"))
    assert "did not answer" not in answer["notice"]

    # The command line remembers it without the window, and the window after a restart.
    window.stop()
    found = command(window, "doctor").stdout
    assert f"local:{smollm()}" in " ".join(found.split()).replace(" ", "")
    window.start()
    page.goto(f"{window.url}/settings")
    expect(page.get_by_text(f"local:{smollm()}", exact=True).first).to_be_visible()
    choose_model(page, "The sources’ own words")
    press(page, "Use this model")
    expect(page.get_by_text("From now on, answers quote the sources")).to_be_visible()


def test_a_real_model_writes_and_can_be_stopped(
    synced: Path, make_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    with opened(tmp_path / "window", synced, f"local:{smollm()}") as window:
        page = make_context(storage_state=window.admitted).new_page()
        page.goto(window.url)
        ask(page, EVERYTHING)
        stop = page.get_by_role("button", name="Stop")
        expect(stop).to_be_visible()
        shot(page, "writing")
        page.locator(controls.QUESTION).fill("Who is Zed?")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Waits for the answer before it.")).to_be_visible()
        press(page, "Remove")
        expect(page.get_by_text("Waits for the answer before it.")).to_have_count(0)
        stop.click()
        expect(page.get_by_text("Stopped before the end.")).to_be_visible()
        page.locator(controls.READY).wait_for()


def test_a_citation_can_be_opened_while_a_model_writes(
    synced: Path, make_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    says = "fake:In 2023 Tokyo held the presidency of the G7. {ids}"
    with opened(tmp_path / "window", synced, says) as window:
        page = make_context(storage_state=window.admitted).new_page()
        page.goto(window.url)
        ask(page, G7)
        expect(page.get_by_role("button", name="Edit question")).to_be_visible()
        if page.get_by_role("button", name="Citation 1:").count():
            cite(page, 1)
            expect(page.locator("mark").first).to_be_visible()
