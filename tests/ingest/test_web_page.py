"""What is made of an answer: the name of the file, its encoding, its packing."""

import gzip
import tracemalloc

import pytest

from ingest import web_page
from ingest.source_files import safe_name
from ingest.web import fetch
from tests.ingest.site import CHUNKED, HTML, Site, local
from vectorstore.errors import UnreadableSource


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("/", "text/html; charset=utf-8", "127.0.0.1.html"),
        ("/index.php/", "application/xhtml+xml", "index.php (127.0.0.1).html"),
        ("/docs/index.html", "TEXT/HTML", "127.0.0.1.html"),
        ("/a/", "text/html", "a (127.0.0.1).html"),
        ("/pdf/2401.12345", "application/pdf", "2401.12345 (127.0.0.1).pdf"),
        ("/%E5%AE%87%E6%B2%BB%E8%8C%B6", "text/plain", "宇治茶 (127.0.0.1).txt"),
        ("/README.md", "text/plain", "README (127.0.0.1).md"),
        ("/README.markdown", "text/markdown", "README (127.0.0.1).md"),
        ("/t.csv", "text/csv", "t (127.0.0.1).csv"),
        ("/b.epub", "application/octet-stream", "b (127.0.0.1).epub"),
        ("/b.PDF", "", "b (127.0.0.1).pdf"),
        ("/x", "application/epub+zip", "x (127.0.0.1).epub"),
        (
            "/x",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "x (127.0.0.1).docx",
        ),
        (
            "/x",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "x (127.0.0.1).pptx",
        ),
        (
            "/x",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "x (127.0.0.1).xlsx",
        ),
        ("/..%2f..%2fetc%2fpass%00wd%E2%80%AE", "text/html", ".. .. etc passwd (127.0.0.1).html"),
    ],
)
def test_the_type_gives_the_ending_and_the_path_the_name(
    site: Site, path: str, kind: str, name: str
) -> None:
    fetched = fetch(site.page(path, b"x", Content_Type=kind), local)
    assert fetched.name.removeprefix(".. .. ") == name.removeprefix(".. .. ")
    assert safe_name(fetched.name) == fetched.name


def test_a_long_name_keeps_its_host_and_ending(site: Site) -> None:
    url = site.page("/" + "%E8%8C%B6" * 150, b"x", **HTML)
    assert fetch(url, local).name == "茶" * 30 + " (127.0.0.1).html"


@pytest.mark.parametrize("kind", ["image/png", "application/json", "application/octet-stream"])
def test_what_is_no_document_is_refused(site: Site, kind: str) -> None:
    with pytest.raises(UnreadableSource, match=r"/a\.exe is neither a page nor a document"):
        fetch(site.page("/a.exe", b"x", Content_Type=kind), local)


@pytest.mark.parametrize(
    ("charset", "python"),
    [
        ("Shift_JIS", "cp932"),
        ('"euc-jp"', "euc_jp"),
        ("iso-8859-1", "cp1252"),
        ("gb2312", "gb18030"),
        ("big5", "big5"),
        ("utf-8", "utf-8"),
        ("UTF-16LE", "utf-16-le"),
    ],
)
def test_an_encoding_only_the_server_states_is_kept(site: Site, charset: str, python: str) -> None:
    text = "<p>“Café” – smart" if python == "cp1252" else "<p>中文"
    url = site.page("/a", text.encode(python), Content_Type=f"text/html;charset={charset}; x=y")
    assert fetch(url, local).content == b"\xef\xbb\xbf" + text.encode()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xef\xbb\xbf<p>caf\xc3\xa9", "text/html; charset=iso-8859-1"),  # the mark wins
        ("<p>é".encode("utf-16"), "text/html; charset=utf-8"),
        (b"caf\xe9", "text/html"),
        (b"caf\xc3\xa9", "text/plain; charset=utf-8"),
        (b"caf\xe9", "text/plain; charset=klingon"),
        (b"caf\xe9", "text/plain; charset=punycode"),
        (b"caf\xe9", "text/plain; charset=unicode_escape"),
        (b"caf\xe9", "text/plain; charset=base64"),
        (b"caf\xe9", "text/html; charset=" + "x" * 5000),
        (b"caf\xe9", "text/html; charset=../../x"),
        ("çé".encode("cp1252"), "text/html; charset=utf-8"),  # plainly wrong
        (b"%PDF-1.7 \xe9", "application/pdf; charset=iso-8859-1"),
    ],
)
def test_bytes_stay_as_they_are_where_the_server_adds_nothing(
    site: Site, body: bytes, kind: str
) -> None:
    assert fetch(site.page("/a", body, Content_Type=kind), local).content == body


def test_gzip_is_unpacked(site: Site) -> None:
    url = site.page("/a", gzip.compress(b"<p>Tea.", mtime=0), Content_Encoding="gzip", **HTML)
    assert fetch(url, local).content == b"<p>Tea."


@pytest.mark.parametrize(
    ("body", "packing", "why"),
    [
        (gzip.compress(b"\0" * 1_000_000, mtime=0), "gzip", "is larger than"),
        (gzip.compress(b"x" * 500, mtime=0)[:-9], "gzip", "stops answering"),
        (b"no gzip", "gzip", "stops answering"),
        (b"x", "br", "has an unknown encoding"),
        (
            gzip.compress(gzip.compress(b"x", mtime=0), mtime=0),
            "gzip, gzip",
            "has an unknown encoding",
        ),
    ],
)
def test_bad_packing(
    site: Site, body: bytes, packing: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_page, "LARGEST", 10_000)
    with pytest.raises(UnreadableSource, match=why):
        fetch(site.page("/a", body, Content_Encoding=packing, **HTML), local)


@pytest.mark.parametrize("packed", [True, False])
def test_a_bomb_takes_no_room(site: Site, packed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_page, "LARGEST", 1_000_000)
    body = gzip.compress(b"\0" * 100_000_000, 1, mtime=0) if packed else b""
    url = site.page("/a", body, Content_Encoding="gzip", **HTML)
    if not packed:
        url = site.raw("/a", CHUNKED + b"-1\r\n", endless=b"x" * 65536)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableSource):
            fetch(url, local)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
