"""The assistant: a question in, events out, the last of which is the whole answer.

The window and the command line both render these events. With a model it writes and checks;
without one, or when the model fails, it quotes. It keeps nothing between questions.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from langchain_core.language_models import BaseChatModel

from app.answering.answer_builder import QUOTING, Making
from app.answering.answerability import explain
from app.answering.catalog_questions import Told, about_library
from app.answering.citations import Numbering
from app.answering.events import Done, Event, Found, Said, Searching
from app.answering.query_rewriting import stand_alone
from app.answering.retrieval import Retrieved, retrieve
from app.answering.sentence_ranking import unknown_words
from app.verification.verifier import Verifier
from vectorstore.errors import BadInput
from vectorstore.library import Library
from vectorstore.records import EVERYTHING, Answer, Hit, Outcome, Scope, Sentence, Turn

LONGEST_QUESTION = 4000  # characters
CATALOG = "none (catalog)"
DOUBTFUL = (
    "It is not certain that these sentences answer the question: read what stands around them."
)
_REFUTED = ("unsupported", "contradicted")


class Assistant:
    """Answers questions about a library. `model` writes; None where the sources are quoted."""

    def __init__(
        self, library: Library, model: BaseChatModel | None = None, model_name: str = QUOTING
    ) -> None:
        """Without a `model` the answers are quotations."""
        self.library = library
        self.model = model
        self.model_name = model_name
        self.verifier = Verifier(library)

    def ask(self, question: str, history: Sequence[Turn] = (), scope: Scope = EVERYTHING) -> Answer:
        """The answer to a question; raises BadInput for one that cannot be asked."""
        for event in self.stream(question, history, scope):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("a stream ends with Done")

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        scope: Scope = EVERYTHING,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[Event]:
        """Answer step by step, from the sources in scope.

        What was said when `stopped` begins to say so is the answer. Raises BadInput,
        UnknownSource.
        """
        clock = _Clock()
        question = _asked(question)
        for source_id in scope.sources or ():
            self.library.catalog.source(source_id)
        known = self.library.fingerprint  # before it is searched: it may change meanwhile
        numbering = Numbering(self.library)
        told = about_library(self.library, question, scope, numbering)
        if told is not None:
            yield Searching(question)
            yield Found(())
            yield from (Said(one, tuple(numbering.citations)) for one in told.sentences)
            clock.lap("answer")
            yield Done(replace(self._told(question, told, numbering, clock), library=known))
            return
        turns = [replace(turn, text=clean(turn.text)) for turn in history]
        query = stand_alone(question, turns, self.model, stopped)
        yield Searching(query.whole)
        looked = retrieve(self.library, query, scope)
        clock.lap("search")
        yield Found(looked.hits)
        making = Making(self.library, self.verifier, looked, self.model_name)
        if looked.outcome == "answered":
            if self.model is None:
                yield from making.quote()
            else:
                yield from making.write(self.model, query.whole, stopped)
            if not stopped():
                yield from making.disagree()
        clock.lap("answer")
        answer = self._answer(question, looked, making, stopped=stopped())
        yield Done(
            replace(answer, query=query.whole, timings=clock.laps, library=known, scope=scope)
        )

    def _answer(self, question: str, looked: Retrieved, making: Making, *, stopped: bool) -> Answer:
        """What was made, as a record."""
        outcome, notice = looked.outcome, making.notice
        if stopped and outcome == "answered":
            notice = "Stopped before the end."
        elif outcome == "answered" and not making.said:
            outcome = "not_found"
        elif outcome == "answered" and looked.doubtful and not notice:
            notice = DOUBTFUL
        return Answer(
            question=question,
            query=question,
            outcome=outcome,
            text=self._text(question, outcome, making.said, looked.hits),
            sentences=tuple(making.said),
            citations=tuple(making.numbering.citations),
            hits=looked.hits,
            model=making.model,
            notice=notice,
            more=making.more() if making.said else (),
            missing=making.missing if making.said else "",
            strength=round(looked.strength, 4),
            conflicts=tuple(making.conflicts),
            raw="".join(making.raw),
        )

    def _told(self, question: str, told: Told, numbering: Numbering, clock: "_Clock") -> Answer:
        """An answer about the library itself, for which nothing is searched and no model asked."""
        return Answer(
            question=question,
            query=question,
            outcome=told.outcome,
            text=told.text or self._text(question, told.outcome, told.sentences, ()),
            sentences=told.sentences,
            citations=tuple(numbering.citations),
            hits=(),
            model=CATALOG,
            timings=clock.laps,
            strength=float(told.outcome == "answered"),
        )

    def _text(
        self, question: str, outcome: Outcome, said: Sequence[Sentence], hits: Sequence[Hit]
    ) -> str:
        if outcome == "answered":
            return " ".join(marked(sentence) for sentence in said)
        return explain(
            outcome,
            empty=not self.library.database.count("source"),
            unknown=unknown_words(self.library, question),
            nearest=bool(hits),
        )


def with_numbers(text: str, citations: Sequence[int]) -> str:
    """A sentence as it is read, with its citations: `It rained. [1][2]`."""
    marks = "".join(f"[{number}]" for number in citations)
    return f"{' '.join(text.split())} {marks}".rstrip()


def marked(sentence: Sentence) -> str:
    """A sentence with its citations and, where what it cites does not bear it out, that word."""
    doubt = f" ({sentence.verdict})" if sentence.verdict in _REFUTED else ""
    return with_numbers(sentence.text, sentence.citations) + doubt


class _Clock:
    """Seconds by step."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, step: str) -> None:
        moment = time.perf_counter()
        self.laps[step] = round(moment - self._last, 4)
        self.laps["total"] = round(moment - self._start, 4)
        self._last = moment


def clean(text: str) -> str:
    """A text as it can be searched and stored."""
    return text.encode("utf-8", "replace").decode().replace("\0", " ").strip()


def _asked(question: str) -> str:
    """The question, cleaned; raises BadInput if it is empty or endless."""
    text = clean(question)
    if not text:
        raise BadInput("The question is empty: write what you want to know.")
    if len(text) > LONGEST_QUESTION:
        raise BadInput(
            f"The question is {len(text):,} characters long: ask in at most {LONGEST_QUESTION:,}, "
            "and add longer texts to the library as documents."
        )
    return text
