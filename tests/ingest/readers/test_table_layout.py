"""How tables become lines: names of columns, what stands around a table, merged cells."""

import pytest

from ingest.readers.table_finding import tables
from ingest.readers.table_grid import MOST_COLUMNS, Cell, place
from ingest.readers.table_layout import table_blocks


def lines(sheet: str) -> list[str]:
    """The blocks of a sheet that is drawn with a bar between cells."""
    cells = {
        number: {at: Cell(text.strip()) for at, text in enumerate(row.split("|")) if text.strip()}
        for number, row in enumerate(sheet.strip("\n").split("\n"))
    }
    return [block.text for grid in tables(cells) for block in table_blocks(grid)]


@pytest.mark.parametrize(
    ("sheet", "blocks"),
    [
        ("Country|People\nNorland|54\n\nCrop|Price\nOats|180\nRye|20",
         ["Country: Norland; People: 54", "Crop: Oats; Price: 180\nCrop: Rye; Price: 20"]),
        ("Port|Tonnes||Crop|Price\nAlta|88||Oats|180\n|||Rye|20",
         ["Port: Alta; Tonnes: 88", "Crop: Oats; Price: 180\nCrop: Rye; Price: 20"]),
        ("Port||Tonnes\nAlta||88", ["Port: Alta; Tonnes: 88"]),
        ("Catch\nBy the ministry\nPort|Tonnes\nAlta|88",
         ["Catch", "By the ministry", "Port: Alta; Tonnes: 88"]),
        ("Source|Board|||\nPort|Year|Cod|Hake|Ling\nAlta|2019|1|2|3",
         ["Source | Board", "Port: Alta; Year: 2019; Cod: 1; Hake: 2; Ling: 3"]),
        ("Port|2019||2020|\n|Cod|Hake|Cod|Hake\nAlta|1|2|3|4",
         ["Port: Alta; 2019 Cod: 1; 2019 Hake: 2; 2020 Cod: 3; 2020 Hake: 4"]),
        ("|Landed||Sold|\nPort|2019|2020|2019|2020\nAlta|1|2|3|4",
         ["Port: Alta; Landed 2019: 1; Landed 2020: 2; Sold 2019: 3; Sold 2020: 4"]),
        ("Port|Catch|Price\n|(tonnes)|(crowns)\nAlta|1|2",
         ["Port: Alta; Catch (tonnes): 1; Price (crowns): 2"]),
        ("|2019|2020\nAlta|1|2\nVik|3|", ["Alta | 2019: 1; 2020: 2\nVik | 2019: 3"]),
        ("Land|People\nNorland|54\nTotal|54\nNote: in thousands; estimated.",
         ["Land: Norland; People: 54\nTotal | People: 54", "Note: in thousands; estimated."]),
        ("Land|Men|Women\nNorth\nAlta|1|2\nSouth\nLom|3|4",
         ["North", "Land: Alta; Men: 1; Women: 2", "South", "Land: Lom; Men: 3; Women: 4"]),
        ("Port|Cod|Hake\n\nAlta|1|2", ["Port: Alta; Cod: 1; Hake: 2"]),
        ("Port|Cod|Hake\nAlta|1|2\n\nVik|3|4",
         ["Port: Alta; Cod: 1; Hake: 2\nPort: Vik; Cod: 3; Hake: 4"]),
        ("Berth|Ship\nB-12|Maren\nB-14|Tove", ["Berth: B-12; Ship: Maren\nBerth: B-14; Ship: Tove"]),
    ],
)  # fmt: skip
def test_names_of_columns_that_the_cells_tell(sheet: str, blocks: list[str]) -> None:
    assert lines(sheet) == blocks


@pytest.mark.parametrize(
    ("sheet", "blocks"),
    [
        ("Anna Holm|nurse|Vardo\nBo Lind|cook|Alta", ["Anna Holm | nurse | Vardo\nBo Lind | cook | Alta"]),
        ("Anna|1920|1990\nBo|1930|1999", ["Anna | 1920 | 1990\nBo | 1930 | 1999"]),
        ("Population|210\nArea|42", ["Population | 210\nArea | 42"]),
        ("Ship:|Maren\nLength:|42\nCrew:|12", ["Ship: | Maren\nLength: | 42\nCrew: | 12"]),
        ("Ship|Maren\nLength|42 m\nPrice|12 €", ["Ship | Maren\nLength | 42 m\nPrice | 12 €"]),
        ("|cod|hake\nAnna|cod|hake", [" | cod | hake\nAnna | cod | hake"]),
        ("1|2\n3|4", ["1 | 2\n3 | 4"]),
        ("one\ntwo\n\nthree", ["one", "two", "three"]),
        ("Port|Tonnes", ["Port | Tonnes"]),
    ],
)  # fmt: skip
def test_without_evidence_cells_stand_bare(sheet: str, blocks: list[str]) -> None:
    assert lines(sheet) == blocks


def test_a_word_that_is_none_of_a_few_recurring_ones_names_them() -> None:
    ships = [f"{first}{last}" for first in "VWXYZ" for last in ("ega", "olla", "anja", "rik")]
    flags = ["no", "se", "dk", "no"] * 5
    rows = list(zip(ships, flags, strict=True))
    table = [[Cell(text) for text in row] for row in [("Ship", "Flag"), *rows]]
    (block,) = table_blocks(table)
    assert block.text == "\n".join(f"Ship: {ship}; Flag: {flag}" for ship, flag in rows)
    assert table_blocks(table[1:])[0].text.startswith("Vega | no\n")


def test_what_the_document_calls_a_header_is_one() -> None:
    words = [("Anna Holm", "nurse"), ("Bo Lind", "cook"), ("Cara Moe", "pilot")]
    for told in ({"header": True}, {"strong": True}):
        rows = [[Cell(text, **told) for text in ("who", "what")]]
        rows += [[Cell(text) for text in row] for row in words]
        assert table_blocks(rows)[0].text.startswith("who: Anna Holm; what: nurse\n")
    bold_names = [[Cell(a, strong=True), Cell(b)] for a, b in (("Crop", "Oats"), ("Price", "180"))]
    assert table_blocks(bold_names)[0].text == "Crop | Oats\nPrice | 180"


def test_merged_cells_stand_wherever_they_reach() -> None:
    grid = place(
        [
            [Cell("Port", rows=2), Cell("2019", columns=2), Cell("Note")],
            [Cell("Cod"), Cell("Hake")],
            [Cell("Alta", rows=2), Cell("1"), Cell("2"), Cell("a")],
            [Cell("3"), Cell("4", columns=2)],
            [Cell("Vik"), Cell("5", columns=3)],
            [Cell("North of the cape", columns=4)],
            [Cell("Lom"), Cell("6"), Cell("7")],
        ]
    )
    assert [block.text for block in table_blocks(grid)] == [
        """Port: Alta; 2019 Cod: 1; 2019 Hake: 2; Note: a
Port: Alta; 2019 Cod: 3; 2019 Hake, Note: 4
Port: Vik; 2019 Cod, 2019 Hake, Note: 5""",
        "North of the cape",
        "Port: Lom; 2019 Cod: 6; 2019 Hake: 7",
    ]


def test_cells_that_go_on_from_above_as_in_word() -> None:
    grid = place(
        [
            [Cell("Port"), Cell("Year"), Cell("Tonnes")],
            [Cell("Alta"), Cell("2019"), Cell("410")],
            [Cell(continues=True), Cell("2020"), Cell("388")],
        ]
    )
    assert table_blocks(grid)[0].text.endswith("Port: Alta; Year: 2020; Tonnes: 388")


def test_spans_that_a_file_makes_up_take_no_endless_room() -> None:
    grid = place(
        [[Cell("a", columns=10**9), Cell("b")], [Cell("c", rows=0)], [Cell("d", rows=10**9)]]
    )
    assert len(grid) == 3
    assert {len(row) for row in grid} == {MOST_COLUMNS}
    assert table_blocks([]) == []
