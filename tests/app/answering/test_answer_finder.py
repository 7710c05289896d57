"""The answer finder reads the best sentences beside the question; where it cannot, looks decide."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.answering import answer_finder
from app.answering.answer_finder import SURE, find_answers
from app.answering.assistant import Assistant
from app.answering.retrieval import retrieve_one
from app.answering.sentence_ranking import rank_sentences
from vectorstore.encoders.checker import Checker
from vectorstore.library import Library
from vectorstore.ranking import Query
from vectorstore.records import Turn

BALL = (
    "# The ball\n\nThe annual ball of the harbour was held in the old customs house on 3 May. "
    "Tickets for the ball cost 12 crowns. The ball is older than the harbour. "
    "The harbour master did not come to the ball. The band played until two in the morning.\n"
)


@pytest.fixture(scope="module")
def ball(hold: Callable[[dict[str, str]], Library]) -> Library:
    return hold({"ball.md": BALL, "tea.md": "# Tea\n\nTea is grown in Uji. 茶は宇治で作られる。\n"})


def test_the_sentence_that_answers_is_read_as_such(ball: Library) -> None:
    best = retrieve_one(ball, Query("How much did it cost to get into the ball?")).evidence[0]
    assert best.text == "Tickets for the ball cost 12 crowns."
    assert (
        best.answers
        == max(one.answers for one in retrieve_one(ball, Query("What did the ball cost?")).evidence)
        or best.answers > 0
    )


def test_only_the_best_are_read_and_the_others_count_as_not_answering(
    ball: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_finder, "READ", 2)
    query = Query("When was the ball held?")
    ranked = rank_sentences(ball, query, ball.find(query, 8))
    found = find_answers(query, ranked)
    assert sorted(one.text for one in found) == sorted(one.text for one in ranked)
    assert sum(one.answers > -SURE for one in found) <= 2
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_questions_in_japanese_are_left_to_the_words(ball: Library) -> None:
    query = Query("茶はどこで作られますか")
    ranked = rank_sentences(ball, query, ball.find(query, 8))
    assert find_answers(query, ranked) == ranked
    assert {one.answers for one in ranked} == {0.0}


def test_without_the_checker_the_order_stays(
    ball: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_finder, "packaged_checker", lambda: Checker(Path("nowhere")))
    query = Query("When was the ball held?")
    ranked = rank_sentences(ball, query, ball.find(query, 8))
    assert find_answers(query, ranked) == ranked


def test_a_follow_up_is_answered_next_to_what_was_told(
    hold: Callable[[dict[str, str]], Library],
) -> None:
    library = hold(
        {
            "ball.md": "The harbour ball is held in June. Sixty people danced at it. "
            "The mayor left early because of a toothache.",
            "tea.md": "The mayor of Uji drinks tea. He left the council because of a quarrel.",
        }
    )
    ask = Assistant(library).ask
    first = ask("When is the harbour ball held?")
    assert "June" in first.text
    history = [Turn("user", first.question), Turn("assistant", first.text)]
    assert "toothache" in ask("Why did the mayor leave it early?", history).sentences[0].text
    assert "Sixty" in ask("How many were there?", history).sentences[0].text
