"""Work that goes on while the page is redrawn: answering and checking.

Streamlit starts a page anew at every click, so work that must not be lost runs in a thread of its
own; the page only looks at how far it is. Nothing here draws.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from app.answering.assistant import Assistant
from app.answering.events import Done, Found, PartialSentence, Restarted, Said, Searching
from app.draft_check.checker import check
from app.draft_check.records import Report
from ingest.progress import Step
from ingest.reader_process import text_in
from vectorstore.errors import KakehashiError
from vectorstore.records import EVERYTHING, Answer, Citation, Scope, Sentence, Turn
from vectorstore.storage.conversations import Conversations

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Stopped(Exception):
    """The user has stopped the job."""


class Job:
    """A thread with a way to stop it. `error` is a sentence for the user, or empty."""

    def __init__(self) -> None:
        """Begins to work at once."""
        self.error = ""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return not self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        """Wait for the end, but not longer than this."""
        self._thread.join(seconds)

    def stop(self) -> None:
        """End soon, keeping what was done."""
        self._stopped.set()

    def _run(self) -> None:
        try:
            self._work()
        except KakehashiError as error:
            self.error = str(error)
        except Stopped:
            self.error = "Stopped before the end: what was done is kept."
        except Exception:  # noqa: BLE001 - a thread has nobody else to tell
            _log.exception("a job of the window failed")
            self.error = (
                "Something went wrong that should not have: the window’s log says what. "
                "Nothing is lost; try again."
            )

    def _work(self) -> None:
        raise NotImplementedError


class AnswerJob(Job):
    """Answers one question and keeps the answer in its conversation."""

    def __init__(
        self,
        assistant: Assistant,
        conversation_id: str,
        question: str,
        history: Sequence[Turn],
        scope: Scope = EVERYTHING,
    ) -> None:
        """`history` is what was said before in the conversation, `scope` what is asked."""
        self.question = question
        self.stage = "Searching the library"
        self.draft = ""
        self.sentences: tuple[Sentence, ...] = ()
        self.citations: tuple[Citation, ...] = ()
        self.answer: Answer | None = None
        self._assistant = assistant
        self._conversation_id = conversation_id
        self._history = history
        self._scope = scope
        super().__init__()

    def _work(self) -> None:
        events = self._assistant.stream(
            self.question, self._history, self._scope, self._stopped.is_set
        )
        for event in events:
            match event:
                case Searching(query) if query != self.question:
                    self.stage = f"Searching for: {query}"
                case Found(hits):
                    self.stage = f"Reading {len(hits)} passages"
                case PartialSentence(text):
                    self.draft = text
                case Said(sentence, citations):
                    self.draft = ""
                    self.citations = citations
                    self.sentences = (*self.sentences, sentence)
                case Restarted():
                    self.sentences, self.citations, self.draft = (), (), ""
                case Done(answer):
                    kept = Conversations(self._assistant.library.database)
                    kept.append(self._conversation_id, answer)
                    self.answer = answer


class CheckJob(Job):
    """Checks a text from outside against the library; `content` is the file it is in, if any.

    `text` is what was checked, `report` what that gave, None before the end.
    """

    def __init__(
        self, assistant: Assistant, text: str, name: str = "", content: bytes = b""
    ) -> None:
        """A file is read by its `name` and `content`, as documents of the library are."""
        self.text = text
        self.step = Step(name, 0, 0)
        self.report: Report | None = None
        self._assistant = assistant
        self._name = name
        self._content = content
        super().__init__()

    def _work(self) -> None:
        if self._name:
            self.text = text_in(self._name, self._content)
        self.report = check(
            self._assistant.library, self.text, self._assistant.verifier, self._note
        )

    def _note(self, step: Step) -> None:
        self.step = step
        if self._stopped.is_set():
            raise Stopped


class Task(Job, Generic[T]):
    """Does one thing and keeps its `result`; `name` says what, `done_of` how far it is.

    What is done is given `tell`: it takes how much is done and of how much, and raises where the
    user has stopped it.
    """

    def __init__(self, name: str, do: Callable[[Callable[[int, int], None]], T]) -> None:
        """Begins at once."""
        self.name = name
        self.done_of = (0, 0)
        self.result: T | None = None
        self._do = do
        super().__init__()

    def _work(self) -> None:
        self.result = self._do(self._tell)

    def _tell(self, done: int, total: int) -> None:
        self.done_of = (done, total)
        if self._stopped.is_set():
            raise Stopped
