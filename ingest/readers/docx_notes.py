"""Finds the notes and comments that a Word document has at its marks, and numbers the notes."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ingest.readers.docx_styles import W, value
from ingest.readers.layout import Block
from ingest.readers.line_text import NoteMark
from ingest.readers.notes import note_paragraph
from ingest.readers.number_formats import written
from ingest.readers.office_package import Part

if TYPE_CHECKING:
    from lxml.etree import _Element

_PARTS = {"footnote": "footnotes", "endnote": "endnotes"}
_FORMATS = {"footnote": "decimal", "endnote": "lowerRoman"}  # where the document says nothing
Content = Callable[[Part, "_Element"], str]


class Notes:
    """The notes of a document: each is taken once, at its mark, with the number it has there."""

    def __init__(self, main: Part, content: Content, *, markdown: bool) -> None:
        """Take the main part, what reads a note, and whether notes are to look as in Markdown."""
        self._content = content
        self._markdown = markdown
        self._notes: dict[tuple[str, str], tuple[Part, _Element]] = {}
        self._settings = next(iter(main.related("settings")), None)
        self._last_section = None if main.root is None else main.root.find(f"{W}body/{W}sectPr")
        for kind, name in _PARTS.items():
            for part in main.related(name):
                for note in () if part.root is None else part.root.findall(f"{W}{kind}"):
                    if note.get(f"{W}type", "normal") == "normal":
                        self._notes[kind, note.get(f"{W}id", "")] = part, note
        marked = () if main.root is None else main.root.iter(
            *(f"{W}{kind}Reference" for kind in _PARTS))  # fmt: skip
        names = {(e.tag[len(W) :].removesuffix("Reference"), e.get(f"{W}id", "")) for e in marked}
        self.missing = len(names - set(self._notes))
        # A note whose mark is deleted or hidden is neither.
        self._unmarked = [key for key in self._notes if key not in names]
        self._counts = {kind: self._first(kind) for kind in _PARTS}
        self._marks: set[str] = set()
        self._open: list[tuple[str, str]] = []  # notes being read; none is read within itself

    def _said(self, kind: str, name: str) -> str | None:
        """Return how notes are numbered: what the last section says, else the settings."""
        settings = None if self._settings is None else self._settings.root
        places = (self._last_section, settings)
        said = (value(place, f"{kind}Pr/{name}") for place in places)
        return next((one for one in said if one), None)

    def _first(self, kind: str) -> int:
        start = self._said(kind, "numStart") or ""
        return int(start) if start.isdecimal() else 1

    def end_section(self) -> None:
        """Begin to count again, where the document does so with each section."""
        for kind in _PARTS:
            if self._said(kind, "numRestart") == "eachSect":
                self._counts[kind] = self._first(kind)

    def mark_of(self, mark: NoteMark) -> str:
        """Return what stands at the next mark, and count on."""
        if mark.chosen:
            return mark.chosen.strip()
        number = self._counts[mark.kind]
        self._counts[mark.kind] += 1
        said = written(number, self._said(mark.kind, "numFmt") or _FORMATS[mark.kind])
        if self._markdown:
            while said in self._marks:  # one of each kind, or of two sections
                said = f"{said}{'e' if mark.kind == 'endnote' else '+'}"
            self._marks.add(said)
        return said

    def block(self, note: NoteMark, mark: str, before: str) -> Block | None:
        """Return a note as a paragraph; None if the document lacks it or it says nothing."""
        key = (note.kind, note.id)
        found = None if key in self._open else self._notes.get(key)
        self._open.append(key)
        text = " ".join(self._content(*found).split()) if found else ""
        self._open.pop()
        if not text:
            return None
        return Block(f"[^{mark}]: {text}" if self._markdown else note_paragraph(mark, before, text))

    def unmarked(self) -> list[Block]:
        """Return the notes that the text does not mark, which Word keeps but does not show."""
        blocks = []
        for number, (kind, id_) in enumerate(self._unmarked, start=1):
            note = NoteMark(kind, id_, "")
            mark = f"{number}+" if self._markdown else str(number)
            blocks.append(self.block(note, mark, ""))
        return [block for block in blocks if block]


class Comments:
    """The comments of a document: each is taken once, after the paragraph that has its mark."""

    def __init__(self, main: Part, content: Content) -> None:
        """Take the main part and what reads a comment."""
        self._content = content
        self._left = {
            comment.get(f"{W}id", ""): (part, comment)
            for part in main.related("comments")
            for comment in (() if part.root is None else part.root.findall(f"{W}comment"))
        }

    def block(self, id_: str) -> Block | None:
        """Return a comment as a paragraph; None if it was taken before or says nothing."""
        found = self._left.pop(id_, None)
        text = " ".join(self._content(*found).split()) if found else ""
        if not found or not text:
            return None
        author = " ".join(found[1].get(f"{W}author", "").split())
        return Block(f"Comment ({author}): {text}" if author else f"Comment: {text}")

    def rest(self) -> list[Block]:
        """Return the comments whose mark was not found."""
        return [block for id_ in list(self._left) if (block := self.block(id_))]
