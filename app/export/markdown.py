"""Render an export document as Markdown with footnotes (`[^1]`) for Pandoc, GitHub and Obsidian.

Text of documents is escaped so that it appears letter for letter; only addresses become links.
"""

import re

from app.export.document import ExportDocument, Paragraph
from app.export.footnotes import Footnote

_SPECIAL = re.compile(r"([\\`*_\[\]{}<>|~$^@&#])")
_AT_THE_START = re.compile(r"^(?:([+\-=:])|(\d+)([.)]))")
_SHORTCODE = re.compile(r":(?=[\w+-]+:)")  # :smile:
_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{|}]+")


def render(document: ExportDocument) -> str:
    """Return the whole document."""
    blocks = [f"# {escape_markdown(document.title)}"]
    for section in document.sections:
        if section.question:
            blocks.append(f"## {escape_markdown(section.question)}")
        blocks += [_paragraph(one) for one in section.paragraphs]
    blocks += [f"[^{number}]: {_note(note)}" for number, note in enumerate(document.notes, start=1)]
    blocks += ["---", escape_markdown(document.colophon)]
    return "\n\n".join(blocks) + "\n"


def escape_markdown(text: str) -> str:
    """Escape a text on one line, so that Markdown shows it letter for letter."""
    return _escape_line_start(_escape_inline(text))


def _paragraph(paragraph: Paragraph) -> str:
    text = "".join(
        f"[^{piece}]" if isinstance(piece, int) else _escape_inline(piece)
        for piece in paragraph.pieces
    )
    match paragraph.kind:
        case "quote":
            return f"> {_escape_line_start(text)}"
        case "warning":
            return f"> **Note:** {text}"
        case "about":
            return f"*{text}*"
    return _escape_line_start(text)


def _escape_line_start(text: str) -> str:
    """Escape what would begin a heading, a list or a rule at the start of a line."""
    return _AT_THE_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", text)


def _escape_inline(text: str) -> str:
    return _SHORTCODE.sub(r"\\:", _SPECIAL.sub(r"\\\1", text))


def _note(note: Footnote) -> str:
    reference = escape_markdown(note.reference)
    if note.url and _ADDRESS.fullmatch(note.url):
        before, address, after = note.reference.partition(note.url)
        reference = f"{escape_markdown(before)}<{address}>{_escape_inline(after)}"
    parts = (
        reference,
        _escape_inline(note.quote),
        *(_escape_inline(remark) for remark in note.remarks),
        f"{note.read} <{note.permalink}>",
    )
    return " ".join(part for part in parts if part)
