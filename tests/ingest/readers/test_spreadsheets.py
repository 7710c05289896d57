"""The readers of Excel workbooks and of tables in plain text."""

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table

from tests.ingest.readers.made_files import (
    headings,
    make_xlsx,
    on_pages,
    read,
    repacked,
)
from vectorstore.errors import UnreadableSource
from vectorstore.reading_warnings import sentences_of
from vectorstore.records import ReadingWarning


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
        "Tea\n\nHarvest of the coast\n\n"
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
    assert document.text == "Sheet\n\nPort: Kobe; Tonnes: 0\nPort: Kobe; Tonnes: 1"
    assert sentences_of(document.warnings) == ["Only the first 3 rows of “Sheet” were read."]
    (tmp_path / "a.csv").write_text("1,2\n" * 4)
    assert read(tmp_path / "a.csv").text == "1 | 2\n1 | 2\n1 | 2"
    (tmp_path / "a.csv").write_text("one\n" * 4)
    assert len(read(tmp_path / "a.csv").warnings) == 1


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.csv", b'Id,Note\r\n1,"a, ""b""\r\nc"\r\n,\r\n', 'Id: 1; Note: a, "b" c'),
        ("a.csv", b"Port;Price\nKobe;1,5\nOsaka;2,5\n", "Port: Kobe; Price: 1,5\nPort: Osaka; Price: 2,5"),
        ("a.tsv", "港\t量\n神戸\t1\n".encode("cp932"), "港: 神戸; 量: 1"),
        ("a.csv", "Port,Tonnes\n神戸,7".encode("utf-16"), "Port: 神戸; Tonnes: 7"),
        ("a.csv", b"1,2\n3,4", "1 | 2\n3 | 4"),
        ("a.csv", b"Port,Tonnes", "Port | Tonnes"),
        ("a.csv", b"2024-05-01,Kobe\n2024-05-02,Osaka", "2024-05-01 | Kobe\n2024-05-02 | Osaka"),
        ("a.csv", b",Cod,Hake\nKobe,1,2", "Kobe | Cod: 1; Hake: 2"),
        ("a.csv", b"sep=;\nPort;Cod\nKobe;1", "Port: Kobe; Cod: 1"),
        ("a.csv", b'Port,Note,Cod\nKobe,5" pipe,1', 'Port: Kobe; Note: 5" pipe; Cod: 1'),
        ("a.csv", b"Catch, by port\n\nPort,Year,Cod\nKobe,2019,1\nSource: board, 2021",
         "Catch, by port\n\nPort: Kobe; Year: 2019; Cod: 1\n\nSource: board, 2021"),
        ("a.csv", b"one\ntwo", "one\n\ntwo"),
        ("a.csv", b"", ""),
        ("a.csv", b" \n , \n", ""),
    ],
)  # fmt: skip
def test_tables_in_plain_text(tmp_path: Path, name: str, data: bytes, text: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert read(tmp_path / name).text == text


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ('Id,Comment\n1,"never closed\n2,plain\n', 2),
        ('Id,Comment\n1,a\n2,"open\n3,plain\n4,"closed"\n', 3),
        ('1,"' + "x" * 200_000 + '"', 1),
    ],
)
def test_quotation_marks_that_are_not_closed_are_told(tmp_path: Path, data: str, line: int) -> None:
    (tmp_path / "a.csv").write_text(data)
    with pytest.raises(UnreadableSource, match=f"near line {line} .*that is not closed"):
        read(tmp_path / "a.csv")


def test_what_nobody_sees_is_left_out_and_counted(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (("Item", "Price", "Cost", "Code"), ("Rope", 12, 3, 7), ("Net", 40, 9, 8),
                ("Bait", 99, 1, 9)):  # fmt: skip
        sheet.append(row)
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[4].hidden = True
    sheet["D2"].number_format = ";;;"
    sheet["A3"].font = Font(strike=True)
    book.save(tmp_path / "a.xlsx")
    document = read(tmp_path / "a.xlsx")
    assert document.text == "Sheet\n\nItem: Rope; Price: 12\nPrice: 40; Code: 8"
    assert {one.kind: one.count for one in document.warnings} == {
        "hidden_cells": 2, "hidden_text": 1, "struck": 1,
    }  # fmt: skip


def test_formulas_without_a_stored_value_are_counted(tmp_path: Path) -> None:
    make_xlsx(tmp_path / "a.xlsx", ("Port", "Cod", "Hake", "All"), ("Kobe", 1, 2, "=B2+C2"))
    document = read(tmp_path / "a.xlsx")
    assert document.text == "Sheet\n\nPort | Cod | Hake | All\n\nPort: Kobe; Cod: 1; Hake: 2"
    assert document.warnings == (ReadingWarning("formula_without_value", 1, 1),)


def test_merged_cells_and_names_that_the_sheet_tells(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (("Staff of the coast",), ("Name", "Work", None), (None, "first", "second"),
                ("Anna", "nurse", "cook"), (None, "pilot", None), ("Bo", "smith", "cook")):  # fmt: skip
        sheet.append(row)
    for ref in ("A1:C1", "A2:A3", "B2:C2", "A4:A5", "B5:C5"):
        sheet.merge_cells(ref)
    sheet.freeze_panes = "A4"
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").text == (
        "Sheet\n\nStaff of the coast\n\nName: Anna; Work first: nurse; Work second: cook\n"
        "Name: Anna; Work first, Work second: pilot\nName: Bo; Work first: smith; Work second: cook"
    )


@pytest.mark.parametrize("told", ["filter", "table", "titles", "bold"])
def test_names_of_columns_of_words(tmp_path: Path, told: str) -> None:
    book = Workbook()
    sheet = book.active
    for row in (("Who", "What"), ("Anna Holm", "nurse"), ("Bo Lind", "cook")):
        sheet.append(row)
    if told == "filter":
        sheet.auto_filter.ref = "A1:B3"
    elif told == "table":
        sheet.add_table(Table(displayName="Staff", ref="A1:B3"))
    elif told == "titles":
        sheet.print_title_rows = "1:1"
    else:
        for cell in sheet[1]:
            cell.font = Font(bold=True)
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").text == (
        "Sheet\n\nWho: Anna Holm; What: nurse\nWho: Bo Lind; What: cook"
    )


def test_raised_characters_comments_and_text_boxes(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    raised = TextBlock(InlineFont(vertAlign="superscript"), "6")
    gone = TextBlock(InlineFont(strike=True), "nine")
    for row in (("Place", "Grains"), ("Alta", CellRichText("10", raised)), ("Lom", 3)):
        sheet.append(row)
    sheet.append((CellRichText(gone, " ten"), 4))
    sheet["B3"].comment = Comment("counted twice", "Anna")
    book.save(tmp_path / "a.xlsx")
    document = read(tmp_path / "a.xlsx")
    assert document.text == (
        "Sheet\n\nPlace: Alta; Grains: 10⁶\nPlace: Lom; Grains: 3\nPlace: ten; Grains: 4\n\n"
        "Comment (Anna, on “3”): counted twice"
    )
    assert [(one.kind, one.count) for one in document.warnings] == [("struck", 1)]


def test_text_boxes_are_read_and_sheets_of_too_many_cells_cut(tmp_path: Path, monkeypatch) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet("Boats")
    for number in range(4):
        sheet.write_row(number, 0, [number, number + 1])
    sheet.insert_textbox("D2", "Counted in\nthe spring")
    book.close()
    assert read(tmp_path / "a.xlsx").text.endswith("3 | 4\n\nCounted in\nthe spring")
    monkeypatch.setattr("ingest.readers.worksheet.MOST_CELLS", 6)
    document = read(tmp_path / "a.xlsx")
    assert document.text.startswith("Boats\n\n0 | 1\n1 | 2\n2 | 3\n\n")
    assert sentences_of(document.warnings) == ["Only the first 3 rows of “Boats” were read."]
    assert [page.label for page in document.pages] == ["Boats"]


def test_a_row_far_down_takes_no_endless_time(tmp_path: Path) -> None:
    book = make_xlsx(tmp_path / "a.xlsx", ("Tea", "Port"), (1, 2))
    repacked(book, ("xl/worksheets/sheet1.xml", '<row r="2">', '<row r="99999999999">'))
    assert read(book).text == "Sheet\n\nTea | Port"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<sheetData>", '<cols><col min="-99999999999" max="0" hidden="1"/></cols><sheetData>'),
        ("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A9:B99999999"/></mergeCells>'),
        ("<sheetView ", '<sheetView><pane ySplit="inf" state="frozen"/></sheetView><sheetView '),
    ],
)  # fmt: skip
def test_a_sheet_that_claims_more_than_any_has_is_read(
    tmp_path: Path, before: str, after: str
) -> None:
    book = make_xlsx(tmp_path / "a.xlsx", ("Tea", "Port"), ("Green", "Alta"))
    repacked(book, ("xl/worksheets/sheet1.xml", before, after))
    assert read(book).text == "Sheet\n\nTea | Port\nGreen | Alta"
