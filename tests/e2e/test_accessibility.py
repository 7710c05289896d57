"""The window for everybody: axe-core on every page and width, zoom, motion, a screen reader.

axe-core comes with axe-playwright-python and is handed to the page by the driver, so that the
window's content security policy stays as it is.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks import controls
from benchmarks.window_server import Window
from tests.e2e.states import states
from tests.e2e.steps import G7, add_files, ask_and_wait, settled

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
_RULES = "wcag2a wcag2aa wcag21a wcag21aa wcag22a wcag22aa".split()
_AXE: dict[str, Any] = {
    "runOnly": [*_RULES, "best-practice"],
    "rules": {"target-size": {"enabled": False}},
    "resultTypes": ["violations"],
}
_SIZES = {"runOnly": {"type": "rule", "values": ["target-size"]}}
_TALL = 5000  # nothing is half under the field at the foot there, as what is scrolled may be
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
    "zoom-200": {"viewport": {"width": 640, "height": 430}, "device_scale_factor": 2},
}
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


def violations(page: Page, state: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """What breaks WCAG 2.0 to 2.2, A and AA; what is only bad practice is counted for the end."""
    size = page.viewport_size
    assert size
    reported = Axe().run(page, options=_AXE).response["violations"]
    page.set_viewport_size({"width": size["width"], "height": _TALL})
    page.wait_for_timeout(400)
    reported += Axe().run(page, options=_SIZES).response["violations"]
    page.set_viewport_size(size)
    for found in reported:
        for node in found["nodes"]:
            where = f"{found['id']}: {' '.join(map(str, node['target']))} {node['html'][:160]}"
            if set(found["tags"]) & set(_RULES):
                yield f"{state}: {where} {node.get('failureSummary', '')}"
            else:
                counted = (f"axe, best practice: {found['id']} on {state}", 1)
                request.node.user_properties.append(counted)


@pytest.fixture
def window(window: Window) -> Window:
    """The window with the article, a note and a file that cannot be read."""
    (window.sources / "bad.pdf").write_bytes(b"no")
    add_files(window, {"tea.md": "# On tea\n\nUji grows green tea."})
    return window


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_violation(
    window: Window,
    make_context: Callable[..., BrowserContext],
    request: pytest.FixtureRequest,
    kind: str,
) -> None:
    """On the narrow ones, nothing needs sideways scrolling either."""
    page = make_context(**KINDS[kind]).new_page()
    found: list[str] = []
    for state in states(page, window.url):
        if kind in ("320", "zoom-200"):
            found += [f"{state}, sideways: {one}" for one in page.evaluate(_SIDEWAYS)]
        if kind != "zoom-200":
            found += violations(page, state, request)
    assert not found, "\n".join(found)


def test_with_reduced_motion_nothing_moves(
    window: Window, make_context: Callable[..., BrowserContext]
) -> None:
    page = make_context(reduced_motion="reduce").new_page()
    page.add_init_script(_WATCH_MOTION)
    moving: set[str] = set()
    for state in states(page, window.url):
        moving |= {f"{state}: {one}" for one in page.evaluate("() => [...moving]")}
    assert not moving, "\n".join(sorted(moving))


def test_each_page_has_landmarks_a_title_and_a_language(window: Window, page: Page) -> None:
    page.goto(window.url)
    ask_and_wait(page, G7)
    for path in ("", "/check", "/library"):
        page.goto(window.url + path)
        page.locator(controls.HEADING).first.wait_for()
        settled(page)
        assert page.locator("html").get_attribute("lang") == "en"
        assert "Kakehashi" in page.title()
        assert page.locator("main, [role=main]").count() == 1
        assert page.locator("nav, [role=navigation]").count() >= 1
        assert page.locator(controls.HEADING).count() == 1


def test_a_screen_reader_is_told_when_the_answer_is_ready(window: Window, page: Page) -> None:
    page.goto(window.url)
    ask_and_wait(page, G7)
    status = page.get_by_role("status").filter(has_text=re.compile("answer", re.IGNORECASE))
    expect(status.first).to_be_attached()
