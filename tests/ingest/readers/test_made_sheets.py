"""Sheets whose every cell is known: several tables, titles, notes, groups of columns, spacing."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.ingest.readers.made_files import read

PLACES = "Alta Lom Vik Hol Tana Voss Odda Hamar Molde Vardo Loppa Hasvik".split()
GOODS = "Cod Hake Ling Salt Tar Wool Rope Slate Oats Rye Hides Butter".split()
KINDS = "Port Parish Farm Mill".split()


def put(sheet: Worksheet, top: int, left: int, rows: list[list[object]]) -> None:
    for down, row in enumerate(rows):
        for across, value in enumerate(row):
            if value is not None:
                sheet.cell(top + down, left + across, value)


def plain(dice: random.Random) -> tuple[list[list[object]], list[str], list[str]]:
    """A table: its rows, its lines, and the places that are merged (none)."""
    goods = dice.sample(GOODS, dice.randint(1, 4))
    kind = dice.choice(KINDS)
    rows: list[list[object]] = [[kind, *goods]]
    lines = []
    for place in dice.sample(PLACES, dice.randint(2, 5)):
        numbers = [dice.randint(1, 99_999) for _ in goods]
        rows.append([place, *numbers])
        cells = (f"{good}: {number}" for good, number in zip(goods, numbers, strict=True))
        lines.append("; ".join([f"{kind}: {place}", *cells]))
    return rows, lines, []


def grouped(dice: random.Random) -> tuple[list[list[object]], list[str], list[str]]:
    """A table with years over goods."""
    goods, years = dice.sample(GOODS, 2), [1900, 1910]
    kind = dice.choice(KINDS)
    upper: list[object] = [kind]
    for year in years:
        upper += [year, None]
    rows: list[list[object]] = [upper, [None, *goods, *goods]]
    lines = []
    for place in dice.sample(PLACES, dice.randint(2, 4)):
        numbers = [dice.randint(1, 99_999) for _ in range(4)]
        rows.append([place, *numbers])
        names = [f"{year} {good}" for year in years for good in goods]
        cells = (f"{name}: {number}" for name, number in zip(names, numbers, strict=True))
        lines.append("; ".join([f"{kind}: {place}", *cells]))
    return rows, lines, ["A1:A2", "B1:C1", "D1:E1"]


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("table", [plain, grouped])
def test_every_cell_of_made_sheets_stands_where_it_belongs(
    tmp_path: Path, seed: int, table: Callable
) -> None:
    dice = random.Random(seed)
    book = Workbook()
    sheet = book.active
    expected: list[str] = []
    top = 1
    for number in range(dice.randint(1, 3)):
        if dice.random() < 0.5:
            title = f"Table {number + 1}. Returns of the coast"
            sheet.cell(top, 1, title)
            expected.append(title)
            top += dice.choice([1, 2])
        rows, lines, merged = table(dice)
        put(sheet, top, 1, rows)
        for ref in merged if dice.random() < 0.5 else []:
            first, last = (f"{part[0]}{int(part[1]) + top - 1}" for part in ref.split(":"))
            sheet.merge_cells(f"{first}:{last}")
        beside: list[str] = []
        if dice.random() < 0.3:
            others, beside, _ = plain(dice)
            put(sheet, top, len(rows[0]) + 2, others)
            rows += [[]] * (len(others) - len(rows))
        top += len(rows)
        expected += ["\n".join(lines), *(["\n".join(beside)] if beside else [])]
        if not beside and dice.random() < 0.5:
            note = "Note: the figures are those of the harbour board."
            sheet.cell(top, 1, note)
            expected.append(note)
            top += 1
        top += dice.randint(1, 2)
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").text.split("\n\n")[1:] == expected
