"""Reads plain text files in any encoding."""

from pathlib import Path

from charset_normalizer import from_bytes

from vectorstore.errors import UnreadableSource
from vectorstore.records import Document


def read_plain(path: Path) -> Document:
    """Return the whole file as one text without pages or headings."""
    return Document(decode(path), "text")


def decode(path: Path) -> str:
    """Return the text of a file, read as UTF-8 if it is valid, else in the most likely encoding.

    Line ends are kept, so that a quote is found in the file character for character; only a byte
    order mark is left out. Raises UnreadableSource if the file is not text.
    """
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in data:
        raise UnreadableSource(
            f"{path.name} is not a text file, whatever its extension says: correct its extension, "
            "or save it as text."
        )
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        best = from_bytes(data).best()
        if best is None:
            raise UnreadableSource(
                f"{path.name} is in an unknown encoding: save it as UTF-8."
            ) from None
        return data.decode(best.encoding).encode(errors="replace").decode()
