"""Is a question lost when the reader does something else at once, or the server is busy?

Each trial opens a page, stops the server's process for a while, asks, does something else at once,
and lets the server go on. Afterwards every question must be in the catalog, answered or waiting.
"""

import shutil
import sqlite3
import tempfile
import time
from contextlib import closing, nullcontext
from itertools import islice, product
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page
from rich.console import Console
from rich.progress import track

from benchmarks import controls
from benchmarks.article import SOURCES
from benchmarks.browser import NoBrowser, Traffic, chromium
from benchmarks.machine import described, keep
from benchmarks.synthetic import fill_with_notes
from benchmarks.window_server import Window

_PAUSES = (0.0, 0.5, 2.0)  # seconds
_PATIENCE = 30.0  # seconds until a question that is nowhere counts as lost
_THEN = ("another question", "Library", "New conversation", "citation", "thumb", "reload")


def lose(
    questions: Annotated[int, typer.Option(help="Questions to ask, at least.")] = 200,
    port: Annotated[int, typer.Option(help="The first port to try.")] = 8640,
) -> None:
    """Ask and do something else at once, with a server that is paused: no question is lost."""
    console = Console(width=max(100, Console().width), highlight=False)
    console.print(described())
    traffic, asked, lost = Traffic(), 0, []
    try:
        with tempfile.TemporaryDirectory() as folder, chromium() as browser:
            served = Window(Path(folder), port=port)
            shutil.copytree(SOURCES, served.sources)
            facts = iter(fill_with_notes(served.sources, 2 * questions + 40))
            served.sync()
            try:
                served.start()
                context = browser.new_context(
                    reduced_motion="reduce", storage_state=served.admitted
                )
                traffic.watch(context)
                page = context.new_page()
                trials = list(product(_THEN, _PAUSES))
                rounds = -(-questions // (len(trials) + len(_PAUSES)))
                for then, pause in track(trials * rounds, "trials"):
                    number = 2 if then == "another question" else 1
                    texts = list(islice(facts, number))
                    _ask(served, page, texts, next(facts), then, pause)
                    asked += number
                    gone = _missing(served, texts)
                    lost += [f"{one} (then {then}, paused {pause} s)" for one in gone]
            finally:
                served.stop()
    except NoBrowser as error:
        console.print(f"{error} Skipped.")
        return
    console.print(f"{asked} questions, {len(lost)} lost without a word; {traffic.summary()}")
    for line in lost[:20]:
        console.print(line, markup=False)
    keep("lose", {"questions": asked, "lost": len(lost)})
    raise typer.Exit(int(bool(lost or traffic.elsewhere)))


def _ask(
    served: Window, page: Page, texts: list[str], earlier: str, then: str, pause: float
) -> None:
    """Ask in a new conversation, which has one answer already, and do something else at once."""
    page.goto(served.url)
    page.locator(controls.READY).fill(earlier)
    page.keyboard.press("Enter")
    page.locator(controls.CITATIONS).first.wait_for()
    page.locator(controls.READY).wait_for()
    with served.paused() if pause else nullcontext():
        for text in texts:
            page.locator(controls.QUESTION).fill(text)
            page.keyboard.press("Enter")
        _do(page, then)
        time.sleep(pause)


def _do(page: Page, then: str) -> None:
    match then:
        case "Library":
            page.locator(controls.page_link("Library")).first.click()
        case "New conversation":
            page.get_by_role("button", name="New conversation").click()
        case "citation":
            page.locator(controls.CITATIONS).first.click()
        case "thumb":
            page.get_by_role("button", name="Helpful", exact=True).first.click()
        case "reload":
            try:
                page.reload(wait_until="commit", timeout=1000)
            except BrowserError:
                return  # a paused server answers later


def _missing(served: Window, texts: list[str]) -> list[str]:
    """Return the questions that are still nowhere in the catalog after a while."""
    end = time.monotonic() + _PATIENCE
    while True:
        with closing(sqlite3.connect(served.data / "catalog.sqlite")) as db:
            kept = {row[0] for row in db.execute("SELECT text FROM question")}
            kept |= {
                row[0] for row in db.execute("SELECT json_extract(answer, '$.question') FROM turn")
            }
        missing = [one for one in texts if one not in kept]
        if not missing or time.monotonic() > end:
            return missing
        time.sleep(0.1)
