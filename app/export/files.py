"""Export answers in a format: return the name, media type and bytes of a file.

Writing the file is left to the caller.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - as in `citation_styles`

from app.export import bibliography, markdown, web_page, word
from app.export.document import ExportDocument, build_document
from app.export.formats import FORMAT_INFO, CitationStyle, Format
from app.export.references import Reference, cited_references
from vectorstore.errors import UnknownSource
from vectorstore.records import Answer, Source
from vectorstore.storage.catalog import Catalog
from vectorstore.text.hidden import without_hidden

_LONGEST_NAME = 60  # characters; judged: fits a file dialog
_RESERVED = re.compile(r"con|prn|aux|nul|(?:com|lpt)\d")
_NOT_IN_A_NAME = re.compile(r"[^\w]+")

DatedAnswers = Sequence[tuple[Answer, str]]


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """The name, media type and bytes of a file."""

    name: str
    media_type: str
    content: bytes


_DOCUMENTS: dict[Format, Callable[[ExportDocument, Date], bytes]] = {
    "markdown": lambda document, _: markdown.render(document).encode(),
    "docx": word.render,
    "html": lambda document, _: web_page.render(document).encode(),
}
_BIBLIOGRAPHIES: dict[Format, Callable[[Sequence[Reference], Date], str]] = {
    "bibtex": bibliography.bibtex,
    "ris": bibliography.ris,
    "csl": bibliography.csl_json,
}


def export(
    answers: DatedAnswers,
    sources: Mapping[str, Source],
    format: Format,  # noqa: A002 - the word for it
    style: CitationStyle,
    accessed: Date,
    title: str,
) -> ExportedFile:
    """Export answers, each with the time it was given, or the references that they cite."""
    if format in _DOCUMENTS:
        document = build_document(answers, sources, style, accessed, title)
        content = _DOCUMENTS[format](document, accessed)
    else:
        references = cited_references([answer for answer, _ in answers], sources)
        content = _BIBLIOGRAPHIES[format](references, accessed).encode()
    kind = FORMAT_INFO[format]
    return ExportedFile(file_name(title) + kind.suffix, kind.media_type, content)


def cited_sources(answers: Sequence[Answer], catalog: Catalog) -> dict[str, Source]:
    """Return the sources that answers cite or were limited to, by id, as the catalog has them."""
    ids = {one.source_id for answer in answers for one in answer.citations}
    ids |= {one for answer in answers for one in answer.scope.sources or ()}
    found = {}
    for identity in ids:
        try:
            found[identity] = catalog.source(identity)
        except UnknownSource:
            continue  # removed, as its citations say
    return found


def file_name(title: str) -> str:
    """Return a file name without suffix that every file system takes, Windows included.

    >>> file_name("What did Japan's G7 presidency do?"), file_name("../..")
    ('what-did-japan-s-g7-presidency-do', 'answer')
    """
    name = (
        _NOT_IN_A_NAME.sub("-", without_hidden(title.casefold()))[:_LONGEST_NAME].strip("-_")
        or "answer"
    )
    return f"{name}-answer" if _RESERVED.fullmatch(name) else name
