"""Office files, books and pages that the tests of their readers make, and how they are read back."""

import zipfile
from pathlib import Path

import docx
from openpyxl import Workbook
from pptx import Presentation

from ingest.readers import reader_of
from vectorstore.records import Document

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "{}"><!ENTITY c "{}">]>'.format(
    "&a;" * 1000, "&b;" * 1000
)


WORDS = "The harbour master kept the books of the tea trade from 1901 until the port was closed. "


def read(path: Path) -> Document:
    """The document in a file, its offsets and characters checked as all of them must be."""
    document = reader_of(path)(path)
    assert document.kind == {".tsv": "csv"}.get(path.suffix, path.suffix[1:])
    for heading in document.headings:
        assert document.text[heading.start : heading.end] == heading.text
    return checked(document)


def checked(document: Document) -> Document:
    """The document, its characters and the places of its headings and pages checked."""
    document.text.encode()  # no lone surrogates
    assert "\0" not in document.text
    for heading in document.headings:
        assert heading.text
        assert heading.text in document.text[heading.start : heading.end]
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
