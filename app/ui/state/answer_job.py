"""Answering one question in the background."""

from collections.abc import Sequence

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
from app.ui.wording import count_of
from vectorstore.records import EVERYTHING, Answer, Citation, Scope, Sentence, Turn
from vectorstore.storage.conversations import Conversations


class AnswerJob(Job):
    """Answers a question and saves the answer in its conversation.

    While it runs, `stage` says what it is doing, and `draft`, `sentences` and `citations` hold
    what has been written so far. `second_stage` says the same once all sentences are written and a
    second reader judges them; `reads_again` is whether there is one, and `revised` are the indexes
    of the sentences that it settled. `answer` is None until the answer is complete.
    """

    def __init__(
        self,
        assistant: Assistant,
        conversation_id: str,
        question: str,
        history: Sequence[Turn],
        scope: Scope = EVERYTHING,
    ) -> None:
        """Start at once. `history` is the conversation so far, `scope` the part to search."""
        self.question = question
        self.stage = "Searching the library"
        self.second_stage = ""
        self.reads_again = assistant.second_reader is not None
        self.revised: frozenset[int] = frozenset()
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
            if isinstance(event, Done):
                conversations = Conversations(self._assistant.library.database)
                conversations.append(self._conversation_id, event.answer)
                self.answer = event.answer
            elif isinstance(event, Searching | PassagesFound | ReadingPart):
                self.stage = self._stage(event)
            else:
                self._take(event)

    def _stage(self, event: Searching | PassagesFound | ReadingPart) -> str:
        match event:
            case Searching(query) if query != self.question:
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
