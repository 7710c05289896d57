"""The conversation that a tab shows: its answers, the next question's scope, the open dialog."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.answering.assistant import Assistant
from app.answering.citations import linked_from
from app.audit.bundle import as_file, as_values
from app.audit.capture import capture
from app.ui.state.answer_job import AnswerJob, history_of
from app.ui.state.answer_queue import AnswerQueue
from vectorstore.errors import BadInput
from vectorstore.records import ADDRESS, EVERYTHING, Answer, Scope
from vectorstore.storage.conversations import (
    Conversations,
    Rating,
    RemovedAnswers,
    new_conversation_id,
)
from vectorstore.storage.questions import Question, Questions


@dataclass
class OpenConversation:
    """A conversation as one tab shows it; `store` keeps it beyond the tab.

    `address` is that of the window, with which permalinks begin. `questions` have no answer yet;
    `job` answers the first of them that waits, if one runs. `scope` limits the questions that
    follow. `read_only` says that another person shares it. `removed` is an answer that was removed,
    while that can be undone. `times` says when each answer was given, which identifies it in
    `store`; `stamp` tells what was loaded from there. `dialog` draws the open dialog at each run.
    `drawn` caches what is drawn of each answer.
    """

    store: Conversations
    address: str = ADDRESS
    id: str = field(default_factory=new_conversation_id)
    answers: list[Answer] = field(default_factory=list)
    ratings: list[Rating | None] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    stamp: tuple[int, ...] = ()
    scope: Scope = EVERYTHING
    job: AnswerJob | None = None
    read_only: bool = False
    removed: RemovedAnswers | None = None
    dialog: Callable[[], None] | None = None
    drawn: dict[int, tuple[Any, dict[str, Any]]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked in it yet."""
        return not (self.answers or self.questions)

    @property
    def unanswered(self) -> list[Question]:
        """The questions without an answer but for the one that is being answered."""
        running = self.job.question.id if self.job else ""
        return [one for one in self.questions if one.id != running]

    def follow(self, queue: AnswerQueue) -> None:
        """Take over what was answered, asked or changed meanwhile, here or in another tab."""
        self.read_only = not self.store.exists(self.id) and self.store.readable(self.id)
        job = None if self.read_only else queue.job(self.id)
        if job and job.complete:
            job = None
        if job is not self.job or self.store.stamp(self.id) != self.stamp:
            self.reload()
            kept = job and job.question.id in [one.id for one in self.questions]
            self.job = job if kept else None

    def rate(self, number: int, rating: Rating | None) -> None:
        """Save the reader's rating of an answer; raise BadInput if it is no longer there."""
        self._require_unchanged(number)
        self.store.rate(self.id, number, rating)
        self.ratings[number] = rating

    def remove(self, number: int) -> None:
        """Remove an answer; `restore` undoes it until the next question.

        Raise BadInput if it is no longer there.
        """
        self._require_unchanged(number)
        self.removed = self.store.remove_answer(self.id, number)
        self.reload()

    def restore(self) -> None:
        """Put back the answer that was removed last."""
        if self.removed:
            self.store.restore(self.removed)
            self.removed = None
            self.reload()

    def _require_unchanged(self, number: int) -> None:
        """Reload; raise BadInput if another tab has moved or removed this answer."""
        shown = [(answer.question, answer.text) for answer in self.answers]
        self.reload()
        stored = [(answer.question, answer.text) for answer in self.answers]
        if stored[number : number + 1] != shown[number : number + 1]:
            raise BadInput("Another tab changed this conversation. Here is its current state.")

    def open_dialog(self, draw: Callable[[], None]) -> None:
        """Open a dialog, which `draw` draws at each run."""
        self.dialog = draw

    def close_dialog(self) -> None:
        """Close the open dialog."""
        self.dialog = None

    def reload(self) -> None:
        """Read the stored conversation again; one that is not stored is empty."""
        self.drawn = {}
        self.stamp = self.store.stamp(self.id)
        mine = self.store.exists(self.id)
        self.questions = Questions(self.store.database).of(self.id) if mine else []
        try:
            stored = self.store.answers(self.id)
            self.answers = [linked_from(answer, self.address) for answer in stored]
            self.ratings = self.store.ratings(self.id)
            self.times = self.store.times(self.id)
        except BadInput:
            self.answers, self.ratings, self.times = [], [], []

    def time_of(self, answer: Answer) -> str:
        """Return when one of `answers` was given."""
        return self.times[self.answers.index(answer)]

    def audit_bundle(self, assistant: Assistant, answer: Answer) -> Callable[[], bytes]:
        """Return a function that makes the audit bundle of an answer when it is called.

        It reads the answer again: a source may have been removed since the answer was drawn.
        """
        time = self.time_of(answer)

        def make() -> bytes:
            answers, times = self.store.answers(self.id), self.store.times(self.id)
            if time not in times:
                raise BadInput("This answer is no longer there: reload the page.")
            number = times.index(time)
            asked = linked_from(answers[number], self.address)
            history = history_of(answers[:number])
            return as_file(as_values(capture(assistant, asked, history, time)))

        return make


def stored_conversation(
    store: Conversations, address: str, conversation_id: str
) -> OpenConversation:
    """Return a stored conversation with the scope of its last question; raise BadInput."""
    opened = OpenConversation(store, address, conversation_id)
    if not store.readable(conversation_id):
        store.require(conversation_id)
    opened.reload()
    scopes = [one.scope for one in opened.answers] + [one.scope for one in opened.questions]
    opened.scope = scopes[-1] if scopes else EVERYTHING
    return opened
