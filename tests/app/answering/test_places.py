"""How cited places are named: printed pages, chapters by their titles, sheets, slides."""

import doctest

import pytest

from app.answering import places
from app.answering.places import page_and_place, page_heading, page_of, short_page
from tests.app.export.test_documents import citation
from vectorstore.records import Page


def test_the_examples_in_the_docstrings_hold() -> None:
    found = doctest.testmod(places)
    assert found.attempted
    assert not found.failed


@pytest.mark.parametrize(
    ("unit", "label", "short"),
    [
        ("page", "", "p. 3"), ("page", "3", "p. 3"), ("page", "xii", "p. xii"), ("page", "A-4", "p. A-4"),
        ("page", "Cover", "page “Cover”"), ("slide", "", "slide 3"), ("slide", "Costs", "slide 3"),
        ("sheet", "", "sheet 3"), ("sheet", "Catch 2020", "sheet “Catch 2020”"),
        ("chapter", "", "section 3 of the file"), ("chapter", "Kapitel 1", "Kapitel 1"),
        ("chapter", "Part IV", "Part IV"), ("chapter", "第三章", "第三章"),
        ("chapter", "Chapter 1: The Weir", "“Chapter 1: The Weir”"),
    ],
)  # fmt: skip
def test_only_pages_are_called_pages(unit: str, label: str, short: str) -> None:
    assert short_page(unit, 3, label) == short


def test_a_printed_number_is_shown_beside_that_in_the_file() -> None:
    assert page_and_place("page", 3, "211") == "p. 211 (page 3 of the file)"
    assert page_of(citation(1, label="211")) == ", p. 211 (page 3 of the file)"
    assert page_of(citation(1, page=None)) == ""
    assert page_heading("page", Page(3, 0, 9, "", "211")) == "page 3 (printed 211)"
    assert page_heading("page", Page(3, 0, 9)) == "page 3"
    assert page_heading("chapter", Page(3, 0, 9, "", "The Weir")) == "“The Weir”"
    assert page_heading("chapter", Page(3, 0, 9)) == "section 3"
