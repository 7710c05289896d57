"""Reads files as documents: one reader for each format.

A reader changes nothing and knows nothing of the library. It is run by
`ingest/reader_process.py`, in a child process with limits.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from vectorstore.errors import UnreadableSource
from vectorstore.records import Document

# The function for each ending; imported when it is needed, which is in the child process
READERS = {
    ".pdf": "pdf.read_pdf",
    ".docx": "docx.read_docx",
    ".pptx": "pptx.read_pptx",
    ".xlsx": "spreadsheets.read_xlsx",
    ".csv": "spreadsheets.read_csv",
    ".tsv": "spreadsheets.read_csv",
    ".html": "html.read_html",
    ".htm": "html.read_html",
    ".xhtml": "html.read_html",
    ".epub": "epub.read_epub",
    ".md": "markdown.read_markdown",
    ".markdown": "markdown.read_markdown",
    ".txt": "plain.read_plain",
    ".text": "plain.read_plain",
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
    ending = path.suffix.lower()
    if ending not in READERS:
        raise UnreadableSource(unknown_kind(path))
    reader = reader_of(path)
    try:
        if path.stat().st_size == 0:
            raise UnreadableSource(f"{path.name} is empty: add a file that has text.")
        if draft and ending == ".docx":
            document = reader(path, note_marks=True)
        else:
            document = reader(path, on_page) if ending == ".pdf" else reader(path)
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


def reader_of(path: Path) -> Callable[..., Document]:
    """Return the function for a file whose ending is among `READERS`."""
    module, function = READERS[path.suffix.lower()].split(".")
    reader: Callable[..., Document] = getattr(import_module(f"ingest.readers.{module}"), function)
    return reader


def unknown_kind(path: Path) -> str:
    """Return what to say of a file that no reader is for."""
    better = _OLD.get(path.suffix.lower())
    if better:
        return f"{path.name} is in a format that cannot be read: save it as {better} and add that."
    return f"{path.name} is not a kind of file that Kakehashi reads. It reads {KINDS}."
