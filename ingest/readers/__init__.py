"""Reads files as documents: one reader for each format.

A reader changes nothing and knows nothing of the library. It is run by
`ingest/reader_process.py`, in a child process with limits.
"""

from collections.abc import Callable
from pathlib import Path

from ingest.readers.docx import read_docx
from ingest.readers.epub import read_epub
from ingest.readers.html import read_html
from ingest.readers.markdown import read_markdown
from ingest.readers.pdf import read_pdf
from ingest.readers.plain import read_plain
from ingest.readers.pptx import read_pptx
from ingest.readers.spreadsheets import read_csv, read_xlsx
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document

READERS: dict[str, Callable[[Path], Document]] = {
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".pptx": read_pptx,
    ".xlsx": read_xlsx,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".epub": read_epub,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_plain,
    ".text": read_plain,
}
KINDS = (
    "PDF, Word (.docx), PowerPoint (.pptx), Excel (.xlsx), CSV, HTML, EPUB, Markdown, plain text"
)
MOST_CHARACTERS = 20_000_000  # of one document; judged: some 10,000 pages
_OLD = {".doc": ".docx", ".ppt": ".pptx", ".xls": ".xlsx", ".rtf": ".docx", ".odt": ".docx"}


def read(
    path: Path, on_page: Callable[[int, int], None] = lambda *_: None, *, draft: bool = False
) -> Document:
    """Return the document in a file.

    `on_page` receives the pages done and all pages, for formats with pages. The notes of a `draft`
    keep their marks. Raises UnreadableSource, whose message names the file.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableSource(unknown_kind(path))
    try:
        if path.stat().st_size == 0:
            raise UnreadableSource(f"{path.name} is empty: add a file that has text.")
        if draft and reader is read_docx:
            document = read_docx(path, note_marks=True)
        else:
            document = read_pdf(path, on_page) if reader is read_pdf else reader(path)
    except OSError as error:
        raise UnreadableSource(
            f"{path.name} cannot be opened ({error.strerror or error}): check that the file "
            "exists and is readable."
        ) from error
    if len(document.text) > MOST_CHARACTERS:
        raise UnreadableSource(
            f"{path.name} has more than {MOST_CHARACTERS:,} characters: split it into smaller "
            "files."
        )
    if not any(character.isalnum() for character in document.text):
        raise UnreadableSource(f"{path.name} has no words in it: add a file that has text.")
    return document


def unknown_kind(path: Path) -> str:
    """Return what to say of a file that no reader is for."""
    better = _OLD.get(path.suffix.lower())
    if better:
        return f"{path.name} is in a format that cannot be read: save it as {better} and add that."
    return f"{path.name} is not a kind of file that Kakehashi reads. It reads {KINDS}."
