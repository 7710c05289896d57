"""An answer in the window while a second reader settles its open sentences, and what is saved."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.answering.assistant import Assistant
from app.generation.second_reader import SecondReader
from app.models.fake_model import FakeChatModel
from app.ui.state.answer_job import AnswerJob, waiting_text
from app.ui.state.answer_queue import AnswerQueue
from app.verification.verifier import Verifier
from ingest.sync import sync
from vectorstore.encoders.checker import Checker
from vectorstore.library import Library
from vectorstore.storage.conversations import Conversations
from vectorstore.storage.questions import Question

FERRY = "Beside the mayor of Lund stood Anna Weber, who has run the ferry to the island since 2011."
WRITTEN = "Next to the mayor of Lund one saw Anna Weber, of the ferry [1]."


class Waiting(FakeChatModel):
    """Waits in the middle of its reply until it is let on."""

    def _stream(self, *given: Any, **more: Any) -> Iterator[Any]:
        for number, chunk in enumerate(super()._stream(*given, **more)):
            if number == 1:
                self.hanging.wait(60)
            yield chunk


@pytest.fixture
def ferry(library: Library, folder: Path) -> Library:
    (folder / "ferry.md").write_text(FERRY)
    sync(library, folder)
    return library


def started(library: Library, model: FakeChatModel) -> AnswerJob:
    reader = SecondReader("fake:second", lambda _: model)
    assistant = Assistant(library, FakeChatModel(says=WRITTEN), "fake:first", reader)
    assistant.verifier = Verifier(library, Checker(Path("nowhere")))
    question = Question("q", "one", "Who stood beside the mayor of Lund?")
    queue = AnswerQueue(library.database)
    queue.ask(lambda: assistant, question)
    job = queue.job("one")
    assert job
    return job


def test_the_verdict_changes_in_place_and_is_saved(ferry: Library) -> None:
    model = Waiting(says='1 | supported | "Beside the mayor of Lund stood Anna Weber"')
    job = started(ferry, model)
    while not model.asked and not job.done:
        job.wait(0.05)
    assert job.second_stage == "fake:second reads 1 open sentence again"
    (shown,) = job.sentences
    assert shown.verdict == "unverified"
    assert job.answer is None
    model.hanging.set()
    job.wait(60)
    assert [one.text for one in job.sentences] == [shown.text]
    assert [one.verdict for one in job.sentences] == ["supported"]
    assert (job.reads_again, job.revised) == (True, {0})
    (stored,) = Conversations(ferry.database).answers("one")
    assert stored.sentences == job.sentences
    assert stored.sentences[0].findings[0].ours == "fake:second"


def test_stop_keeps_the_answer_as_it_stands(ferry: Library) -> None:
    model = Waiting(says='1 | not stated | ""')
    job = started(ferry, model)
    while not model.asked and not job.done:
        job.wait(0.05)
    job.stop()
    job.wait(60)
    model.hanging.set()
    assert job.error == ""
    (stored,) = Conversations(ferry.database).answers("one")
    assert [one.verdict for one in stored.sentences] == ["unverified"]
    assert stored.notice == ""


def test_the_questions_before_one_are_told_exactly_only_when_they_are_few() -> None:
    told = [waiting_text(before) for before in range(1, 20)]
    assert told[:3] == [
        "Waiting: 1 question before yours",
        "Waiting: 2 questions before yours",
        "Waiting: 3 questions before yours",
    ]
    assert set(told[3:]) == {f"Waiting: at most {n} questions before yours" for n in (4, 8, 16, 32)}
    assert told[15] == "Waiting: at most 16 questions before yours"
