"""A damaged file of any format ends in a document whose places are right, or in a sentence.

The files go through the child process that reads all files. They are small: one that takes the
child's time or memory, or ends it, has found a fault.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from ingest.reader_process import ReaderProcess
from ingest.readers import READERS
from tests.fuzzing import Edit, edited, edited_archive, edits, fuzzed, is_sentence, shares
from tests.ingest.readers.made_files import WORDS, checked
from vectorstore.errors import UnreadableSource

DOCUMENTS = Path(__file__).parents[2] / "documents"
LARGEST = 100_000  # bytes of a file to begin with
# What a healthy reader says of a small file is none of these.
FAULTS = ("takes too long", "GB of memory", "more text than")
XML = (
    b"<", b"/>", b"</w:p>", b"<w:p/>", b"<w:tbl>", b"<!--", b"]]>", b"<![CDATA[", b"&a;", b"&#0;", b"&#x110000;",
    b'="-1"', b'="4294967296"', b'="../../x"', b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b' r:id="rId1"', b"<?xml ",
)  # fmt: skip
PDF = (
    b"obj", b"endobj", b"stream\n", b"endstream", b"xref", b"trailer", b"<<", b">>", b"[", b"]", b"/Kids", b"/Parent",
    b"/Length -1", b" 0 R", b"1 0 R", b"/Count 99999999", b"(", b")", b"BT", b"ET", b"Tj", b" Tm", b"q ", b"Q ",
    b"/MediaBox [0 0 1e30 1e30]", b"/Rotate 45", b"/Filter /FlateDecode", b"/Pages", b"nan",
)  # fmt: skip
HTML = (
    b"<table>", b"</table>", b"<td colspan=99999>", b"<p>", b"</p>", b"<!--", b"-->", b"<style>", b"<script>",
    b"display:none", b"{", b"}", b"<meta charset=utf-16>", b"<base href=//x>", b"&#x0;", b"&lt", b"<svg>", b"<math>",
    b"<ol start=99999999999999999999>", b"<sup>", b"<ruby>", b"<details>", b"<template>", b"</html>",
)  # fmt: skip
TEXT = (
    b"\r",
    b"\n",
    b"\t",
    b",",
    b'"',
    b";",
    b"\x1b[",
    b"\x81",
    b"\xa4\xa2",
    b"---\n",
    b"```\n",
    b"\xff\xfe",
)


def _pdf() -> bytes:
    pdf = FPDF()
    pdf.set_compression(False)
    pdf.set_font("helvetica", size=12)
    for number in (1, 2):
        pdf.add_page()
        pdf.cell(text=f"Chapter {number}", new_x="LMARGIN", new_y="NEXT")
        pdf.multi_cell(0, text=WORDS * 3)
    return bytes(pdf.output())


def _seeds(*endings: str) -> dict[str, bytes]:
    """The small documents of the tests, by name."""
    return {
        path.name: path.read_bytes()
        for path in sorted(DOCUMENTS.rglob("*"))
        if path.suffix in endings and ".meta" not in path.name and path.stat().st_size <= LARGEST
    }


SEEDS = {
    ".pdf": {"made.pdf": _pdf(), **_seeds(".pdf")},
    ".docx": _seeds(".docx"),
    ".pptx": _seeds(".pptx"),
    ".xlsx": _seeds(".xlsx"),
    ".epub": _seeds(".epub"),
    ".html": _seeds(".html"),
    ".csv": _seeds(".csv", ".tsv"),
    ".md": _seeds(".md"),
    ".txt": _seeds(".txt"),
}
TOKENS = {".pdf": PDF, ".html": HTML, ".csv": TEXT, ".md": (*TEXT, *HTML), ".txt": TEXT}
ARCHIVES = (".docx", ".pptx", ".xlsx", ".epub")


@pytest.fixture(scope="module")
def reader() -> Iterator[ReaderProcess]:
    with ReaderProcess() as process:
        yield process


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


def read_or_told(reader: ReaderProcess, file: Path) -> None:
    try:
        document = checked(reader.read(file))
    except UnreadableSource as error:
        told = str(error)
    else:
        assert any(character.isalnum() for character in document.text)
        return
    assert file.name in told
    assert is_sentence(told)
    assert not any(fault in told for fault in FAULTS), told


def test_each_format_has_something_to_damage() -> None:
    assert {READERS[kind] for kind in SEEDS} == set(READERS.values())
    assert all(len(found) > 2 for found in SEEDS.values())


@pytest.mark.slow
@pytest.mark.parametrize("kind", SEEDS)
def test_a_file_with_damaged_bytes_is_read_or_told(
    kind: str, reader: ReaderProcess, folder: Path
) -> None:
    file = folder / f"damaged{kind}"

    @fuzzed
    @given(st.sampled_from(sorted(SEEDS[kind])), edits(*TOKENS.get(kind, XML)))
    def damaged(name: str, changes: list[Edit]) -> None:
        file.write_bytes(edited(SEEDS[kind][name], changes))
        read_or_told(reader, file)

    damaged()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_zero_character_is_no_text_even_after_a_mark(
    encoding: str, reader: ReaderProcess, folder: Path
) -> None:
    file = folder / "zero.txt"
    file.write_bytes("The harbour opened in 1907.\n\0".encode(encoding))
    with pytest.raises(UnreadableSource, match=r"zero\.txt is not a text file"):
        reader.read(file)


def test_a_last_page_that_is_damaged_lies_inside_the_text(
    reader: ReaderProcess, folder: Path
) -> None:
    file = folder / "last.pptx"
    file.write_bytes(edited_archive(SEEDS[".pptx"]["comment-slide.pptx"], 1.0, [(0.0, 0, b"\0")]))
    document = checked(reader.read(file))
    assert document.pages[-1].warning == "Page 2 is damaged and could not be read."


@pytest.mark.slow
@pytest.mark.parametrize("kind", ARCHIVES)
def test_an_archive_with_a_damaged_part_is_read_or_told(
    kind: str, reader: ReaderProcess, folder: Path
) -> None:
    file = folder / f"part{kind}"

    @fuzzed
    @given(st.sampled_from(sorted(SEEDS[kind])), shares, edits(*XML, *HTML))
    def damaged(name: str, part: float, changes: list[Edit]) -> None:
        file.write_bytes(edited_archive(SEEDS[kind][name], part, changes))
        read_or_told(reader, file)

    damaged()


@pytest.mark.parametrize("mark", ["<!-- a ", "<del>a ", "~~a ", "`a ``b "])
def test_marks_that_are_never_closed_cost_no_more_than_their_length(
    mark: str, reader: ReaderProcess, folder: Path
) -> None:
    """A quarter of a megabyte used up the processor time of the child, and was refused."""
    file = folder / "open.md"
    file.write_text("The harbour. " + mark * (250_000 // len(mark)))
    assert reader.read(file).text == file.read_text()
