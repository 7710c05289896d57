import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.text.countries import COUNTRY_OF
from vectorstore.text.scripts import cjk_share
from vectorstore.text.stop_words import STOP_WORDS
from vectorstore.text.terms import fold, terms


def test_words_are_folded_stemmed_and_freed_of_stop_words() -> None:
    assert terms("The presidencies of Peña and Nausėda’s visits") == (
        "presid",
        "pena",
        "nauseda",
        "visit",
    )


def test_peoples_find_their_countries() -> None:
    assert terms("Palauan") == terms("Palau")
    assert terms("Taiwanese") == terms("Taiwan’s")
    assert all(" " not in country for country in COUNTRY_OF.values())


def test_british_spelling_finds_american() -> None:
    assert terms("recognised organisations") == terms("recognized organizations")
    assert terms("raise") == ("rais",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What did they buy?", "They bought it"),
        ("children’s feet", "child foot"),
        ("the mice and the wharves", "mouse wharf"),
        ("the email", "the e-mail"),
        ("an xray machine", "an X-ray machine"),
        ("an F16", "an F-16"),
        ("a database of shipyards", "a data base of ship yards"),
        ("cooperation", "co-operation"),
        ("reelected", "re-elected"),
        ("12500 crowns", "12,500 crowns"),
        ("12500 crowns", "12 500 crowns"),
        ("12500 crowns", "12\u00a0500 crowns"),
        ("12500 crowns", "twelve thousand five hundred crowns"),
        ("12500,00", "12.500,00"),
        ("1234567", "1.234.567"),
        ("3,000,000 people", "3 million people"),
        ("3,000,000 people", "three million people"),
        ("10⁶ tonnes", "10^6 tonnes"),
        ("¾ of it", "3/4 of it"),
        ("it was sold.¹", "it was sold."),
        ("Zoë Ångström of Łódź", "Zoe Angstrom of Lodz"),
        ("Søren’s Straße", "Soren strasse"),
        ("exam\u00adple", "example"),
        ("⽇⽂⾦⻑", "日文金長"),
        ("髙橋", "高橋"),
        ("ＡＢＣ １９５６", "abc 1956"),
    ],
)
def test_a_word_or_number_is_found_in_its_other_forms(one: str, other: str) -> None:
    assert set(terms(one)) <= set(terms(other)) | set(STOP_WORDS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10⁶", "106"),
        ("10⁶", "10"),
        ("10⁻³", "10³"),
        ("¾", "34"),
        ("3/4", "34"),
        ("resigned", "re-signed"),
        ("12.5", "125"),
        ("founded", "found"),
        ("Rose", "rise"),
        ("120 131 38", "12013138"),
    ],
)
def test_other_words_and_numbers_are_not_found(one: str, other: str) -> None:
    assert not set(terms(one)) & set(terms(other))


def test_chinese_and_japanese_become_pairs() -> None:
    assert terms("駐立陶宛") == ("驻立", "立陶", "陶宛")
    assert terms("臺灣") == terms("台灣") == terms("台湾")
    assert terms("経済") == terms("經濟") == terms("经济")
    assert terms("李") == ("李",)
    assert cjk_share("駐立 ab") == 0.5
    assert fold("が") == "が"


@given(st.text())
def test_any_text_gives_terms_that_the_word_index_keeps_whole(text: str) -> None:
    for term in terms(text):
        assert term
        assert not set(term) & set(' "*()-:')
