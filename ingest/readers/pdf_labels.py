"""Returns what a PDF itself calls its pages: `xii`, `211`, `A-3`."""

from contextlib import suppress

from pypdf import PdfReader

from ingest.readers.pdf_metadata import DAMAGE

_LONGEST = 20  # characters; judged: longer "labels" are file names or titles


def page_labels(reader: PdfReader) -> list[str]:
    """Return the label of each page, as the file's table of page labels has it.

    Empty strings if there is no such table, it is damaged, or it gives a page nothing short.
    """
    total = len(reader.pages)
    labels: list[str] = []
    with suppress(*DAMAGE):
        if "/PageLabels" in reader.root_object:
            labels = [_line(label) for label in reader.page_labels]
    return labels if len(labels) == total else [""] * total


def _line(label: object) -> str:
    words = " ".join(str(label).encode(errors="ignore").decode().replace("\0", "").split())
    return words if len(words) <= _LONGEST else ""
