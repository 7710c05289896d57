"""Make the pictures of the documentation: every page in light, dark and on a phone, and a walk.

It drives the product's window on a temporary library and writes `docs/screenshots/NAME.webp`,
`NAME-dark.webp` and `NAME-phone.webp`, and `walk.webp`, which shows the three jobs (ask, add,
check). It measures and asserts nothing: look at the pictures.
"""

import io
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from PIL import Image
from playwright.sync_api import Browser, Page

from benchmarks import controls
from benchmarks.article import SOURCES
from benchmarks.browser import NoBrowser, chromium
from benchmarks.film import Recording
from benchmarks.window_server import ROOT, Window

SHOTS = ROOT / "docs" / "screenshots"
_KINDS: dict[str, dict[str, Any]] = {
    "": {"viewport": {"width": 1280, "height": 860}},
    "-dark": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
    "-phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
}
_WIDE = (1000, 640)  # of the walk
_COLOURS = 256
_SETTLE = 700  # milliseconds
_PATIENCE = 120_000
_NOTE = (
    "# Tokyo Bay, a memo\n\nThe ferry between Yokohama and Keelung carried 12,400 passengers "
    "in 2024. It sails twice a week.\n"
)
_DRAFT = (
    "President Nausėda said: “Paraguay stands proudly as a bridge between Japan and Taiwan.” "
    "Beijing is “poaching its remaining 13 diplomatic allies.” The ferry between Yokohama and "
    "Keelung carried 12,400 passengers in 2024."
)


def walk(
    into: Annotated[Path, typer.Option(help="The folder to write to.")] = SHOTS,
    port: Annotated[int, typer.Option(help="The first port to try.")] = 8640,
    only: Annotated[str, typer.Option(help="`pages` or `walk`; else both.")] = "",
) -> None:
    """Make every screenshot of the documentation and the recorded walk again."""
    into.mkdir(parents=True, exist_ok=True)
    try:
        with chromium() as browser:
            for suffix, kind in _KINDS.items() if only != "walk" else ():
                _served(port, partial(_pages, browser, into, suffix, kind))
            if only != "pages":
                _served(port, partial(_record, browser, into / "walk.webp"))
    except NoBrowser as error:
        typer.echo(f"{error} Skipped.")
        return
    for file in sorted(into.glob("*.webp")):
        typer.echo(f"{file.name:<28}{file.stat().st_size / 1000:8,.0f} kB")


def _served(port: int, show: Callable[[Window], None]) -> None:
    """Serve a library of the article and an unreadable file while `show` uses the window."""
    with tempfile.TemporaryDirectory() as folder:
        window = Window(Path(folder), port=port)
        window.sources.mkdir()
        for file in SOURCES.glob("*.md"):
            (window.sources / file.name).write_bytes(file.read_bytes())
        (window.sources / "scan-without-end.pdf").write_bytes(b"%PDF-1.4 broken off")
        window.run("sync").wait()
        try:
            window.start()
            show(window)
        finally:
            window.stop()


def _pages(browser: Browser, into: Path, suffix: str, kind: dict[str, Any], window: Window) -> None:
    """Take every page in one kind of window."""
    context = browser.new_context(**kind, reduced_motion="reduce", storage_state=window.admitted)
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    for name in _states(page, window.url):
        page.mouse.move(5, 5)
        page.wait_for_timeout(_SETTLE)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        _save(picture, into / f"{name}{suffix}.webp")
    context.close()


def _states(page: Page, url: str) -> Iterator[str]:
    """Yield the name of each screenshot once the page is ready for it."""
    page.goto(url)
    page.locator(controls.SUGGESTED).wait_for()
    yield "welcome"
    _ask(page, controls.ARTICLE_QUESTION)
    page.locator(controls.CITATIONS).first.wait_for()
    _to_the_question(page)
    yield "answer"
    page.locator(controls.CITATIONS).nth(1).click()
    page.locator(controls.MARK).first.wait_for()
    yield "citation"
    page.locator(controls.CLOSE).click()
    _ask(page, "What is the height of Mount Fuji?")
    yield "silence"
    page.goto(f"{url}/check")
    _check(page, _DRAFT)
    yield "check"
    page.goto(f"{url}/library")
    page.locator(controls.ROWS).first.wait_for()
    yield "library"
    if page.locator(controls.page_link("Settings")).count():
        page.goto(f"{url}/settings")
        page.locator(controls.HEADING).first.wait_for()
        yield "settings"


def _ask(page: Page, question: str) -> None:
    field = page.locator(controls.READY)
    field.fill(question)
    field.press("Enter")
    page.get_by_text(question, exact=True).last.wait_for()
    field.wait_for()
    page.locator(controls.SETTLED).wait_for(state="attached")


def _to_the_question(page: Page) -> None:
    """Scroll to the beginning of the answer; otherwise the page stays at its end."""
    page.wait_for_timeout(_SETTLE)
    page.locator(controls.SENTENCES).first.evaluate("one => one.scrollIntoView({block: 'center'})")


def _check(page: Page, text: str) -> None:
    page.locator(controls.DRAFT).fill(text)
    page.locator(controls.DRAFT).press("Tab")
    page.locator(controls.CHECK).click()
    page.locator(controls.CHECKED).first.wait_for()


def _record(browser: Browser, file: Path, window: Window) -> None:
    """Ask, look at the words, add a document, check a draft."""
    width, height = _WIDE
    page = browser.new_page(
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        storage_state=window.admitted,
    )
    page.set_default_timeout(_PATIENCE)
    film = Recording(page)
    page.goto(window.url)
    page.locator(controls.SUGGESTED).wait_for()
    page.wait_for_timeout(_SETTLE)

    film.doing = "1 · Ask: every sentence shows the words it rests on"
    film.hold(900)
    film.write(page.locator(controls.QUESTION), controls.ARTICLE_QUESTION)
    page.locator(controls.QUESTION).press("Enter")
    page.locator(controls.CITATIONS).first.wait_for()
    _to_the_question(page)
    page.wait_for_timeout(_SETTLE)
    film.hold(1800)
    film.press(page.locator(controls.CITATIONS).first)
    page.locator(controls.MARK).first.wait_for()
    page.wait_for_timeout(_SETTLE)
    film.hold(2200)
    page.locator(controls.CLOSE).click()

    film.doing = "2 · Add: drop a document, and it can be asked about"
    page.locator(controls.page_link("Library")).first.click()
    page.locator(controls.ROWS).first.wait_for()
    page.wait_for_timeout(_SETTLE)
    film.hold(900)
    note = {"name": "ferry.md", "mimeType": "text/markdown", "buffer": _NOTE.encode()}
    page.locator(controls.UPLOAD).set_input_files(note)  # type: ignore[arg-type]
    page.get_by_text("Tokyo Bay, a memo").first.wait_for()
    page.wait_for_timeout(_SETTLE)
    film.hold(1700)

    film.doing = "3 · Check: a draft is held against the library"
    page.locator(controls.page_link("Check")).first.click()
    page.locator(controls.DRAFT).wait_for()
    page.wait_for_timeout(_SETTLE)
    film.write(page.locator(controls.DRAFT), _DRAFT, steps=3)
    page.locator(controls.DRAFT).press("Tab")
    film.press(page.locator(controls.CHECK))
    page.locator(controls.CHECKED).first.wait_for()
    page.wait_for_timeout(_SETTLE)
    film.hold(1300)
    page.locator(controls.CHECKED).nth(1).scroll_into_view_if_needed()
    page.wait_for_timeout(_SETTLE)
    film.hold(1800)
    film.press(page.locator(controls.PLACES).first)
    page.locator(controls.MARK).first.wait_for()
    page.wait_for_timeout(_SETTLE)
    film.hold(2400)
    film.save(file)


def _save(picture: Image.Image, file: Path) -> None:
    """Write a small, sharp picture: few colours, without loss."""
    few = picture.quantize(_COLOURS, dither=Image.Dither.NONE).convert("RGB")
    few.save(file, lossless=True, quality=100, method=6)
