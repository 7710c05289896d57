"""What nobody sees on a page of a PDF is left out, and nothing else."""

from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image

from ingest.readers.pdf import read_pdf
from vectorstore.records import Document

SEEN = "The toll is nine crowns."


def read(path: Path, draw) -> Document:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    pdf.add_page()
    pdf.text(20, 20, SEEN)
    draw(pdf)
    pdf.output(str(path))
    return read_pdf(path)


def kinds(document: Document) -> dict[str, int]:
    return {one.kind: one.count for one in document.warnings}


def light(pdf: FPDF) -> None:
    pdf.set_text_color(250, 253, 255)
    pdf.text(20, 40, "Pale words hide here.")


def under_a_picture(pdf: FPDF) -> None:
    pdf.text(20, 40, "Words hide under a flag.")
    pdf.image(Image.new("RGB", (40, 40), "navy"), x=10, y=30, w=120, h=20)


def under_a_scan(pdf: FPDF) -> None:
    pdf.text(20, 40, "Words hide under a scan.")
    pdf.image(Image.effect_noise((400, 100), 90), x=10, y=30, w=120, h=20)


def far_off(pdf: FPDF) -> None:
    pdf.text(400, 40, "Words hide beyond the page.")


@pytest.mark.parametrize("draw", [light, far_off, under_a_picture])
def test_words_that_leave_no_mark_are_left_out_and_counted(tmp_path: Path, draw) -> None:
    document = read(tmp_path / "a.pdf", draw)
    assert document.text == SEEN
    assert kinds(document) == {"hidden_text": 1}
    assert "does not see" in document.pages[0].warning


def test_words_under_a_scan_are_kept_with_a_warning(tmp_path: Path) -> None:
    """Some programs store so what OCR has read."""
    document = read(tmp_path / "a.pdf", under_a_scan)
    assert "under a scan" in document.text
    assert kinds(document) == {"maybe_hidden_text": 5}


def white_on_blue(pdf: FPDF) -> None:
    pdf.set_fill_color(20, 40, 120)
    pdf.rect(10, 30, 120, 20, style="F")
    pdf.set_text_color(255)
    pdf.text(20, 40, "White words stand on blue.")


def grey(pdf: FPDF) -> None:
    pdf.set_text_color(190)
    pdf.text(20, 40, "Grey words stand on white.")


def in_a_table(pdf: FPDF) -> None:
    pdf.text(20, 40, "Words stand in a frame.")
    pdf.rect(10, 30, 120, 20)
    pdf.line(10, 42, 130, 42)


def turned(pdf: FPDF) -> None:
    with pdf.rotation(90, x=60, y=200):
        pdf.text(60, 200, "Turned words stand upright.")


def small(pdf: FPDF) -> None:
    pdf.set_font_size(3)
    pdf.text(20, 40, "Small words stand in print.")


@pytest.mark.parametrize("draw", [white_on_blue, grey, in_a_table, turned, small])
def test_words_that_are_seen_are_kept_without_a_warning(tmp_path: Path, draw) -> None:
    document = read(tmp_path / "a.pdf", draw)
    assert "stand" in document.text
    assert document.warnings == ()
