from pathlib import Path

import pytest
from fpdf import FPDF
from pypdf import PdfWriter

from ingest.readers import read
from ingest.splitter import PassageSplitter
from tests.conftest import ARTICLE
from vectorstore.errors import UnreadableSource


def make_pdf(path: Path, *pages: str, title: str = "") -> Path:
    """A PDF with a text layer; an empty string makes a page without any."""
    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    if title:
        pdf.set_title(title)
    for text in pages:
        pdf.add_page()
        if text:
            pdf.multi_cell(0, 8, text)
    pdf.output(str(path))
    return path


def test_the_article_is_kept_character_for_character() -> None:
    document = read(ARTICLE)
    assert document.text in ARTICLE.read_text(encoding="utf-8")
    assert document.metadata.title == "Japan's role in reinforcing Taiwan's global standing"
    assert "untitled" in document.metadata.note
    assert (document.metadata.author, document.metadata.date, document.metadata.url) == ("", "", "")
    assert len(document.headings) == 5
    for text in (
        "李逸洋",
        "駐立陶宛台灣代表處",
        "“friendship reception”",
        "Nausėda",
        "policy— first",
    ):
        assert text in document.text


def test_headings_are_found_where_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(
        b"---\r\ntitle: T\r\ndate: 2024-05-01\r\n---\r\n# One #\r\n\r\n```\n# no\n```\n\n## Two"
    )
    document = read(path)
    assert [heading.text for heading in document.headings] == ["One", "Two"]
    for heading in document.headings:
        assert heading.text in document.text[heading.start : heading.end]
    assert document.metadata.date == "2024-05-01"
    assert document.text.startswith("# One #\r\n")


def test_front_matter_that_is_not_yaml_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\ntitle: [\n---\nText.")
    with pytest.raises(UnreadableSource, match=r"front matter of a\.md"):
        read(path)
    path.write_text("---\nA rule, then text without an end.")
    assert read(path).text.startswith("---")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Nausėda 李逸洋".encode(), "Nausėda 李逸洋"),
        (b"\xef\xbb\xbfTea.", "Tea."),
        ("Tea 茶.".encode("utf-16"), "Tea 茶."),
        ("台湾海峡の平和と安定は国際社会に不可欠である。".encode("shift-jis"),
         "台湾海峡の平和と安定は国際社会に不可欠である。"),
        (b"one\r\ntwo", "one\r\ntwo"),
    ],
)  # fmt: skip
def test_text_in_any_encoding(tmp_path: Path, data: bytes, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    assert read(path).text == text


def test_pages_of_a_pdf_stand_where_they_say(tmp_path: Path) -> None:
    path = make_pdf(
        tmp_path / "a.pdf",
        "The first page ends.",
        "",
        "The third page is here.",
        title="Three pages",
    )
    document = read(path)
    assert document.metadata.title == "Three pages"
    assert [page.number for page in document.pages] == [1, 2, 3]
    third = document.pages[2]
    assert document.text[third.start : third.end] == "The third page is here."
    assert document.warnings == ()  # a blank page is no loss


def test_a_sentence_that_runs_on_to_the_next_page_stays_one(tmp_path: Path) -> None:
    document = read(make_pdf(tmp_path / "a.pdf", "The sentence goes on", "to the next page. End."))
    assert document.text.startswith("The sentence goes on to the next page.")


def locked(path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret")
    writer.write(path)


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("scan.pdf", lambda path: make_pdf(path, "", ""), "has no text: its pages are blank"),
        ("locked.pdf", locked, "protected by a password"),
        ("pageless.pdf", lambda path: PdfWriter().write(path), "has no text"),
        ("broken.pdf", lambda path: path.write_bytes(b"%PDF-1.7 nonsense"), "damaged or not a PDF"),
        ("empty.pdf", lambda path: path.write_bytes(b""), "damaged or not a PDF|is empty"),
        ("empty.md", lambda path: path.write_bytes(b""), "is empty"),
        ("blank.txt", lambda path: path.write_text(" \n…\n"), "no words in it"),
        ("binary.txt", lambda path: path.write_bytes(b"\0\1\2" * 50), "is not a text file"),
        ("tool.exe", lambda path: path.write_bytes(b"MZ"), "not a kind of file"),
        ("old.doc", lambda path: path.write_bytes(b"x"), r"save it as \.docx"),
        ("missing.md", lambda path: None, "cannot be opened"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, name, make, said) -> None:
    make(tmp_path / name)
    with pytest.raises(UnreadableSource, match=said) as caught:
        read(tmp_path / name)
    assert name in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_endless_lines_take_no_endless_time(tmp_path: Path) -> None:
    """Each of these once took minutes: white space in a heading, a line of spaces, of full stops."""
    path = tmp_path / "a.md"
    path.write_text("# x" + " " * 20_000 + "y\n" + " " * 50_000 + "z\n" + "." * 50_000 + "!\n")
    document = read(path)
    assert PassageSplitter().split(document, "s")


@pytest.mark.parametrize(
    ("written", "text", "kinds"),
    [
        ("At ~~nine~~ ten.", "At ten.", ["struck"]),
        ("A <!-- not so --> fact<!--x-->.", "A fact.", ["hidden_text"]),
        ("`~~code~~` and ``<!-- ` -->``", None, []),
        ("```\n~~code~~ <!-- x -->\n```\n", None, []),
        ("~5 to ~6, and ~~ alone", None, []),
        ("a <!-- never closed", None, []),
        ("~~one\n\ntwo~~", None, []),
    ],
)
def test_struck_words_and_comments_of_markdown_are_left_out(
    tmp_path: Path, written: str, text: str | None, kinds: list[str]
) -> None:
    (tmp_path / "a.md").write_text(written, encoding="utf-8")
    document = read(tmp_path / "a.md")
    assert document.text == (written if text is None else text)
    assert [warning.kind for warning in document.warnings] == kinds
