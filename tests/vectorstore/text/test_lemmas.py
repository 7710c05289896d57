import doctest
import re

import pytest

from vectorstore.text import figures, lemmas, numerals, sentence_ends
from vectorstore.text.lemmas import COMPOUND_BEGINNINGS, LEMMAS, PREFIXES
from vectorstore.text.stop_words import STOP_WORDS
from vectorstore.text.terms import terms


@pytest.mark.parametrize("form", sorted(LEMMAS))
def test_each_irregular_form_finds_its_word(form: str) -> None:
    lemma = LEMMAS[form]
    assert lemma not in LEMMAS, "chains would depend on the order"
    assert lemma not in STOP_WORDS, "the form would find nothing"
    assert re.fullmatch("[a-z]+", form + lemma)
    assert terms(form) == terms(lemma) != ()


def test_the_common_irregular_verbs_are_there() -> None:
    assert len(LEMMAS) >= 200
    asked = "bought found taught chose broke fought wrote spoke lost kept begun sworn understood"
    assert all(word in LEMMAS for word in asked.split())


def test_no_prefix_makes_another_word_of_what_follows() -> None:
    assert "re" not in PREFIXES
    assert all(re.fullmatch("[a-z]+", one) for one in PREFIXES | COMPOUND_BEGINNINGS)


@pytest.mark.parametrize(
    "module", [figures, lemmas, numerals, sentence_ends], ids=lambda m: m.__name__
)
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted
    assert not found.failed
