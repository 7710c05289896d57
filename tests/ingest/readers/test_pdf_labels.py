"""Pages of PDF files are called what they are called in print."""

from pathlib import Path

import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from ingest.readers.pdf import read_pdf
from ingest.readers.pdf_labels import page_labels

DOCUMENTS = Path(__file__).parents[2] / "documents"


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("failing/pdf-labels.pdf", ["i", "ii", "1", "2"]),
        ("siblings/labels-prefix.pdf", ["IV", "A-7"]),
        ("siblings/labels-printed.pdf", ["211", "212", "213", "214"]),
        ("failing/pdf-letter.pdf", ["", ""]),
    ],
)
def test_labels_come_from_the_file_or_from_print(name: str, labels: list[str]) -> None:
    assert [page.label for page in read_pdf(DOCUMENTS / name).pages] == labels


@pytest.mark.parametrize(
    ("printed", "labels"),
    [
        (["", "12", "", "14", ""], ["", "12", "13", "14", ""]),
        (["iv", "", "1", "2"], ["iv", "", "1", "2"]),
        (["7", "", "1984"], ["", "", ""]),
        (["1", "2", "3"], ["", "", ""]),
    ],
)
def test_printed_numbers_count_if_they_agree(
    tmp_path: Path, printed: list[str], labels: list[str]
) -> None:
    pdf = FPDF()
    for _ in printed:
        pdf.add_page()
    pdf.output(str(tmp_path / "a.pdf"))
    assert page_labels(PdfReader(tmp_path / "a.pdf"), printed) == labels


def test_a_damaged_table_of_labels_gives_none(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=DOCUMENTS / "failing" / "pdf-labels.pdf")
    del writer.root_object["/PageLabels"].get_object()["/Nums"]
    writer.write(tmp_path / "a.pdf")
    assert page_labels(PdfReader(tmp_path / "a.pdf"), ["", "", "", ""]) == ["", "", "", ""]
