"""Reads Word documents: paragraphs, tables, notes, comments and what lies beside them, in order.

Kept is what a reader of the document sees, with tracked changes accepted: numbers of articles and
list items, text in content controls and text boxes, charts, diagrams, the words that describe a
picture. Notes and comments follow the paragraph that marks them. Deleted, struck-out and hidden
text is left out and counted. Word files store no pages.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.readers.archive import damaged, open_archive
from ingest.readers.docx_headers import on_one_line, running_parts
from ingest.readers.docx_notes import Comments, Notes
from ingest.readers.docx_numbering import Numbering
from ingest.readers.docx_objects import DrawnObjects
from ingest.readers.docx_styles import Styles, W, is_on, value
from ingest.readers.docx_tables import grid_of, is_frame, rows_of
from ingest.readers.docx_text import WordText, local_name
from ingest.readers.layout import Block, build_document
from ingest.readers.line_text import Line, join
from ingest.readers.office_package import Package, Part
from ingest.readers.office_properties import properties
from ingest.readers.symbol_fonts import UNKNOWN
from ingest.readers.table_layout import table_blocks
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, ReadingWarning

if TYPE_CHECKING:
    from lxml.etree import _Element

_UNSEEN = {"del", "moveFrom", "pPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr"}


def read_docx(path: Path, *, note_marks: bool = False) -> Document:
    """Return the text of a Word document; raises UnreadableSource if it is damaged or encrypted.

    With `note_marks` it is read as a draft: marks and notes look as in Markdown (`text[^2]`,
    `[^2]: note`), and comments, headers and descriptions of pictures, which the writer of a text
    does not claim, are left out.
    """
    with open_archive(path, ".docx") as archive:
        metadata = properties(archive)
        package = Package(archive)
        main = package.main("word/document.xml")
        body = None if main is None or main.root is None else main.root.find(f"{W}body")
        if main is None or body is None:
            raise UnreadableSource(damaged(path, ".docx"))
        reader = _WordReader(main, draft=note_marks)
        blocks = list(reader.document(body))
    return build_document(
        "docx", [blocks], metadata, paged=False, warnings=reader.warnings(package.missing)
    )


class _WordReader:
    """Reads one document: what its parts say, and how far its numbers have counted."""

    def __init__(self, main: Part, *, draft: bool) -> None:
        self._main = main
        self._draft = draft
        self._styles = Styles(_root(main, "styles"))
        self._numbering = Numbering(_root(main, "numbering"), self._styles)
        self._notes = Notes(main, self._aside, markdown=draft)
        self._comments = Comments(main, self._aside)
        self._text = self._reader_of_words()
        self._left_out: Counter[str] = Counter(missing_parts=self._notes.missing)
        self._after: list[Block] = []  # notes and comments of what is being read
        self._objects = DrawnObjects(self._blocks, described=not draft)

    def _reader_of_words(self, *, keep_page_fields: bool = True) -> WordText:
        assert self._main.root is not None
        moved = next(self._main.root.iter(f"{W}moveTo"), None) is not None
        return WordText(self._styles, keep_page_fields, moved)

    def document(self, body: "_Element") -> Iterator[Block]:
        """Yield all blocks of the document."""
        running = [] if self._draft else list(self._running())
        yield from (block for block in running if block.text.startswith("Header"))
        yield from self._blocks(body, self._main)
        yield from self._notes.unmarked()
        if not self._draft:
            yield from self._comments.rest()
            yield from (block for block in running if block.text.startswith("Footer"))

    def warnings(self, missing: set[str]) -> list[ReadingWarning]:
        """Return what was left out, by kind, and how many parts are missing."""
        counts = self._left_out + self._objects.left_out
        counts["missing_parts"] += len(missing)
        counts["unread_objects"] += self._text.unread
        return [ReadingWarning(kind, count) for kind, count in sorted((+counts).items())]  # type: ignore[arg-type]

    def _running(self) -> Iterator[Block]:
        """Yield each header and footer that says something, once."""
        before = set()
        kept, self._text = self._text, self._reader_of_words(keep_page_fields=False)
        for called, part in running_parts(self._main):
            assert part.root is not None
            said = on_one_line([block.text for block in self._blocks(part.root, part)])
            if said and said not in before:
                before.add(said)
                yield Block(f"{called}: {said}")
        self._text = kept

    def _aside(self, part: Part, element: "_Element") -> str:
        """Return the text of a note or a comment, which has fields and objects of its own."""
        kept, self._text = self._text, self._reader_of_words()
        after, self._after = self._after, []
        text = " ".join(block.text for block in self._blocks(element, part))
        self._text, self._after = kept, after
        return text

    def _blocks(self, parent: "_Element", part: Part, *, in_table: bool = False) -> Iterator[Block]:
        open_paragraphs: list[_Element] = []  # those whose mark at the end is deleted or hidden
        for element in parent:
            name = local_name(element)
            if name == "p":
                open_paragraphs.append(element)
                if self._goes_on(element):
                    continue
            if name in ("p", "tbl") and open_paragraphs:
                yield from self._paragraph(open_paragraphs, part, in_table=in_table)
                open_paragraphs = []
            if name == "tbl":
                yield from self._table(element, part)
                if not in_table:
                    yield from self._take_after()
            elif name == "altChunk":
                self._left_out["unread_objects"] += 1
            elif name not in _UNSEEN and name != "p":
                yield from self._blocks(element, part, in_table=in_table)
        if open_paragraphs:
            yield from self._paragraph(open_paragraphs, part, in_table=in_table)

    def _goes_on(self, paragraph: "_Element") -> bool:
        """Return whether the next paragraph reads on: its mark is deleted, moved or hidden."""
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        if mark is None or paragraph.find(f"{W}pPr/{W}sectPr") is not None:
            return False
        deleted = any(mark.find(W + name) is not None for name in ("del", "moveFrom"))
        return deleted or is_on(value(mark, "specVanish"))

    def _paragraph(
        self, paragraphs: "Sequence[_Element]", part: Part, *, in_table: bool
    ) -> Iterator[Block]:
        """Yield a paragraph, what is anchored in it, and the notes and comments that it marks."""
        self._text.objects, self._text.comments = [], []
        line = join(self._text.pieces(paragraphs))
        objects, comments = self._text.objects, self._text.comments
        self._left_out.update(line.left_out)
        self._left_out["unread_objects"] += line.text.count(UNKNOWN)
        shaping = self._shaping(paragraphs)
        style = value(shaping, "pPr/pStyle") or self._styles.default
        level = value(shaping, "pPr/outlineLvl")
        heading = self._styles.is_heading(style) if level is None else level in set("012345678")
        number = self._numbering.label(shaping, style)
        own_list = value(shaping, "pPr/numPr/numId") not in (None, "0")
        text = self._with_notes(line)
        if line.text.strip():
            listed = (own_list or style.startswith("List")) and not heading
            yield Block(number + text.lstrip() if number else text, heading, close=listed)
        for one in objects:
            yield from self._objects.blocks(one, part)
        if not self._draft:
            found = (self._comments.block(id_) for id_ in comments)
            self._after += [block for block in found if block]
        if not in_table:
            yield from self._take_after()
        if any(one.find(f"{W}pPr/{W}sectPr") is not None for one in paragraphs):
            self._notes.end_section()

    @staticmethod
    def _shaping(paragraphs: "Sequence[_Element]") -> "_Element":
        """Return the one of joined paragraphs whose style and number the whole has."""
        for one in paragraphs[:-1]:
            if is_on(value(one, "pPr/rPr/specVanish")):
                return one  # a heading that runs into the text keeps its number
        return paragraphs[-1]

    def _with_notes(self, line: Line) -> str:
        """Return the text of a line; its notes are kept for after the paragraph or table."""
        text, done = "", 0
        for at, note in line.notes:
            mark = self._notes.mark_of(note)
            block = self._notes.block(note, mark, line.text[:at])
            if block:
                self._after.append(block)
            text += line.text[done:at] + (f"[^{mark}]" if block and self._draft else "")
            done = at
        return text + line.text[done:]

    def _take_after(self) -> list[Block]:
        taken, self._after = self._after, []
        return taken

    def _table(self, table: "_Element", part: Part) -> Iterator[Block]:
        """Yield the rows of a table as lines; one of a single column only frames its content."""

        def text(cell: "_Element") -> str:
            return " ".join(block.text for block in self._blocks(cell, part, in_table=True))

        if not is_frame(table):
            yield from table_blocks(grid_of(table, text, self._styles, self._left_out))
            return
        for row in rows_of(table):
            if row.find(f"{W}trPr/{W}del") is not None:
                self._left_out["struck"] += 1
                continue
            for cell in row.iter(f"{W}tc"):
                if next(cell.iterancestors(f"{W}tr")) is row:
                    yield from self._blocks(cell, part, in_table=True)


def _root(main: Part, kind: str) -> "_Element | None":
    found = (part.root for part in main.related(kind))
    return next((root for root in found if root is not None), None)
