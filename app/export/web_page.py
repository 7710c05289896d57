"""A paper as one HTML file: no script, nothing fetched, footnotes linked there and back.

It follows light and dark, is read by screen readers as notes and references, and prints. All text
is escaped; of the addresses in it only those of web pages are links.
"""

import html
import re
from pathlib import Path
from string import Template

from app.export.document import ExportDocument, Paragraph
from app.export.footnotes import Footnote

_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
_PAGE = Path(__file__).with_name("web_page.html")


def render(document: ExportDocument) -> str:
    """The whole of it."""
    writer = _Writer()
    parts = "\n".join(
        "<section>\n"
        + (f"<h2>{_plain(part.question)}</h2>\n" if part.question else "")
        + "\n".join(writer.paragraph(one) for one in part.paragraphs)
        + "\n</section>"
        for part in document.parts
    )
    notes = "\n".join(writer.note(n, note) for n, note in enumerate(document.notes, start=1))
    if notes:
        notes = (
            f'<section role="doc-endnotes" aria-label="Notes">\n<ol>\n{notes}\n</ol>\n</section>'
        )
    page = Template(_PAGE.read_text(encoding="utf-8"))
    return page.substitute(
        title=_plain(document.title), parts=parts, notes=notes, colophon=_plain(document.colophon)
    )


class _Writer:
    """Sets paragraphs and notes, and keeps where each note was referred to."""

    def __init__(self) -> None:
        self._references: dict[int, int] = {}

    def paragraph(self, paragraph: Paragraph) -> str:
        """One paragraph with its references."""
        text = "".join(
            self._reference(piece) if isinstance(piece, int) else _plain(piece)
            for piece in paragraph.pieces
        )
        match paragraph.kind:
            case "quote":
                return f"<blockquote><p>{text}</p></blockquote>"
            case "warning":
                return f'<p class="warning"><strong>Note:</strong> {text}</p>'
        return f'<p class="{paragraph.kind}">{text}</p>'

    def note(self, number: int, note: Footnote) -> str:
        """One note, with a way back to each place that refers to it."""
        parts = (
            _linked(note.reference, note.url),
            f'<span class="quote">{_plain(note.quote)}</span>' if note.quote else "",
            *(_plain(remark) for remark in note.remarks),
            f"{_plain(note.read)} {_linked(note.permalink, note.permalink)}",
        )
        text = " ".join(part for part in parts if part)
        back = " ".join(
            f'<a href="#ref-{number}-{n}" role="doc-backlink" '
            f'aria-label="Back to reference {n} to note {number}">↩</a>'
            for n in range(1, self._references.get(number, 0) + 1)
        )
        return f'<li id="note-{number}">{text} {back}</li>'

    def _reference(self, number: int) -> str:
        count = self._references[number] = self._references.get(number, 0) + 1
        return (
            f'<sup><a id="ref-{number}-{count}" href="#note-{number}" role="doc-noteref" '
            f'aria-label="Note {number}">{number}</a></sup>'
        )


def _linked(text: str, address: str) -> str:
    """The text, escaped, with the address in it as a link if it is one of a web page."""
    if not address or not _ADDRESS.fullmatch(address):
        return _plain(text)
    before, found, after = text.partition(address)
    link = f'<a href="{html.escape(found)}" rel="noreferrer">{html.escape(found)}</a>'
    return f"{_plain(before)}{link if found else ''}{_plain(after)}"


def _plain(text: str) -> str:
    return html.escape(text)
