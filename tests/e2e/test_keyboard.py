"""The three jobs by keyboard alone, with the focus always in sight."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import BrowserContext, ElementHandle, Page, expect

from benchmarks import controls
from benchmarks.window_server import Window
from tests.e2e.steps import G7, settled

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
_FOCUSED = """() => {
  let at = document.activeElement
  while (at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement
  return at
}"""
# The question field shows the focus on the frame around it.
_DRAWN = """(node) => {
  const box = (node.closest(".frame") || node).getBoundingClientRect()
  return { x: box.x, y: box.y, width: box.width, height: box.height }
}"""
_NAME = (
    """(node) => node.getAttribute('aria-label') || node.textContent || node.placeholder || ''"""
)


class Keyboard:
    """A user without a mouse; `unseen` lists the controls on which the focus did not show."""

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
        """Note the control that had the focus if it looks the same without it."""
        if self._before:
            node, shown, before = self._before
            now = _picture(self.page, node)
            same = shown and now and shown.size == now.size
            if same and ImageChops.difference(shown, now).getbbox() is None:
                self.unseen.append(before[:60])
        self._before = (at, _picture(self.page, at), said)


def _picture(page: Page, node: ElementHandle) -> Image.Image | None:
    """Picture the control with what is drawn around it; None where it is not in view."""
    size = page.viewport_size
    if not size:
        return None
    box = node.evaluate(_DRAWN)
    if not box["width"]:
        return None
    left, top = max(box["x"] - 6, 0), max(box["y"] - 6, 0)
    right = min(box["x"] + box["width"] + 6, size["width"])
    foot = min(box["y"] + box["height"] + 6, size["height"])
    if right - left < 4 or foot - top < 4:
        return None
    clip = {"x": left, "y": top, "width": right - left, "height": foot - top}
    return Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")


@pytest.fixture
def hand(make_context: Callable[..., BrowserContext]) -> Iterator[Keyboard]:
    """A keyboard user who must have seen the focus wherever it was."""
    hand = Keyboard(make_context(reduced_motion="reduce").new_page())
    yield hand
    assert hand.unseen == []


def open_page(hand: Keyboard, address: str, awaited: str) -> Page:
    hand.page.goto(address)
    hand.page.locator(awaited).first.wait_for()
    settled(hand.page)
    return hand.page


def look_and_close(page: Page) -> None:
    """Open the evidence that has the focus, see its words, and close it with Escape."""
    page.keyboard.press("Enter")
    expect(page.locator(controls.MARK).first).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.locator(controls.PANEL).wait_for(state="hidden")


def test_a_question_is_asked_and_its_evidence_read_by_keyboard(
    window: Window, hand: Keyboard
) -> None:
    page = open_page(hand, window.url, controls.READY)
    hand.to("^Ask the library")
    page.keyboard.type(G7)
    page.keyboard.press("Enter")
    page.locator(controls.CITATIONS).first.wait_for()
    settled(page)
    hand.to("^Citation 1:")
    look_and_close(page)
    page.wait_for_timeout(1000)
    at = page.evaluate_handle(_FOCUSED).evaluate(_NAME)
    assert at.startswith("Citation 1:"), "the focus is lost when the evidence is closed"


def test_a_draft_is_checked_by_keyboard(window: Window, hand: Keyboard) -> None:
    page = open_page(hand, window.url, controls.READY)
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
    look_and_close(page)


def test_a_document_is_added_by_keyboard(window: Window, hand: Keyboard, tmp_path: Path) -> None:
    page = open_page(hand, f"{window.url}/library", controls.ROWS)
    settled(page)
    (tmp_path / "rice.md").write_text("# On rice\n\nNiigata grows rice.")
    # Chromium must hear that dialogs are answered here well before the key that opens one.
    with page.expect_file_chooser() as choosing:
        hand.to("^(upload)?(Browse|Upload)")
        settled(page)
        page.keyboard.press("Enter")
    choosing.value.set_files(tmp_path / "rice.md")
    expect(page.get_by_text("On rice").first).to_be_visible()
