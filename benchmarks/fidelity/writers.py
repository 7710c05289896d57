"""Writes the documents of the round trip: one function for each format."""

import html
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.fidelity.round_trip import RUNNING_HEAD, Grid, Note, Paragraph, Section, Written

_RAISED = re.compile("([²³¹⁰⁴-⁹]+)")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_XHTML = (
    '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" '
    'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{}</title></head><body>{}</body></html>'
)


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a sentence, and whether each is raised."""
    for place, piece in enumerate(_RAISED.split(text)):
        if piece:
            yield piece.translate(_PLAIN) if place % 2 else piece, bool(place % 2)


def write_docx(path: Path, written: Written) -> None:
    """Write a Word document with headings, raised digits and tables."""
    from docx import Document

    made = Document()
    for section in written.sections:
        made.add_heading(section.heading, 1)
        for block in section.blocks:
            if isinstance(block, Grid):
                table = made.add_table(0, len(block.header))
                for row in (block.header, *block.rows):
                    for cell, text in zip(table.add_row().cells, row, strict=True):
                        cell.text = text
                continue
            paragraph = made.add_paragraph()
            for text, raised in _runs(" ".join(block.sentences)):
                paragraph.add_run(text).font.superscript = raised or None
    made.save(str(path))


def write_pptx(path: Path, written: Written) -> None:
    """Write a slide for each block."""
    from pptx import Presentation
    from pptx.util import Inches

    made = Presentation()
    for section in written.sections:
        for place, block in enumerate(section.blocks):
            slide = made.slides.add_slide(made.slide_layouts[5 if isinstance(block, Grid) else 1])
            slide.shapes.title.text = section.heading if not place else ""
            if isinstance(block, Grid):
                size = (len(block.rows) + 1, len(block.header))
                table = slide.shapes.add_table(*size, *map(Inches, (1, 2, 8, 4))).table
                for i, row in enumerate((block.header, *block.rows)):
                    for j, text in enumerate(row):
                        table.cell(i, j).text = text
                continue
            paragraph = slide.placeholders[1].text_frame.paragraphs[0]
            for text, raised in _runs(" ".join(block.sentences)):
                run = paragraph.add_run()
                run.text = text
                if raised:
                    run.font._element.set("baseline", "30000")
    made.save(str(path))


def write_xlsx(path: Path, written: Written) -> None:
    """Write a sheet for each section."""
    from openpyxl import Workbook

    made = Workbook(write_only=True)
    for section in written.sections:
        sheet = made.create_sheet(section.heading[:31])
        sheet.append([section.heading])
        for block in section.blocks:
            if isinstance(block, Grid):
                sheet.append([])
                sheet.append(block.header)
                for row in block.rows:
                    sheet.append([row[0], *map(int, row[1:])])
    made.save(path)


def write_html(path: Path, written: Written) -> None:
    """Write a page with notes at its end."""
    body = "".join(_section(section) for section in written.sections)
    path.write_text(_XHTML.format(written.name, f"<article>{body}</article>"), encoding="utf-8")


def write_epub(path: Path, written: Written) -> None:
    """Write a book with a chapter for each section."""
    names = [f"c{number}.xhtml" for number in range(len(written.sections))]
    items = "".join(
        f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in names
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in names)
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
            '<rootfiles><rootfile full-path="book.opf" '
            'media-type="application/oebps-package+xml"/></rootfiles></container>',
        )
        book.writestr(
            "book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Book</dc:title></metadata>'
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for name, section in zip(names, written.sections, strict=True):
            book.writestr(name, _XHTML.format(section.heading, _section(section)))


def _section(section: Section) -> str:
    """Return a section as XHTML, with its notes at the end."""
    notes: list[Note] = []
    parts = [f"<h1>{html.escape(section.heading)}</h1>"]
    for block in section.blocks:
        if isinstance(block, Grid):
            rows = [_row(block.header, "th"), *(_row(row, "td") for row in block.rows)]
            parts.append(f"<table>{''.join(rows)}</table>")
            continue
        said = [_raised(sentence) for sentence in block.sentences]
        for note in block.notes:
            notes.append(note)
            link = f'<a epub:type="noteref" href="#{_key(section, len(notes))}">{len(notes)}</a>'
            said[note.place] += f"<sup>{link}</sup>"
        parts.append(f"<p>{' '.join(said)}</p>")
    for number, note in enumerate(notes, start=1):
        parts.append(
            f'<aside epub:type="footnote" id="{_key(section, number)}"><p>{note.text}</p></aside>'
        )
    return "".join(parts)


def _key(section: Section, number: int) -> str:
    return f"{re.sub(r'[^a-z0-9]', '', section.heading.lower())}-{number}"


def _row(cells: tuple[str, ...], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _raised(text: str) -> str:
    return "".join(
        f"<sup>{piece}</sup>" if raised else html.escape(piece, quote=False)
        for piece, raised in _runs(text)
    )


def write_pdf(path: Path, written: Written) -> None:
    """Write pages with a running head, page numbers, justified lines and notes in small print."""
    _Pages(written).output(str(path))


class _Pages:
    """Sets a document as a book: a section begins on the page where the one before ends."""

    def __init__(self, written: Written) -> None:
        from fpdf import FPDF

        class Book(FPDF):
            def header(self) -> None:
                self.set_font("Times", "I", 9)
                self.cell(0, 8, RUNNING_HEAD, align="C")
                self.ln(12)

            def footer(self) -> None:
                self.set_y(-15)
                self.set_font("Times", size=9)
                self.cell(0, 8, str(self.page_no()), align="C")

        self._pdf = Book(format=(150, 210))
        self._pdf.set_auto_page_break(True, 30)
        self._pdf.add_page()
        self._mark = 0
        self._noted_page = False  # nothing may follow the notes at the foot of a page
        for section in written.sections:
            self._begin()
            self._pdf.set_font("Times", "B", 14)
            self._pdf.multi_cell(0, 8, section.heading, new_x="LMARGIN", new_y="NEXT")
            for block in section.blocks:
                self._grid(block) if isinstance(block, Grid) else self._paragraph(block)

    def output(self, path: str) -> None:
        self._pdf.output(path)

    def _begin(self) -> None:
        if self._noted_page:
            self._pdf.add_page()
            self._noted_page = False

    def _grid(self, grid: Grid) -> None:
        self._begin()
        self._pdf.set_font("Times", size=10)
        with self._pdf.table(repeat_headings=0) as table:
            for row in (grid.header, *grid.rows):
                table.row(row)
        self._pdf.ln(4)

    def _paragraph(self, block: Paragraph) -> None:
        pdf = self._pdf
        self._begin()
        if block.notes and pdf.get_y() > 110:  # the note must be on the page of its mark
            pdf.add_page()
        began = self._mark
        with pdf.text_columns(text_align="J", line_height=1.4) as column, column.paragraph() as par:
            for place, sentence in enumerate(block.sentences):
                runs = list(_runs(sentence))
                if self._noted(block, place):
                    self._mark += 1
                    runs.append((str(self._mark), True))
                for text, raised in (*runs, (" ", False)):
                    pdf.set_font("Times", size=11)
                    pdf.char_vpos = "SUP" if raised else "LINE"
                    par.write(text)
        pdf.char_vpos = "LINE"
        pdf.ln(4)
        if block.notes:
            self._notes(block.notes, began + 1)

    @staticmethod
    def _noted(block: Paragraph, place: int) -> bool:
        return any(note.place == place for note in block.notes)

    def _notes(self, notes: tuple[Note, ...], first: int) -> None:
        """Set notes at the foot of the page, in small print."""
        pdf = self._pdf
        pdf.set_auto_page_break(False)
        pdf.set_y(-30)
        pdf.set_font("Times", size=8)
        for number, note in enumerate(notes, start=first):
            pdf.multi_cell(0, 4, f"{number} {note.text}", new_x="LMARGIN", new_y="NEXT")
        pdf.set_auto_page_break(True, 30)
        self._noted_page = True


WRITERS: dict[str, Callable[[Path, Written], None]] = {
    ".pdf": write_pdf,
    ".docx": write_docx,
    ".pptx": write_pptx,
    ".xlsx": write_xlsx,
    ".html": write_html,
    ".epub": write_epub,
}
