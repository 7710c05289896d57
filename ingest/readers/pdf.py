"""PDF through pypdf: the text of each page, with the page's place in the whole.

It reads the text layer only; a page that is a picture has none. Lines stay as they stand on the
page. Mending headers, hyphenation and lost spaces is not done here.
"""

import logging
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, Metadata, Page

# What pypdf was seen to let through on damaged files, beside its own errors.
_DAMAGE = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    zlib.error,
)
_JUNK_TITLE = re.compile(
    r"^(untitled|microsoft word|document\d*$|.*\.(docx?|dvi|tex|indd|pdf|pptx?)$)", re.I
)
_SURROGATES = re.compile("[\ud800-\udfff]")


def read_pdf(path: Path) -> Document:
    """All pages of a PDF; raises UnreadableSource for a locked or damaged one."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileNotDecryptedError
        texts = [_clean(page.extract_text()) for page in reader.pages]
        metadata = _metadata(reader)
    except (FileNotDecryptedError, DependencyError) as error:
        raise UnreadableSource(
            f"{path.name} is protected by a password: save a copy without it and add that."
        ) from error
    except _DAMAGE as error:
        raise UnreadableSource(
            f"{path.name} is damaged or not a PDF ({type(error).__name__}): open it in a PDF "
            "viewer, save or print it as a new PDF, and add that."
        ) from error
    pages = tuple(_placed(texts))
    whole = "".join(_joined(texts))
    silent = [page.number for page in pages if not whole[page.start : page.end].strip()]
    warnings = (f"No text on {_counted(silent)} (pictures?).",) if silent else ()
    return Document(whole, "pdf", metadata, pages=pages, warnings=warnings)


def _clean(text: str) -> str:
    """What cannot be stored or shown is left out."""
    return _SURROGATES.sub("", text).replace("\0", "").strip()


def _joined(texts: list[str]) -> Iterator[str]:
    """The pages' texts, each with what separates it from the next.

    A sentence that runs on to the next page is kept in one paragraph.
    """
    for number, text in enumerate(texts, start=1):
        following = texts[number] if number < len(texts) else ""
        runs_on = bool(text and following) and text[-1] not in '.!?:;”"' and following[0].islower()
        yield text + ("\n" if runs_on else "\n\n")


def _placed(texts: list[str]) -> Iterator[Page]:
    start = 0
    for number, (text, piece) in enumerate(zip(texts, _joined(texts), strict=True), start=1):
        yield Page(number, start, start + len(text))
        start += len(piece)


def _metadata(reader: PdfReader) -> Metadata:
    """Title and author as the file gives them, where they look like such."""
    info = reader.metadata
    title = " ".join(_clean(str((info and info.title) or "")).split())
    author = " ".join(_clean(str((info and info.author) or "")).split())
    return Metadata(title="" if _JUNK_TITLE.match(title) else title, author=author)


def _counted(pages: list[int]) -> str:
    shown = ", ".join(map(str, pages[:5]))
    more = f" and {len(pages) - 5} more" if len(pages) > 5 else ""
    return f"page{'s' if len(pages) > 1 else ''} {shown}{more}"
