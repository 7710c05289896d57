"""Questions that ask for several things are split, others are not."""

import pytest

from app.answering.decomposition import parts_of, sides_of
from vectorstore.ranking import Query


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Who met President Peña in Tokyo and what was signed?",
            ["Who met President Peña in Tokyo", "what was signed?"],
        ),
        ("Who is the king, and when was he born?", ["Who is the king", "when was he born?"]),
        ("When did they meet? Where was it held?", ["When did they meet", "Where was it held?"]),
        ("What did Japan and Paraguay sign?", ["What did Japan and Paraguay sign?"]),
        ("Who said that and then left?", ["Who said that and then left?"]),
        ("Who brokered peace between the north and the south?",) * 2,
        ("Is it true that Japan, which hosts the talks, supports Taiwan?",) * 2,
        ("What did Lithuania, which opened an office, get from Japan?",) * 2,
        ("How did China react when Ishiba, who is prime minister, met Peña?",) * 2,
        ("What is the difference between aid to Palau and aid to Fiji?",) * 2,
        ("Compare Japan's approach to Taiwan and Lithuania's approach to China.",) * 2,
        ("What are the ways in which Japan and the US take different positions?",) * 2,
    ],
)
def test_questions_are_split_into_parts(question: str, parts: str | list[str]) -> None:
    expected = [parts] if isinstance(parts, str) else parts
    assert [part.text for part in parts_of(Query(question))] == expected


def test_a_dependent_part_has_the_first_as_context() -> None:
    first, second = parts_of(Query("Who is the king, and when was he born?", ("Of Spain?",)))
    assert first.context == ("Of Spain?",)
    assert second.context == ("Who is the king", "Of Spain?")


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        (
            "How do Tokyo's dealings with Vilnius and with Asunción differ?",
            ["Tokyo's dealings with Vilnius", "Asunción"],
        ),
        (
            "How does Washington's support differ from Tokyo's?",
            ["Washington's support", "Tokyo's"],
        ),
        ("What is the difference between Lithuania and Palau?", ["Lithuania", "Palau"]),
        ("Compare the EU with Japan.", ["the EU", "Japan"]),
        (
            "How do Japan and Taiwan compare to China and Russia?",
            ["Japan and Taiwan", "China and Russia"],
        ),
        (
            "How do American and Japanese approaches complement each other?",
            ["American", "Japanese approaches"],
        ),
    ],
)
def test_a_comparison_is_searched_as_a_whole_and_by_side(question: str, sides: list[str]) -> None:
    whole, *each = parts_of(Query(question))
    assert whole.text == question
    assert [part.text for part in each] == sides
    assert all(part.context == (question,) for part in each)


def test_the_sides_of_a_comparison_are_told_from_several_questions() -> None:
    compared = Query("What is the difference between Lithuania and Palau?")
    assert parts_of(compared) == [compared, *sides_of(compared)]
    assert sides_of(compared)
    assert not sides_of(Query("Who is the king, and when was he born?"))
    assert not sides_of(Query("Who is the king?"))
