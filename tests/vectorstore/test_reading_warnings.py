"""What readers left out or doubt, put into words."""

from typing import get_args

import pytest

from vectorstore.reading_warnings import document_warning, page_warning, sentences_of
from vectorstore.records import ReadingWarning, WarningKind


@pytest.mark.parametrize("kind", get_args(WarningKind))
def test_every_kind_has_its_sentences(kind: WarningKind) -> None:
    one = ReadingWarning(kind, 2, page=4, detail="“x”")
    for said in (page_warning([one], 4), *sentences_of([one])):
        assert said.endswith((".", ")."))
        assert "{" not in said
    (whole,) = sentences_of([ReadingWarning(kind, detail="“x”")])
    assert "()" not in whole


def test_warnings_are_summed_up_by_kind() -> None:
    found = [ReadingWarning("struck", 2, page=page) for page in range(1, 8)]
    assert sentences_of(found, "slide") == [
        "Struck-out or deleted text was left out: 14 places (slides 1, 2, 3, 4, 5 and 2 more)."
    ]
    assert page_warning(found, 3) == "Struck-out or deleted text was left out here (2 places)."
    assert page_warning(found, 9) == document_warning(found) == ""


def test_what_concerns_no_page_is_said_of_the_document() -> None:
    found = [ReadingWarning("struck"), ReadingWarning("ocr", page=2)]
    assert document_warning(found) == "Struck-out or deleted text was left out: 1 place."
