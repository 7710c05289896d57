"""Plain text: the characters of the file as they are, whatever their encoding."""

from pathlib import Path

from charset_normalizer import from_bytes

from vectorstore.errors import UnreadableSource
from vectorstore.records import Document


def read_plain(path: Path) -> Document:
    """The whole file as one text without pages or headings."""
    return Document(decode(path), "text")


def decode(path: Path) -> str:
    """The text of a file: UTF-8 if it is that, else the likeliest encoding.

    Line ends stay as they are, so that a quote is found in the file character for character; only
    a byte order mark is left out. Raises UnreadableSource for what is not text.
    """
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in data:
        raise UnreadableSource(
            f"{path.name} is not a text file, whatever its ending says: give it its right ending, "
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
                f"{path.name} is in no encoding that can be recognised: save it as UTF-8."
            ) from None
        return data.decode(best.encoding).encode(errors="replace").decode()
