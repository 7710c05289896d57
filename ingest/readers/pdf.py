"""Reads PDF files through pypdf: the repaired text of each page, with its offsets.

A page without a text layer is read by OCR, if that is installed. A page whose text may differ from
what is printed carries a warning. Columns and tables stay in the order of the file.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

import yaml
from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from ingest.readers import pdf_metadata
from ingest.readers.garbled import garbled
from ingest.readers.ocr import ScannedPages, has_picture
from ingest.readers.pdf_text import repair
from ingest.sidecar import SIDECAR, sidecar_of
from vectorstore.errors import UnreadableSource
from vectorstore.reading_warnings import page_warning
from vectorstore.records import Document, Page, ReadingWarning

Outcome = Literal["", "ocr", "picture", "unread", "late", "garbled", "damaged"]
MOST_PAGES = 5_000  # judged: no book has more
MOST_CHARACTERS = 20_000_000  # judged: some 10,000 pages
_LITTLE = 20  # letters and digits on a page; judged: a page number and a heading have fewer
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


def read_pdf(path: Path, on_page: Callable[[int, int], None] = lambda *_: None) -> Document:
    """Return all pages of a PDF; `on_page` receives the number of each page read, and of all pages.

    OCR of scanned pages may take twenty minutes in all. Raises UnreadableSource if the file is
    encrypted, damaged, or has no text.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader, password = _opened(path)
        raw, outcomes, warnings = _read(reader, ScannedPages(path, password), on_page)
        texts = [page.text for page in repair(raw)]
        if not any(any(map(str.isalnum, text)) for text in texts):
            reason = next(reason for reason in _NOTHING if reason in outcomes or not reason)
            raise UnreadableSource(f"{path.name} {_NOTHING[reason]}")
        pages = tuple(_placed(texts, warnings))
        whole = "".join(_joined(texts))
        metadata = pdf_metadata.metadata(reader, whole)
        headings = pdf_metadata.headings(reader, texts, pages)
    except (FileNotDecryptedError, DependencyError) as error:
        raise UnreadableSource(locked(path)) from error
    except pdf_metadata.DAMAGE as error:
        raise UnreadableSource(
            f"{path.name} is damaged or not a PDF: open it in a PDF "
            "viewer, save or print it as a new PDF, and add that."
        ) from error
    return Document(whole, "pdf", metadata, pages, headings, tuple(warnings))


def _opened(path: Path) -> tuple[PdfReader, str]:
    """Return the opened file, and the password it needed; empty if none."""
    reader = PdfReader(path)
    if not reader.is_encrypted or reader.decrypt(""):
        return reader, ""
    password = password_of(path)
    if not password or not reader.decrypt(password):
        raise FileNotDecryptedError
    return reader, password


def password_of(path: Path) -> str:
    """Return the password in the file's sidecar, verbatim; empty if there is none."""
    sidecar = sidecar_of(path)
    with suppress(OSError, yaml.YAMLError, *pdf_metadata.DAMAGE):
        # BaseLoader makes only strings, lists and mappings, so that 0123 stays a string.
        values = yaml.load(sidecar.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
        if isinstance(values, dict) and isinstance(values.get("password"), str):
            return str(values["password"])
    return ""


def locked(path: Path) -> str:
    """Return what to say of a file that no known password opens."""
    if password_of(path):
        return (
            f"{path.name} is protected by a password, and the one in {path.name}{SIDECAR} does "
            "not open it: correct it there and sync again, or save a copy without it."
        )
    return (
        f"{path.name} is protected by a password: write it as `password: …` into "
        f"{path.name}{SIDECAR} beside it and sync again, or save a copy without it."
    )


def _read(
    reader: PdfReader, scans: ScannedPages, on_page: Callable[[int, int], None]
) -> tuple[list[str], list[Outcome], list[ReadingWarning]]:
    """Return the raw text of each page, the outcome for each, and warnings."""
    total, characters = len(reader.pages), 0
    texts: list[str] = []
    outcomes: list[Outcome] = []
    for number in range(1, min(total, MOST_PAGES) + 1):
        text, outcome = _page(reader, number, scans)
        characters += len(text) + 2
        if characters > MOST_CHARACTERS:
            break
        texts.append(text)
        outcomes.append(outcome)
        on_page(number, min(total, MOST_PAGES))
    warnings = [
        ReadingWarning(outcome, page=number)
        for number, outcome in enumerate(outcomes, start=1)
        if outcome
    ]
    if len(texts) < total:
        warnings.append(
            ReadingWarning(
                "pages_left_out", total - len(texts), detail=f"{len(texts):,} of {total:,}"
            )
        )
    return texts, outcomes, warnings


def _page(reader: PdfReader, number: int, scans: ScannedPages) -> tuple[str, Outcome]:
    """Return the raw text of a page and its outcome."""
    try:
        page = reader.pages[number - 1]
        text = page.extract_text()
    except (FileNotDecryptedError, DependencyError):
        raise
    except pdf_metadata.DAMAGE:
        return "", "damaged"
    words, picture = sum(map(str.isalnum, text)), False
    if words < _LITTLE:
        with suppress(*pdf_metadata.DAMAGE):
            picture = has_picture(page)
    if not picture:
        return text, "garbled" if garbled(text) else ""
    return (text, "picture") if words else scans.read(number)


def _joined(texts: Sequence[str]) -> Iterator[str]:
    """Yield the texts of pages, each with what separates it from the next.

    A sentence that continues on the next page stays in one paragraph.
    """
    for number, text in enumerate(texts, start=1):
        following = texts[number] if number < len(texts) else ""
        runs_on = bool(text and following) and text[-1] not in '.!?:;”"' and following[0].islower()
        yield text + ("\n" if runs_on else "\n\n")


def _placed(texts: Sequence[str], warnings: Sequence[ReadingWarning]) -> Iterator[Page]:
    start = 0
    for number, (text, piece) in enumerate(zip(texts, _joined(texts), strict=True), start=1):
        yield Page(number, start, start + len(text), page_warning(warnings, number))
        start += len(piece)
