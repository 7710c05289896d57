"""Answering one question in the background."""

from collections.abc import Callable, Sequence

from app.answering.assistant import Assistant
from app.answering.events import (
    Done,
    PartialSentence,
    PassagesFound,
    ReadingAgain,
    ReadingPart,
    Restarted,
    Searching,
    SentenceAdded,
    VerdictRevised,
)
from app.ui.state.jobs import Job
from app.ui.state.turnstile import Turnstile
from app.ui.wording import count_of
from vectorstore.records import Answer, Citation, Sentence, Turn
from vectorstore.storage.conversations import Conversations
from vectorstore.storage.questions import Question, Questions

_EXACT = 3  # questions before one that are counted exactly; judged
_QUOTED = 1.0  # seconds to wait before progress is drawn; judged
_POLL = 0.2  # seconds between two looks whether the documents are there


class AnswerJob(Job):
    """Answers a question that was accepted, and stores the answer in its place.

    While it runs, `stage` says what it is doing, and `draft`, `sentences` and `citations` hold
    what has been written so far. `second_stage` says the same once all sentences are written and a
    second reader judges them; `reads_again` is whether there is one, and `revised` are the indexes
    of the sentences that it settled. `answer` is None until the answer is complete.
    """

    def __init__(
        self,
        assistant: Assistant,
        question: Question,
        turnstile: Turnstile,
        after: Job | None,
        ended: Callable[["AnswerJob"], None],
    ) -> None:
        """Start at once. Wait for the job `after`, unless `hurry` is called, and for a free place.

        `turnstile` limits how many questions are answered at once; `ended` is called at the end.
        """
        self.question = question
        self.stage = "Waiting until the documents are added" if after else "Searching the library"
        self.second_stage = ""
        self.reads_again = assistant.second_reader is not None
        self.revised: frozenset[int] = frozenset()
        self.draft = ""
        self.sentences: tuple[Sentence, ...] = ()
        self.citations: tuple[Citation, ...] = ()
        self.answer: Answer | None = None
        self.waits_for = after
        self._discarded = False
        self._assistant = assistant
        self._turnstile = turnstile
        self._ended = ended
        super().__init__()

    @property
    def complete(self) -> bool:
        """Whether it has ended, or there is nothing left to draw but its stored answer."""
        return self.done or self.answer is not None

    def wait_briefly(self) -> None:
        """Wait a moment, and longer if no chat model writes: then the answer comes all at once."""
        if self._assistant.model is None:
            self.wait(_QUOTED)
        else:
            super().wait_briefly()

    def discard(self) -> None:
        """Stop, and store nothing: the question was deleted."""
        self._discarded = True
        self.stop()

    def hurry(self) -> None:
        """Do not wait for documents that are being added."""
        self.waits_for = None

    def _run(self) -> None:
        super()._run()
        self._ended(self)

    def _work(self) -> None:
        while (after := self.waits_for) and not after.done and not self.stopped:
            self.wait_for_stop(_POLL)
        self.waits_for = None
        with self._turnstile.passing(self._assistant, self._queued) as admitted:
            if admitted and not self.stopped:
                self._answer()

    def _queued(self, before: int) -> bool:
        """Say how many questions come first; return whether to go on waiting."""
        self.stage = waiting_text(before)
        return not self.stopped

    def _answer(self) -> None:
        self.stage = "Searching the library"
        question, database = self.question, self._assistant.library.database
        history: list[Turn] = []
        if not question.alone:
            earlier = Conversations(database, owner=None).answers(question.conversation_id)
            history = history_of(earlier[: question.before])
        events = self._assistant.stream(
            question.text, history, question.scope, lambda: self.stopped
        )
        for event in events:
            if isinstance(event, Done):
                if not self._discarded and Questions(database).answer(question.id, event.answer):
                    self.answer = event.answer
            elif isinstance(event, Searching | PassagesFound | ReadingPart):
                self.stage = self._stage(event)
            else:
                self._take(event)

    def _stage(self, event: Searching | PassagesFound | ReadingPart) -> str:
        match event:
            case Searching(query) if query != self.question.text:
                return f"Searching for: {query}"
            case PassagesFound(hits) if hits:
                return f"Reading {len(hits)} passages"
            case ReadingPart(number, parts, name):
                done = f"Writing from all {parts} parts"
                return f"Reading part {number} of {parts}: {name}" if name else done
        return self.stage

    def _take(
        self, event: PartialSentence | SentenceAdded | Restarted | ReadingAgain | VerdictRevised
    ) -> None:
        """Add to what has been written."""
        match event:
            case PartialSentence(text):
                self.draft = text
            case SentenceAdded(sentence, citations):
                self.draft = ""
                self.citations = citations
                self.sentences = (*self.sentences, sentence)
            case Restarted():
                self.sentences, self.citations, self.draft = (), (), ""
            case ReadingAgain(name, sentences):
                self.draft = ""
                self.second_stage = f"{name} reads {count_of(sentences, 'open sentence')} again"
            case VerdictRevised(index, sentence):
                self.revised |= {index}
                before, after = self.sentences[:index], self.sentences[index + 1 :]
                self.sentences = (*before, sentence, *after)


def waiting_text(before: int) -> str:
    """Say how many questions come first; of many, a round number that seldom changes.

    Each change is drawn in all tabs that wait.
    """
    if before <= _EXACT:
        return f"Waiting: {count_of(before, 'question')} before yours"
    return f"Waiting: at most {1 << (before - 1).bit_length()} questions before yours"


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
