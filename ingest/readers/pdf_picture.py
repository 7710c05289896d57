"""Draws a page of a PDF in memory, to compare what is drawn where its words stand."""

from ctypes import byref, c_int
from typing import Any, Self

Box = tuple[float, float, float, float]  # left, bottom, right, top, in points of the page

_SCALE = 2.0  # pixels for each point; judged: a letter of 2 points still leaves a mark
_MOST_PIXELS = 6_000_000  # judged: limits memory and time on posters
_FINE = 64  # places for each pixel, because PDFium gives whole numbers only


class Places:
    """Where the points of a page are in its picture."""

    def __init__(self, page: Any) -> None:
        """Ask PDFium for a page of pypdfium2."""
        import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

        width, height = page.get_size()
        self.scale = min(_SCALE, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
        size = [round(side * self.scale * _FINE) for side in (width, height)]

        def at(x: float, y: float) -> tuple[float, float]:
            across, down = c_int(), c_int()
            pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, byref(across), byref(down))
            return across.value / _FINE, down.value / _FINE

        self._origin, one, other = at(0, 0), at(100, 0), at(0, 100)
        self._x = [(end - start) / 100 for start, end in zip(self._origin, one, strict=True)]
        self._y = [(end - start) / 100 for start, end in zip(self._origin, other, strict=True)]

    def box(self, box: Box, more: float = 0.0) -> tuple[int, int, int, int]:
        """Return a box in whole pixels: left, top, right, bottom; `more` widens it by pixels."""
        corners = [
            (
                self._origin[0] + x * self._x[0] + y * self._y[0],
                self._origin[1] + x * self._x[1] + y * self._y[1],
            )
            for x, y in ((box[0], box[1]), (box[2], box[3]))
        ]
        (left, right), (top, bottom) = (sorted(pair) for pair in zip(*corners, strict=True))
        return int(left - more), int(top - more), int(right + more + 1), int(bottom + more + 1)


class Drawn:
    """A picture of a page, with the annotations on it."""

    def __init__(self, page: Any, places: Places) -> None:
        """Draw a page of pypdfium2; raises its error if that fails."""
        self._places = places
        self._image = (
            page.render(scale=places.scale, rev_byteorder=True, may_draw_forms=False)
            .to_pil()
            .convert("RGB")
        )

    def difference(self, other: "Drawn") -> Self:
        """Return how far each pixel differs from that of another picture of the page."""
        from PIL import ImageChops

        picture = object.__new__(type(self))
        picture._places = self._places
        picture._image = ImageChops.difference(self._image, other._image)
        return picture

    def contrast(self, box: Box, more: float = 0.0) -> int:
        """Return the greatest difference of colour within a box, 0 to 255."""
        return max((most - least for least, most in self._extremes(box, more)), default=0)

    def most(self, box: Box) -> int:
        """Return the greatest value of any colour within a box, 0 to 255."""
        return max((most for _, most in self._extremes(box)), default=0)

    def colour(self, box: Box) -> tuple[int, ...]:
        """Return the darkest colour within a box."""
        return tuple(least for least, _ in self._extremes(box)) or (255, 255, 255)

    def _extremes(self, box: Box, more: float = 0.0) -> tuple[tuple[int, int], ...]:
        """Return the least and greatest value of each colour; nothing outside the picture."""
        left, top, right, bottom = self._places.box(box, more)
        right, bottom = min(right, self._image.width), min(bottom, self._image.height)
        left, top = max(left, 0), max(top, 0)
        if left >= right or top >= bottom:
            return ()
        found: tuple[tuple[int, int], ...] = self._image.crop(
            (left, top, right, bottom)
        ).getextrema()
        return found


def visible_box(page: Any) -> Box:
    """Return the part of a page that is shown, whose boxes may be inherited or contradictory."""
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, byref(box))
    return box.left, box.bottom, box.right, box.top
