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
