"""The window for everybody: axe-core on every page and width, keyboard, zoom, motion, a voice.

axe-core comes with axe-playwright-python and is handed to the page by the driver, so that the
window's content security policy stays as it is.
"""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageChops
from playwright.sync_api import BrowserContext, ElementHandle, Page, expect

from benchmarks import controls
from benchmarks.served import Window
from tests.e2e.conftest import TOLD

pytestmark = pytest.mark.e2e
_RULES = "wcag2a wcag2aa wcag21a wcag21aa wcag22a wcag22aa".split()
_AXE = {"runOnly": [*_RULES, "best-practice"], "resultTypes": ["violations"]}
WIDE, PHONE, NARROW = (
    {"width": 1280, "height": 860},
    {"width": 390, "height": 800},
    {"width": 320, "height": 640},
)
KINDS: dict[str, dict[str, Any]] = {
    "1280-light": {"viewport": WIDE, "color_scheme": "light"},
    "1280-dark": {"viewport": WIDE, "color_scheme": "dark"},
    "390": {"viewport": PHONE},
    "320": {"viewport": NARROW},
}
SILENT = "What is the height of Mount Fuji?"
DRAFT = (
    "President Nausėda said: “Paraguay stands proudly as a bridge between Japan and Taiwan.” "
    "Beside President Peña stood Representative Lee I-yang (李逸洋), Taiwan's de facto "
    "ambassador to Japan. Mount Fuji is 3,776 metres high."
)
# Everything that is drawn, in shadow roots, too.
_ALL = """
const all = (root) => [...root.querySelectorAll('*')].flatMap(
  (node) => node.shadowRoot ? [node, ...all(node.shadowRoot)] : [node])
"""
_SIDEWAYS = f"""() => {{ {_ALL}
  const said = (node) => node.tagName + '.' + node.className + ' ' + node.textContent.slice(0, 40)
  return all(document).filter((node) => {{
    const style = getComputedStyle(node)
    const box = node.getBoundingClientRect()
    return node.checkVisibility() && box.right > 0 && box.left < innerWidth &&
      node.scrollWidth > node.clientWidth + 1 &&
      (node === document.documentElement || ['auto', 'scroll'].includes(style.overflowX)) &&
      node.tagName !== 'TEXTAREA' && node.clientWidth > 1
  }}).map(said)
}}"""
# All that moves (a change of colour or of opacity is no motion), looked for twenty times a second
# from the first moment.
_WATCH_MOTION = f"""(() => {{ {_ALL}
  window.moving = new Set()
  setInterval(() => {{
    const roots = [document, ...all(document).map((node) => node.shadowRoot).filter(Boolean)]
    for (const one of roots.flatMap((root) => root.getAnimations())) {{
      const node = one.effect.target
      const seen = {{visibilityProperty: true, opacityProperty: true}}
      if (one.playState !== 'running' || one.effect.getComputedTiming().duration < 100) continue
      if (/color|opacity|shadow|visibility/.test(one.transitionProperty)) continue
      if (node.checkVisibility(seen)) moving.add(
        (one.animationName || one.transitionProperty) + ' of ' + node.tagName + ' ' +
        (node.dataset.testid || node.parentElement.dataset.testid || node.className))
    }}
  }}, 50)
}})()"""
_FOCUSED = """() => {
  let at = document.activeElement
  while (at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement
  return at
}"""
_NAME = (
    """(node) => node.getAttribute('aria-label') || node.textContent || node.placeholder || ''"""
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """A window with the article, a note and a file that cannot be read; tests only read it."""
    window = Window(tmp_path_factory.mktemp("served"), port=8660)
    window.sources.mkdir()
    for file in (Path(__file__).parent.parent.parent / "sources").glob("*.md"):
        (window.sources / file.name).write_bytes(file.read_bytes())
    (window.sources / "tea.md").write_text("# On tea\n\nUji grows green tea.")
    (window.sources / "bad.pdf").write_bytes(b"no")
    assert window.run("sync").wait(timeout=120) in (0, 1)
    window.start()
    yield window
    window.stop()


def settled(page: Page) -> None:
    page.locator(controls.SETTLED).wait_for(state="attached")
    page.wait_for_timeout(400)


def ask(page: Page, question: str) -> None:
    field = page.locator(controls.READY)
    field.fill(question)
    field.press("Enter")
    expect(page.get_by_text(question, exact=True).last).to_be_visible()
    field.wait_for()
    settled(page)


def close(page: Page) -> None:
    page.keyboard.press("Escape")
    page.locator(controls.PANEL).wait_for(state="hidden")


def states(page: Page, url: str) -> Iterator[str]:
    """Every page in each of its states, one after the other; the name of each."""
    page.goto(url)
    page.locator(controls.READY).wait_for()
    settled(page)
    yield "Ask, empty"
    sidebar = page.locator(controls.OPEN_SIDEBAR)
    if sidebar.is_visible():
        sidebar.click()
        settled(page)
        yield "Ask, sidebar"
        page.locator(controls.CLOSE_SIDEBAR).click()
        settled(page)
    ask(page, controls.ARTICLE_ASKED)
    page.locator(controls.CITATIONS).first.wait_for()
    ask(page, SILENT)
    yield "Ask, answers"
    page.locator(controls.CITATIONS).first.click()
    page.locator(controls.MARK).first.wait_for()
    settled(page)
    yield "Ask, evidence"
    close(page)
    page.goto(f"{url}/check")
    page.locator(controls.DRAFT).wait_for()
    settled(page)
    yield "Check, empty"
    page.locator(controls.DRAFT).fill(DRAFT)
    page.locator(controls.DRAFT).press("Tab")
    page.locator(controls.CHECK).click()
    page.locator(controls.CHECKED).first.wait_for()
    settled(page)
    yield "Check, report"
    page.locator(controls.PLACES).first.click()
    page.locator(controls.MARK).first.wait_for()
    settled(page)
    yield "Check, evidence"
    close(page)
    page.goto(f"{url}/library")
    page.get_by_text("bad.pdf").first.wait_for()
    settled(page)
    yield "Library"
    settings = page.locator(controls.page_link("Settings"))
    if settings.count():
        page.goto(f"{url}/settings")
        page.locator(controls.HEADING).first.wait_for()
        settled(page)
        yield "Settings"


def violations(page: Page, state: str) -> Iterator[str]:
    """What breaks WCAG 2.0 to 2.2, A and AA; what is only bad practice is told at the end."""
    for found in Axe().run(page, options=_AXE).response["violations"]:
        for node in found["nodes"]:
            said = f"{found['id']}: {' '.join(map(str, node['target']))} {node['html'][:160]}"
            if set(found["tags"]) & set(_RULES):
                yield f"{state}: {said} {node.get('failureSummary', '')}"
            else:
                TOLD[f"axe, best practice: {found['id']} on {state}"] += 1


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_violation(
    served: Window, make_context: Callable[..., BrowserContext], kind: str
) -> None:
    page = make_context(**KINDS[kind]).new_page()
    found = [line for state in states(page, served.url) for line in violations(page, state)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "kind",
    [{"viewport": NARROW}, {"viewport": {"width": 640, "height": 430}, "device_scale_factor": 2}],
    ids=["320", "zoom-200"],
)
def test_nothing_needs_sideways_scrolling(
    served: Window, make_context: Callable[..., BrowserContext], kind: dict[str, Any]
) -> None:
    page = make_context(**kind).new_page()
    wide = [
        f"{state}: {one}" for state in states(page, served.url) for one in page.evaluate(_SIDEWAYS)
    ]
    assert not wide, "\n".join(wide)


def test_with_reduced_motion_nothing_moves(
    served: Window, make_context: Callable[..., BrowserContext]
) -> None:
    page = make_context(reduced_motion="reduce").new_page()
    page.add_init_script(_WATCH_MOTION)
    moving: set[str] = set()
    for state in states(page, served.url):
        moving |= {f"{state}: {one}" for one in page.evaluate("() => [...moving]")}
    assert not moving, "\n".join(sorted(moving))


def test_each_page_has_landmarks_a_title_and_a_language(served: Window, page: Page) -> None:
    for path in ("", "/check", "/library"):
        page.goto(served.url + path)
        page.locator(controls.HEADING).first.wait_for()
        settled(page)
        assert page.locator("html").get_attribute("lang") == "en"
        assert "Kakehashi" in page.title()
        assert page.locator("main, [role=main]").count() == 1
        assert page.locator("nav, [role=navigation]").count() >= 1
        assert page.locator(controls.HEADING).count() == 1


def test_a_voice_says_when_the_answer_is_ready(served: Window, page: Page) -> None:
    page.goto(served.url)
    ask(page, controls.ARTICLE_ASKED)
    status = page.get_by_role("status").filter(has_text=re.compile("answer", re.IGNORECASE))
    expect(status.first).to_be_attached()


class Keyboard:
    """Somebody without a mouse, who must see where they are; `unseen` are the stops they lost."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unseen: list[str] = []
        self._before: tuple[ElementHandle, Image.Image | None, str] | None = None

    def to(self, name: str) -> None:
        """Press Tab until a control whose name matches has the focus."""
        seen: list[str] = []
        for _ in range(80):
            self.page.keyboard.press("Tab")
            self.page.wait_for_timeout(60)
            at = self.page.evaluate_handle(_FOCUSED).as_element()
            assert at
            said = at.evaluate(_NAME).strip()
            self._look(at, said)
            if re.search(name, said):
                return
            seen.append(said[:40])
        raise AssertionError(f"Tab does not come to {name}: {seen}")

    def _look(self, at: ElementHandle, said: str) -> None:
        """Whether what had the focus looks otherwise now that it has gone on."""
        if self._before:
            node, shown, before = self._before
            now = _picture(self.page, node)
            same = shown and now and shown.size == now.size
            if same and ImageChops.difference(shown, now).getbbox() is None:
                self.unseen.append(before[:60])
        self._before = (at, _picture(self.page, at), said)


def _picture(page: Page, node: ElementHandle) -> Image.Image | None:
    """The control with what is drawn around it; None where it is not in view."""
    size = page.viewport_size
    box = node.bounding_box()
    if not box or not size:
        return None
    left, top = max(box["x"] - 6, 0), max(box["y"] - 6, 0)
    right = min(box["x"] + box["width"] + 6, size["width"])
    foot = min(box["y"] + box["height"] + 6, size["height"])
    if right - left < 4 or foot - top < 4:
        return None
    clip = {"x": left, "y": top, "width": right - left, "height": foot - top}
    return Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")


def test_the_three_jobs_are_done_by_keyboard(
    served: Window, make_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    page = make_context(reduced_motion="reduce").new_page()
    page.goto(served.url)
    page.locator(controls.READY).wait_for()
    settled(page)
    hand = Keyboard(page)
    hand.to("^Ask the library")
    page.keyboard.type(controls.ARTICLE_ASKED)
    page.keyboard.press("Enter")
    page.locator(controls.CITATIONS).first.wait_for()
    settled(page)
    hand.to("^Citation 1:")
    page.keyboard.press("Enter")
    expect(page.locator(controls.MARK).first).to_be_in_viewport()
    close(page)
    page.wait_for_timeout(1000)
    at = page.evaluate_handle(_FOCUSED).evaluate(_NAME)
    assert at.startswith("Citation 1:"), "the focus is lost when the evidence is closed"

    page.goto(served.url)
    page.locator(controls.READY).wait_for()
    hand = Keyboard(page)
    hand.to("^(fact_check)?Check$")
    page.keyboard.press("Enter")
    page.locator(controls.DRAFT).wait_for()
    settled(page)
    hand.to("^Text to check")
    page.keyboard.type("Mount Fuji is high. Tokyo’s strategy remains constrained.")
    hand.to("^(fact_check)?Check$")
    page.keyboard.press("Enter")
    page.locator(controls.PLACES).first.wait_for()
    settled(page)
    hand.to("^Place 1:")
    page.keyboard.press("Enter")
    expect(page.locator(controls.MARK).first).to_be_in_viewport()
    close(page)

    page.goto(f"{served.url}/library")
    page.locator(controls.ROWS).first.wait_for()
    settled(page)
    (tmp_path / "rice.md").write_text("# On rice\n\nNiigata grows rice.")
    hand = Keyboard(page)
    hand.to("Browse|Upload|Add documents")
    with page.expect_file_chooser() as choosing:
        page.keyboard.press("Enter")
    choosing.value.set_files(tmp_path / "rice.md")
    expect(page.get_by_text("On rice").first).to_be_visible()
    assert Counter(hand.unseen) == Counter()
