"""Words that the library does not know get the nearest ones offered, and are never replaced."""

from collections.abc import Callable

import pytest

from app.answering.assistant import Assistant
from app.answering.presentation import as_json, as_text
from app.answering.spelling import did_you_mean
from vectorstore.library import Library


@pytest.fixture(scope="module")
def harbour(hold: Callable[[dict[str, str]], Library]) -> Library:
    text = (
        "# Skippers\n\nForty skippers signed the petition in Zürich. The harbour master refused "
        "accreditation to nobody.\n\nBrenna approved the ferry."
    )
    return hold({"harbour.md": text})


@pytest.mark.parametrize(
    ("question", "offered"),
    [
        ("how mny skipers", "how many skippers"),
        ("Who aproved the fery?", "Who approved the ferry?"),
        ("What did Brena approve?", "What did Brenna approve?"),
        ("Who got an acreditaton?", "Who got an accreditation?"),
        ("How many skippers signed?", ""),
        ("What did Zanzibar approve?", ""),
        ("What is xq?", ""),
        ("Who approved 42a?", ""),
        ("何人ですか", ""),
        ("", ""),
    ],
)
def test_the_nearest_words_are_offered(harbour: Library, question: str, offered: str) -> None:
    assert did_you_mean(harbour, question) == offered


def test_the_question_is_answered_as_it_was_asked_and_the_offer_is_shown(harbour: Library) -> None:
    answer = Assistant(harbour).ask("How mny skipers signed the petition?")
    assert answer.query == "How mny skipers signed the petition?"
    assert as_json(answer)["did_you_mean"] == "How many skippers signed the petition?"
    assert "Did you mean: How many skippers signed" in as_text(as_json(answer))
    again = Assistant(harbour).ask(answer.did_you_mean)
    assert again.outcome == "answered"
    assert again.did_you_mean == ""


def test_an_empty_library_offers_nothing(library: Library) -> None:
    assert did_you_mean(library, "skipers") == ""
