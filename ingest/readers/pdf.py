"""Reads PDF files: whole paragraphs in the order of reading, with the offsets of each page.

pypdf opens the file and reads its facts, PDFium says where the glyphs of a page are
(`pdf_page.py`), and that makes lines, columns, paragraphs, notes and running heads of them
(`pdf_assembly.py`). A page without a text layer is read by OCR, if that is installed. A page whose
text may differ from what is printed carries a warning.
"""

import logging
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from ingest.readers import pdf_metadata
from ingest.readers.ocr import ScannedPages
from ingest.readers.pdf_additions import attached_files, layers_off
from ingest.readers.pdf_assembly import assembled
from ingest.readers.pdf_fields import needs_another_program
from ingest.readers.pdf_glyphs import GlyphReader, NoGlyphs
from ingest.readers.pdf_labels import page_labels
from ingest.readers.pdf_page import Outcome, ReadPage, read_page
from ingest.readers.pdf_visibility import Visibility
from ingest.sidecar import SIDECAR, password_beside
from vectorstore.errors import UnreadableSource
from vectorstore.reading_warnings import page_warning
from vectorstore.records import Document, Page, ReadingWarning

MOST_PAGES = 5_000  # judged: no book has more
MOST_CHARACTERS = 20_000_000  # judged: some 10,000 pages
_NOTHING: dict[Outcome, str] = {
    "unread": "has no text, because it is scanned: install tesseract-ocr to read it (and "
    "tesseract-ocr-jpn, tesseract-ocr-chi-tra for Japanese and Chinese), or run ocrmypdf on it "
    "and add the result.",
    "late": "has no text that OCR could read within twenty minutes: run ocrmypdf on it and add the "
    "result.",
    "picture": "has no text: OCR finds no words on its pages. Add a better scan, or the words "
    "as a text file.",
    "damaged": "is damaged, and none of its pages can be read: open it in a PDF viewer, save or "
    "print it as a new PDF, and add that.",
    "": "has no text: its pages are blank. Add a file that has text.",
}
_HIDDEN = (
    "has no text that is seen: its words are drawn without ink, covered, clipped away or off the "
    "page. Add a file that has text."
)


def read_pdf(path: Path, on_page: Callable[[int, int], None] = lambda *_: None) -> Document:
    """Return all pages of a PDF; `on_page` receives the number of each page read, and of all pages.

    OCR of scanned pages may take twenty minutes in all. Raises UnreadableSource if the file is
    encrypted, damaged, or has no text.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader, password = _opened(path)
        read, warnings = _read(reader, path, password, on_page)
        whole = assembled(read, pdf_metadata.bookmark_titles(reader))
        if not any(map(str.isalnum, whole.text)):
            outcomes = {page.outcome for page in read}
            reason = next(reason for reason in _NOTHING if reason in outcomes or not reason)
            hidden = any(warning.kind == "hidden_text" for warning in warnings)
            said = _HIDDEN if hidden and not reason else _NOTHING[reason]
            raise UnreadableSource(f"{path.name} {said}")
        warnings += [
            ReadingWarning("hyphens_doubtful", count, page)
            for page, count in enumerate(whole.doubtful, start=1)
            if count
        ]
        labels = page_labels(reader, whole.numbers)
        pages = tuple(
            Page(number, *span, page_warning(warnings, number), label)
            for number, (span, label) in enumerate(zip(whole.spans, labels, strict=True), start=1)
        )
        metadata = pdf_metadata.metadata(reader, whole.text)
        texts = [whole.text[slice(*span)] for span in whole.spans]
        headings = pdf_metadata.headings(reader, texts, pages)
    except (FileNotDecryptedError, DependencyError) as error:
        raise UnreadableSource(locked(path)) from error
    except pdf_metadata.DAMAGE as error:
        raise UnreadableSource(
            f"{path.name} is damaged or not a PDF: open it in a PDF "
            "viewer, save or print it as a new PDF, and add that."
        ) from error
    return Document(whole.text, "pdf", metadata, pages, headings, tuple(warnings))


def _opened(path: Path) -> tuple[PdfReader, str]:
    """Return the opened file, and the password it needed; empty if none."""
    reader = PdfReader(path)
    if not reader.is_encrypted or reader.decrypt(""):
        return reader, ""
    password = password_beside(path)
    if not password or not reader.decrypt(password):
        raise FileNotDecryptedError
    return reader, password


def locked(path: Path) -> str:
    """Return what to say of a file that no known password opens."""
    if password_beside(path):
        return (
            f"{path.name} is protected by a password, and the one in {path.name}{SIDECAR} does "
            "not open it: correct it there and sync again, or save a copy without it."
        )
    return (
        f"{path.name} is protected by a password: write it as `password: …` into "
        f"{path.name}{SIDECAR} beside it and sync again, or save a copy without it."
    )


def _read(
    reader: PdfReader, path: Path, password: str, on_page: Callable[[int, int], None]
) -> tuple[list[ReadPage], list[ReadingWarning]]:
    """Return what was read of each page, and warnings."""
    total, characters = len(reader.pages), 0
    read: list[ReadPage] = []
    scans = ScannedPages(path, password)
    layer_off = layers_off(reader.root_object)
    with ExitStack() as stack:
        glyphs: GlyphReader | None = None
        with suppress(NoGlyphs):
            glyphs = stack.enter_context(GlyphReader(path, password, Visibility().unseen))
        if glyphs is not None and glyphs.pages != total:
            glyphs = None  # the file is damaged: the pages may not be the same
        for number in range(1, min(total, MOST_PAGES) + 1):
            page = read_page(reader, glyphs, number, scans, layer_off)
            characters += len(page.text) + 2
            if characters > MOST_CHARACTERS:
                break
            read.append(page)
            on_page(number, min(total, MOST_PAGES))
    warnings = [
        ReadingWarning(page.outcome, page=number)
        for number, page in enumerate(read, start=1)
        if page.outcome
    ]
    warnings += [
        ReadingWarning(kind, count, number)
        for number, page in enumerate(read, start=1)
        for kind, count in page.counted
    ]
    if attached := attached_files(reader.root_object):
        warnings.append(ReadingWarning("attached_files", len(attached)))
    if needs_another_program(reader.root_object):
        warnings.append(ReadingWarning("form_unread"))
    if len(read) < total:
        warnings.append(
            ReadingWarning(
                "pages_left_out", total - len(read), detail=f"{len(read):,} of {total:,}"
            )
        )
    return read, warnings
