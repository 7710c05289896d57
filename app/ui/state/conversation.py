"""The conversation that a tab shows: its answers, the next question's scope, the open dialog."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.answering.assistant import Assistant
from app.audit.bundle import as_file, as_values
from app.audit.capture import capture
from app.ui.state.answer_job import AnswerJob
from vectorstore.errors import BadInput
from vectorstore.records import EVERYTHING, Answer, Scope, Turn
from vectorstore.storage.conversations import (
    Conversations,
    Rating,
    RemovedAnswers,
    new_conversation_id,
)


@dataclass
class OpenConversation:
    """A conversation as one tab shows it; `store` keeps it beyond the tab.

    `scope` limits the questions that follow. `removed` is an answer that was removed, while that
    can be undone. `unsent` is a question that could not be asked and goes back into its field.
    `times` says when each answer was given, which identifies it in `store`. `dialog` draws the open
    dialog at each run. `drawn` caches what is drawn of each answer.
    """

    store: Conversations
    id: str = field(default_factory=new_conversation_id)
    answers: list[Answer] = field(default_factory=list)
    ratings: list[Rating | None] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    scope: Scope = EVERYTHING
    job: AnswerJob | None = None
    unsent: str = ""
    removed: RemovedAnswers | None = None
    dialog: Callable[[], None] | None = None
    drawn: dict[int, tuple[Any, dict[str, Any]]] = field(default_factory=dict)

    def ask(
        self, assistant: Assistant, question: str, *, alone: bool = False, before: int | None = None
    ) -> None:
        """Start to answer a question; raise BadInput while another is being answered.

        A question that is `alone` does not refer to the conversation. `before` is the number of
        the turn it replaces: only the turns before that one are its history. Its answer is still
        appended at the end, because nothing is overwritten.
        """
        if self.job and not self.job.done:
            self.unsent = question
            raise BadInput("An answer is still being written: wait for it, or stop it.")
        self.removed = None
        history = [] if alone else history_of(self.answers[:before])
        self.job = AnswerJob(assistant, self.id, question, history, self.scope)
        self.job.wait_briefly()

    def finish(self, job: AnswerJob) -> str:
        """Take over what a job that has ended brought; return its error, or an empty string."""
        if job.answer:
            self.reload()  # a source may have been removed since the answer was written
        else:
            self.unsent = job.question
        self.job = None
        return job.error

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

    def close_dialog(self) -> None:
        """Close the open dialog."""
        self.dialog = None

    def reload(self) -> None:
        """Read the stored conversation again; one that is not stored is empty."""
        self.drawn, self.dialog = {}, None
        try:
            self.answers = self.store.answers(self.id)
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
            history = history_of(answers[:number])
            return as_file(as_values(capture(assistant, answers[number], history, time)))

        return make


def stored_conversation(store: Conversations, conversation_id: str) -> OpenConversation:
    """Return a stored conversation with the scope of its last question; raise BadInput."""
    answers = store.answers(conversation_id)
    return OpenConversation(
        store,
        conversation_id,
        answers,
        store.ratings(conversation_id),
        store.times(conversation_id),
        scope=answers[-1].scope if answers else EVERYTHING,
    )


def history_of(answers: Sequence[Answer]) -> list[Turn]:
    """Return the questions and answers as turns, in order."""
    return [
        turn
        for answer in answers
        for turn in (
            Turn("user", answer.question, alone=answer.query == answer.question),
            Turn("assistant", answer.text),
        )
    ]
