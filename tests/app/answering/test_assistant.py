"""Answers about the real article, with the real embedding model and a fake chat model or none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.answering.assistant import LONGEST_QUESTION, Assistant
from app.answering.events import (
    Done,
    PartialSentence,
    PassagesFound,
    Restarted,
    Searching,
    SentenceAdded,
)
from app.answering.presentation import as_json, as_text
from app.models.fake_model import FakeChatModel
from ingest.sync import sync
from vectorstore.errors import BadInput, UnknownSource
from vectorstore.library import Library
from vectorstore.records import Scope, Turn
from vectorstore.storage.conversations import Conversations

G7 = "What did Japan's G7 presidency do for Taiwan?"


def with_model(article: Library, says: str, **how: int) -> Assistant:
    return Assistant(article, FakeChatModel(says=says, **how), "fake:test")


def test_without_a_model_every_sentence_is_verbatim_and_cited(article: Library) -> None:
    answer = Assistant(article).ask(G7)
    assert answer.outcome == "answered"
    assert answer.checked_by == Assistant(article).verifier.name
    assert "reached a peak during Tokyo’s presidency of the G7" in answer.sentences[0].text
    for sentence in answer.sentences:
        assert sentence.verdict == "verbatim"
        citation = answer.citations[sentence.citations[0] - 1]
        text = article.catalog.text(citation.source_id)
        assert text[citation.start : citation.end] == citation.quote == sentence.text
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert f"[{answer.citations[-1].number}]" in answer.text
    assert {"search", "answer", "total"} == set(answer.timings)


def test_a_dependent_sentence_is_quoted_with_the_one_before(article: Library) -> None:
    answer = Assistant(article).ask("Which phrasing hadn't appeared in earlier G7 documents?")
    texts = [sentence.text for sentence in answer.sentences]
    place = next(i for i, text in enumerate(texts) if text.startswith("This phrasing"))
    assert "“indispensable”" in texts[place - 1]


@pytest.mark.parametrize(
    "question", ["What is the height of Mount Fuji?", "How long should I boil spaghetti?"]
)
def test_an_unanswered_question_gets_no_answer_but_the_nearest_passages(
    article: Library, question: str
) -> None:
    answer = Assistant(article).ask(question)
    assert answer.outcome == "not_found"
    assert answer.text.startswith("The sources do not say.")
    assert (answer.sentences, answer.citations) == ((), ())
    assert answer.hits
    assert "Nearest passages" in as_text(as_json(answer))


def test_words_missing_from_the_library_are_named(article: Library) -> None:
    answer = Assistant(article).ask("What did Germany's chancellor promise Taiwan?")
    assert answer.outcome == "too_weak"
    assert "“Germany's”, “chancellor”" in answer.text


def test_a_follow_up_is_searched_with_its_context(article: Library) -> None:
    history = [
        Turn("user", "What happened during the Paraguayan president's visit to Tokyo?"),
        Turn("assistant", "Prime Minister Ishiba welcomed President Peña."),
    ]
    answer = Assistant(article).ask("And what did they sign?", history)
    assert answer.query.startswith("What happened during")
    assert any("signed memorandum of cooperation" in s.text for s in answer.sentences)


def test_an_answer_outside_the_scope_is_reported(
    make_library: Callable[..., Library], folder: Path
) -> None:
    (folder / "tea.md").write_text("Uji in Kyoto grows green tea for the whole country.")
    (folder / "rice.md").write_text("Niigata grows rice in wet fields by the sea.")
    library = make_library()
    ids = {change.path: change.source_id for change in sync(library, folder)}
    assistant = Assistant(library)
    assert (
        assistant.ask("Where is green tea grown?", scope=Scope(sources=(ids["tea.md"],))).outcome
        == "answered"
    )
    answer = assistant.ask("Where is green tea grown?", scope=Scope(sources=(ids["rice.md"],)))
    assert answer.outcome == "out_of_scope"
    assert "others in the library do" in answer.text
    with pytest.raises(UnknownSource):
        assistant.ask("Where is tea grown?", scope=Scope(sources=("nobody",)))


def test_an_empty_library_says_so(library: Library) -> None:
    answer = Assistant(library).ask(G7)
    assert answer.outcome == "not_found"
    assert "holds no sources yet" in answer.text


@pytest.mark.parametrize("question", ["", "  \n", "\0"])
def test_an_empty_question_is_rejected(article: Library, question: str) -> None:
    with pytest.raises(BadInput, match="question is empty"):
        Assistant(article).ask(question)


def test_a_too_long_question_is_rejected(article: Library) -> None:
    with pytest.raises(BadInput, match="20,000 characters long"):
        Assistant(article).ask("x" * 20_000)
    Assistant(article).ask("x" * LONGEST_QUESTION)


@pytest.mark.parametrize("question", ["?!", "🎌", '"NEAR(', "\ud800 Taiwan"])
def test_unusual_questions_raise_no_error(article: Library, question: str) -> None:
    assert Assistant(article).ask(question).text


def test_the_citations_of_a_model_answer_quote_the_sources(article: Library) -> None:
    says = "The G7 spoke more often of Taiwan [2]. It was in 2023 [1][99]. Pigs fly. Japan sent 40 ships [1]."
    answer = with_model(article, says).ask(G7)
    assert answer.model == "fake:test"
    assert [s.citations for s in answer.sentences] == [(1,), (2,), (), (2,)]
    assert [s.verdict for s in answer.sentences][2:] == ["not_stated", "not_stated"]
    for citation in answer.citations:
        assert (
            article.catalog.text(citation.source_id)[citation.start : citation.end]
            == citation.quote
        )
    assert "not stated: The cited words do not have: 40." in as_text(as_json(answer))


def test_the_stream_ends_with_done_and_hides_citation_markers(article: Library) -> None:
    events = list(with_model(article, "The G7 spoke of Taiwan [1]. So did Japan [2].").stream(G7))
    assert isinstance(events[0], Searching)
    assert isinstance(events[1], PassagesFound)
    assert [type(event) for event in events].count(SentenceAdded) == 2
    assert isinstance(events[-1], Done)
    assert not any("[" in event.text for event in events if isinstance(event, PartialSentence))


def test_a_model_may_find_no_answer(article: Library) -> None:
    answer = with_model(article, "NOT_IN_SOURCES").ask(G7)
    assert answer.outcome == "not_found"
    assert not answer.sentences


def test_answerability_is_decided_without_the_model(article: Library) -> None:
    answer = with_model(article, "3,776 metres [1].").ask("What is the height of Mount Fuji?")
    assert answer.outcome == "not_found"


def test_quotations_replace_a_failed_model(article: Library) -> None:
    answer = with_model(article, "The G7 spoke of Taiwan [1]. So did Japan.", breaks_after=9).ask(
        G7
    )
    assert answer.outcome == "answered"
    assert {sentence.verdict for sentence in answer.sentences} == {"verbatim"}
    assert "ConnectionError" in answer.notice
    assert answer.model == "none (quotes)"
    assert "quoted" in as_text(as_json(answer))


def test_a_failure_midway_restarts_the_answer(article: Library) -> None:
    says = "The G7 spoke of Taiwan [1]. So did Japan [2]. And more [3]. And more still [4]."
    added: list[SentenceAdded] = []
    for event in with_model(article, says, breaks_after=15).stream(G7):
        if isinstance(event, SentenceAdded):
            added.append(event)
        if isinstance(event, Restarted):
            assert added
            added.clear()
        if isinstance(event, Done):
            assert tuple(one.sentence for one in added) == event.answer.sentences
            assert added[-1].citations == event.answer.citations


def test_quotes_match_the_searched_text_even_if_the_source_changes_meanwhile(
    library: Library, folder: Path
) -> None:
    (folder / "tea.md").write_text("Uji grows green tea for all of Japan.")
    sync(library, folder)
    for event in Assistant(library).stream("Where is green tea grown?"):
        if isinstance(event, PassagesFound):
            (folder / "tea.md").write_text("A preface was put before. Uji grows green tea.")
            sync(library, folder)
        if isinstance(event, Done):
            quotes = {citation.quote for citation in event.answer.citations}
            assert quotes == {"Uji grows green tea for all of Japan."}


def test_stopping_keeps_the_sentences_so_far(article: Library) -> None:
    added: list[SentenceAdded] = []
    says = "The G7 spoke of Taiwan [1]. So did Japan [2]. And more [3]. And more still [4]."
    for event in with_model(article, says).stream(G7, stopped=lambda: bool(added)):
        if isinstance(event, SentenceAdded):
            added.append(event)
        if isinstance(event, Done):
            assert event.answer.notice == "Stopped before the end."
            assert 1 <= len(event.answer.sentences) < 4


def test_an_answer_survives_storage(article: Library) -> None:
    answer = Assistant(article).ask(G7)
    conversations = Conversations(article.database)
    conversations.append("c", answer)
    assert conversations.answers("c") == [answer]


def test_the_json_has_the_documented_keys(article: Library) -> None:
    shown = as_json(Assistant(article).ask(G7))
    assert set(shown) >= {
        "question", "query", "outcome", "answer", "sentences", "citations", "more", "missing",
        "conflicts", "strength", "retrieved", "timings",
        "model", "checked_by",
    }  # fmt: skip
    assert set(shown["sentences"][0]) >= {"text", "citations", "verdict"}
    assert set(shown["citations"][0]) == {
        "number", "source_id", "title", "path", "page", "start", "end", "quote", "passage_id",
        "permalink", "unit", "warning", "state", "also", "label",
    }  # fmt: skip
    assert set(shown["retrieved"][0]) == {"passage_id", "source_id", "score", "text"}
