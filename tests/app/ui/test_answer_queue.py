"""Questions of several conversations: their order, what is stopped, and what is accepted again."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import Field

from app.answering.assistant import Assistant
from app.answering.wording import STOPPED
from app.models.fake_model import FakeChatModel
from app.ui.state.answer_queue import AnswerQueue
from app.ui.state.jobs import Task
from app.ui.state.outbox import SentQuestion, scope_text, sent_questions
from app.ui.state.turnstile import Turnstile
from vectorstore.library import Library
from vectorstore.records import EVERYTHING
from vectorstore.storage.conversations import Conversations
from vectorstore.storage.questions import Question, Questions

WHO = "Who stood beside President Peña?"


class Held(FakeChatModel):
    """Says nothing until it is let on."""

    begun: threading.Event = Field(default_factory=threading.Event)

    def _stream(self, *given: Any, **more: Any) -> Iterator[Any]:
        self.begun.set()
        self.hanging.wait(60)
        yield from super()._stream(*given, **more)


@pytest.fixture
def library(article: Library) -> Iterator[Library]:
    yield article
    with article.database.transaction() as db:
        db.execute("DELETE FROM conversation")


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_questions_of_a_conversation_are_answered_in_their_order(library: Library) -> None:
    queue, talks = AnswerQueue(library.database), Conversations(library.database)
    for number in range(4):
        question = Question(f"q{number}", "talk", f"{WHO[:-1]}, {number}?")
        assert queue.ask(lambda: Assistant(library), question)
        assert not queue.ask(lambda: Assistant(library), question)
    until(lambda: not queue.busy())
    assert [one.question[-2] for one in talks.answers("talk")] == ["0", "1", "2", "3"]
    assert not queue.ask(lambda: Assistant(library), Question("q0", "talk", WHO))
    assert queue.job("talk") is None


def test_stop_keeps_what_was_written_and_the_next_is_answered(library: Library) -> None:
    queue = AnswerQueue(library.database)
    held = Held(says="Nothing.")
    queue.ask(lambda: Assistant(library, held, "fake:t"), Question("q1", "talk", WHO))
    queue.ask(lambda: Assistant(library), Question("q2", "talk", WHO))
    assert held.begun.wait(60)
    job = queue.job("talk")
    assert job
    job.stop()
    held.hanging.set()
    until(lambda: not queue.busy())
    first, second = Conversations(library.database).answers("talk")
    assert first.notice == STOPPED
    assert not second.notice


def test_a_question_that_was_stopped_while_it_waited_is_handed_back(library: Library) -> None:
    queue = AnswerQueue(library.database)
    adding = threading.Event()
    task: Task[bool] = Task("add", lambda report: adding.wait(60))
    queue.ask(lambda: Assistant(library), Question("q1", "talk", WHO), task)
    job = queue.job("talk")
    assert job
    job.stop()
    until(lambda: not queue.busy())
    adding.set()
    (back,) = Questions(library.database).of("talk")
    assert (back.id, back.returned) == ("q1", "Stopped before it was answered.")
    queue.withdraw(back.id)
    assert Conversations(library.database).all() == []


def test_a_deleted_conversation_stays_deleted(library: Library) -> None:
    queue, talks = AnswerQueue(library.database), Conversations(library.database)
    held = Held(says="Nothing.")
    for name in ("q1", "q2"):
        queue.ask(lambda: Assistant(library, held, "fake:t"), Question(name, "talk", WHO))
    assert held.begun.wait(60)
    talks.delete("talk")
    queue.stop_all("talk")
    held.hanging.set()
    until(lambda: not queue.busy())
    assert talks.all() == []
    assert len(held.asked) <= 1


def test_a_question_waits_for_documents_unless_it_is_told_not_to(library: Library) -> None:
    queue, talks = AnswerQueue(library.database), Conversations(library.database)
    adding = threading.Event()
    task: Task[bool] = Task("add", lambda report: adding.wait(60))
    queue.ask(lambda: Assistant(library), Question("q1", "one", WHO), task)
    queue.ask(lambda: Assistant(library), Question("q2", "two", WHO), task)
    job = queue.job("two")
    assert job
    job.hurry()
    until(lambda: "two" not in queue.busy())
    assert len(talks.answers("two")) == 1
    waiting = queue.job("one")
    assert waiting
    assert waiting.stage == "Waiting until the documents are added"
    adding.set()
    until(lambda: not queue.busy())
    assert len(talks.answers("one")) == 1


def test_what_an_earlier_process_left_is_handed_back(library: Library) -> None:
    Questions(library.database).add(Question("q1", "talk", WHO))
    AnswerQueue(library.database)
    (back,) = Questions(library.database).of("talk")
    assert back.returned == "Kakehashi was closed before this was answered."


def test_as_many_pass_as_there_are_places_in_the_order_in_which_they_came(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    turnstile, told, order = Turnstile(), [], []
    leave = [threading.Event() for _ in range(4)]

    def go(number: int) -> None:
        def waiting(before: int) -> bool:
            told.append((number, before))
            return number != 2

        with turnstile.passing(Assistant(library), waiting) as admitted:
            order.append((number, admitted))
            if admitted:
                leave[number].wait(60)

    threads = []
    for number in range(4):
        threads.append(threading.Thread(target=go, args=[number]))
        threads[-1].start()
        until(lambda number=number: number in [one for one, _ in (*order, *told)])
    until(lambda: (2, False) in order)
    assert (2, 1) in told
    assert {before for number, before in told if number == 3} <= {1, 2}
    leave[0].set()
    until(lambda: (3, True) in order)
    for one in leave:
        one.set()
    for thread in threads:
        thread.join()
    assert order == [(0, True), (1, True), (2, False), (3, True)]


def test_only_questions_come_out_of_an_outbox() -> None:
    good = {"id": "1", "conversation": "c", "fresh": True, "text": " Why? ", "scope": scope_text(EVERYTHING)}  # fmt: skip
    bad = [
        None, "x", {}, {**good, "text": " "}, {**good, "scope": "{"}, {**good, "scope": "[]"},
        {**good, "before": "x"}, {**good, "id": "i" * 65}, {**good, "conversation": ""},
    ]  # fmt: skip
    assert list(sent_questions([*bad, good])) == [SentQuestion("1", "c", True, "Why?")]
    assert list(sent_questions(None)) == []
    assert list(sent_questions({"id": 1})) == []
