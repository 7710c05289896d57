"""Numbers of tables hold for their own row and column only."""

import pytest

from app.verification.verifier import Verifier

CATCH = (
    "Port: Vardo; Year: 2020; Tonnes: 388",
    "Port: Batsfjord; Year: 2020; Tonnes: 871",
    "Port: Batsfjord; Year: 2019; Tonnes: 905",
)
BY_YEAR = ("Vardo | 2019: 410; 2020: 388", "Batsfjord | 2019: 905; 2020: 871")
STAFF = ("Office: Alta; Nurses: 12; Cooks: 7", "Office: Lom; Nurses: 9; Cooks: 3")

ROLL = (
    "Anna Holm | nurse | Vardo | 34",
    "Bo Lind | cook | Kirkenes | 41",
    "Cara Moe | pilot | Alta | 29",
)
NAMED = ("Ship: Maren; Rig: cutter", "Ship: Svane; Rig: ketch")


@pytest.mark.parametrize(
    ("rows", "claim", "verdicts"),
    [
        (CATCH, "Batsfjord landed 388 tonnes in 2020.", ["contradicted"]),
        (CATCH, "Vardo landed 388 tonnes in 2020.", ["supported", "unverified"]),
        (CATCH, "Batsfjord landed 871 tonnes in 2020.", ["supported", "unverified"]),
        (CATCH, "Batsfjord landed 871 tonnes in 2020 and 905 tonnes in 2019.", ["supported", "unverified"]),
        (CATCH, "Batsfjord landed 388 tonnes.", ["not_stated", "contradicted"]),
        (CATCH[1:2], "Batsfjord landed 388 tonnes in 2020.", ["contradicted"]),
        (BY_YEAR, "Batsfjord landed 388 tonnes in 2020.", ["contradicted"]),
        (BY_YEAR, "Vardo landed 410 tonnes in 2020.", ["contradicted"]),
        (BY_YEAR, "Vardo landed 388 tonnes in 2020.", ["supported", "unverified"]),
        (STAFF, "The office in Lom has 12 nurses.", ["contradicted"]),
        (STAFF, "The office in Lom has 9 nurses.", ["supported", "unverified"]),
        (STAFF, "The office in Alta has 7 nurses.", ["contradicted"]),
        (STAFF, "The office in Alta has 7 cooks.", ["supported", "unverified"]),
        (ROLL, "Anna Holm is a nurse in Alta.", ["not_stated"]),
        (ROLL, "Anna Holm is a cook.", ["not_stated"]),
        (ROLL, "Anna Holm is a nurse in Vardo.", ["supported", "unverified"]),
        (ROLL, "Anna Holm is a nurse in Vardo, and Cara Moe a pilot in Alta.", ["supported", "unverified"]),
        (ROLL, "Anna Holm is a nurse and 41 years old.", ["not_stated"]),
        (NAMED, "The Maren is a ketch.", ["not_stated"]),
        (NAMED, "The Maren is a cutter.", ["supported", "unverified"]),
    ],
)  # fmt: skip
def test_a_number_belongs_to_its_row_and_column(
    rows: tuple[str, ...], claim: str, verdicts: list[str]
) -> None:
    assert Verifier().check(claim, rows).verdict in verdicts


def test_prose_with_colons_is_no_row() -> None:
    prose = ["The mayor said: the ferry sails; the clerk: it has 12 seats."]
    assert Verifier().check("The ferry has 12 seats.", prose).verdict != "contradicted"
