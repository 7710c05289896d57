"""A paper as Markdown with footnotes (`[^1]`), as Pandoc, GitHub and Obsidian read them.

Text of documents is escaped so that it is shown letter for letter; only addresses are links.
"""

import re

from app.export.document import Paper, Paragraph
from app.export.footnotes import Note

_SPECIAL = re.compile(r"([\\`*_\[\]{}<>|~$^@&#])")
_AT_THE_START = re.compile(r"^(?:([+\-=:])|(\d+)([.)]))")
_SHORTCODE = re.compile(r":(?=[\w+-]+:)")  # :smile:
_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{|}]+")


def written(paper: Paper) -> str:
    """The whole of it."""
    blocks = [f"# {escaped(paper.title)}"]
    for part in paper.parts:
        if part.question:
            blocks.append(f"## {escaped(part.question)}")
        blocks += [_paragraph(one) for one in part.paragraphs]
    blocks += [f"[^{number}]: {_note(note)}" for number, note in enumerate(paper.notes, start=1)]
    blocks += ["---", escaped(paper.colophon)]
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    """The text, on one line, so that Markdown shows it letter for letter."""
    return _started(_inside(text))


def _paragraph(paragraph: Paragraph) -> str:
    text = "".join(
        f"[^{piece}]" if isinstance(piece, int) else _inside(piece) for piece in paragraph.pieces
    )
    match paragraph.kind:
        case "quote":
            return f"> {_started(text)}"
        case "warning":
            return f"> **Note:** {text}"
        case "about":
            return f"*{text}*"
    return _started(text)


def _started(text: str) -> str:
    """What would begin a heading, a list or a rule at the start of a line does not."""
    return _AT_THE_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", text)


def _inside(text: str) -> str:
    return _SHORTCODE.sub(r"\\:", _SPECIAL.sub(r"\\\1", text))


def _note(note: Note) -> str:
    reference = escaped(note.reference)
    if note.url and _ADDRESS.fullmatch(note.url):
        before, address, after = note.reference.partition(note.url)
        reference = f"{escaped(before)}<{address}>{_inside(after)}"
    parts = (
        reference,
        _inside(note.quote),
        *(_inside(remark) for remark in note.remarks),
        f"{note.read} <{note.permalink}>",
    )
    return " ".join(part for part in parts if part)
