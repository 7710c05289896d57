"""A model that fails, hangs or never ends is tried again, given up or stopped."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from pydantic import Field

from app.answering.assistant import Assistant
from app.answering.events import Done, Event, Restarted, SentenceAdded
from app.generation.citation_parser import GeneratedSentence
from app.generation.streaming import (
    MOST_WRITTEN,
    StreamTimeouts,
    is_transient,
    stream_with_timeout,
)
from app.models.fake_model import FakeChatModel
from tests.app.generation.scripted import WHO, spoken
from vectorstore.errors import ModelUnavailable
from vectorstore.library import Library


def test_a_passing_failure_before_the_first_word_is_tried_again(article: Library) -> None:
    model = FakeChatModel(says="It rained [1].", breaks_after=0, breaks=2)
    assert spoken(article, model) == [GeneratedSentence("It rained.", (1,))]
    assert len(model.asked) == 3
    lasting = FakeChatModel(says="It rained [1].", breaks_after=0)
    with pytest.raises(
        ModelUnavailable, match=r"in 3 tries .ConnectionError: the server went away"
    ):
        spoken(article, lasting)
    assert len(lasting.asked) == 3


def test_a_failure_after_the_first_word_is_not_tried_again(article: Library) -> None:
    model = FakeChatModel(says="It rained [1]. He left.", breaks_after=3)
    with pytest.raises(ModelUnavailable, match="broke off"):
        spoken(article, model)
    assert len(model.asked) == 1


class Failure(Exception):
    def __init__(self, status: int | None = None) -> None:
        self.status_code = status


def test_what_passes_and_what_does_not() -> None:
    class APITimeoutError(Exception): ...

    assert all(is_transient(Failure(status)) for status in (408, 429, 500, 503, 529))
    assert not any(is_transient(Failure(status)) for status in (400, 401, 403, 404, 422))
    assert is_transient(APITimeoutError())
    assert is_transient(ConnectionResetError())
    assert not is_transient(ValueError("a wrong name"))


@pytest.mark.parametrize("hangs_after", [0, 3])
def test_a_model_that_hangs_is_given_up(article: Library, hangs_after: int) -> None:
    model = FakeChatModel(says="It rained [1]. He left.", hangs_after=hangs_after, hangs=5)
    with pytest.raises(ModelUnavailable, match="fell silent"):  # waiting, it would have written on
        spoken(article, model)
    assert len(model.asked) == 1


def test_a_model_that_never_ends_is_given_up() -> None:
    class Thinking(FakeChatModel):
        def _stream(self, *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
            while True:
                time.sleep(0.01)
                yield ChatGenerationChunk(message=AIMessageChunk(content=""))

    with pytest.raises(ModelUnavailable, match="did not finish within"):
        list(stream_with_timeout(Thinking(says=""), [], timeouts=StreamTimeouts(total=0.3)))


class Endless(FakeChatModel):
    """Writes for ever as fast as it is read; `pieces` counts what it wrote."""

    pieces: int = 0
    ended: threading.Event = Field(default_factory=threading.Event)

    def _stream(self, *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        try:
            while True:
                self.pieces += 1
                yield ChatGenerationChunk(message=AIMessageChunk(content="so on and on "))
        finally:
            self.ended.set()


def test_a_model_that_writes_without_end_is_given_up() -> None:
    model = Endless(says="")
    read: list[int] = []
    pieces = map(len, stream_with_timeout(model, []))
    with pytest.raises(ModelUnavailable, match="more than 400,000 characters"):
        read.extend(pieces)
    assert sum(read) <= MOST_WRITTEN
    assert model.ended.wait(30)


def test_what_nobody_reads_is_not_written() -> None:
    """The asker has left: neither is the stream read, nor does anybody close it."""
    model = Endless(says="")
    stream = stream_with_timeout(model, [])
    next(stream)
    while model.pieces < 10:  # it writes ahead …
        time.sleep(0.01)
    for _ in range(50):
        before = model.pieces
        time.sleep(0.02)
        if model.pieces == before:
            break
    assert model.pieces == before < 100  # … a little, and waits
    assert not model.ended.is_set()
    stream.close()
    assert model.ended.wait(30)


def test_a_stream_that_nobody_reads_ends_with_its_time() -> None:
    model = Endless(says="")
    stream = stream_with_timeout(model, [], timeouts=StreamTimeouts(total=0.5))
    next(stream)
    assert model.ended.wait(30), "its thread and its connection would stay for ever"


@pytest.mark.parametrize(("hangs_after", "said"), [(0, []), (9, ["It rained.", "He left."])])
def test_a_silent_model_can_be_stopped(article: Library, hangs_after: int, said: list[str]) -> None:
    model = FakeChatModel(
        says="It rained [1]. He left [2]. She slept [3].", hangs_after=hangs_after
    )
    events: list[Event] = []

    def stopped() -> bool:
        added = [one.sentence.text for one in events if isinstance(one, SentenceAdded)]
        return model.hanging.is_set() and added == said

    for event in Assistant(article, model, "fake:t").stream(WHO, stopped=stopped):
        events.append(event)  # noqa: PERF402 - `stopped` looks at those that have come
    assert isinstance(events[-1], Done)
    answer = events[-1].answer
    assert answer.notice == "Stopped before the end."
    assert [s.text for s in answer.sentences] == said
    assert not any(isinstance(event, Restarted) for event in events)


def test_a_half_sentence_is_not_kept_when_it_is_stopped(article: Library) -> None:
    heard: list[str] = []
    model = FakeChatModel(says="It rained [1]. Japan did not recognise", piece=1)
    found = spoken(article, model, raw=heard, stopped=lambda: len(heard) >= 25)
    assert found == [GeneratedSentence("It rained.", (1,))]
