"""Reads Markdown files: the body as written, its headings, and YAML front matter as metadata.

The stored text is everything after the front matter, including markup, so that a quote is found in
the file character for character.
"""

import re
from pathlib import Path

from ingest.readers.plain import decode
from ingest.sidecar import metadata_from
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, Heading

_FRONT_MATTER = re.compile(
    r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)\s*", re.DOTALL | re.MULTILINE
)
_HEADING = re.compile(r"^#{1,6}[ \t](.*)$", re.MULTILINE)
_FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.DOTALL | re.MULTILINE)


def read_markdown(path: Path) -> Document:
    """Return the body of the file; raises UnreadableSource if its front matter is not YAML."""
    text = decode(path)
    front = _FRONT_MATTER.match(text)
    body = text[front.end() :] if front else text
    try:
        metadata = metadata_from(front[1] if front else "")
    except ValueError as error:
        raise UnreadableSource(
            f"The front matter of {path.name} cannot be read ({error}): correct the lines between "
            "the two `---`, or delete them."
        ) from error
    fenced = [match.span() for match in _FENCE.finditer(body)]
    headings = tuple(
        Heading(match[1].strip().rstrip("#").rstrip(), match.start(), match.end())
        for match in _HEADING.finditer(body)
        if match[1].strip(" \t\r#")
        and not any(start <= match.start() < end for start, end in fenced)
    )
    return Document(body, "markdown", metadata, headings=headings)
