"""The gist in a model's words: part by part, then together, cited and checked."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain_core.messages import BaseMessage

from app.answering import gist_writer
from app.answering.assistant import Assistant
from app.answering.events import Done, ReadingPart
from app.answering.gist import GistOf
from app.answering.gist_writer import gist_parts
from app.answering.wording import STOPPED
from app.audit.capture import capture
from app.generation.context import BUDGET, estimate_tokens
from app.models.chat_models import chat_model
from app.models.fake_model import FakeChatModel
from ingest.sync import sync
from tests.app.models.test_chat_models import smollm
from vectorstore.library import Library
from vectorstore.records import Answer

WORDS = "quay crane tide pilot ballast chart anchor lock buoy dock cargo hull keel mast rope sail".split()


def long_text(chapters: int, sentences: int) -> str:
    """A text whose chapters each begin with their finding."""
    lines = []
    for chapter in range(chapters):
        lines += [
            f"## Chapter {chapter}",
            "",
            f"The chief finding of chapter {chapter} is {WORDS[chapter]} damage.",
        ]
        for at in range(sentences):
            first, second = WORDS[(chapter + at) % 16], WORDS[(chapter * 3 + at * 5) % 16]
            lines.append(
                f"In week {at} the {first} and the {second} of pier {chapter} were inspected."
            )
        lines.append("")
    return "# Harbour survey\n\n" + "\n".join(lines)


class Copying(FakeChatModel):
    """Copies the first numbered sentence of what it is given, with its number."""

    def _stream(self, messages: list[BaseMessage], *rest: Any, **more: Any) -> Iterator[Any]:
        self.asked.append(messages)
        found = re.search(r"^\[(\d+)\] (.+)$", str(messages[-1].content), re.MULTILINE)
        said = f"{found[2]} [{found[1]}]" if found else "Nothing."
        yield from FakeChatModel(says=said, piece=self.piece)._stream(messages)


@pytest.fixture(scope="module")
def survey(hold: Callable[[dict[str, str]], Library]) -> Library:
    return hold(
        {"survey.md": long_text(14, 90), "note.md": "# Tea of the pilot\n\nThe pilot likes tea.\n"}
    )


def written(
    library: Library, model: FakeChatModel, question: str = "Summarise the sources"
) -> tuple[Answer, list[ReadingPart]]:
    events = list(Assistant(library, model, "fake:test").stream(question))
    last = events[-1]
    assert isinstance(last, Done)
    return last.answer, [event for event in events if isinstance(event, ReadingPart)]


def test_a_short_text_is_read_in_one_call(survey: Library) -> None:
    model = Copying(says="")
    answer, parts = written(survey, model, "Summarise “Tea of the pilot”")
    assert len(model.asked) == 1
    assert not parts
    assert [one.verdict for one in answer.sentences] == ["verbatim"]
    assert answer.model == "fake:test"
    assert answer.checked_by


def test_a_long_text_takes_a_bounded_number_of_calls_with_progress(survey: Library) -> None:
    model = Copying(says="")
    answer, parts = written(survey, model)
    assert len(model.asked) == len(parts) <= gist_writer._MOST_PARTS + 1
    assert [one.number for one in parts[:-1]] == list(range(1, len(parts)))
    assert parts[0].name.startswith(("Harbour survey", "Tea of"))
    assert any("Chapter 7" in one.name for one in parts)
    assert answer.outcome == "answered"
    for citation in answer.citations:
        text = survey.catalog.text(citation.source_id)
        assert text[citation.start : citation.end] == citation.quote


def test_the_last_call_reads_what_the_parts_cited(survey: Library) -> None:
    model = Copying(says="")
    written(survey, model)
    *of_parts, last = (str(messages[-1].content) for messages in model.asked)
    for prompt in of_parts:
        first = re.search(r"^\[\d+\] (.+)$", prompt, re.MULTILINE)
        assert first
        assert first[1] in last


def test_every_part_fits_and_keeps_what_tells_most(survey: Library) -> None:
    parts = gist_parts(survey, GistOf(tuple(survey.catalog.sources())), BUDGET)
    assert {one.source.path for one in parts} == {"survey.md", "note.md"}
    said = " ".join(one.text for part in parts for one in part.sentences)
    for part in parts:
        assert sum(estimate_tokens(one.text) for one in part.sentences) <= BUDGET
        places = [one.span for one in part.sentences]
        assert places == sorted(places)
    assert sum(f"chief finding of chapter {n}" in said for n in range(14)) >= 12


def test_stopped_between_the_parts_it_holds_what_was_written(survey: Library) -> None:
    model = Copying(says="")
    events = Assistant(survey, model, "fake:test").stream(
        "Summarise the sources", stopped=lambda: len(model.asked) >= 3
    )
    done = list(events)[-1]
    assert isinstance(done, Done)
    assert len(model.asked) == 3
    assert done.answer.notice == STOPPED
    assert 1 <= len(done.answer.sentences) <= 3
    assert all(one.citations for one in done.answer.sentences)


def test_quotations_replace_a_model_that_writes_nothing_to_the_point(article: Library) -> None:
    answer, _ = written(article, FakeChatModel(says="Pigs fly."), "What is the main argument?")
    assert "quoted instead" in answer.notice
    assert any("The main point:" in one.text for one in answer.sentences)
    assert {one.verdict for one in answer.sentences} == {"verbatim"}


def test_sources_that_are_left_out_are_counted(hold: Callable[[dict[str, str]], Library]) -> None:
    library = hold({f"{word}.md": f"# The {word}\n\nThe {word} is old." for word in WORDS[:7]})
    answer, _ = written(library, Copying(says=""))
    assert answer.model == "fake:test"
    assert answer.sentences[-1].text == "That is from 5 of 7 sources."


def test_an_audit_says_that_the_prompts_of_the_parts_are_not_kept(article: Library) -> None:
    model = Copying(says="")
    answer, _ = written(article, model, "What is the main argument?")
    bundle = capture(Assistant(article, model, "fake:test"), answer)
    assert bundle.model.prompt is None
    assert bundle.model.wrote == answer.raw
    assert not bundle.searches
    assert any("part by part" in note for note in bundle.notes)


@pytest.mark.slow
def test_a_real_weak_model_breaks_nothing(
    make_library: Callable[..., Library], folder: Any
) -> None:
    (folder / "survey.md").write_text(long_text(1, 4))
    library = make_library()
    sync(library, folder)
    model = chat_model(f"local:{smollm()}")
    answer = Assistant(library, model, "local:smollm2").ask("Summarise the survey")
    assert answer.outcome == "answered"
    assert answer.sentences
