"""The child process that draws pages of PDF files and boxes words on them.

A line in asks for a page: `{"name", "page", "text", "start", "end"}`, where `name` is that of a
file in the folder of the argument (`inbox.py`), `text` is the stored text of the page, and `start`
to `end` are the words. A line out answers it: `{"picture"}` (WebP, base64), `{"width", "height"}`
in pixels, `{"pages"}` of the file, `{"boxes"}` (left, top, width, height, each a share of the
picture), `{"share"}` of the words that they cover and `{"letters"}` that PDFium reads on the page;
or `{"error"}`: `damaged`, `no page`; or `{"locked"}` with a sentence for a file that no known
password opens.

The process limits itself; `ingest/page_images/images.py` starts it and watches the clock.
"""

import base64
import io
import json
import sys
from collections.abc import Iterable, Iterator
from ctypes import byref
from pathlib import Path
from typing import Any

from ingest.page_images.word_boxes import locate
from ingest.process_limits import allow_cpu_time, limit_process
from ingest.readers.pdf import locked
from ingest.sidecar import password_beside
from vectorstore.child_process import line_writer

_WIDTH = 1300  # pixels; judged: 160 to the inch of an A4 page, sharp on most screens
_MOST_PIXELS = 6_000_000  # judged: limits the memory for a very long page
_CPU_TIME = 20  # seconds for one page; judged: more than the caller's timeout

Box = tuple[float, float, float, float]  # left, top, right, bottom


def main() -> None:
    """Answer until there are no more lines."""
    write = line_writer()
    folder = Path(sys.argv[1])
    limit_process(folder)
    for line in sys.stdin:
        allow_cpu_time(_CPU_TIME)
        try:
            asked = json.loads(line)
            answer = draw(folder / asked.pop("name"), **asked)
        except Exception:  # noqa: BLE001 - a library may raise anything
            answer = {"error": "damaged"}
        write(answer)


def draw(path: Path, page: int, text: str, start: int, end: int) -> dict[str, Any]:
    """Draw one page; the module's docstring describes the answer."""
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(path, password=password_beside(path) or None)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            return {"locked": locked(path)}
        return {"error": "damaged"}
    with document:
        if not 1 <= page <= len(document):
            return {"error": "no page"}
        opened = document[page - 1]
        width, height = opened.get_size()
        scale = min(_WIDTH / max(width, 1), (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
        bitmap = opened.render(scale=scale, rev_byteorder=True)
        image, place = bitmap.to_pil(), bitmap.get_posconv(opened)
        read = opened.get_textpage()
        characters = _characters(read)
        spans, share = locate(text, start, end, characters)
        boxes = [box for span in spans for box in _lines(_boxes(read, place, span))]
        kept = io.BytesIO()
        image.convert("RGB").save(kept, "WEBP", quality=82, method=1)
        return {
            "picture": base64.b64encode(kept.getvalue()).decode(),
            "width": image.width,
            "height": image.height,
            "pages": len(document),
            "boxes": list(_shares(boxes, image.width, image.height)),
            "share": round(share, 3),
            "letters": sum(map(str.isalnum, characters)),
        }


def _characters(read: Any) -> str:
    """Return every character that PDFium counts on the page, so that indexes match PDFium's."""
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

    codes = (pdfium.FPDFText_GetUnicode(read, place) for place in range(read.count_chars()))
    return "".join(chr(code) if code <= sys.maxunicode else " " for code in codes)


def _boxes(read: Any, place: Any, span: tuple[int, int]) -> Iterator[Box]:
    """Yield the box of each character that has one, in pixels of the picture."""
    import pypdfium2.raw as pdfium

    for index in range(*span):
        rect = pdfium.FS_RECTF()
        if not pdfium.FPDFText_GetLooseCharBox(read, index, byref(rect)):
            continue
        one, other = (
            place.to_bitmap(rect.left, rect.top),
            place.to_bitmap(rect.right, rect.bottom),
        )
        (left, right), (top, bottom) = (sorted(pair) for pair in zip(one, other, strict=True))
        if left < right and top < bottom:
            yield left, top, right, bottom


def _lines(boxes: Iterable[Box]) -> list[Box]:
    """Join the boxes of characters line by line, or column by column."""
    lines: list[Box] = []
    last: Box | None = None
    for box in boxes:
        if last and _follows(last, box):
            line = lines[-1]
            lines[-1] = (
                min(line[0], box[0]),
                min(line[1], box[1]),
                max(line[2], box[2]),
                max(line[3], box[3]),
            )
        else:
            lines.append(box)
        last = box
    return lines


def _follows(one: Box, other: Box) -> bool:
    """Return whether a character is in the line, or the upright column, of the one before it."""
    size = max(one[3] - one[1], one[2] - one[0], 1)
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    beside = down > 0.5 * min(one[3] - one[1], other[3] - other[1]) and across > -3 * size
    below = across > 0.5 * min(one[2] - one[0], other[2] - other[0]) and down > -0.5 * size
    return beside or below


def _shares(boxes: Iterable[Box], width: int, height: int) -> Iterator[list[float]]:
    """Yield the boxes as shares of the picture, clipped to it."""
    for box in boxes:
        left, top = max(box[0] - 2, 0), max(box[1] - 1, 0)
        right, bottom = min(box[2] + 2, width), min(box[3] + 1, height)
        if left < right and top < bottom:
            shares = (left / width, top / height, (right - left) / width, (bottom - top) / height)
            yield [round(share, 5) for share in shares]


if __name__ == "__main__":
    main()
