"""What a user does in the window, step by step, in the words of the stories."""

import base64
import json
import os
import re
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from benchmarks import controls
from benchmarks.window_server import ROOT, Window
from tests.command_line import CommandLine, Run
from tests.conftest import ARTICLE

# No run of the script, nothing left over from an earlier one, no animation that will end.
_CALM = """(settled) => document.querySelector(settled) !== null &&
  document.querySelector('[data-stale=true]') === null &&
  document.getAnimations().every((one) =>
    one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)"""
SHOTS = ROOT / "test-results"
G7 = controls.ARTICLE_QUESTION
G7_ANSWER = "reached a peak during Tokyo’s presidency of the G7"
WHO = "Who stood beside President Peña?"
WHO_ANSWER = "Lee I-yang (李逸洋)"
VISIT = "What happened during the Paraguayan president's visit to Tokyo?"
FUJI = "What is the height of Mount Fuji?"


def command(window: Window, *words: str | Path) -> Run:
    """Run `kakehashi` on the folders of a window."""
    return CommandLine(window.data, window.sources)(*words)


def empty(window: Window) -> None:
    """Bring a running window back to the article alone: no other source, no conversation."""
    for path in window.sources.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    shutil.copy2(ARTICLE, window.sources)
    synced = command(window, "sync")
    assert synced.returncode == 0, synced.stderr
    with closing(sqlite3.connect(window.data / "catalog.sqlite")) as db, db:
        db.execute("DELETE FROM question")
        db.execute("DELETE FROM turn")
        db.execute("DELETE FROM conversation")


def add_files(window: Window, files: dict[str, str]) -> None:
    """Put texts into the sources folder and sync the library."""
    for name, text in files.items():
        (window.sources / name).write_text(text)
    assert command(window, "sync").returncode == 0


def connection_file(window: Window) -> Path:
    """Wait until the window has opened its library and lets commands of this user in."""
    path = window.data / "window.json"
    end = time.monotonic() + 60
    while not path.is_file() or not path.stat().st_size:
        assert time.monotonic() < end, "the window does not open its library"
        time.sleep(0.1)
    return path


def source_id(window: Window, path: str) -> str:
    listed = json.loads(command(window, "sources", "--json").stdout)["sources"]
    return next(source["id"] for source in listed if source["path"] == path)


def shot(page: Page, name: str) -> None:
    """Keep a picture in `test-results/`, if SCREENSHOTS is set: each one costs half a second."""
    if not os.environ.get("SCREENSHOTS"):
        return
    SHOTS.mkdir(exist_ok=True)
    page.wait_for_timeout(500)
    page.screenshot(path=SHOTS / f"{name}.png")


def settled(page: Page) -> None:
    """Wait until the page has been drawn, and neither fades nor moves, for 400 ms."""
    calm = 0
    while calm < 8:
        page.wait_for_timeout(50)
        calm = calm + 1 if page.evaluate(_CALM, controls.SETTLED) else 0


def narrow(page: Page, width: int = 390) -> None:
    page.set_viewport_size({"width": width, "height": 800})


def fits(page: Page) -> bool:
    """Whether the page is no wider than the window."""
    return bool(
        page.evaluate(
            "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


# --- asking


def ask(page: Page, question: str) -> None:
    page.locator(controls.READY).fill(question)
    page.locator(controls.SEND).click()


def ask_and_wait(page: Page, question: str) -> None:
    """Ask by keyboard, and wait until the next question can be asked."""
    field = page.locator(controls.READY)
    field.fill(question)
    field.press("Enter")
    expect(page.get_by_text(question, exact=True).last).to_be_visible()
    field.wait_for()
    settled(page)


def answer(page: Page) -> Locator:
    return page.locator(controls.ANSWER)


def press(page: Page, name: str) -> None:
    """Press a button of the last answer, once it is complete."""
    page.locator(controls.READY).wait_for()
    page.get_by_role("button", name=name, exact=True).last.click()


def conversations(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Conversations")


# --- evidence


def cite(page: Page, number: int, answer: int = 0) -> None:
    """Open a citation of an answer."""
    page.locator(controls.citation(number)).nth(answer).click()


def evidence(page: Page) -> Locator:
    return page.locator(controls.REGION)


def close_evidence(page: Page) -> None:
    page.locator(controls.CLOSE).click()
    page.locator(controls.PANEL).wait_for(state="hidden")


def clipboard(page: Page) -> str:
    return str(page.evaluate("() => navigator.clipboard.readText()"))


# --- the library and the check


def row(page: Page, text: str) -> Locator:
    """The source, among those on the Library page, whose row has these words."""
    return page.locator(controls.ROWS, has_text=text)


def upload(page: Page, *files: Path) -> None:
    page.locator(controls.UPLOAD).set_input_files(list(files))


def drop(page: Page, file: Path) -> None:
    """Drop a file on the middle of the page."""
    content = base64.b64encode(file.read_bytes()).decode()
    given = page.evaluate_handle(
        """([content, name]) => {
          const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0))
          const given = new DataTransfer()
          given.items.add(new File([bytes], name))
          return given
        }""",
        [content, file.name],
    )
    page.dispatch_event("[data-testid=stMain]", "drop", {"dataTransfer": given})


def counted(page: Page, said: str | re.Pattern[str]) -> None:
    """See how many sources and passages the library has."""
    expect(page.get_by_text(said)).to_be_visible()


def check(page: Page, text: str) -> None:
    field = page.locator(controls.DRAFT)
    field.fill(text)
    field.press("Tab")
    page.locator(controls.CHECK).click()


def choose_model(page: Page, kind: str) -> None:
    page.get_by_text(kind, exact=True).click()
