"""Questions about the library go to the catalog; all others to search."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.answering.assistant import CATALOG, Assistant
from app.answering.catalog_questions import is_about_library
from ingest.sync import sync
from vectorstore.library import Library
from vectorstore.records import Answer, Scope

HELD = [
    "What do you hold?", "What sources do you have?", "Which documents are in the library?",
    "List the sources", "list all documents", "How many articles are there?", "What is in the library?", "What documents are there in the library?",
    "どんな資料がありますか。", "有哪些资料？",
]  # fmt: skip
SUMMED_UP = [
    "Summarise the sources", "Please summarize this article.", "What is this article about?",
    "Can you sum up the library?", "give me an overview of the documents", "この記事を要約してください。",
]  # fmt: skip
WRITTEN = [
    "Who wrote this article?",
    "When was the article published?",
    "Who is the author of this text?",
]
SEARCHED = [
    "What did the G7 documents say on Taiwan?", "Summarise Japan's role in the G7",
    "Who wrote to President Peña?", "Which allies of Taiwan may be wavering?",
    "What do you hold against Japan?", "What are the sources of Taiwan's strength?",
]  # fmt: skip


@pytest.fixture(scope="module")
def two(hold: Callable[[dict[str, str]], Library]) -> Library:
    tea = (
        "---\ntitle: On tea\nauthor: A. Writer\ndate: 2021-05-02\n---\n"
        "Tea is grown in Uji in Kyoto.\n\nThe tea of Uji is sold in all of Japan and in Lithuania."
    )
    rice = "# On rice\n\nRice is grown in the wet fields of Niigata by the sea."
    return hold({"a.md": tea, "b.md": rice})


def told(library: Library, question: str, scope: Scope | None = None) -> Answer:
    answer = Assistant(library).ask(question, scope=scope or Scope())
    assert answer.model == CATALOG
    for citation in answer.citations:
        text = library.catalog.text(citation.source_id)
        assert text[citation.start : citation.end] == citation.quote
    return answer


@pytest.mark.parametrize("question", HELD)
def test_what_is_held_is_listed_with_a_citation_for_each(two: Library, question: str) -> None:
    answer = told(two, question)
    assert "The library holds 2 sources." in answer.text
    assert "“On tea” by A. Writer, 2021-05-02" in answer.text
    assert "“On rice”" in answer.text
    assert len(answer.citations) == 2


@pytest.mark.parametrize("question", SUMMED_UP)
def test_a_summary_is_made_of_sentences_of_each_source(two: Library, question: str) -> None:
    answer = told(two, question)
    assert {sentence.verdict for sentence in answer.sentences} == {"verbatim"}
    assert {citation.title for citation in answer.citations} == {"On tea", "On rice"}


@pytest.mark.parametrize("question", WRITTEN)
def test_who_wrote_what_is_told_and_what_is_not_known(two: Library, question: str) -> None:
    answer = told(two, question)
    assert "“On tea” by A. Writer" in answer.text
    assert "knows no author and no date of it" in answer.text


def test_the_documents_that_mention_a_name_are_told_and_shown(two: Library) -> None:
    answer = told(two, "Which documents mention Lithuania?")
    assert "“On tea” mentions it" in answer.text
    assert answer.citations[0].quote == "The tea of Uji is sold in all of Japan and in Lithuania."
    none = told(two, "Which documents mention Zanzibar?")
    assert none.outcome == "not_found"
    assert none.text == "No source mentions “Zanzibar”."


def test_the_scope_holds_for_the_catalog_too(two: Library) -> None:
    assert "On rice" not in told(two, "What do you hold?", Scope(since="2020")).text
    none = told(two, "What do you hold?", Scope(since="2024"))
    assert (none.outcome, none.text) == ("out_of_scope", "No source is among those chosen.")


@pytest.mark.parametrize(
    "question", [HELD[0], SUMMED_UP[0], WRITTEN[0], "Which documents mention tea?"]
)
def test_an_empty_library_says_so(library: Library, question: str) -> None:
    assert "holds no sources yet" in told(library, question).text


def test_a_scope_that_leaves_nothing_says_so(two: Library) -> None:
    answer = told(two, "Summarise the sources", Scope(languages=("fr",)))
    assert (answer.outcome, answer.text) == ("out_of_scope", "No source is among those chosen.")


@pytest.mark.parametrize("question", SEARCHED)
def test_all_other_questions_are_searched(article: Library, question: str) -> None:
    assert Assistant(article).ask(question).model != CATALOG


def test_a_long_library_is_cut_and_says_so(
    make_library: Callable[..., Library], folder: Path
) -> None:
    for number in range(33):
        (folder / f"{number}.md").write_text(
            f"# Note {number}\n\nUji grew {number} tonnes of tea that year."
        )
    library = make_library()
    sync(library, folder)
    assert "And 3 more" in told(library, "What do you hold?").text
    assert "And 3 more" in told(library, "Which documents mention Uji?").text
    assert "from 5 of 33 sources" in told(library, "Summarise the sources").text


def test_no_question_takes_long_to_be_told_apart() -> None:
    for odd in ("summarize " + "all the " * 400 + "x", "which documents " * 200, "a" * 4000):
        assert not is_about_library(odd)


def test_one_of_two_names_or_both(two: Library) -> None:
    assert (
        "“On tea” mentions one of them"
        in told(two, "Which documents mention Lithuania or Palau?").text
    )
    assert told(two, "Which documents mention Lithuania and Palau?").outcome == "not_found"
    assert "“On tea” mentions them" in told(two, "Which documents mention Lithuania and Uji?").text
    assert "“On tea” mentions it" in told(two, "Does any document mention Lithuania?").text
    answer = told(two, "Which documents mention Lithuania?", Scope(until="2020"))
    assert (answer.outcome, answer.citations) == ("out_of_scope", ())


@pytest.mark.parametrize(
    "question", ["Which documents mention this?", "Which documents mention the?"]
)
def test_names_that_are_none_are_left_to_search(two: Library, question: str) -> None:
    assert Assistant(two).ask(question).model != CATALOG


def test_a_name_that_stands_in_a_heading_alone_is_not_quoted_from_elsewhere(
    make_library: Callable[..., Library], folder: Path
) -> None:
    (folder / "a.md").write_text("# Lithuania\n\nThe weather was fine.")
    library = make_library()
    sync(library, folder)
    assert told(library, "Which documents mention Lithuania?").outcome == "not_found"
    assert "fine" in told(library, "Summarise the sources").text
