import pytest

from app.followups import leans, stand_alone
from vectorstore.records import Turn


@pytest.mark.parametrize(
    "question",
    ["And what did they sign?", "What about Palau?", "Why there?", "and before 2023?", "Who else?",
     "What did they sign?", "When was that?", "それはいつですか", "Why?"],
)  # fmt: skip
def test_these_lean(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    ["Which allies of Taiwan may be wavering?", "What did Japan's G7 presidency do for Taiwan?",
     "Does Japan say that it recognises Taiwan?", "Kishida", "台湾は日本の何ですか"],
)  # fmt: skip
def test_these_stand_alone(question: str) -> None:
    assert not leans(question)
    assert stand_alone(question, [Turn("user", "Who is Peña?")]).query == question


def test_a_chain_goes_back_to_the_question_that_stands_alone() -> None:
    history = [
        Turn("user", "Is Haiti wavering?"),
        Turn("assistant", "Perhaps."),
        Turn("user", "Whom did Ishiba meet in Tokyo?"),
        Turn("assistant", "Peña."),
        Turn("user", "And when?"),
        Turn("assistant", "In May."),
    ]
    found = stand_alone("What did they sign?", history)
    assert found.query == "Whom did Ishiba meet in Tokyo? And when? What did they sign?"
    assert found.focus == "What did they sign?"


def test_without_history_there_is_nothing_to_lean_on() -> None:
    assert stand_alone("And what did they sign?", []).query == "And what did they sign?"
