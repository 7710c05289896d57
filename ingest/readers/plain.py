"""Reads plain text files in any encoding."""

from pathlib import Path

from ingest.readers.encodings import NotText, decode
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, ReadingWarning


def read_plain(path: Path) -> Document:
    """Return the whole file as one text without pages or headings."""
    text, warnings = read_text(path)
    return Document(text, "text", warnings=warnings)


def read_text(path: Path, declared: str = "") -> tuple[str, tuple[ReadingWarning, ...]]:
    """Return the text of a file, and a warning if its encoding is a guess.

    `declared` is the encoding that the file itself states. Line ends are kept, so that a quote is
    found in the file character for character; only a byte order mark is left out. Raises
    UnreadableSource if the file is not text.
    """
    try:
        decoded = decode(path.read_bytes(), declared)
    except NotText:
        raise UnreadableSource(
            f"{path.name} is not a text file, whatever its extension says: correct its extension, "
            "or save it as text."
        ) from None
    if not decoded.others:
        return decoded.text, ()
    others = " or ".join(decoded.others)
    detail = f"{decoded.encoding}, perhaps {others}"
    return decoded.text, (ReadingWarning("encoding_guessed", detail=detail),)
