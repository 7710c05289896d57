"""Do many windows at once, while a folder is added, cause an error or show another's words?

Each window is a separate browser context (no shared cookies or storage) that asks about places no
other window asks about. Afterwards the product's own code reads the stored conversations: each must
hold all questions of one window, in their order, and no others.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from playwright.async_api import Browser, Page, async_playwright
from playwright.async_api import Error as BrowserError
from rich.console import Console

from benchmarks import controls
from benchmarks.article import SOURCES
from benchmarks.browser import FLAGS, NoBrowser, Traffic, executable
from benchmarks.machine import described, keep
from benchmarks.synthetic import fill_with_notes
from benchmarks.window import STOPWATCH, waited
from benchmarks.window_server import Window
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.storage.conversations import Conversations

_PATIENCE = 120_000  # milliseconds for one answer
Asked = Sequence[tuple[str, str]]  # questions, and the sentences that answer them


@dataclass
class Found:
    """Milliseconds to the last sentence, errors, and answers in the wrong window."""

    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)


def crowd(
    windows: Annotated[int, typer.Option(help="Windows at once.")] = 20,
    each: Annotated[int, typer.Option(help="Questions in each window.")] = 10,
    documents: Annotated[int, typer.Option(help="Documents added meanwhile.")] = 3000,
    port: Annotated[int, typer.Option(help="The first port to try.")] = 8640,
) -> None:
    """Ask in many windows while a folder is added: no error, and no answer in the wrong window."""
    console = Console(width=max(100, Console().width), highlight=False)
    console.print(described())
    traffic = Traffic()
    with tempfile.TemporaryDirectory() as folder:
        served = Window(Path(folder), port=port)
        shutil.copytree(SOURCES, served.sources)
        facts = list(fill_with_notes(served.sources, windows * each).items())
        asked = [facts[number * each : (number + 1) * each] for number in range(windows)]
        if served.run("sync").wait():
            raise AssertionError((served.folder / "log").read_text())
        try:
            served.start()
            found, meanwhile = asyncio.run(_ask_all(served, asked, documents, traffic))
        except NoBrowser as error:
            console.print(f"{error} Skipped.")
            return
        finally:
            served.stop()
        _compare(served.data, asked, found)
        log = (served.folder / "log").read_text()
        found.errors += [line for line in log.splitlines() if "Traceback" in line]
    wait = waited(found.waits)
    console.print(
        f"{windows} windows, {each} questions each, {len(found.waits)} answers; meanwhile "
        f"{meanwhile}\nquestion to last sentence: p50 {wait['p50']:,} ms, p95 {wait['p95']:,} ms\n"
        f"{len(found.errors)} errors, {len(found.mixed)} mixed; {traffic.summary()}"
    )
    for line in (*found.errors, *found.mixed)[:20]:
        console.print(line, markup=False)
    held = not (found.errors or found.mixed or traffic.elsewhere)
    console.print("held" if held else "broken")
    result = {"errors": len(found.errors), "mixed": len(found.mixed), "milliseconds": wait}
    keep("crowd", {"windows": windows, "each": each, "meanwhile": meanwhile, **result})
    raise typer.Exit(int(not held))


async def _ask_all(
    served: Window, asked: Sequence[Asked], documents: int, traffic: Traffic
) -> tuple[Found, str]:
    """Open all windows, start adding documents, ask, and return what happened."""
    found = Found()
    async with async_playwright() as playwright:
        path = executable(playwright.chromium.executable_path)
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        pages = [await _open(browser, served.url, traffic, found) for _ in asked]
        fill_with_notes(served.sources, documents, after=sum(map(len, asked)))
        began = time.monotonic()
        taking = served.run("sync")
        await asyncio.gather(
            *(_ask(page, one, found) for page, one in zip(pages, asked, strict=True))
        )
        seconds = time.monotonic() - began
        going = taking.poll() is None
        if await asyncio.to_thread(taking.wait) not in (0, None):
            found.errors.append("the folder was not taken in")
        await browser.close()
    until = "still when the last was asked" if going else "which ended before the last question"
    return found, f"{documents:,} documents were taken in, {until} ({seconds:.0f} s)"


async def _open(browser: Browser, url: str, traffic: Traffic, found: Found) -> Page:
    context = await browser.new_context(
        viewport={"width": 800, "height": 600}, reduced_motion="reduce"
    )  # twenty windows are drawn by the processor that also answers
    traffic.watch(context)
    context.on("weberror", lambda error: found.errors.append(str(error.error)))
    page = await context.new_page()
    page.set_default_timeout(_PATIENCE)
    await page.add_init_script(STOPWATCH)
    await page.goto(url)
    await page.locator(controls.READY).wait_for()
    return page


async def _ask(page: Page, asked: Asked, found: Found) -> None:
    """Ask the questions of one window, each after the answer to the last."""
    for question, sentence in asked:
        try:
            field = page.locator(controls.READY)
            await field.fill(question)
            either = f"{controls.SENTENCES}, {controls.SILENT}"
            awaited = {"shown": [{"css": either, "more": 1}], "ready": [{"css": controls.READY}]}
            await page.evaluate("([a, w]) => stopwatch.begin(a, w)", [awaited, either])
            await field.press("Enter")
            await page.wait_for_function(
                "() => stopwatch.read() && stopwatch.quiet() > 400", timeout=_PATIENCE
            )
            times = await page.evaluate("() => stopwatch.read()")
            found.waits.append(max(times["shown"], times["last"]))
            text = await page.evaluate("css => stopwatch.text(css)", either)
            if sentence not in text:
                found.mixed.append(f"{question} is not answered in its window")
            if await page.locator(controls.ALARM).count():
                found.errors.append(await page.locator(controls.ALARM).first.inner_text())
        except BrowserError as error:
            found.errors.append(f"{question} {str(error).splitlines()[0]}")


def _compare(data: Path, asked: Sequence[Asked], found: Found) -> None:
    """Compare the stored conversations with what was asked."""
    with Library(data, SentenceEmbeddings()) as library:
        kept = Conversations(library.database)
        told = [kept.answers(one.id) for one in kept.all()]
    expected = sorted([question for question, _ in one] for one in asked)
    if sorted([answer.question for answer in answers] for answers in told) != expected:
        found.mixed.append("the kept conversations are not those of the windows")
    sentences = dict(pair for one in asked for pair in one)
    for answer in (answer for answers in told for answer in answers):
        if sentences.get(answer.question, "?") not in answer.text:
            found.mixed.append(f"{answer.question} is kept with another answer: {answer.text}")
