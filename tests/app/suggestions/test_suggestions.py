"""Questions made from the library: they read as questions, and the library answers them."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from app.suggestions.question_generation import about_names, questions_in
from app.suggestions.suggestions import Suggestions, first_questions, following
from ingest.sync import sync
from vectorstore.library import Library
from vectorstore.records import Passage


@pytest.mark.parametrize(
    ("sentence", "questions"),
    [
        (
            "In February 2025, Prime Minister Ishiba met with President Surangel Whipps to talk.",
            ["When did Prime Minister Ishiba meet with President Surangel Whipps?"],
        ),
        (
            "In 2020, Ada Holm met with President Surangel Whipps Jr. to talk.",
            ["When did Ada Holm meet with President Surangel Whipps Jr.?"],
        ),
        ("Acme Corporation was founded in 1891.", ["When was Acme Corporation founded?"]),
        ("Dracula was written by Bram Stoker.", ["Who was Dracula written by?"]),
        ("Lagos is the largest city of Nigeria.", ["What is Lagos?"]),
        ("Marie Curie was a Polish physicist.", ["Who was Marie Curie?"]),
        ("Norway has 356 municipalities.", ["How many municipalities does Norway have?"]),
        ("It has 356 municipalities.", []),
        ("They signed it in 1951, which surprised many.", []),
        ("イタセンパラは、淡水魚の一種である。", ["イタセンパラとは何ですか？"]),
        (
            "アルトン・エリスは、ジャマイカ出身の歌手である。",
            ["アルトン・エリスはどんな人物ですか？"],
        ),
        ("これは、淡水魚の一種である。", []),
        ("台積電是全球最大的晶圓代工企業。", ["台積電是什麼？"]),
        ("这是全球最大的芯片代工企业。", []),
    ],
)
def test_a_sentence_of_a_plain_form_becomes_a_question(sentence: str, questions: list[str]) -> None:
    passage = Passage(
        "p",
        "s",
        sentence,
        0,
        len(sentence),
        None,
        None,
        "",
    )
    assert [one.text for one in questions_in(passage)] == questions


def test_the_first_questions_are_answered_by_the_library(article: Library) -> None:
    questions = list(first_questions(article))
    assert len(questions) == 3
    assert len(set(questions)) == 3
    for question in questions:
        answer = Assistant(article).ask(question)
        assert (answer.outcome, answer.missing) == ("answered", "")


def test_what_follows_was_not_asked_and_is_not_what_was_told(article: Library) -> None:
    answer = Assistant(article).ask("Who stood beside President Peña?")
    once = list(following(article, answer))
    assert once
    told = {citation.quote for citation in answer.citations}
    for question in once:
        assert Assistant(article).ask(question).citations[0].quote not in told
    assert once[0] not in list(following(article, answer, asked=once))


def test_a_name_that_stands_elsewhere_too_leads_there(
    make_library: Callable[..., Library], folder: Path
) -> None:
    (folder / "a.md").write_text("The clerks counted cloves for Amina Salim in 1891.")
    (folder / "b.md").write_text("In Kenya, traders remember Amina Salim well.")
    library = make_library()
    sync(library, folder)
    answer = Assistant(library).ask("Who counted cloves?")
    assert answer.outcome == "answered"
    assert "Amina Salim" in answer.text
    assert any(one.startswith("Which sources mention ") for one in following(library, answer))


def test_what_follows_comes_from_around_what_was_cited(
    hold: Callable[[dict[str, str]], Library],
) -> None:
    quay = (
        "# The quay\n\n## The vote\n\nMarta Holm opened the meeting of the board. "
        "The board voted 3 to 1 to repair the quay.\n\n"
        "## The survey\n\nLise Torvald had inspected the quay in February and found cracks.\n\n"
        "## The spill\n\nIn January, diesel leaked from the tug Hector into the basin.\n"
    )
    acme = "Acme Corporation was founded in 1891. Ada Byng ran it."
    library = hold({"a.md": quay, "b.md": acme})
    answer = Assistant(library).ask("How did the board vote on the quay?")
    questions = list(following(library, answer))
    assert "What is said about Lise Torvald?" in questions
    assert any(one.startswith("What is said about “The ") for one in questions)
    for question in questions:
        assert {one.path for one in Assistant(library).ask(question).citations} == {"a.md"}


def test_suggestions_are_made_once_until_the_library_changes(
    make_library: Callable[..., Library], folder: Path
) -> None:
    (folder / "a.md").write_text("Acme Corporation was founded in 1891. It made anvils.")
    library = make_library()
    sync(library, folder)
    made = Suggestions(library)

    def ready() -> tuple[str, ...]:
        end = time.monotonic() + 60
        made.first()
        while not made.done() and time.monotonic() < end:
            time.sleep(0.05)
        return made.first()

    assert not made.done()
    assert ready() == ("When was Acme Corporation founded?",)
    (folder / "a.md").write_text("Beta Limited was founded in 1902. It made bells.")
    sync(library, folder)
    assert not made.done()
    assert ready() == ("When was Beta Limited founded?",)


def test_a_word_that_stands_there_without_a_capital_is_no_name() -> None:
    text = "Mira Okafor left the Office in May, and Office hours ended at the door of the office."
    passage = Passage("p", "s", text, 0, len(text), None, None, "")
    assert [one.subject for one in about_names([passage], "")] == ["Mira Okafor"]
