import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.text.folding import ALPHANUMERIC, FOR_SEARCH, WORDING


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10⁶ tonnes", "10^6 tonnes"),
        ("10⁻³ g", "10^(-3) g"),
        ("¾ of it", "3/4 of it"),
        ("1¾ miles", "1 3/4 miles"),
        ("It was sold.¹ The", "It was sold. The"),
        ("in 1914² he", "in 1914 he"),
        ("⽇⽂⾦⻑", "日文金長"),
        ("ＡＢＣ １９５６", "abc 1956"),
    ],
)
def test_wording_and_search_take_these_for_the_same(one: str, other: str) -> None:
    assert WORDING.text(one) == WORDING.text(other)
    assert FOR_SEARCH.text(one).replace("(", "").replace(")", "") == FOR_SEARCH.text(other).replace(
        "(", ""
    ).replace(")", "")


@pytest.mark.parametrize(
    ("one", "other"),
    [("10⁶", "106"), ("10⁶", "10"), ("10⁻³", "10³"), ("¾", "34"), ("3/4", "34"), ("1¾", "13/4")],
)
def test_powers_and_fractions_are_no_other_numbers(one: str, other: str) -> None:
    assert WORDING.text(one) != WORDING.text(other)
    assert FOR_SEARCH.text(one) != FOR_SEARCH.text(other)


def test_a_quotation_keeps_its_accents_and_search_does_not() -> None:
    assert WORDING.text("Zoë Ångström") != WORDING.text("Zoe Angstrom")
    assert FOR_SEARCH.text("Zoë Ångström") == FOR_SEARCH.text("Zoe Angstrom")


def test_two_programs_read_the_same_letters_from_a_page() -> None:
    assert ALPHANUMERIC.text("10⁶ of ¾") == ALPHANUMERIC.text("106 of 3/4")


@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("10³⁶^¾/ 4(⻑")))
def test_every_folded_character_has_its_place(raw: str) -> None:
    for folding in (WORDING, FOR_SEARCH, ALPHANUMERIC):
        folded = folding.with_places(raw)
        assert len(folded.places) == len(folded.text)
        assert list(folded.places) == sorted(folded.places)
        assert folded.text == folding.text(raw)
