"""The reader of EPUB books."""

from pathlib import Path

import pytest

from tests.ingest.readers.made_files import headings, make_epub, on_pages, read, xhtml
from vectorstore.errors import UnreadableSource


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
    assert (said.title, said.author, said.publisher) == ("Tea", "Ann Lee; Bo", "Ex Press")
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
    with pytest.raises(UnreadableSource, match=r"a\.epub has copy protection"):
        read(path)


def test_persons_have_the_roles_that_a_book_gives_them(tmp_path: Path) -> None:
    make_epub(
        tmp_path / "a.epub",
        xhtml("<p>Tea</p>"),
        metadata="<dc:creator id='a'>Ann Lee</dc:creator>"
        "<meta refines='#a' property='file-as'>Lee, Ann</meta>"
        "<dc:creator id='b'>夏目漱石</dc:creator><meta refines='#b' property='file-as'>ナツメ, ソウセキ</meta>"
        "<dc:creator id='c'>Ivy</dc:creator><meta refines='#c' property='role'>ill</meta>"
        "<dc:contributor id='d'>Bo; Sons</dc:contributor><meta refines='#d' property='role'>edt</meta>"
        "<dc:contributor>calibre</dc:contributor>",
    )
    said = read(tmp_path / "a.epub").metadata
    assert (said.author, said.editor, said.translator) == ("Lee, Ann; 夏目漱石", "Bo, Sons", "")


@pytest.mark.parametrize(
    ("dates", "date"),
    [
        (("<dc:date xmlns:o='http://www.idpf.org/2007/opf' o:event='modification'>2020-02-02</dc:date>"
         "<dc:date>1999-04-01</dc:date>"), "1999-04-01"),
        ("<meta property='dcterms:modified'>2020-02-02</meta>", ""),
        ("<meta property='dcterms:issued'>2011</meta><meta property='dcterms:modified'>2020</meta>", "2011"),
        ("<dc:date>c. 1954</dc:date>", "c. 1954"),
        ("<dc:date>0101-01-01T00:00:00+00:00</dc:date>", ""),
    ],
)  # fmt: skip
def test_the_date_of_a_book_is_that_of_its_publication(
    tmp_path: Path, dates: str, date: str
) -> None:
    make_epub(tmp_path / "a.epub", xhtml("<p>Tea</p>"), metadata=dates)
    assert read(tmp_path / "a.epub").metadata.date == date


def test_chapters_without_a_table_of_contents_are_called_by_their_only_title(
    tmp_path: Path,
) -> None:
    make_epub(
        tmp_path / "a.epub",
        xhtml("<h1>Chapter <i>1</i></h1><p>Tea</p><h2>Leaves</h2>"),
        xhtml("<p>More</p>"),
        xhtml("<h2>Two</h2><p>a</p><h2>Three</h2><p>b</p>"),
    )
    assert [page.label for page in read(tmp_path / "a.epub").pages] == ["Chapter 1", "", ""]
