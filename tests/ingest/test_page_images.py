import io
import os
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from fpdf import FPDF
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject

from ingest.page_images.images import PagePictures, Picture
from ingest.page_images.word_boxes import letters_of, locate
from ingest.readers.pdf import read_pdf
from ingest.scan import content_hash, signature_of
from tests.ingest.readers.test_readers import make_pdf
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, Metadata, Page, Source

BODY = (
    "The committee met in spring. An office was opened in Vilnius in November.\n"
    "Nobody had expected the govern-\nment to agree; the government did. "
    "An office was opened in Taipei a year later."
)


@pytest.fixture
def pictures() -> Iterator[PagePictures]:
    made = PagePictures()
    yield made
    made.close()


def source_of(path: Path, document: Document) -> Source:
    return Source(
        "id", path.name, "pdf", content_hash(path), *signature_of(path), "",
        len(document.text), 1, len(document.pages), Metadata(),
    )  # fmt: skip


def drawn(pictures: PagePictures, path: Path, words: str, which: int = 0) -> Picture:
    """The page with the words boxed, at one of the places where they stand."""
    document = read_pdf(path)
    start = -1
    for _ in range(which + 1):
        start = document.text.index(words, start + 1)
    page = next(page for page in document.pages if page.start <= start < page.end)
    source = source_of(path, document)
    return pictures.draw(path, source, page, document.text, start, start + len(words))


def within(path: Path, picture: Picture) -> str:
    """The letters that PDFium has in the boxes."""
    inside = []
    with pypdfium2.PdfDocument(path) as document:
        page = document[picture.number - 1]
        read = page.get_textpage()
        place = pypdfium2.PdfPosConv(page, (0, 0, 10_000, 10_000, 0))
        for index in range(read.count_chars()):
            left, bottom, right, top = read.get_charbox(index)
            x, y = place.to_bitmap((left + right) / 2, (bottom + top) / 2)
            for a, b, width, height in picture.boxes:
                if a <= x / 10_000 <= a + width and b <= y / 10_000 <= b + height:
                    inside.append(read.get_text_range(index, 1))
                    break
    return letters_of("".join(inside)).text


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_the_boxes_cover_the_words_and_no_others(
    tmp_path: Path, pictures: PagePictures, turned: int
) -> None:
    path = make_pdf(tmp_path / "a.pdf", BODY)
    writer = PdfWriter(path)
    writer.pages[0].rotate(turned)
    writer.pages[0].cropbox = RectangleObject((20, 300, 500, 830))
    writer.write(path)
    across = ["government to"] if turned == 0 else []  # PDFium orders turned lines otherwise
    for words in ("opened in Taipei a year later", "The committee met in spring.", *across):
        picture = drawn(pictures, path, words)
        assert within(path, picture) == letters_of(words).text
        assert picture.share == 1
    image = Image.open(io.BytesIO(picture.webp))
    assert image.size == (picture.width, picture.height)
    assert (picture.width < picture.height) == (turned in (0, 180))


def test_words_that_stand_twice_are_boxed_where_they_are_cited(
    tmp_path: Path, pictures: PagePictures
) -> None:
    path = make_pdf(tmp_path / "a.pdf", BODY)
    first, second = (drawn(pictures, path, "An office was opened in", which) for which in (0, 1))
    assert first.boxes
    assert first.boxes[0][1] < second.boxes[0][1]


def test_a_sentence_over_two_columns_and_a_hyphen_is_boxed_whole(
    tmp_path: Path, pictures: PagePictures
) -> None:
    pdf = FPDF(unit="pt", format="A4")
    pdf.add_page()
    pdf.set_font("helvetica", size=11)
    left = (
        "The orchard was planted by two sisters.", "They lived behind the wall of the mill,",
        "which still stands beside the ford, and", "who never sold the apples of the gar-",
    )  # fmt: skip
    right = (
        "den to the inn at the crossing, and gave", "them to the school when it had none of",
        "its own. The wall was white. The mill is", "closed now, and the ford has a bridge.",
    )  # fmt: skip
    for place in range(4):  # drawn line by line across both columns
        pdf.text(60, 100 + 14 * place, left[place])
        pdf.text(310, 100 + 14 * place, right[place])
    path = tmp_path / "a.pdf"
    pdf.output(str(path))
    words = "never sold the apples of the garden to the inn at the crossing"
    assert words in read_pdf(path).text
    picture = drawn(pictures, path, words)
    assert letters_of("never sold the apples of the gar").text in within(path, picture)
    assert letters_of("den to the inn at the crossing").text in within(path, picture)
    assert picture.share == 1


def test_a_quote_that_is_only_partly_on_the_page_is_boxed_as_far_as_it_is() -> None:
    stored = "Trade grew by a fifth, and twelve firms signed contracts in Taipei."
    page = "twelve ﬁrms signed con-\ntracts in Taipei.  The Strait Review, volume seven  Trade grew by a fifth"
    spans, share = locate(stored, 0, len(stored), page)
    assert share > 0.9
    assert [letters_of(page[a:b]).text for a, b in spans] == [
        "twelvefirmssignedcontractsintaipei",
        "tradegrewbyafifth",
    ]
    assert locate("Nothing of this is printed there.", 0, 33, page)[0] == []


def test_a_page_without_letters_is_shown_without_boxes(
    tmp_path: Path, pictures: PagePictures
) -> None:
    scan = io.BytesIO()
    Image.new("RGB", (300, 400), "white").save(scan, "PNG")
    pdf = FPDF()
    pdf.add_page()
    pdf.image(scan, x=0, y=0, w=210)
    path = tmp_path / "scan.pdf"
    pdf.output(str(path))
    document = Document("Read by OCR.", "pdf")
    source = source_of(path, document)
    picture = pictures.draw(path, source, Page(1, 0, 12), document.text, 0, 12)
    assert (picture.boxes, picture.text) == ((), False)
    with pytest.raises(UnreadableSource, match=r"Page 7 of scan.pdf cannot be drawn"):
        pictures.draw(path, source, Page(7, 0, 0), document.text, 0, 0)


def test_a_file_that_changed_is_gone_or_damaged_is_told(
    tmp_path: Path, pictures: PagePictures
) -> None:
    path = make_pdf(tmp_path / "a.pdf", BODY)
    document = read_pdf(path)
    source, page = source_of(path, document), document.pages[0]
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(UnreadableSource, match=r"a.pdf has changed since it was read"):
        pictures.draw(path, source, page, document.text, 0, 5)
    path.write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(UnreadableSource, match="cannot be drawn"):
        pictures.draw(path, source_of(path, document), page, document.text, 0, 5)
    path.unlink()
    with pytest.raises(UnreadableSource, match="is not in the sources folder any more"):
        pictures.draw(path, source, page, document.text, 0, 5)


def test_a_password_is_taken_from_beside_the_file(tmp_path: Path, pictures: PagePictures) -> None:
    path = make_pdf(tmp_path / "a.pdf", BODY)
    document = read_pdf(path)
    writer = PdfWriter(PdfReader(path))
    writer.encrypt("öffne dich", algorithm="AES-256")
    writer.write(path)
    source, page = source_of(path, document), document.pages[0]
    with pytest.raises(UnreadableSource, match="protected by a password"):
        pictures.draw(path, source, page, document.text, 0, 28)
    path.with_name("a.pdf.meta.yaml").write_text("password: öffne dich\n", encoding="utf-8")
    with pytest.raises(UnreadableSource, match="has changed since it was read"):
        pictures.draw(path, source, page, document.text, 0, 28)
    described = source_of(path, document)
    assert pictures.draw(path, described, page, document.text, 0, 28).boxes
    os.utime(path)  # touched, with the same content
    assert pictures.draw(path, described, page, document.text, 0, 28).boxes


def test_a_child_that_died_is_replaced_and_pictures_are_kept(
    tmp_path: Path, pictures: PagePictures
) -> None:
    path = make_pdf(tmp_path / "a.pdf", BODY, "Another page.")
    first = drawn(pictures, path, "The committee met")
    assert drawn(pictures, path, "The committee met") is first
    child = pictures._child
    assert child
    os.kill(child.process.pid, 9)
    child.process.wait()
    assert drawn(pictures, path, "Another page").boxes
