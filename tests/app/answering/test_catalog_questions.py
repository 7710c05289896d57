"""Questions about the library are answered from the catalog, all others by search."""

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
def two_sources(hold: Callable[[dict[str, str]], Library]) -> Library:
    tea = (
        "---\ntitle: On tea\nauthor: A. Writer\ndate: 2021-05-02\n---\n"
        "Tea is grown in Uji in Kyoto.\n\nThe tea of Uji is sold in all of Japan and in Lithuania."
    )
    rice = "# On rice\n\nRice is grown in the wet fields of Niigata by the sea."
    return hold({"a.md": tea, "b.md": rice})


def ask_catalog(library: Library, question: str, scope: Scope | None = None) -> Answer:
    answer = Assistant(library).ask(question, scope=scope or Scope())
    assert answer.model == answer.checked_by == CATALOG
    for citation in answer.citations:
        text = library.catalog.text(citation.source_id)
        assert text[citation.start : citation.end] == citation.quote
    return answer


@pytest.mark.parametrize("question", HELD)
def test_sources_are_listed_with_a_citation_each(two_sources: Library, question: str) -> None:
    answer = ask_catalog(two_sources, question)
    assert "The library holds 2 sources." in answer.text
    assert "“On tea” by A. Writer, 2021-05-02" in answer.text
    assert "“On rice”" in answer.text
    assert len(answer.citations) == 2


@pytest.mark.parametrize("question", SUMMED_UP)
def test_a_summary_quotes_every_source(two_sources: Library, question: str) -> None:
    answer = ask_catalog(two_sources, question)
    assert {sentence.verdict for sentence in answer.sentences} == {"verbatim"}
    assert {citation.title for citation in answer.citations} == {"On tea", "On rice"}


@pytest.mark.parametrize("question", WRITTEN)
def test_authors_and_dates_are_named_or_reported_as_unknown(
    two_sources: Library, question: str
) -> None:
    answer = ask_catalog(two_sources, question)
    assert "“On tea” by A. Writer" in answer.text
    assert "knows no author and no date of it" in answer.text


def test_documents_that_mention_a_name_are_cited(two_sources: Library) -> None:
    answer = ask_catalog(two_sources, "Which documents mention Lithuania?")
    assert "“On tea” mentions it" in answer.text
    assert answer.citations[0].quote == "The tea of Uji is sold in all of Japan and in Lithuania."
    none = ask_catalog(two_sources, "Which documents mention Zanzibar?")
    assert none.outcome == "not_found"
    assert none.text == "No source mentions “Zanzibar”."


def test_catalog_answers_respect_the_scope(two_sources: Library) -> None:
    assert "On rice" not in ask_catalog(two_sources, "What do you hold?", Scope(since="2020")).text
    none = ask_catalog(two_sources, "What do you hold?", Scope(since="2024"))
    assert (none.outcome, none.text) == ("out_of_scope", "No source is among those chosen.")


@pytest.mark.parametrize(
    "question", [HELD[0], SUMMED_UP[0], WRITTEN[0], "Which documents mention tea?"]
)
def test_an_empty_library_says_so(library: Library, question: str) -> None:
    assert "holds no sources yet" in ask_catalog(library, question).text


def test_an_empty_scope_says_so(two_sources: Library) -> None:
    answer = ask_catalog(two_sources, "Summarise the sources", Scope(languages=("fr",)))
    assert (answer.outcome, answer.text) == ("out_of_scope", "No source is among those chosen.")


@pytest.mark.parametrize("question", SEARCHED)
def test_all_other_questions_are_searched(article: Library, question: str) -> None:
    assert Assistant(article).ask(question).model != CATALOG


def test_long_lists_are_cut_with_a_notice(
    make_library: Callable[..., Library], folder: Path
) -> None:
    for number in range(33):
        (folder / f"{number}.md").write_text(
            f"# Note {number}\n\nUji grew {number} tonnes of tea that year."
        )
    library = make_library()
    sync(library, folder)
    assert "And 3 more" in ask_catalog(library, "What do you hold?").text
    assert "And 3 more" in ask_catalog(library, "Which documents mention Uji?").text
    assert "from 5 of 33 sources" in ask_catalog(library, "Summarise the sources").text


def test_long_questions_are_classified_quickly() -> None:
    for odd in ("summarize " + "all the " * 400 + "x", "which documents " * 200, "a" * 4000):
        assert not is_about_library(odd)


def test_names_are_combined_with_and_or_or(two_sources: Library) -> None:
    assert (
        "“On tea” mentions one of them"
        in ask_catalog(two_sources, "Which documents mention Lithuania or Palau?").text
    )
    assert (
        ask_catalog(two_sources, "Which documents mention Lithuania and Palau?").outcome
        == "not_found"
    )
    assert (
        "“On tea” mentions them"
        in ask_catalog(two_sources, "Which documents mention Lithuania and Uji?").text
    )
    assert (
        "“On tea” mentions it"
        in ask_catalog(two_sources, "Does any document mention Lithuania?").text
    )
    answer = ask_catalog(two_sources, "Which documents mention Lithuania?", Scope(until="2020"))
    assert (answer.outcome, answer.citations) == ("out_of_scope", ())


@pytest.mark.parametrize(
    "question", ["Which documents mention this?", "Which documents mention the?"]
)
def test_pronouns_and_stop_words_are_no_names(two_sources: Library, question: str) -> None:
    assert Assistant(two_sources).ask(question).model != CATALOG


def test_a_name_only_in_a_heading_is_no_mention(
    make_library: Callable[..., Library], folder: Path
) -> None:
    (folder / "a.md").write_text("# Lithuania\n\nThe weather was fine.")
    library = make_library()
    sync(library, folder)
    assert ask_catalog(library, "Which documents mention Lithuania?").outcome == "not_found"
    assert "fine" in ask_catalog(library, "Summarise the sources").text
