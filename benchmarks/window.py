"""How long does a reader wait? Measured inside the page of the real window (`stopwatch.js`)."""

import random
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from playwright.sync_api import BrowserContext, Page
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks import controls
from benchmarks.article import QUESTIONS, SOURCES, questions
from benchmarks.browser import NoBrowser, Traffic, chromium
from benchmarks.machine import described, keep, percentiles
from benchmarks.synthetic import fill_with_notes, write_long_pdf
from benchmarks.window_server import Window

STOPWATCH = Path(__file__).with_name("stopwatch.js").read_text(encoding="utf-8")
REACH = {  # milliseconds
    "first paint of a warm window": 1500,
    "question to first sentence": 300,
    "question to last sentence": 600,
    "page switch": 400,
    "citation in a 300-page PDF": 1000,
    "Library, 1,000 sources": 1000,
    "Library, 1,000 sources, by its address": 1000,
}
_PAGES = 300
_NOTES = 998  # beside the article and the PDF
_A_CONVERSATION = 10  # questions, then a new one begins
_QUIET = 400  # milliseconds without a change: the answer is whole
_READY = {"css": controls.READY}
Waits = dict[str, list[float]]


@dataclass
class Reader:
    """A tab with a stopwatch; `waits` are milliseconds by what the reader waited for."""

    page: Page
    url: str
    shown: int
    waits: Waits = field(default_factory=dict)

    def note(self, name: str, milliseconds: float) -> None:
        """Record one wait."""
        self.waits.setdefault(name, []).append(milliseconds)

    def settled(self) -> None:
        """Wait until the page is drawn and the server has sent everything."""
        self.page.locator(controls.SETTLED).wait_for(state="attached")
        self.page.wait_for_timeout(_QUIET)

    def begin(self, awaited: dict[str, list[dict[str, Any]]], watched: str = "") -> None:
        """Start the clock at the next click or Enter."""
        self.page.evaluate("([a, w]) => stopwatch.begin(a, w)", [awaited, watched])

    def read(self) -> dict[str, float]:
        """Return the milliseconds until everything awaited is shown."""
        reached = self.page.wait_for_function("() => stopwatch.read()", timeout=60_000)
        found: dict[str, float] = reached.json_value()
        return found

    def ask(self, text: str) -> dict[str, float]:
        """Ask with Enter; return the milliseconds to the first and the last sentence."""
        field = self.page.locator(controls.QUESTION)
        field.fill(text)
        self.settled()
        either = f"{controls.SENTENCES}, {controls.SILENT}"
        self.begin({"first": [{"css": either, "more": 1}]}, either)
        field.press("Enter")
        self.read()
        self.page.locator(controls.READY).wait_for()
        self.settled()
        return self.read()

    def go(self, title: str, name: str, *awaited: dict[str, Any]) -> None:
        """Follow the link to another page."""
        self.settled()
        self.begin({"there": list(awaited)})
        self.page.locator(controls.page_link(title)).first.click()
        self.note(name, self.read()["there"])


def window(
    shown: Annotated[int, typer.Option(help="How often to measure each wait.")] = 30,
    port: Annotated[int, typer.Option(help="The first port to try.")] = 8640,
) -> None:
    """Time first paint, answers, page switches, a long PDF and a full Library in Chromium."""
    console = Console(width=max(100, Console().width), highlight=False)
    console.print(described())
    traffic = Traffic()
    try:
        with tempfile.TemporaryDirectory() as folder, chromium() as browser:
            served = Window(Path(folder), port=port)
            shutil.copytree(SOURCES, served.sources)
            served.sync()
            try:
                served.start()
                context = browser.new_context(
                    viewport={"width": 1280, "height": 860}, storage_state=served.admitted
                )
                traffic.watch(context)
                waits = _measure(context, served, shown)
            finally:
                served.stop()
            console.print(f"Chromium {browser.version}, {shown} times each")
    except NoBrowser as error:
        console.print(f"{error} Skipped.")
        return
    console.print(_table(waits))
    console.print(traffic.summary())
    measured = {name: waited(times) for name, times in waits.items()}
    keep("window", {"requests elsewhere": len(traffic.elsewhere), "measured": measured})
    raise typer.Exit(int(bool(traffic.elsewhere)))


def _measure(context: BrowserContext, served: Window, shown: int) -> Waits:
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.add_init_script(STOPWATCH)
    reader = Reader(page, served.url, shown)
    _first_paint(reader)
    _answers(reader)
    _switches(reader)
    facts = write_long_pdf(served.sources / "harbour-register.pdf", _PAGES)
    fill_with_notes(served.sources, _NOTES)
    served.sync()
    _long_pdf(reader, facts)
    _full_library(reader)
    return reader.waits


def _load(reader: Reader, address: str, *awaited: dict[str, Any]) -> float:
    """Load a page again; return the milliseconds from the start of the navigation."""
    page = reader.page
    page.goto("about:blank")
    page.goto(address, wait_until="commit")
    page.evaluate("a => stopwatch.begin(a, '', 0)", {"usable": list(awaited)})
    return reader.read()["usable"]


def _first_paint(reader: Reader) -> None:
    for number in track(range(reader.shown + 1), "first paint"):
        milliseconds = _load(reader, reader.url, _READY, {"css": controls.HEADING})
        reader.settled()
        if number:  # the first one fills the browser's cache
            reader.note("first paint of a warm window", milliseconds)


def _answers(reader: Reader) -> None:
    asked = [one.text for one in questions(QUESTIONS) if not one.history and not one.silent]
    for number in track(range(reader.shown), "questions"):
        if number % _A_CONVERSATION == 0:
            reader.page.goto(reader.url)
        found = reader.ask(asked[number % len(asked)])
        reader.note("question to first sentence", found["first"])
        reader.note("question to last sentence", max(found["first"], found["last"]))


def _switches(reader: Reader) -> None:
    reader.page.goto(reader.url)
    library = {"css": controls.HEADING, "text": "Library"}
    for number in track(range(reader.shown), "page switches"):
        if number % 2 == 0:
            reader.go("Library", "page switch", library, {"css": controls.ROWS})
        else:
            reader.go("Ask", "page switch", _READY, {**library, "gone": True})


def _long_pdf(reader: Reader, facts: dict[str, str]) -> None:
    asked = random.Random(0).sample(sorted(facts), reader.shown)
    for number, question in enumerate(track(asked, "citations in the PDF")):
        if number % _A_CONVERSATION == 0:
            reader.page.goto(reader.url)
        reader.ask(question)
        place = facts[question].split()[0]  # one word: a longer text may be cut by a line's end
        said = reader.page.locator(controls.SENTENCES).filter(has_text=place).last
        reader.begin({"mark": [{"css": controls.MARK, "text": place}]})
        said.locator(controls.CITATIONS).first.click()
        reader.note("citation in a 300-page PDF", reader.read()["mark"])
        reader.settled()
        reader.page.locator(controls.CLOSE).click()
        reader.page.locator(controls.PANEL).wait_for(state="hidden")


def _full_library(reader: Reader) -> None:
    listed = {"css": controls.COUNTED, "text": f"{_NOTES + 2:,} sources"}
    rows = {"css": controls.ROWS, "least": 10}
    name = "Library, 1,000 sources"
    for _ in track(range(reader.shown), "full Library"):
        reader.page.goto(reader.url)
        reader.page.locator(controls.READY).wait_for()
        reader.go("Library", name, listed, rows)
        milliseconds = _load(reader, f"{reader.url}/library", listed, rows)
        reader.note(f"{name}, by its address", milliseconds)
        reader.settled()


def waited(times: list[float]) -> dict[str, float]:
    """Return the median and the 95th percentile of milliseconds, and their number."""
    return {**percentiles(times, None), "of": len(times)}


def _table(waits: Waits) -> Table:
    table = Table("milliseconds in the browser", "p50", "p95", "reach", "held")
    for name, reach in REACH.items():
        found = waited(waits[name])
        held = "at p95" if found["p95"] <= reach else "at p50" if found["p50"] <= reach else "no"
        table.add_row(name, f"{found['p50']:,}", f"{found['p95']:,}", f"{reach:,}", held)
    return table
