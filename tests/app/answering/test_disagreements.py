"""Sentences that differ in exactly one point."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from app.answering.disagreements import Difference, difference
from app.verification.wording import disagreement
from benchmarks.article import QUESTIONS, questions
from ingest.sync import sync
from vectorstore.library import Library

ALLIES = "Taiwan has 12 formal diplomatic allies left in the world."


@pytest.mark.parametrize(
    ("one", "other", "point"),
    [
        (ALLIES, ALLIES.replace("12", "13"), "“12” against “13”"),
        (ALLIES, ALLIES.replace("12", "twelve"), ""),
        (ALLIES, ALLIES.replace("world", "whole wide world"), ""),
        (
            "The treaty was signed by both states in Tokyo.",
            "The treaty was not signed by both states in Tokyo.",
            "“…” against “not”",
        ),
        (
            "In 2019 the firm sold 400 ships to Norway.",
            "In 2020 the firm sold 500 ships to Norway.",
            "",  # two differences: another year is another matter
        ),
        (
            "Ishiba met the president of Palau in Tokyo.",
            "Ishiba met the president of Lithuania in Tokyo.",
            "",  # he met both
        ),
        ("東京の人口は1400万人です。", "東京の人口は1300万人です。", "“1400” against “1300”"),
        (
            "Japan gave 12 ambulances to Palau last year.",
            "Japan gave 13 ambulances to Fiji last year.",
            "",  # two differences: another country is another matter
        ),
        (
            "President Peña visited Tokyo with 40 leaders of firms from Asunción.",
            "President Nausėda visited Tokyo with 60 leaders of firms from Vilnius.",
            "",
        ),
        (
            "The first round of the talks was led by 12 members.",
            "The second round of the talks was led by 14 members.",
            "",
        ),
        (
            "The rule for ports stands on page 3 of it.",
            "The rule for ports stands on page 4 of it.",
            "",
        ),
        ("The town had 1,200 people then.", "The town had 1200 people then.", ""),
        ("The share of tea was 5.0% then.", "The share of tea was 5% then.", ""),
        ("The bridge over it is 100 metres long.", "The bridge over it is 328 feet long.", ""),
        (
            "Japan recognises the state of Palau in full.",
            "Japan does not recognise the state of China in full.",
            "",
        ),
        ("日本はパラオに救急車12台を贈った。", "日本はフィジーに救急車13台を贈った。", ""),
        ("It has 12 doors.", "It has 13 doors.", ""),  # too short to know the subject
    ],
)
def test_difference(one: str, other: str, point: str) -> None:
    found = difference(one, other)
    assert (disagreement(found.ours, found.theirs) if found else "") == point


def test_different_names_count_only_with_names() -> None:
    one = "The final was played in Tampa, Florida on the evening of February 7."
    other = one.replace("Tampa, Florida", "Glendale, Arizona")
    assert difference(one, other) is None
    point = difference(one, other, names=True)
    assert point == Difference("name", "Tampa Florida", "Glendale Arizona")


@pytest.fixture
def disagreeing(make_library: Callable[..., Library], folder: Path) -> Library:
    (folder / "a.md").write_text("# Bridges\n\nThe bridge over the Uji is 155 metres long in all.")
    (folder / "b.md").write_text("# Rivers\n\nThe bridge over the Uji is 165 metres long in all.")
    (folder / "c.md").write_text("# Tea\n\nTea is grown on the hills around the river and sold.")
    library = make_library()
    sync(library, folder)
    return library


def test_both_sides_of_a_disagreement_are_quoted(disagreeing: Library) -> None:
    answer = Assistant(disagreeing).ask("How long is the bridge over the Uji?")
    (conflict,) = answer.conflicts
    assert conflict.reason in ("“155” against “165”", "“165” against “155”")
    cited = {number for sentence in answer.sentences for number in sentence.citations}
    assert set(conflict.citations) <= cited
    quotes = {answer.citations[number - 1].quote for number in conflict.citations}
    assert len({quote for quote in quotes if "155" in quote or "165" in quote}) == 2


def test_a_near_copy_with_another_name_is_a_conflict_and_no_copy(
    make_library: Callable[..., Library], folder: Path
) -> None:
    text = (
        "The final was played on the evening of February 7 in {}. It was watched by many people "
        "all over the country, and the weather was fair for the whole of the game. The visitors "
        "led from the first minute, and their supporters sang until the stadium was closed. "
        "Trains ran through the night to bring everybody home again."
    )
    (folder / "a.md").write_text(text.format("Tampa"))
    (folder / "b.md").write_text(text.format("Glendale"))
    library = make_library()
    sync(library, folder)
    answer = Assistant(library).ask("Where was the final played?")
    assert answer.citations[0].also == ()
    (conflict,) = answer.conflicts
    assert {"“Tampa”", "“Glendale”"} == set(conflict.reason.split(" against "))


def test_a_short_sentence_that_contradicts_a_longer_one_is_a_conflict(
    article: Library, make_library: Callable[..., Library], folder: Path
) -> None:
    (folder / "memo.md").write_text(
        "# Desk memo\n\nPrime Minister Ishiba met with Lithuanian President Gitanas Nausėda in "
        "Tokyo on June 10. Taipei has its remaining 11 diplomatic allies. Palau was promised two "
        "patrol boats.\n"
    )
    (source,) = article.catalog.sources()
    (folder / "article.md").write_text(article.catalog.text(source.id))
    library = make_library("both")
    sync(library, folder)
    assistant = Assistant(library)
    (dates,) = assistant.ask("When did Ishiba meet the Lithuanian president?").conflicts
    assert set(dates.reason.split(" against ")) == {"“June 10”", "“June 9”"}
    (allies,) = assistant.ask("How many remaining diplomatic allies does Taipei have?").conflicts
    assert set(allies.reason.split(" against ")) == {"“11”", "“12”"}
    assert assistant.ask("What was Palau promised?").conflicts == ()


def test_the_article_does_not_disagree_with_itself(article: Library) -> None:
    assistant = Assistant(article)
    for question in questions(QUESTIONS):
        assert assistant.ask(question.text, question.history).conflicts == (), question.text
