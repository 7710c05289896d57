"""A film of a page, made of screenshots: under each what is being done, a ring for the pointer.

In: a Playwright page. Out: an animated WebP, as slow as its frames say, whatever the page took.
"""

import io
from dataclasses import dataclass, field
from pathlib import Path

import typer
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Locator, Page

_STRIP = 44  # pixels under each frame, for what is being done
_LARGEST = 2_000_000  # bytes


@dataclass
class Recording:
    """Frames with how long each stands (milliseconds)."""

    page: Page
    frames: list[tuple[Image.Image, int]] = field(default_factory=list)
    doing: str = ""

    def hold(self, milliseconds: int, at: Locator | None = None) -> None:
        """Take a frame; a ring shows where the pointer is."""
        picture = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        framed = Image.new("RGB", (picture.width, picture.height + _STRIP), "#23211e")
        framed.paste(picture)
        draw = ImageDraw.Draw(framed)
        font = ImageFont.load_default(20)
        draw.text((18, picture.height + 9), self.doing, "#fbf9f4", font=font)
        box = at.bounding_box() if at else None
        if box:
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            draw.ellipse((x - 15, y - 15, x + 15, y + 15), outline="#c2403a", width=4)
        self.frames.append((framed, milliseconds))

    def write(self, where: Locator, text: str, steps: int = 5) -> None:
        """Write into a field, in a few frames."""
        for step in range(1, steps + 1):
            where.fill(text[: len(text) * step // steps])
            self.hold(220 if step < steps else 500)

    def press(self, where: Locator) -> None:
        """Show where the pointer goes, then click."""
        where.scroll_into_view_if_needed()
        self.hold(650, where)
        where.click()

    def save(self, file: Path) -> None:
        """Write the frames; a larger file than is wanted gets fewer details."""
        pictures = [picture for picture, _ in self.frames]
        lasting = [milliseconds for _, milliseconds in self.frames]
        for quality in (80, 65, 50):
            pictures[0].save(
                file, save_all=True, append_images=pictures[1:], duration=lasting, loop=0,
                quality=quality, method=6, minimize_size=True,
            )  # fmt: skip
            if file.stat().st_size < _LARGEST:
                break
        typer.echo(f"{len(pictures)} frames, {sum(lasting) / 1000:.1f} s")
