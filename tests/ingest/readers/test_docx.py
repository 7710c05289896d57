"""The reader of Word documents."""

from datetime import UTC, datetime
from pathlib import Path

import docx
from docx.oxml import parse_xml as word_xml

from ingest.readers.docx import read_docx
from tests.ingest.readers.made_files import W, headings, read, repacked
from vectorstore.reading_warnings import sentences_of


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
        "Year | Port | Tonnes\n\nYear: 1923; Port: Tam sui\n\nNumbers of a year\n\ngreen\nblack\n\n"
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


def test_a_note_that_marks_itself_is_read_once(tmp_path: Path) -> None:
    mark = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    made_docx(tmp_path / "a.docx", f"<w:p {W}><w:r><w:t>Tea</w:t></w:r>{mark}</w:p>")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    link = f'<Relationship Id="n1" Type="{kind}" Target="footnotes.xml"/></Relationships>'
    note = f'<w:footnote w:id="1"><w:p><w:r><w:t>Green</w:t></w:r>{mark}</w:p></w:footnote>'
    repacked(
        tmp_path / "a.docx",
        ("word/_rels/document.xml.rels", "</Relationships>", link),
        ("word/footnotes.xml", "", f"<w:footnotes {W}>{note}</w:footnotes>"),
    )
    assert read(tmp_path / "a.docx").text == "Tea\n\nNote 1 (“Tea”): Green"


def test_a_table_that_begins_a_billion_columns_in_is_read(tmp_path: Path) -> None:
    cells = "".join(f"<w:tc><w:p><w:r><w:t>{t}</w:t></w:r></w:p></w:tc>" for t in ("Tea", "5"))
    wide = '<w:trPr><w:gridBefore w:val="999999999"/></w:trPr>'
    made_docx(
        tmp_path / "a.docx", f"<w:tbl {W}><w:tr>{cells}</w:tr><w:tr>{wide}{cells}</w:tr></w:tbl>"
    )
    assert read(tmp_path / "a.docx").text.startswith("Tea | 5")


def made_docx(path: Path, *elements: str, styles: str = "") -> Path:
    """A Word document with these elements as its body, after what python-docx writes."""
    made = docx.Document()
    for element in elements:
        made.element.body.insert(-1, word_xml(element))
    for style in (styles,) if styles else ():
        made.styles.element.append(word_xml(style))
    made.save(str(path))
    return path


def field(code: str, result: str = "") -> str:
    """The runs of a field; one without a result, if it has none."""
    kinds = ("begin", "separate", "end") if result else ("begin", "end")
    chars = {kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in kinds}
    shown = f"{chars['separate']}<w:r><w:t>{result}</w:t></w:r>" if result else ""
    code = f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>'
    return f"{chars['begin']}{code}{shown}{chars['end']}"


def test_fields_show_their_result_and_formulas_their_value(tmp_path: Path) -> None:
    inner = field(" MERGEFIELD name ", "Ane")
    nested = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF </w:instrText></w:r>'
        f'{inner}<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Dear Ane</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    box = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/>'
        "<w:checked/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:fldChar "
        'w:fldCharType="end"/></w:r>'
    )
    choice = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/>'
        '<w:listEntry w:val="rye"/><w:listEntry w:val="oats"/></w:ddList></w:ffData></w:fldChar>'
        '</w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    half, overlaid = field(r" EQ \f(1;2) "), field(r" EQ \o(a,b) ")
    unended = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    document = read(
        made_docx(
            tmp_path / "a.docx",
            f"<w:p {W}>{nested}</w:p>",
            f"<w:p {W}><w:r><w:t>Half: </w:t></w:r>{half}</w:p>",
            f"<w:p {W}><w:r><w:t>Odd: </w:t></w:r>{overlaid}</w:p>",
            f"<w:p {W}>{box}<w:r><w:t> paid in </w:t></w:r>{choice}{unended}</w:p>",
            f"<w:p {W}><w:r><w:t>The end.</w:t></w:r></w:p>",
        )
    )  # fmt: skip
    assert document.text == "Dear Ane\n\nHalf: 1/2\n\nOdd:\n\n☒ paid in oats\n\nThe end."
    assert sentences_of(document.warnings) == [
        "Embedded files, formulas or signs that cannot be read are missing: 1 place."
    ]


def test_what_lies_beside_the_words_of_a_document(tmp_path: Path) -> None:
    def picture(description: str, more: str = "") -> str:
        return (
            f'<w:p {W}><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/'
            f'drawingml/2006/wordprocessingDrawing"><wp:docPr id="1" name="P" '
            f'descr="{description}">{more}</wp:docPr></wp:inline></w:drawing></w:r></w:p>'
        )

    decorative = (
        '<a:ext xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" '
        'val="1"/></a:ext>'
    )
    equation = (
        f'<w:p {W}><w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" '
        'ProgID="Equation.3"/></w:object></w:r></w:p>'
    )
    path = made_docx(
        tmp_path / "a.docx",
        picture("The ferry at the quay in 1902"),
        picture("IMG 0042.png"),
        picture("A picture containing a boat. Description automatically generated"),
        picture("A line of ink", decorative),
        equation,
        f"<w:p {W}><w:r><w:rPr><w:sz w:val='1'/></w:rPr><w:t>tiny</w:t></w:r></w:p>",
    )
    document = read(path)
    assert document.text == "Picture: The ferry at the quay in 1902"
    assert {(one.kind, one.count) for one in document.warnings} == {
        ("hidden_text", 1),
        ("unread_objects", 1),
    }
    assert read_docx(path, note_marks=True).text == ""


def test_a_heading_runs_into_its_text_and_keeps_its_number(tmp_path: Path) -> None:
    first = (
        f'<w:p {W}><w:pPr><w:pStyle w:val="Heading1"/><w:rPr><w:vanish/><w:specVanish/></w:rPr>'
        "</w:pPr><w:r><w:t>Term.</w:t></w:r></w:p>"
    )
    second = f"<w:p {W}><w:r><w:t xml:space='preserve'> The lease ends in May.</w:t></w:r></w:p>"
    assert (
        read(made_docx(tmp_path / "a.docx", first, second)).text == "Term. The lease ends in May."
    )


def test_a_draft_has_its_notes_as_in_markdown(tmp_path: Path) -> None:
    reference = '<w:r><w:{0}noteReference w:id="2"/></w:r>'
    path = made_docx(
        tmp_path / "a.docx",
        f"<w:p {W}><w:r><w:t>It fell.</w:t></w:r>{reference.format('foot')}</w:p>",
        f"<w:p {W}><w:r><w:t>It rose.</w:t></w:r>{reference.format('end')}</w:p>",
        f"<w:p {W}><w:r><w:t>It stood.</w:t></w:r>{reference.format('foot').replace('2', '9')}</w:p>",
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "".join(
        f'<Relationship Id="{name}" Type="{kind}/{name}s" Target="{name}s.xml"/>'
        for name in ("footnote", "endnote")
    )
    part = '<w:{0}s {1}><w:{0} w:id="2"><w:p><w:r><w:t>A {0}.</w:t></w:r></w:p></w:{0}></w:{0}s>'
    repacked(
        path,
        (
            "word/_rels/document.xml.rels",
            "</Relationships>",
            f"{links}</Relationships>",
        ),
        *((f"word/{name}s.xml", "", part.format(name, W)) for name in ("footnote", "endnote")),
    )
    assert read_docx(path, note_marks=True).text == (
        "It fell.[^1]\n\n[^1]: A footnote.\n\nIt rose.[^i]\n\n[^i]: A endnote.\n\nIt stood."
    )
    document = read(path)
    assert document.text.startswith("It fell.\n\nNote 1 (“It fell.”): A footnote.\n\n")
    assert [one.kind for one in document.warnings] == ["missing_parts"]
