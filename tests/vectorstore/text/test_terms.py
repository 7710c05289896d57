from hypothesis import given
from hypothesis import strategies as st

from vectorstore.text.countries import COUNTRY_OF
from vectorstore.text.scripts import cjk_share
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
