"""The reader of Word documents."""

from datetime import UTC, datetime
from pathlib import Path

import docx
from docx.oxml import parse_xml as word_xml

from tests.ingest.readers.made_files import W, headings, read, repacked


def test_a_word_document_in_its_order(tmp_path: Path) -> None:
    made = docx.Document()
    made.core_properties.title = "Tea on the coast"
    made.core_properties.author = "李逸洋"
    made.core_properties.created = datetime(2023, 5, 19, tzinfo=UTC)
    made.core_properties.language = "en-GB"
    made.add_heading("The tea trade", 0)
    made.add_paragraph("Before the table.")
    table = made.add_table(2, 3)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells],
        ["Year", "Port", "Tonnes", "1923", "Tam\nsui", ""],
        strict=True,
    ):
        cell.text = text
    made.add_heading("Numbers\nof a year", 2)
    made.add_paragraph("green", style="List Bullet")
    made.add_paragraph("black", style="List Bullet")
    last = made.add_paragraph("After.\tTab")
    last._p.append(word_xml(f"<w:ins {W}><w:r><w:t> Inserted.</w:t></w:r></w:ins>"))
    last._p.append(word_xml(f"<w:del {W}><w:r><w:delText>Deleted.</w:delText></w:r></w:del>"))
    last._p.append(word_xml(f"<w:hyperlink {W}><w:r><w:t> A link.</w:t></w:r></w:hyperlink>"))
    last._p.append(word_xml(f"<w:r {W}><w:rPr><w:vanish/></w:rPr><w:t>Hidden.</w:t></w:r>"))
    made.element.body.insert(
        2,
        word_xml(
            f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>In a control.</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>"
        ),
    )
    made.sections[0].header.paragraphs[0].text = "A header"
    made.save(str(tmp_path / "a.docx"))
    document = read(tmp_path / "a.docx")
    assert document.text == (
        "Header: A header\n\nThe tea trade\n\nBefore the table.\n\nIn a control.\n\n"
        "Year: 1923; Port: Tam sui\n\nNumbers of a year\n\ngreen\nblack\n\n"
        "After.\tTab Inserted. A link."
    )
    assert headings(document) == ["The tea trade", "Numbers of a year"]
    said = document.metadata
    assert (said.title, said.author) == ("Tea on the coast", "李逸洋")
    assert (said.date, said.language) == ("2023-05-19", "en-GB")
    assert document.pages == ()


def test_boxes_frames_and_deleted_rows_of_a_word_document(tmp_path: Path) -> None:
    made = docx.Document()
    box = (
        f'<w:r {W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        "<mc:AlternateContent><mc:Choice Requires='wps'><w:txbxContent><w:p><w:r><w:t>In a box."
        "</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r>"
        "<w:t>In a box.</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
    )
    ruby = (
        f"<w:r {W}><w:ruby><w:rt><w:r><w:t>かん</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t>"
        "</w:r></w:rubyBase></w:ruby></w:r>"
    )
    paragraph = made.add_paragraph("Outside ")
    paragraph._p.append(word_xml(box))
    paragraph._p.append(word_xml(ruby))
    frame = made.add_table(1, 1).cell(0, 0)
    frame.text = "Framed."
    frame.add_paragraph("A heading", style="Heading 1")
    table = made.add_table(2, 2)
    for cell, text in zip([*table.rows[0].cells, *table.rows[1].cells], "abcd", strict=True):
        cell.text = text
    table.rows[0]._tr.get_or_add_trPr().append(word_xml(f"<w:del {W}/>"))
    made.save(str(tmp_path / "a.docx"))
    document = read(tmp_path / "a.docx")
    assert document.text == "Outside 漢\n\nIn a box.\n\nFramed.\n\nA heading\n\nc | d"
    assert headings(document) == ["A heading"]


def test_word_styles_in_another_language_and_notes(tmp_path: Path) -> None:
    made = docx.Document()
    style = made.styles.add_style("Abschnitt", 1)
    style.base_style = made.styles["Heading 2"]
    made.add_paragraph("Zahlen", style=style)
    outlined = made.add_paragraph("Umriss")
    outlined._p.get_or_add_pPr().append(word_xml(f'<w:outlineLvl {W} w:val="0"/>'))
    made.add_paragraph("Text.")
    made.save(str(tmp_path / "a.docx"))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    notes = (
        f'<w:footnotes {W}><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>---</w:t>'
        '</w:r></w:p></w:footnote><w:footnote w:id="1"><w:p><w:r><w:t>See the books.</w:t>'
        "</w:r></w:p></w:footnote></w:footnotes>"
    )
    repacked(
        tmp_path / "a.docx",
        (
            "word/_rels/document.xml.rels",
            "</Relationships>",
            f'<Relationship Id="n1" Type="{kind}" Target="footnotes.xml"/></Relationships>',
        ),
        (
            "word/footnotes.xml",
            "",
            notes,
        ),
    )
    document = read(tmp_path / "a.docx")
    assert document.text == "Zahlen\n\nUmriss\n\nText.\n\nNote 1: See the books."
    assert headings(document) == ["Zahlen", "Umriss"]
    assert document.metadata.author == document.metadata.date == ""  # python-docx's own
