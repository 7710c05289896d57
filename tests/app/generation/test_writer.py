"""Answers that a model writes: what is made of them, and what where nothing holds."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from app.answering.events import PartialSentence, Restarted, SentenceAdded
from app.answering.presentation import as_json, as_text
from app.generation.writer import WriterSignal
from app.models.fake_model import FakeChatModel
from ingest.sync import sync
from tests.app.generation.scripted import BAD, GOOD, LEE, Scripted, asked, spoken
from vectorstore.library import Library
from vectorstore.text.hidden import hidden_in


def test_what_holds_is_said_and_what_does_not_is_marked_everywhere(article: Library) -> None:
    answer, events = asked(article, f"{BAD} {GOOD} Pigs fly.")
    assert answer.sentences[0].verdict == answer.sentences[2].verdict == "not_stated"
    assert answer.sentences[1].verdict in ("verbatim", "supported")
    assert answer.model == "fake:test"
    assert "40 submarines. [1] (not stated)" in answer.text
    assert "Pigs fly. (not stated)" in answer.text
    assert as_text(as_json(answer)).count("(not stated: ") == 2
    assert answer.raw.startswith("Japan sold Taiwan 40 submarines. [")
    assert not any("[" in event.text for event in events if isinstance(event, PartialSentence))


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (BAD, "Nothing that the model wrote"),
        ("Pigs fly.", "Nothing that the model wrote"),
        ("## Answer\n\n[3]", "wrote nothing that could be used"),
        ("", "did not answer"),
        ("<think>hm, let me see", "wrote nothing that could be used"),
    ],
)
def test_where_nothing_holds_the_sources_are_quoted(
    article: Library, says: str, reason: str
) -> None:
    answer, events = asked(article, says)
    assert answer.outcome == "answered"
    assert reason in answer.notice
    assert "own words are quoted" in answer.notice
    assert answer.model == "none (quotes)"
    assert {s.verdict for s in answer.sentences} == {"verbatim"}
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert any(isinstance(event, Restarted) for event in events)


@pytest.mark.parametrize(
    "says",
    [
        "NOT_IN_SOURCES",
        "not_in_sources.",
        "**NOT_IN_SOURCES**",
        "NOT\\_IN\\_SOURCES",
        "Not in sources.",
        "The answer is NOT_IN_SOURCES [1].",
        "NOT_IN_SOURCES. However, pigs fly [1].",
        "I'm sorry, but I cannot answer this from the numbered sentences.",
        "The sources do not mention who stood there.",
        "There is no information about this.",
        "出典には記載がありません。",
        "来源中没有提到。",
        "<think>Lee stood there [1].</think>NOT_IN_SOURCES",
        "Japan sold 40 submarines [1]. NOT_IN_SOURCES",
    ],
)
@pytest.mark.parametrize("piece", [1, 1000])
def test_silence_is_heard_however_it_is_written(article: Library, says: str, piece: int) -> None:
    answer, _ = asked(article, says, piece=piece)
    assert answer.outcome == "not_found"
    assert (answer.sentences, answer.citations) == ((), ())
    assert answer.text.startswith("The sources do not say.")
    assert says.startswith(answer.raw)


def test_the_silent_word_is_never_shown_half(article: Library) -> None:
    _, events = asked(article, "NOT_IN_SOURCES", piece=1)
    assert not any(isinstance(event, PartialSentence) for event in events)


def test_ordinary_words_in_a_cited_sentence_are_not_the_silent_word(article: Library) -> None:
    model = Scripted(
        says="Ties rest on trust, not in sources of funding {Beside}. They last. {Beside}"
    )
    assert [one.text for one in spoken(article, model)] == [
        "Ties rest on trust, not in sources of funding.",
        "They last.",
    ]
    for says in ("**Not in the sources** {Beside}. They last.", "It is not in sources. They last."):
        assert spoken(article, Scripted(says=says)) == [WriterSignal("silent")]


def test_what_was_said_before_the_silent_word_stands(article: Library) -> None:
    answer, _ = asked(article, f"{GOOD} NOT_IN_SOURCES")
    assert answer.outcome == "answered"
    assert len(answer.sentences) == 1
    assert "part of the question is open" in answer.missing


def test_a_model_that_runs_in_circles_is_cut_off(article: Library) -> None:
    answer, _ = asked(article, f"{GOOD} " * 500)
    assert [s.text for s in answer.sentences] == [LEE]
    assert "cut off" in answer.notice
    assert len(answer.raw) < 2000
    endless = "".join(f"Ship {n} left the harbour [1]. " for n in range(5000))
    found = spoken(article, FakeChatModel(says=endless))
    assert len(found) == 25
    assert found[-1] == WriterSignal("endless")
    assert spoken(article, FakeChatModel(says="a" * 100_000)) == [WriterSignal("endless")]


@pytest.mark.parametrize("piece", [4, 100_000])
@pytest.mark.parametrize("says", [". . ", "(1) ", "\n.", "。", "e.g. ", "- a.\n"])
def test_degenerate_output_is_cut_off(article: Library, says: str, piece: int) -> None:
    """Reading it takes a moment; a parser that is not linear in its length would take minutes."""
    found = spoken(article, FakeChatModel(says=says * 10_000, piece=piece))
    assert found[-1] == WriterSignal("endless")


def test_a_japanese_answer(make_library: Callable[..., Library], folder: Path) -> None:
    (folder / "茶.md").write_text("# 茶\n\n宇治は緑茶の産地である。静岡も緑茶の産地である。")
    library = make_library()
    sync(library, folder)
    says = "宇治は緑茶の産地です【1】。静岡も産地である。[2]"
    answer = Assistant(library, FakeChatModel(says=says, piece=1), "fake:t").ask(
        "緑茶の産地はどこですか"
    )
    assert [s.text for s in answer.sentences] == ["宇治は緑茶の産地です。", "静岡も産地である。"]
    assert [s.citations for s in answer.sentences] == [(1,), (2,)]


def test_an_answer_in_another_language_than_the_sources_stands(article: Library) -> None:
    says = "ペーニャ大統領のそばには李逸洋代表が立っていた。{Beside President}"
    answer, events = asked(article, says)
    assert answer.model == "fake:test"
    assert [(s.verdict, s.citations) for s in answer.sentences] == [("not_checkable", (1,))]
    assert not answer.notice
    assert not any(isinstance(event, Restarted) for event in events)
    answer, _ = asked(article, "立っていた。")
    assert "own words are quoted" in answer.notice


def test_numbers_stay_the_same_while_streaming_and_after(article: Library) -> None:
    says = f"{GOOD} Paraguay is a bridge [2][1]. {GOOD[:20]} [5]."
    answer, events = asked(article, says)
    for event in events:
        if isinstance(event, SentenceAdded):
            assert answer.citations[: len(event.citations)] == event.citations
    shown = [n for s in answer.sentences for n in s.citations]
    assert list(dict.fromkeys(shown)) == list(range(1, len(answer.citations) + 1))


@pytest.mark.parametrize("piece", [1, 7, 1000])
@pytest.mark.parametrize(
    "says",
    [
        LEE.replace("Lee", "L\u200bee") + " [{Beside President}\u200b]",
        "\u202e" + LEE.replace("de facto", "de\xad facto\u202c") + " {Beside President}",
        LEE + " \u2066{Beside President}\u2069\x1b]0;owned\x07",
        "<thi\u200bnk>No.</think>" + LEE + " {Beside President}\U000e0041",
    ],
)
def test_what_nobody_sees_is_dropped_before_the_check(
    article: Library, says: str, piece: int
) -> None:
    says = says.replace("[{Beside President}\u200b]", "{Beside President}\u200b")
    answer, events = asked(article, says, piece=piece)
    assert answer.sentences[0].text.startswith(LEE[:60])
    assert answer.sentences[0].citations == (1,)
    assert hidden_in(repr(answer)) == []
    assert hidden_in(repr(events)) == []


@pytest.mark.parametrize("piece", [1, 1000])
def test_an_id_with_characters_that_nobody_sees_is_read_or_dropped_like_any_other(
    article: Library, piece: int
) -> None:
    said = f"{LEE} [1\u200b] Pigs fly. [9\u200b9] Tea is green. [\u2060S\u200b1]"
    found = spoken(article, FakeChatModel(says=said, piece=piece))
    assert [(one.text, one.ids) for one in found] == [
        (LEE, (1,)), ("Pigs fly.", ()), ("Tea is green.", (1,)),
    ]  # fmt: skip


def test_joiners_that_a_word_needs_stay_in_an_answer(article: Library) -> None:
    (one,) = spoken(article, FakeChatModel(says="او می‌خواهم 👩🏽‍🚀. [1]", piece=1))
    assert one.text == "او می‌خواهم 👩🏽‍🚀."
