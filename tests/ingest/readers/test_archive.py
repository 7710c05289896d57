"""Office files and books as archives: empty, damaged, and hostile ones."""

import re
import zipfile
from pathlib import Path

import pytest

from ingest.readers import archive
from tests.ingest.readers.made_files import (
    LAUGHS,
    WORDS,
    make_docx,
    make_epub,
    make_pptx,
    make_xlsx,
    read,
    repacked,
    xhtml,
)
from vectorstore.errors import UnreadableSource
from vectorstore.reading_warnings import sentences_of


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
        ("liar.docx", make_liar, r"larger inside than it states"),
        ("locked.docx", make_locked_zip, r"protected by a password"),
        ("lzma.docx", make_packed_otherwise, r"damaged or not a Word document"),
        ("cut.docx", lambda path: cut(path, make_docx, "Tea"), r"damaged or not a Word document"),
        ("cut.pptx", lambda path: cut(path, make_pptx, "Tea"), r"damaged or not a PowerPoint"),
        ("cut.xlsx", lambda path: cut(path, make_xlsx, ("Tea",)), r"damaged or not an Excel"),
        ("cut.epub", lambda path: cut(path, make_epub, "Tea"), r"damaged or not an EPUB book"),
        ("spoilt.epub", spoilt, r"damaged or not an EPUB book"),
        ("sheet.docx", lambda path: make_xlsx(path, (1,)), r"is an Excel workbook.*end in \.xlsx"),
        ("word.epub", lambda path: make_docx(path, "Tea"), r"is a Word document.*end in \.docx"),
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


def test_damaged_parts_of_a_whole_archive_are_told(tmp_path: Path) -> None:
    for path, name in (
        (make_docx(tmp_path / "a.docx", "Tea"), "word/document.xml"),
        (make_pptx(tmp_path / "a.pptx", "Tea"), "ppt/slides/slide1.xml"),
        (make_xlsx(tmp_path / "a.xlsx", ("Tea",)), "xl/workbook.xml"),
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
    assert sentences_of(document.warnings) == ["Parts that the document names are missing: 1."]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.epub", "in", "secret.xhtml"]
    external = make_docx(tmp_path / "in" / "a.docx", "Tea LAUGH")
    secret = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{(tmp_path / "secret.xhtml").as_uri()}">]>'
    name = "word/document.xml"
    repacked(external, (name, "<w:document", secret + "<w:document"), (name, "LAUGH", "&s;"))
    assert read(external).text == "Tea"
