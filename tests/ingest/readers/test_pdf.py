import io
from pathlib import Path

import pytest
import yaml
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfWriter
from pypdf.generic import NameObject, TextStringObject

from ingest.readers import ocr
from ingest.readers.garbled import garbled
from ingest.readers.pdf import MOST_PAGES, read_pdf
from ingest.readers.pdf_glyphs import GlyphReader, NoGlyphs
from tests.ingest.readers.test_readers import make_pdf
from vectorstore.errors import UnreadableSource
from vectorstore.reading_warnings import sentences_of

BODIES = (
    "Taiwan opened an office in Vilnius.",
    "Lithuania opened one in Taipei.",
    "Trade grew by a fifth in a year.",
    "Twelve firms signed contracts.",
)
# What a font without a table of its letters often gives: each letter by its neighbour's number.
SHIFTED = "".join(
    chr(ord(letter) + 3) if letter.isalpha() else letter
    for letter in "the office in vilnius was opened in november by representatives of taiwan whose "
    "government had promised investments worth several hundred million dollars together with "
    "scholarships loans semiconductor training direct flights cultural exchanges"
)


@pytest.mark.parametrize(
    ("text", "is_garbled"),
    [
        ("Taiwan’s ‘role’ — 2,5 % of x² ≤ ∑ α·β (Δt)", False),
        ("台湾海峡の平和と安定は、AI技術とｶﾞｲﾄﾞ、대만。" * 5, False),
        ("Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. " * 9, False),
        ("Net income NT$ 1,200 TSMC 台積電 GDP (CPTPP)\n" * 30, False),
        ("��� the rest is lost ���", True),
        ("(cid:12)(cid:44) a (cid:3)", True),
        ("\x01\x12\x1a\x1a\x16 \x05\x01 abc", True),
        ("ڀݚഎܠૄସසഎڀݚܠગ", True),
        (SHIFTED, True),
    ],
)
def test_garbled_text_is_told_from_text(text, is_garbled) -> None:
    assert garbled(text) is is_garbled


def test_bookmarks_become_headings(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    pdf.add_page()
    pdf.start_section("The strait")
    pdf.start_section("Nowhere on the page", level=1)
    pdf.multi_cell(0, 8, "Foreword.\n1. The Strait\nIt is narrow.")
    pdf.add_page()
    pdf.start_section("Twelve firms and their contracts")
    pdf.multi_cell(0, 8, "2 Twelve firms\nand their contracts\nThey were signed.")
    pdf.output(str(tmp_path / "a.pdf"))
    document = read_pdf(tmp_path / "a.pdf")
    assert [
        (heading.text, document.text[heading.start : heading.end]) for heading in document.headings
    ] == [
        ("1. The Strait", "1. The Strait"),
        ("2 Twelve firms and their contracts", "2 Twelve firms and their contracts"),
    ]


def with_facts(path: Path, text: str, facts: dict[str, str], lang: str) -> Path:
    writer = PdfWriter(clone_from=make_pdf(path, text))
    writer.add_metadata(facts)
    if lang:
        writer.root_object[NameObject("/Lang")] = TextStringObject(lang)
    writer.write(path)
    return path


@pytest.mark.parametrize(
    ("made", "lang", "date", "language"),
    [
        ("D:20240501120000Z", "en-GB", "2024-05-01", "en-GB"),
        ("D:19040101000000", "ja-JP", "", ""),
        ("D:29990101000000", "<b>", "", ""),
        ("yesterday", "", "", ""),
    ],
)
def test_what_a_citation_needs(tmp_path: Path, made, lang, date, language) -> None:
    facts = {"/Title": "Untitled", "/Author": "A.\0 Lin", "/CreationDate": made}
    metadata = read_pdf(with_facts(tmp_path / "a.pdf", "Some text.", facts, lang)).metadata
    assert (metadata.title, metadata.author) == ("", "A. Lin")
    assert (metadata.date, metadata.language) == (date, language)


def locked(path: Path, password: str) -> Path:
    writer = PdfWriter(clone_from=make_pdf(path, "The words inside."))
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")
    writer.write(path)
    return path


def test_a_password_is_taken_from_the_sidecar(tmp_path: Path) -> None:
    path = locked(tmp_path / "a.pdf", "0123")
    sidecar = tmp_path / "a.pdf.meta.yaml"
    with pytest.raises(
        UnreadableSource, match=r"write it as `password: …` into a\.pdf\.meta\.yaml"
    ):
        read_pdf(path)
    sidecar.write_text("password: wrong")
    with pytest.raises(UnreadableSource, match="does not open it") as caught:
        read_pdf(path)
    assert "wrong" not in str(caught.value)
    sidecar.write_text("title: [")
    with pytest.raises(UnreadableSource, match="protected by a password"):
        read_pdf(path)
    sidecar.write_text("title: T\npassword: 0123\n")
    document = read_pdf(path)
    assert document.text.strip() == "The words inside."
    assert "0123" not in repr(document)
    assert yaml.safe_load(sidecar.read_text())["password"] == 83, "YAML alone would misread it"


def test_an_empty_password_needs_no_sidecar(tmp_path: Path) -> None:
    assert "words" in read_pdf(locked(tmp_path / "a.pdf", "")).text


def scan(path: Path, *pages: str) -> Path:
    """A PDF of pictures of text; a page that begins with `=` has it as text as well."""
    pdf = FPDF()
    for text in pages:
        picture = Image.new("L", (1240, 600), 255)
        font = ImageFont.load_default(size=40)
        ImageDraw.Draw(picture).multiline_text((60, 60), text.strip("="), 0, font, spacing=20)
        pdf.add_page()
        pdf.image(io.BytesIO(_png(picture)), w=190)
        if text.startswith("="):
            pdf.set_font("helvetica", size=12)
            pdf.multi_cell(0, 8, text.strip("="))
    pdf.output(str(path))
    return path


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "png")
    return out.getvalue()


needs_tesseract = pytest.mark.skipif(
    not ocr.installed_languages(), reason="needs tesseract-ocr with eng, and pypdfium2"
)


@needs_tesseract
def test_a_scanned_page_is_read_by_ocr_and_says_so(tmp_path: Path) -> None:
    path = scan(
        tmp_path / "a.pdf", "=" + BODIES[0], "Lithuania opened one in Taipei,\nits capital."
    )
    heard: list[tuple[int, int]] = []
    document = read_pdf(path, lambda page, of: heard.append((page, of)))
    first, second = document.pages
    assert document.text[first.start : first.end] == BODIES[0]
    assert "Lithuania opened one in Taipei" in document.text[second.start : second.end]
    assert (first.warning, second.warning) == ("", "Read by OCR: check the words against the page.")
    assert sentences_of(document.warnings) == ["Read by OCR: page 2."]
    assert heard == [(1, 2), (2, 2)]


@needs_tesseract
def test_a_locked_scan_is_read_with_its_password(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=scan(tmp_path / "a.pdf", BODIES[0]))
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(tmp_path / "a.pdf")
    (tmp_path / "a.pdf.meta.yaml").write_text("password: secret")
    assert "Vilnius" in read_pdf(tmp_path / "a.pdf").text


@needs_tesseract
def test_pictures_without_words_are_told_from_scans(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="OCR finds no words"):
        read_pdf(scan(tmp_path / "a.pdf", ""))


@needs_tesseract
@pytest.mark.parametrize("number", [9, 0])
def test_a_page_that_cannot_be_drawn_is_told(tmp_path: Path, number) -> None:
    path = make_pdf(tmp_path / "a.pdf", "Text.")
    if not number:
        path.write_bytes(b"%PDF-1.7 nonsense")
    with pytest.raises(UnreadableSource, match=r"of a\.pdf could not be drawn"):
        ocr.read_page(path, number, ["eng"])


@needs_tesseract
def test_a_page_that_takes_too_long_is_told(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.pdf", BODIES[0])
    with pytest.raises(UnreadableSource, match="run ocrmypdf"):
        ocr.read_page(path, 1, ["eng"], seconds=0.001)


@needs_tesseract
def test_what_is_scanned_beyond_the_time_is_left(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(ocr, "BUDGET", 0.0)
    document = read_pdf(scan(tmp_path / "a.pdf", "=" + BODIES[0], BODIES[1]))
    assert document.pages[1].warning.startswith("Not read: OCR of this document was stopped")
    assert sentences_of(document.warnings)[0].startswith(
        "Not read: page 2. OCR of this document was stopped"
    )
    with pytest.raises(UnreadableSource, match="within twenty minutes"):
        read_pdf(scan(tmp_path / "b.pdf", BODIES[1]))


def test_a_scan_without_tesseract_says_what_to_install(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UnreadableSource, match=r"it is scanned: install tesseract-ocr.*ocrmypdf"):
        read_pdf(scan(tmp_path / "a.pdf", BODIES[0]))
    document = read_pdf(scan(tmp_path / "b.pdf", "=" + BODIES[0], BODIES[1]))
    assert document.pages[1].warning == "Page 2 has hardly any text: it may be a picture."
    assert sentences_of(document.warnings) == [
        "Not read: page 2 (pictures; install tesseract-ocr to read them)."
    ]


def test_a_picture_with_a_word_under_it_keeps_its_word(tmp_path: Path) -> None:
    document = read_pdf(scan(tmp_path / "a.pdf", "=Figure 1"))
    assert document.text.strip() == "Figure 1"
    assert sentences_of(document.warnings) == ["Hardly any text on page 1 (pictures?)."]


@pytest.mark.slow
def test_only_so_many_pages_are_read(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=make_pdf(tmp_path / "a.pdf", "The first page."))
    for _ in range(MOST_PAGES + 10):
        writer.add_blank_page(100, 100)
    writer.write(tmp_path / "a.pdf")
    document = read_pdf(tmp_path / "a.pdf")
    assert len(document.pages) == MOST_PAGES
    assert sentences_of(document.warnings) == [
        "Only the first 5,000 of 5,011 pages were read: split the file to add all."
    ]


def test_only_so_many_characters_are_read(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("ingest.readers.pdf.MOST_CHARACTERS", 80)
    document = read_pdf(make_pdf(tmp_path / "a.pdf", *BODIES))
    assert len(document.pages) == 2
    assert sentences_of(document.warnings)[0].startswith("Only the first 2 of 4 pages")


def test_one_damaged_page_does_not_take_the_others_with_it(tmp_path: Path, monkeypatch) -> None:
    def broken(page) -> str:
        if page.page_number == 1:
            raise ValueError
        return "Text."

    def none(*_: object) -> None:
        raise NoGlyphs

    monkeypatch.setattr("pypdf.PageObject.extract_text", broken)
    monkeypatch.setattr(GlyphReader, "page", none)
    document = read_pdf(make_pdf(tmp_path / "a.pdf", *BODIES[:2]))
    assert document.pages[1].warning == "Page 2 is damaged and could not be read."
    assert "Damaged and not read: page 2." in sentences_of(document.warnings)


@pytest.mark.parametrize("part", [0.05, 0.3, 0.6, 0.9])
def test_a_file_cut_short_is_read_or_told(tmp_path: Path, part) -> None:
    path = make_pdf(tmp_path / "a.pdf", *BODIES)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    try:
        said = read_pdf(path).text
    except UnreadableSource as error:
        said = str(error)
    assert said.startswith(("a.pdf is damaged", "a.pdf has no text", BODIES[0]))


def test_a_file_that_is_something_else_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"PK\3\4" + bytes(500))
    with pytest.raises(UnreadableSource, match="damaged or not a PDF"):
        read_pdf(path)
