import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.verification.quantities import quantities


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10⁶ tonnes", 1e6),
        ("10^6 tonnes", 1e6),
        ("3.2 × 10⁶ tonnes", 3.2e6),
        ("10⁻³ grams", 1e-3),
        ("106 tonnes", 106),
        ("¾ of the crew", 0.75),
        ("3/4 of the crew", 0.75),
        ("34 of the crew", 34),
        ("1¾ miles", 1.75),
        ("1 3/4 miles", 1.75),
        ("½ million crowns", 5e5),
        ("12 500 crowns", 12500),
        ("12\u00a0500 crowns", 12500),
        ("12,500 crowns", 12500),
        ("twelve thousand five hundred crowns", 12500),
        ("in 2019 300 men", 300),
    ],
)
def test_a_number_is_worth_the_same_in_all_its_forms(text: str, value: float) -> None:
    (found,) = quantities(text)
    assert found.value == pytest.approx(value)


@pytest.mark.parametrize(("one", "other"), [("10⁶ men", "106 men"), ("¾ of it", "34 of it")])
def test_powers_and_fractions_are_not_borne_out_by_their_digits(one: str, other: str) -> None:
    assert not quantities(one)[0].equals(quantities(other)[0])
    assert quantities(one)[0].excludes(quantities(other)[0])


@given(st.text(alphabet="0123456789⁰⁶⁹⁻^(¼¾/⁄×·., \u00a0mx", max_size=40))
def test_any_figures_have_a_value(text: str) -> None:
    for found in quantities(text):
        assert text[found.start : found.end] == found.text
        assert found.value >= 0
