"""Files to documents: one function for every format, chosen by the file's ending.

A reader returns the text of a file with its pages and headings, or raises UnreadableSource with a
sentence that says what to do. It changes nothing and knows nothing of the library.
"""

from collections.abc import Callable
from pathlib import Path

from ingest.readers.markdown import read_markdown
from ingest.readers.pdf import read_pdf
from ingest.readers.plain import read_plain
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document

READERS: dict[str, Callable[[Path], Document]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_plain,
    ".text": read_plain,
    ".pdf": read_pdf,
}


def read(path: Path) -> Document:
    """The document in a file; raises UnreadableSource, whose message names the file."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableSource(
            f"{path.name} is not a kind of file that can be read: save it as Markdown (.md), "
            "plain text (.txt) or PDF (.pdf)."
        )
    try:
        document = reader(path)
    except OSError as error:
        raise UnreadableSource(
            f"{path.name} cannot be opened ({error.strerror or error}): check that the file is "
            "there and may be read."
        ) from error
    if not any(character.isalnum() for character in document.text):
        raise UnreadableSource(_nothing_to_read(path, document))
    return document


def _nothing_to_read(path: Path, document: Document) -> str:
    if path.stat().st_size == 0:
        return f"{path.name} is empty: add a file that has text."
    if document.kind == "pdf":
        return (
            f"{path.name} has no text: its pages are pictures (scanned). Make it searchable "
            "with an OCR program, such as ocrmypdf, and add the result."
        )
    return f"{path.name} has no words in it: add a file that has text."
