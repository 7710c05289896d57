"""PDF through pypdf: the text of each page, repaired, with the page's place in the whole.

The text layer comes first; a page that is a picture is read by OCR where that is installed. Each
page whose text may not be what is printed says so. Columns and tables stay in the order in which
the file gives them.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import yaml
from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from ingest.readers import pdf_metadata as pdf_facts
from ingest.readers.garbled import garbled
from ingest.readers.ocr import Scans, pictured
from ingest.readers.pdf_text import repair
from ingest.sidecar import SIDECAR, sidecar_of
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, Page

MOST_PAGES = 5_000
MOST_CHARACTERS = 20_000_000
_LITTLE = 20  # letters and digits on a page
_STOPPED = (
    "OCR of this document was stopped after twenty minutes; run ocrmypdf on it and add the result."
)
# What became of a page: what is said of it, and what is said of all such pages of a document.
_SAID = {
    "": ("", ""),
    "ocr": ("Read by OCR: check the words against the page.", "Read by OCR: {}."),
    "picture": (
        "Page {} has hardly any text: it may be a picture.",
        "Hardly any text on {} (pictures?).",
    ),
    "unread": (
        "Page {} has hardly any text: it may be a picture.",
        "Not read: {} (pictures; install tesseract-ocr to read them).",
    ),
    "late": (
        f"Not read: {_STOPPED}",
        f"Not read: {{}}. {_STOPPED}",
    ),
    "garbled": (
        "The text of page {} is garbled: check the words against the page.",
        "Garbled text on {}.",
    ),
    "damaged": ("Page {} is damaged and could not be read.", "Damaged and not read: {}."),
}
_NOTHING = {
    "unread": "has no text: it is scanned; install tesseract-ocr to read it (and "
    "tesseract-ocr-jpn, tesseract-ocr-chi-tra for Japanese and Chinese), or run ocrmypdf on it "
    "and add the result.",
    "late": "has no text that OCR could read within twenty minutes: run ocrmypdf on it and add the "
    "result.",
    "picture": "has no text: its pages are pictures in which OCR finds no words. Add a better "
    "scan, or the words as a text file.",
    "damaged": "is damaged, no page of it can be read: open it in a PDF viewer, save or print it "
    "as a new PDF, and add that.",
    "": "has no text: its pages are blank. Add a file that has text.",
}


def read_pdf(path: Path, said: Callable[[int, int], None] = lambda *_: None) -> Document:
    """All pages of a PDF; `said` hears after each page of its number and how many there are.

    A page that is scanned is read by OCR, for twenty minutes altogether. Raises UnreadableSource
    for a file that is locked, damaged, or has no text.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader, password = _opened(path)
        raw, fates, warnings = _read(reader, Scans(path, password), said)
        texts = [page.text for page in repair(raw)]
        if not any(any(map(str.isalnum, text)) for text in texts):
            reason = next(reason for reason in _NOTHING if reason in fates or not reason)
            raise UnreadableSource(f"{path.name} {_NOTHING[reason]}")
        pages = tuple(_placed(texts, fates))
        whole = "".join(_joined(texts))
        metadata = pdf_facts.metadata(reader, whole)
        headings = pdf_facts.headings(reader, texts, pages)
    except (FileNotDecryptedError, DependencyError) as error:
        raise UnreadableSource(locked(path)) from error
    except pdf_facts.DAMAGE as error:
        raise UnreadableSource(
            f"{path.name} is damaged or not a PDF: open it in a PDF "
            "viewer, save or print it as a new PDF, and add that."
        ) from error
    return Document(whole, "pdf", metadata, pages, headings, (*warnings, *_summed(fates)))


def _opened(path: Path) -> tuple[PdfReader, str]:
    """The file opened, and the password that did it; empty where none was needed."""
    reader = PdfReader(path)
    if not reader.is_encrypted or reader.decrypt(""):
        return reader, ""
    password = password_of(path)
    if not password or not reader.decrypt(password):
        raise FileNotDecryptedError
    return reader, password


def password_of(path: Path) -> str:
    """The password in the file's sidecar, letter for letter; empty if there is none."""
    sidecar = sidecar_of(path)
    with suppress(OSError, yaml.YAMLError, *pdf_facts.DAMAGE):
        # BaseLoader makes only strings, lists and mappings: 0123 is no number here.
        values = yaml.load(sidecar.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
        if isinstance(values, dict) and isinstance(values.get("password"), str):
            return str(values["password"])
    return ""


def locked(path: Path) -> str:
    """What is said of a file that no password opens."""
    if password_of(path):
        return (
            f"{path.name} is protected by a password, and the one in {path.name}{SIDECAR} does "
            "not open it: correct it there and sync again, or save a copy without it."
        )
    return (
        f"{path.name} is protected by a password: write it as `password: …` in "
        f"{path.name}{SIDECAR} beside it and sync again, or save a copy without it."
    )


def _read(
    reader: PdfReader, scans: Scans, said: Callable[[int, int], None]
) -> tuple[list[str], list[str], list[str]]:
    """The text of each page as the file gives it, what became of each, and what was left out."""
    of, taken = len(reader.pages), 0
    texts: list[str] = []
    fates: list[str] = []
    for number in range(1, min(of, MOST_PAGES) + 1):
        text, fate = _page(reader, number, scans)
        taken += len(text) + 2
        if taken > MOST_CHARACTERS:
            break
        texts.append(text)
        fates.append(fate)
        said(number, min(of, MOST_PAGES))
    if len(texts) == of:
        return texts, fates, []
    warning = f"Only the first {len(texts):,} of {of:,} pages were read: split the file to add all."
    return texts, fates, [warning]


def _page(reader: PdfReader, number: int, scans: Scans) -> tuple[str, str]:
    """The text of a page and what became of it."""
    try:
        page = reader.pages[number - 1]
        text = page.extract_text()
    except (FileNotDecryptedError, DependencyError):
        raise
    except pdf_facts.DAMAGE:
        return "", "damaged"
    words, picture = sum(map(str.isalnum, text)), False
    if words < _LITTLE:
        with suppress(*pdf_facts.DAMAGE):
            picture = pictured(page)
    if not picture:
        return text, "garbled" if garbled(text) else ""
    return (text, "picture") if words else scans.read(number)


def _joined(texts: Sequence[str]) -> Iterator[str]:
    """The pages' texts, each with what separates it from the next.

    A sentence that runs on to the next page is kept in one paragraph.
    """
    for number, text in enumerate(texts, start=1):
        following = texts[number] if number < len(texts) else ""
        runs_on = bool(text and following) and text[-1] not in '.!?:;”"' and following[0].islower()
        yield text + ("\n" if runs_on else "\n\n")


def _placed(texts: Sequence[str], fates: Sequence[str]) -> Iterator[Page]:
    start = 0
    for number, (text, piece) in enumerate(zip(texts, _joined(texts), strict=True), start=1):
        warning = _SAID[fates[number - 1]][0].format(number)
        yield Page(number, start, start + len(text), warning)
        start += len(piece)


def _summed(fates: Sequence[str]) -> Iterator[str]:
    """What there is to say of the document, one sentence for all pages it is true of."""
    for fate, (_, sentence) in _SAID.items():
        found = [number for number, its in enumerate(fates, start=1) if its == fate]
        if sentence and found:
            shown = ", ".join(map(str, found[:5]))
            more = f" and {len(found) - 5} more" if len(found) > 5 else ""
            yield sentence.format(f"page{'s' if len(found) > 1 else ''} {shown}{more}")
