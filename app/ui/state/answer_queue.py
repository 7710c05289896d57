"""The questions of all conversations: accepted, waiting, being answered.

They belong to the process and not to a tab, so that a reload, another page or a second tab finds
them as they are. The questions of a conversation are answered one after another.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from app.answering.assistant import Assistant
from app.ui.state.answer_job import AnswerJob
from app.ui.state.jobs import Job
from app.ui.state.turnstile import Turnstile
from vectorstore.errors import KakehashiError
from vectorstore.storage.database import Database
from vectorstore.storage.questions import Question, Questions

_STOPPED = "Stopped before it was answered."
_ENDED = "Kakehashi was closed before this was answered."
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Line:
    """The questions of one conversation: the one being answered, and those that wait."""

    job: AnswerJob | None = None
    waiting: list[tuple[Callable[[], Assistant], Question, Job | None]] = field(
        default_factory=list
    )


class AnswerQueue:
    """Accepts questions and answers them. Its methods are thread-safe."""

    def __init__(self, database: Database) -> None:
        """Hand back what an earlier process left without an answer. Raise StorageFailure."""
        self._questions = Questions(database)
        self._questions.hand_back_all(_ENDED)
        self._lock = threading.Lock()
        self._lines: dict[str, _Line] = {}
        self._turnstile = Turnstile()

    def ask(
        self,
        assistant: Callable[[], Assistant],
        question: Question,
        after: Job | None = None,
        owner: str = "",
    ) -> bool:
        """Keep a question and answer it as soon as possible, at the earliest when `after` ends.

        `assistant` returns the one that answers, when the turn of the question has come. Return
        False, and do nothing, if the question was accepted before. Raise StorageFailure if it
        cannot be kept, BadInput if the conversation is not that of the `owner`.
        """
        with self._lock:
            if not self._questions.add(question, owner):
                return False
            line = self._lines.setdefault(question.conversation_id, _Line())
            line.waiting.append((assistant, question, after))
            if line.job is None:
                self._begin(question.conversation_id, line)
        return True

    def job(self, conversation_id: str) -> AnswerJob | None:
        """Return the job that answers a question of this conversation now, if there is one."""
        with self._lock:
            line = self._lines.get(conversation_id)
            return line.job if line else None

    def busy(self) -> set[str]:
        """Return the ids of the conversations in which a question is answered or waits."""
        with self._lock:
            return set(self._lines)

    def withdraw(self, question_id: str) -> None:
        """Delete a question that waits or was handed back."""
        with self._lock:
            for line in self._lines.values():
                line.waiting = [one for one in line.waiting if one[1].id != question_id]
                if line.job and line.job.question.id == question_id:
                    line.job.discard()
        self._questions.withdraw(question_id)

    def stop_all(self, conversation_id: str) -> None:
        """Stop what a conversation that was deleted still waits for."""
        with self._lock:
            if line := self._lines.get(conversation_id):
                line.waiting.clear()
                if line.job:
                    line.job.discard()

    def _begin(self, conversation_id: str, line: _Line) -> None:
        """Start the next job of a line, under the lock; a line without one is forgotten."""
        line.job = None
        if not line.waiting:
            del self._lines[conversation_id]
            return
        assistant, question, after = line.waiting.pop(0)
        line.job = AnswerJob(assistant(), question, self._turnstile, after, self._ended)

    def _ended(self, job: AnswerJob) -> None:
        """Hand the question of a job back if it has no answer, and start the next."""
        try:
            if job.answer is None:
                self._questions.hand_back(job.question.id, job.error or _STOPPED)
        except KakehashiError:
            _log.exception("a question could not be handed back")
        with self._lock:
            line = self._lines[job.question.conversation_id]
            self._begin(job.question.conversation_id, line)
