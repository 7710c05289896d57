"""Record a Playwright page as an animated WebP: captioned screenshots, with a ring at the pointer.

Each frame lasts as long as it says, however long the page took.
"""

import io
from dataclasses import dataclass, field
from pathlib import Path

import typer
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Locator, Page

_STRIP = 44  # pixels under each frame, for the caption
_LARGEST = 2_000_000  # bytes


@dataclass
class Recording:
    """The frames, each with its duration in milliseconds; `doing` is the caption of the next."""

    page: Page
    frames: list[tuple[Image.Image, int]] = field(default_factory=list)
    doing: str = ""

    def hold(self, milliseconds: int, at: Locator | None = None) -> None:
        """Take a frame that lasts so many milliseconds, with a ring at the pointer."""
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
        """Type into a field, in a few frames."""
        for step in range(1, steps + 1):
            where.fill(text[: len(text) * step // steps])
            self.hold(220 if step < steps else 500)

    def press(self, where: Locator) -> None:
        """Show the pointer, then click."""
        where.scroll_into_view_if_needed()
        self.hold(650, where)
        where.click()

    def save(self, file: Path) -> None:
        """Write the frames, with less detail if the file would be too large."""
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
