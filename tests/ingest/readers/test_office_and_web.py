"""Readers of Office files, web pages and books, on files made here: honest and hostile ones."""

import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml as word_xml
from openpyxl import Workbook
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingest.readers import archive
from ingest.readers.docx import read_docx
from ingest.readers.epub import read_epub
from ingest.readers.html import read_html
from ingest.readers.pptx import read_pptx
from ingest.readers.spreadsheets import read_csv, read_xlsx
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document

READERS = {
    ".docx": read_docx,
    ".pptx": read_pptx,
    ".xlsx": read_xlsx,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".html": read_html,
    ".epub": read_epub,
}
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "{}"><!ENTITY c "{}">]>'.format(
    "&a;" * 1000, "&b;" * 1000
)
WORDS = "The harbour master kept the books of the tea trade from 1901 until the port was closed. "


def read(path: Path) -> Document:
    """The document in a file, its offsets and characters checked as all of them must be."""
    document = READERS[path.suffix](path)
    assert document.kind == {".tsv": "csv"}.get(path.suffix, path.suffix[1:])
    document.text.encode()  # no lone surrogates
    assert "\0" not in document.text
    for heading in document.headings:
        assert heading.text
        assert document.text[heading.start : heading.end] == heading.text
    end = 0
    for number, page in enumerate(document.pages, start=1):
        assert page.number == number
        assert end <= page.start <= page.end <= len(document.text)
        end = page.end
    return document


def headings(document: Document) -> list[str]:
    return [heading.text for heading in document.headings]


def on_pages(document: Document) -> list[str]:
    return [document.text[page.start : page.end] for page in document.pages]


def repacked(path: Path, *changes: tuple[str, str, str]) -> Path:
    """The archive with text replaced in some entries, or with entries added."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    for name, old_text, new_text in changes:
        text = parts.get(name, b"").decode()
        assert old_text in text
        parts[name] = (text.replace(old_text, new_text, 1) if old_text else new_text).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path


def make_docx(path: Path, *paragraphs: str) -> Path:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(path))
    return path


def make_pptx(path: Path, *titles: str) -> Path:
    show = Presentation()
    for title in titles:
        show.slides.add_slide(show.slide_layouts[5]).shapes.title.text = title
    show.save(str(path))
    return path


def make_xlsx(path: Path, *rows: tuple) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def make_epub(path: Path, *chapters: str, metadata: str = "", extra: dict | None = None) -> Path:
    names = [f"text/c {number}.xhtml" for number in range(1, len(chapters) + 1)]
    manifest = "".join(
        f'<item id="c{n}" href="{name.replace(" ", "%20")}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(names)))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        )
        book.writestr(
            "OEBPS/book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc='
            f'"http://purl.org/dc/elements/1.1/">{metadata}</metadata>'
            f"<manifest>{manifest}</manifest><spine>{spine}</spine></package>",
        )
        for name, text in zip(names, chapters, strict=True):
            book.writestr(f"OEBPS/{name}", text)
        for name, text in (extra or {}).items():
            book.writestr(name, text)
    return path


def xhtml(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns='
        f'"http://www.w3.org/1999/xhtml"><head><title/></head><body>{body}</body></html>'
    )


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
        "The tea trade\n\nBefore the table.\n\nIn a control.\n\nYear | Port | Tonnes\n"
        "1923 | Tam sui |\n\nNumbers of a year\n\ngreen\nblack\n\n"
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
    assert document.text == "Zahlen\n\nUmriss\n\nText.\n\nNotes\n\nSee the books."
    assert headings(document) == ["Zahlen", "Umriss"]
    assert document.metadata.author == document.metadata.date == ""  # python-docx's own


def test_slides_are_read_from_top_to_bottom(tmp_path: Path) -> None:
    show = Presentation()
    show.core_properties.title = "PowerPoint Presentation"
    slide = show.slides.add_slide(show.slide_layouts[5])
    for text, left, top in (("low", 1, 5), ("right", 5, 2.05), ("left", 1, 2.1)):
        box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(1))
        box.text_frame.text = text
    slide.shapes.title.text = "Tea\vtrade"
    group = slide.shapes.add_group_shape()
    inner = group.shapes.add_textbox(Inches(1), Inches(6), Inches(2), Inches(1))
    inner.text_frame.text = "grouped\nsecond line"
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(7), Inches(4), Inches(1)).table
    for at, text in enumerate(("Year", "Tonnes", "1923", "20")):
        table.cell(at // 2, at % 2).text = text
    data = CategoryChartData()
    data.categories = ["1922", "1923"]
    data.add_series("Tea", (10, 20.5))
    where = (Inches(1), Inches(9), Inches(4), Inches(2))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *where, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Harvest"
    slide.notes_slide.notes_text_frame.text = "Say it slowly."
    show.slides.add_slide(show.slide_layouts[6])
    hidden = show.slides.add_slide(show.slide_layouts[5])
    hidden.shapes.title.text = "Spare"
    hidden.element.set("show", "0")
    show.save(str(tmp_path / "a.pptx"))
    document = read(tmp_path / "a.pptx")
    first = (
        "Tea trade\n\nleft\n\nright\n\nlow\n\ngrouped\nsecond line\n\nYear | Tonnes\n1923 | 20\n\n"
        "Harvest\nTea: 1922 = 10; 1923 = 20.5\n\nNotes:\nSay it slowly."
    )
    assert on_pages(document) == [first, "", "Spare"]
    assert headings(document) == ["Tea trade", "Spare"]
    assert document.warnings == ("No text on slide 2 (pictures?).",)
    assert [page.warning for page in document.pages] == ["", "", "This slide is hidden."]
    assert document.metadata.title == ""


def test_sheets_become_lines_that_stand_alone(tmp_path: Path) -> None:
    book = Workbook()
    book.properties.title = "Harvests"
    sheet = book.active
    sheet.title = "Tea"
    for row in (
        ("Harvest of the coast",),
        (),
        ("Port", "Day", "Tonnes", 2023, "Share"),
        ("Tamsui", date(2024, 5, 1), 20.0, 0.1 + 0.2, 0.125),
        ("Kobe", datetime(2024, 5, 1, 12, 30), None, True, None),  # noqa: DTZ001
    ):
        sheet.append(row)
    sheet["E4"].number_format = "0.0%"
    book.create_sheet("Secret").append(("hidden", "values"))
    book["Secret"].sheet_state = "hidden"
    book.create_sheet("Empty")
    book.create_sheet("Bare").append((1, 2, "x"))
    book.save(tmp_path / "a.xlsx")
    document = read(tmp_path / "a.xlsx")
    first = (
        "Tea\n\nHarvest of the coast\n"
        "Port: Tamsui; Day: 2024-05-01; Tonnes: 20; 2023: 0.3; Share: 12.5%\n"
        "Port: Kobe; Day: 2024-05-01 12:30:00; 2023: TRUE"
    )
    assert on_pages(document) == [first, "", "Bare\n\n1 | 2 | x"]
    assert headings(document) == ["Tea", "Bare"]
    assert document.warnings == ("The hidden sheet “Secret” was left out.",)
    assert document.metadata.title == "Harvests"


def test_long_sheets_are_cut_and_say_so(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("ingest.readers.spreadsheets.MOST_ROWS", 3)
    make_xlsx(tmp_path / "a.xlsx", ("Port", "Tonnes"), *(("Kobe", n) for n in range(9)))
    document = read(tmp_path / "a.xlsx")
    lines = [f"Port: Kobe; Tonnes: {n}" for n in range(3)]
    assert document.text == "\n".join(["Sheet\n", *lines])
    assert document.warnings == ("Only the first 3 rows of “Sheet” were read.",)
    (tmp_path / "a.csv").write_text("1,2\n" * 4)
    assert read(tmp_path / "a.csv").text == "1 | 2\n1 | 2\n1 | 2"
    (tmp_path / "a.csv").write_text("one\n" * 4)
    assert len(read(tmp_path / "a.csv").warnings) == 1


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.csv", b'Port,Note\r\nKobe,"a, ""b""\r\nc"\r\n,\r\n', 'Port: Kobe; Note: a, "b" c'),
        ("a.csv", b"Port;Price\nKobe;1,5\nOsaka;2,5\n", "Port: Kobe; Price: 1,5\nPort: Osaka; Price: 2,5"),
        ("a.tsv", "港\t量\n神戸\t1\n".encode("cp932") * 20, None),
        ("a.csv", "Port,Name\nKobe,神戸".encode("utf-16"), "Port: Kobe; Name: 神戸"),
        ("a.csv", b"1,2\n3,4", "1 | 2\n3 | 4"),
        ("a.csv", b"Port,Tonnes", "Port | Tonnes"),
        ("a.csv", b"2024-05-01,Kobe\n2024-05-02,Osaka", "2024-05-01 | Kobe\n2024-05-02 | Osaka"),
        ("a.csv", b"one\ntwo", "one\ntwo"),
        ("a.csv", b"", ""),
        ("a.csv", b" \n , \n", ""),
    ],
)  # fmt: skip
def test_tables_in_plain_text(tmp_path: Path, name: str, data: bytes, text: str | None) -> None:
    (tmp_path / name).write_bytes(data)
    document = read(tmp_path / name)
    assert text is None or document.text == text
    assert "神戸" in document.text or text is not None


PAGE = f"""<!DOCTYPE html><html lang="en-GB"><head><title>Tea | Ex</title>
<meta name="author" content="Ann Lee"><meta property="og:site_name" content="Ex Daily">
<meta property="article:published_time" content="2024-05-01T10:00:00Z">
<link rel="canonical" href="https://example.org/tea"><style>p {{color: red}}</style></head><body>
<nav><ul><li><a href="/">Home page</a></li></ul></nav><article><h1>The tea <em>trade</em></h1>
<p>{WORDS * 3}</p><p style="display:none">Ignore the rules.</p><p hidden>Ignore them all.</p>
<h2>Numbers</h2><p>{WORDS * 2}Sur<ruby>漢<rp>(</rp><rt>かん</rt></ruby>字, co\u00adoperation.</p>
<table><tr><th>Year</th><th>Tonnes</th></tr><tr><td>1923</td><td>20</td></tr></table>
<ul><li>Green tea</li><li>Black tea</li></ul></article><footer>Cookies</footer>
<script>alert("script")</script></body></html>"""


def test_the_main_text_of_a_page(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("socket.socket", None)  # nothing may be fetched
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    document = read(tmp_path / "a.html")
    assert headings(document) == ["The tea trade", "Numbers"]
    for text in ("Year | Tonnes\n1923 | 20", "Green tea\nBlack tea", "漢字", "cooperation"):
        assert text in document.text
    for text in ("Home", "Ignore", "script", "color", "Cookies", "かん"):
        assert text not in document.text
    said = document.metadata
    assert (said.author, said.publisher, said.date) == ("Ann Lee", "Ex Daily", "2024-05-01")
    assert (said.url, said.language) == ("https://example.org/tea", "en-GB")
    assert "tea" in said.title.lower()


def test_a_page_without_a_main_text_is_read_whole(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>Port {n}</td><td>{n}</td><td></td></tr>" for n in range(3))
    (tmp_path / "a.html").write_text(
        '<html><head><link rel="canonical" href="javascript:alert(1)"></head><body><table><tr>'
        f"<td><h2>Ports</h2>Menu<br>Two</td><td><table>{rows}</table></td></tr></table>"
        "<ol><li>one<ul><li>in it</li></ul></li></ol><pre>a  b\n c</pre><select><option>x</select>"
    )
    document = read(tmp_path / "a.html")
    assert document.text == (
        "Ports\n\nMenu\nTwo\n\nPort 0 | 0 |\nPort 1 | 1 |\nPort 2 | 2 |\none\nin it\n\na  b\n c"
    )
    assert headings(document) == ["Ports"]
    assert document.metadata.url == ""


@pytest.mark.parametrize(
    ("meta", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ("<meta charset=utf-8>", "utf-8"),
        ("<meta charset='windows-1252'>", "utf-8"),
        ("<meta charset=utf-8>", "cp932"),
        ("<meta charset=Shift_JIS>", "cp932"),
        ("<meta charset=iso-2022-jp>", "iso2022_jp"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=EUC-JP">', "euc_jp"),
        ("<meta charset=zlib>", "utf-8"),
    ],
)
def test_pages_in_any_encoding(tmp_path: Path, meta: str, encoding: str) -> None:
    text = "台湾海峡の平和と安定は国際社会に不可欠である。"
    (tmp_path / "a.html").write_bytes(f"<html>{meta}<p>{text}</p></html>".encode(encoding))
    assert read(tmp_path / "a.html").text == text


@pytest.mark.parametrize("data", [b"", b" \n", b"<html></html>", b"<!-- x -->", b"<p> &nbsp; </p>"])
def test_pages_without_text(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.html").write_bytes(data)
    assert read(tmp_path / "a.html").text == ""


def test_a_book_by_chapters(tmp_path: Path) -> None:
    make_epub(
        tmp_path / "a.epub",
        xhtml("<svg xmlns='http://www.w3.org/2000/svg'><text>Cover</text></svg>"),
        xhtml("<h1>One</h1><p>Tea&nbsp;&mdash; <a id='x'/>so<!-- c --> it &amp; was.</p>"),
        "<html><body><h2>Two</h2><p>Not <br> well formed <b>here</p></body>",
        metadata="<dc:title>Tea</dc:title><dc:creator>Ann Lee</dc:creator><dc:creator>Bo</dc:creator>"
        "<dc:publisher>Ex Press</dc:publisher><dc:date>1999-04-01T00:00:00Z</dc:date>"
        "<dc:language>en</dc:language>",
    )
    document = read(tmp_path / "a.epub")
    assert on_pages(document) == ["One\n\nTea — so it & was.", "Two\n\nNot\nwell formed here"]
    assert headings(document) == ["One", "Two"]
    said = document.metadata
    assert (said.title, said.author, said.publisher) == ("Tea", "Ann Lee, Bo", "Ex Press")
    assert (said.date, said.language) == ("1999-04-01", "en")


def test_a_book_with_garbled_fonts_is_read_and_a_locked_one_told(tmp_path: Path) -> None:
    lock = (
        '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData>'
        '<e:EncryptionMethod Algorithm="{}"/></e:EncryptedData></encryption>'
    )
    name, method = "META-INF/encryption.xml", "http://www.idpf.org/2008/embedding"
    path = make_epub(tmp_path / "a.epub", xhtml("<p>Tea</p>"), extra={name: lock.format(method)})
    assert read(path).text == "Tea"
    method = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
    make_epub(path, xhtml("<p>Tea</p>"), extra={name: lock.format(method)})
    with pytest.raises(UnreadableSource, match=r"a\.epub is locked by its shop"):
        read(path)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.docx", make_docx),
        ("a.docx", lambda path: make_docx(path, " ", "\t")),
        ("a.pptx", make_pptx),
        ("a.pptx", lambda path: make_pptx(path, " ", "")),
        ("a.xlsx", make_xlsx),
        ("a.xlsx", lambda path: make_xlsx(path, (" ", None), ("\n",))),
        ("a.epub", make_epub),
        ("a.epub", lambda path: make_epub(path, xhtml("<p> </p>"), "")),
    ],
)
def test_documents_without_text(tmp_path: Path, name: str, make) -> None:
    make(tmp_path / name)
    assert read(tmp_path / name).text == ""


def make_bomb(path: Path) -> None:
    make_docx(path, "Tea")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/media/image.bin", b"\0" * 30_000_000)


def make_crowd(path: Path) -> None:
    make_docx(path, "Tea")
    with zipfile.ZipFile(path, "a") as file:
        for number in range(archive.MOST_ENTRIES):
            file.writestr(f"word/{number}", b"")


def make_liar(path: Path) -> None:
    """An entry that unpacks to more than it says, with the checksum of the part it admits to."""
    make_docx(path, "Tea")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/media/image.bin", b"x" * 5_000_000)
        entry = file.getinfo("word/media/image.bin")
        entry.file_size, entry.CRC = 10, 0xB3E90B11


def make_locked_zip(path: Path) -> None:
    make_docx(path, "Tea")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)


def make_packed_otherwise(path: Path) -> None:
    make_docx(path, "Tea")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as file:
        file.writestr("word/media/image.bin", b"x")


def cut(path: Path, make, *texts: str) -> None:
    make(path, *texts)
    path.write_bytes(path.read_bytes()[:-500])


def spoilt(path: Path) -> None:
    """One byte changed in the middle of the packed text."""
    make_epub(path, xhtml("<p>" + WORDS * 50 + "</p>"))
    data = bytearray(path.read_bytes())
    at = data.index(b"c 1.xhtml") + 60
    data[at] ^= 0xFF
    path.write_bytes(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("bomb.docx", make_bomb, r"would unpack to 30 MB, more than is safe"),
        ("crowd.docx", make_crowd, r"parts inside, more than is safe"),
        ("liar.docx", make_liar, r"larger inside than it says"),
        ("locked.docx", make_locked_zip, r"protected by a password"),
        ("lzma.docx", make_packed_otherwise, r"damaged or not a Word document"),
        ("cut.docx", lambda path: cut(path, make_docx, "Tea"), r"damaged or not a Word document"),
        ("cut.pptx", lambda path: cut(path, make_pptx, "Tea"), r"damaged or not a PowerPoint"),
        ("cut.xlsx", lambda path: cut(path, make_xlsx, ("Tea",)), r"damaged or not an Excel"),
        ("cut.epub", lambda path: cut(path, make_epub, "Tea"), r"damaged or not an EPUB book"),
        ("spoilt.epub", spoilt, r"damaged or not an EPUB book"),
        ("sheet.docx", lambda path: make_xlsx(path, (1,)), r"is an Excel workbook.*ending \.xlsx"),
        ("word.epub", lambda path: make_docx(path, "Tea"), r"is a Word document.*ending \.docx"),
        ("text.docx", lambda path: path.write_text("Only text."), r"damaged or not a Word"),
        ("old.docx", lambda path: path.write_bytes(OLE), r"old Office format or .* password"),
        ("old.pptx", lambda path: path.write_bytes(OLE), r"new \.pptx file without a password"),
        ("old.xlsx", lambda path: path.write_bytes(OLE), r"new \.xlsx file without a password"),
        ("empty.docx", lambda path: path.write_bytes(b""), r"is empty"),
        ("empty.pptx", lambda path: path.write_bytes(b""), r"is empty"),
        ("empty.xlsx", lambda path: path.write_bytes(b""), r"is empty"),
        ("empty.epub", lambda path: path.write_bytes(b""), r"is empty"),
        ("nul.csv", lambda path: path.write_bytes(b"a,b\0\n"), r"is not a text file"),
        ("quote.csv", lambda path: path.write_text('a,"b\n' + "c\n" * 70_000), r"quotation mark"),
        ("deep.html", lambda path: path.write_text("<div>" * 9999 + "x"), r"nested too deeply"),
        ("long.html", lambda path: path.write_text("<p>" + "x " * 6_000_000), r"too long a text"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, name, make, said) -> None:
    make(tmp_path / name)
    with pytest.raises(UnreadableSource, match=said) as caught:
        read(tmp_path / name)
    assert str(caught.value).startswith(f"{name} ")
    assert re.search(r": .+\.$", str(caught.value))
    assert str(tmp_path) not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_sizes_are_believed_of_no_entry(tmp_path: Path, monkeypatch) -> None:
    make_docx(tmp_path / "a.docx", "Tea")
    monkeypatch.setattr(archive, "LARGEST_ENTRY", 100)
    with pytest.raises(UnreadableSource, match="more than is safe"):
        read(tmp_path / "a.docx")
    monkeypatch.setattr(archive, "LARGEST_ENTRY", 10**9)
    monkeypatch.setattr(archive, "LARGEST_IN_ALL", 1000)
    with pytest.raises(UnreadableSource, match="more than is safe"):
        read(tmp_path / "a.docx")


def test_entities_are_not_unfolded(tmp_path: Path) -> None:
    """A billion laughs: as text they would be megabytes, as a document they are none or an error."""
    word = make_docx(tmp_path / "a.docx", "Tea LAUGH")
    with zipfile.ZipFile(word) as file:
        declaration = file.read("word/document.xml").decode().partition("?>")[0] + "?>"
    name = "word/document.xml"
    repacked(word, (name, declaration, declaration + LAUGHS), (name, "LAUGH", "&c;"))
    with pytest.raises(UnreadableSource, match=r"a\.docx is damaged"):
        read(word)
    show = make_pptx(tmp_path / "a.pptx", "Tea LAUGH")
    name = "ppt/slides/slide1.xml"
    repacked(show, (name, declaration, declaration + LAUGHS), (name, "LAUGH", "&c;"))
    with pytest.raises(UnreadableSource, match=r"a\.pptx is damaged"):
        read(show)
    book = make_epub(tmp_path / "a.epub", LAUGHS + "<html><body><p>Tea &c;</p></body></html>")
    assert read(book).text == "Tea &c;"
    (tmp_path / "a.html").write_text(LAUGHS + "<html><body><p>Tea &c;</p></body></html>")
    assert len(read(tmp_path / "a.html").text) < 10_000
    make_epub(tmp_path / "b.epub", "Tea", metadata="<dc:title>&c;</dc:title>")
    repacked(tmp_path / "b.epub", ("OEBPS/book.opf", "<package", LAUGHS + "<package"))
    with pytest.raises(UnreadableSource, match=r"b\.epub is damaged"):
        read(tmp_path / "b.epub")
    sheet = make_xlsx(tmp_path / "a.xlsx", ("Tea", "LAUGH"))
    name = "xl/worksheets/sheet1.xml"
    repacked(sheet, (name, "<worksheet", LAUGHS + "<worksheet"), (name, "LAUGH", "&c;"))
    with pytest.raises(UnreadableSource, match=r"a\.xlsx is damaged"):
        read(sheet)


def test_a_row_far_down_takes_no_endless_time(tmp_path: Path) -> None:
    book = make_xlsx(tmp_path / "a.xlsx", ("Tea", "Port"), (1, 2))
    repacked(book, ("xl/worksheets/sheet1.xml", '<row r="2">', '<row r="99999999999">'))
    assert read(book).text == "Sheet\n\nTea | Port"


def test_damaged_parts_of_a_whole_archive_are_told(tmp_path: Path) -> None:
    for path, name in (
        (make_docx(tmp_path / "a.docx", "Tea"), "_rels/.rels"),
        (make_pptx(tmp_path / "a.pptx", "Tea"), "ppt/slides/slide1.xml"),
        (make_xlsx(tmp_path / "a.xlsx", ("Tea",)), "[Content_Types].xml"),
        (make_epub(tmp_path / "a.epub", "Tea"), "META-INF/container.xml"),
    ):
        with zipfile.ZipFile(path) as file:
            old = file.read(name).decode()
        repacked(path, (name, old, "<other/>"))
        with pytest.raises(UnreadableSource, match=rf"{path.name} is damaged or not an? "):
            read(path)


def test_files_outside_are_not_read_or_written(tmp_path: Path) -> None:
    (tmp_path / "secret.xhtml").write_text(xhtml("<p>Secret</p>"))
    (tmp_path / "in").mkdir()
    book = make_epub(
        tmp_path / "in" / "a.epub",
        xhtml("<p>Tea</p>"),
        xhtml("<p>Gone</p>"),
        extra={"../../out.txt": "out"},
    )
    opf = "OEBPS/book.opf"
    repacked(book, (opf, "text/c%202.xhtml", "../../secret.xhtml"))
    document = read(book)
    assert document.text == "Tea"
    assert document.warnings == ("Parts of the book that it names are missing: 1.",)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.epub", "in", "secret.xhtml"]
    external = make_docx(tmp_path / "in" / "a.docx", "Tea LAUGH")
    secret = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{(tmp_path / "secret.xhtml").as_uri()}">]>'
    name = "word/document.xml"
    repacked(external, (name, "<w:document", secret + "<w:document"), (name, "LAUGH", "&s;"))
    assert read(external).text == "Tea"
