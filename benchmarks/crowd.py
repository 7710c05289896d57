"""Do many windows at once, while a folder is added, wait, fail, lose or show another's words?

`crowd` has many windows ask short questions on short documents, `steer` one window while long
documents are added. A question waits until its own answer is finished.

Each window is a separate browser context (no shared cookies or storage) that asks about places no
other window asks about. Afterwards the product's own code reads the stored conversations: each must
hold all questions of one window, in their order, and no others.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
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
from benchmarks.synthetic import fill_with_long_notes, fill_with_notes
from benchmarks.window import STOPWATCH, waited
from benchmarks.window_server import Window
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.storage.conversations import Conversations

_PATIENCE = 120_000  # milliseconds for one answer
_POLLING = 200  # milliseconds; at each frame, twenty tabs would keep a core busy with looking
Asked = Sequence[tuple[str, str]]  # questions, and the sentences that answer them


@dataclass
class Found:
    """Milliseconds to the last sentence, errors, answers in the wrong window, lost questions."""

    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def crowd(
    windows: Annotated[int, typer.Option(help="Windows at once.")] = 20,
    each: Annotated[int, typer.Option(help="Questions in each window.")] = 10,
    documents: Annotated[int, typer.Option(help="Documents added meanwhile.")] = 3000,
    every: Annotated[float, typer.Option(help="Seconds from a question to the next.")] = 0,
    port: Annotated[int, typer.Option(help="The first port to try.")] = 8640,
) -> None:
    """Ask in many windows while a folder is added: no error, and no answer in the wrong window."""
    task = _Task(windows, each, documents, every)
    _run("crowd", task, port, lambda folder: fill_with_notes(folder, documents, windows * each))


def steer(
    documents: Annotated[int, typer.Option(help="Long documents added meanwhile.")] = 300,
    each: Annotated[int, typer.Option(help="Questions.")] = 40,
    every: Annotated[float, typer.Option(help="Seconds from a question to the next.")] = 3,
    port: Annotated[int, typer.Option(help="The first port to try.")] = 8640,
) -> None:
    """Ask in one window while long documents are added, as long as that takes."""
    task = _Task(1, each, documents, every)
    _run("steer", task, port, lambda folder: fill_with_long_notes(folder, documents))


@dataclass(frozen=True, slots=True)
class _Task:
    """So many questions in each of so many windows, while so many documents are added."""

    windows: int
    each: int
    documents: int
    every: float


def _run(name: str, task: _Task, port: int, fill: Callable[[Path], object]) -> None:
    """Serve a library, ask, print what was found and keep it."""
    console = Console(width=max(100, Console().width), highlight=False)
    console.print(described())
    traffic = Traffic()
    with tempfile.TemporaryDirectory() as folder:
        served = Window(Path(folder), port=port)
        shutil.copytree(SOURCES, served.sources)
        facts = list(fill_with_notes(served.sources, task.windows * task.each).items())
        asked = [facts[n * task.each : (n + 1) * task.each] for n in range(task.windows)]
        served.sync()
        try:
            served.start()
            found, meanwhile = asyncio.run(_ask_all(served, asked, task, fill, traffic))
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
        f"{task.windows} windows, {task.each} questions each, {len(found.waits)} answers; "
        f"meanwhile {meanwhile}\nquestion to last sentence: p50 {wait['p50']:,} ms, "
        f"p95 {wait['p95']:,} ms\n{len(found.errors)} errors, {len(found.mixed)} mixed, "
        f"{len(found.lost)} lost; {traffic.summary()}"
    )
    for line in (*found.errors, *found.mixed, *found.lost)[:20]:
        console.print(line, markup=False)
    held = not (found.errors or found.mixed or found.lost or traffic.elsewhere)
    console.print("held" if held else "broken")
    counts = {name: len(getattr(found, name)) for name in ("errors", "mixed", "lost")}
    keep(name, {**asdict(task), "meanwhile": meanwhile, **counts, "milliseconds": wait})
    raise typer.Exit(int(not held))


async def _ask_all(
    served: Window,
    asked: Sequence[Asked],
    task: _Task,
    fill: Callable[[Path], object],
    traffic: Traffic,
) -> tuple[Found, str]:
    """Open all windows, start adding documents, ask, and return what happened."""
    found = Found()
    async with async_playwright() as playwright:
        path = executable(playwright.chromium.executable_path)
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        pages = [await _open(browser, served, traffic, found) for _ in asked]
        fill(served.sources)
        began = time.monotonic()
        taking = served.run("sync") if task.documents else None
        await asyncio.gather(
            *(_ask(page, one, task.every, found) for page, one in zip(pages, asked, strict=True))
        )
        seconds = time.monotonic() - began
        going = bool(taking and taking.poll() is None)
        if taking and await asyncio.to_thread(taking.wait) not in (0, None):
            found.errors.append("the folder was not taken in")
        whole = time.monotonic() - began
        await browser.close()
    until = "still when the last was asked" if going else "which ended before the last question"
    if not taking:
        return found, f"nothing was taken in ({seconds:.0f} s)"
    return found, (
        f"{task.documents:,} documents were taken in, {until} ({seconds:.0f} s of {whole:.0f} s)"
    )


async def _open(browser: Browser, served: Window, traffic: Traffic, found: Found) -> Page:
    context = await browser.new_context(
        viewport={"width": 800, "height": 600},
        reduced_motion="reduce",
        storage_state=served.admitted,
    )  # twenty windows are drawn by the processor that also answers
    traffic.watch(context)
    context.on("weberror", lambda error: found.errors.append(str(error.error)))
    page = await context.new_page()
    page.set_default_timeout(_PATIENCE)
    await page.add_init_script(STOPWATCH)
    await page.goto(served.url)
    await page.locator(controls.READY).wait_for()
    return page


async def _ask(page: Page, asked: Asked, every: float, found: Found) -> None:
    """Ask the questions of one window, each after the answer to the last."""
    said = f"{controls.FINISHED} .sentence, {controls.FINISHED} .text"
    for question, sentence in asked:
        began = time.monotonic()
        try:
            field = page.locator(controls.QUESTION)
            await field.fill(question)
            heading = {"css": f"{controls.FINISHED} .question", "text": question}
            await page.evaluate("([a, w]) => stopwatch.begin(a, w)", [{"shown": [heading]}, said])
            await field.press("Enter")
            await page.wait_for_function(
                "() => stopwatch.read() && stopwatch.quiet() > 400",
                timeout=_PATIENCE,
                polling=_POLLING,
            )
            times = await page.evaluate("() => stopwatch.read()")
            found.waits.append(max(times["shown"], times["last"]))
            own = page.locator(controls.FINISHED).filter(has_text=question).last
            if sentence not in await own.inner_text():
                found.mixed.append(f"{question} is not answered in its window")
            if await page.locator(controls.ALARM).count():
                found.errors.append(await page.locator(controls.ALARM).first.inner_text())
        except BrowserError as error:
            found.errors.append(f"{question} {str(error).splitlines()[0]}")
        await asyncio.sleep(max(0.0, every - (time.monotonic() - began)))


def _compare(data: Path, asked: Sequence[Asked], found: Found) -> None:
    """Compare the stored conversations with what was asked."""
    with Library(data, SentenceEmbeddings()) as library:
        kept = Conversations(library.database)
        told = [kept.answers(one.id) for one in kept.all()]
    expected = sorted([question for question, _ in one] for one in asked)
    kept_questions = {answer.question for answers in told for answer in answers}
    found.lost += [one for questions in expected for one in questions if one not in kept_questions]
    if sorted([answer.question for answer in answers] for answers in told) != expected:
        found.mixed.append("the kept conversations are not those of the windows")
    sentences = dict(pair for one in asked for pair in one)
    for answer in (answer for answers in told for answer in answers):
        if sentences.get(answer.question, "?") not in answer.text:
            found.mixed.append(f"{answer.question} is kept with another answer: {answer.text}")
