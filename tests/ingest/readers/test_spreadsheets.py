"""The readers of Excel workbooks and of tables in plain text."""

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.ingest.readers.made_files import (
    headings,
    make_xlsx,
    on_pages,
    read,
    repacked,
)
from vectorstore.reading_warnings import sentences_of


def test_sheets_become_lines_that_stand_alone(tmp_path: Path) -> None:
    book = Workbook()
    book.properties.title = "Harvests"
    sheet = book.active
    sheet.title = "Tea"
    for row in (
        ("Harvest of the coast",),
        (),
        ("Port", "Day", "Tonnes", 2023, "Share"),
        ("Tamsui", date(2024, 5, 1), 20.0, 0.1 + 0.2, 0.125),
        ("Kobe", datetime(2024, 5, 1, 12, 30), None, True, None),  # noqa: DTZ001
    ):
        sheet.append(row)
    sheet["E4"].number_format = "0.0%"
    book.create_sheet("Secret").append(("hidden", "values"))
    book["Secret"].sheet_state = "hidden"
    book.create_sheet("Empty")
    book.create_sheet("Bare").append((1, 2, "x"))
    book.save(tmp_path / "a.xlsx")
    document = read(tmp_path / "a.xlsx")
    first = (
        "Tea\n\nHarvest of the coast\n"
        "Port: Tamsui; Day: 2024-05-01; Tonnes: 20; 2023: 0.3; Share: 12.5%\n"
        "Port: Kobe; Day: 2024-05-01 12:30:00; 2023: TRUE"
    )
    assert on_pages(document) == [first, "", "Bare\n\n1 | 2 | x"]
    assert headings(document) == ["Tea", "Bare"]
    assert sentences_of(document.warnings) == ["The hidden sheet “Secret” was left out."]
    assert document.metadata.title == "Harvests"


def test_long_sheets_are_cut_and_say_so(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("ingest.readers.spreadsheets.MOST_ROWS", 3)
    make_xlsx(tmp_path / "a.xlsx", ("Port", "Tonnes"), *(("Kobe", n) for n in range(9)))
    document = read(tmp_path / "a.xlsx")
    lines = [f"Port: Kobe; Tonnes: {n}" for n in range(3)]
    assert document.text == "\n".join(["Sheet\n", *lines])
    assert sentences_of(document.warnings) == ["Only the first 3 rows of “Sheet” were read."]
    (tmp_path / "a.csv").write_text("1,2\n" * 4)
    assert read(tmp_path / "a.csv").text == "1 | 2\n1 | 2\n1 | 2"
    (tmp_path / "a.csv").write_text("one\n" * 4)
    assert len(read(tmp_path / "a.csv").warnings) == 1


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.csv", b'Port,Note\r\nKobe,"a, ""b""\r\nc"\r\n,\r\n', 'Port: Kobe; Note: a, "b" c'),
        ("a.csv", b"Port;Price\nKobe;1,5\nOsaka;2,5\n", "Port: Kobe; Price: 1,5\nPort: Osaka; Price: 2,5"),
        ("a.tsv", "港\t量\n神戸\t1\n".encode("cp932") * 20, None),
        ("a.csv", "Port,Name\nKobe,神戸".encode("utf-16"), "Port: Kobe; Name: 神戸"),
        ("a.csv", b"1,2\n3,4", "1 | 2\n3 | 4"),
        ("a.csv", b"Port,Tonnes", "Port | Tonnes"),
        ("a.csv", b"2024-05-01,Kobe\n2024-05-02,Osaka", "2024-05-01 | Kobe\n2024-05-02 | Osaka"),
        ("a.csv", b"one\ntwo", "one\ntwo"),
        ("a.csv", b"", ""),
        ("a.csv", b" \n , \n", ""),
    ],
)  # fmt: skip
def test_tables_in_plain_text(tmp_path: Path, name: str, data: bytes, text: str | None) -> None:
    (tmp_path / name).write_bytes(data)
    document = read(tmp_path / name)
    assert text is None or document.text == text
    assert "神戸" in document.text or text is not None


def test_a_row_far_down_takes_no_endless_time(tmp_path: Path) -> None:
    book = make_xlsx(tmp_path / "a.xlsx", ("Tea", "Port"), (1, 2))
    repacked(book, ("xl/worksheets/sheet1.xml", '<row r="2">', '<row r="99999999999">'))
    assert read(book).text == "Sheet\n\nTea | Port"
