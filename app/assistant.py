"""The assistant: a question in, events out, the last of which is the whole answer.

The window and the command line both render these events. With a model it writes and checks;
without one, or when the model fails, it quotes. It keeps nothing between questions.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from langchain_core.language_models import BaseChatModel

from app.asked import marks
from app.citations import Numbering
from app.conflicts import disagreements
from app.events import Done, Draft, Event, Found, Restarted, Said, Searching
from app.evidence import Evidence, unknown_words
from app.followups import stand_alone
from app.holdings import Told, about_library
from app.ledger import Ledger
from app.looking import Looked, copies_of, look
from app.quoting import choose, further
from app.silence import explain
from app.writing import SILENT, offer, write
from vectorstore.errors import BadInput, ModelUnavailable
from vectorstore.library import Library
from vectorstore.records import (
    EVERYTHING,
    Answer,
    Citation,
    Conflict,
    Hit,
    Outcome,
    Scope,
    Sentence,
    Turn,
)

LONGEST_QUESTION = 4000  # characters
QUOTING = "none (quotes)"
CATALOG = "none (catalog)"
DOUBTFUL = "It is not sure that these sentences answer the question: read what stands around them."


class Assistant:
    """Answers questions about a library."""

    def __init__(
        self, library: Library, model: BaseChatModel | None = None, model_name: str = QUOTING
    ) -> None:
        """Without a `model` the answers are quotations."""
        self.library = library
        self.model_name = model_name
        self.ledger = Ledger(library)
        self._model = model

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
        numbering = Numbering(self.library)
        told = about_library(self.library, question, scope, numbering)
        if told is not None:
            yield from self._tell(question, told, numbering, clock)
            return
        turns = [replace(turn, text=_clean(turn.text)) for turn in history]
        query = stand_alone(question, turns, self._model)
        yield Searching(query.whole)
        looked = look(self.library, query, scope)
        numbering.found(looked.hits)
        clock.lap("search")
        yield Found(looked.hits)
        outcome = looked.outcome
        said: list[Sentence] = []
        notice, model = "", self.model_name
        if outcome == "answered":
            try:
                for event in self._say(query.whole, looked, numbering, stopped):
                    if isinstance(event, Said):
                        said.append(event.sentence)
                    yield event
            except ModelUnavailable as error:
                notice, model = f"{error} Until then, the sources’ own words are quoted.", QUOTING
                said, numbering = [], Numbering(self.library)
                numbering.found(looked.hits)
                yield Restarted()
                for event in self._quote(looked, numbering):
                    said.append(event.sentence)
                    yield event
            if stopped():
                notice = "Stopped before the end."
            elif not said:
                outcome = "not_found"
        conflicts: list[Conflict] = []
        if said:
            for conflict, sentence in self._conflicts(looked, numbering):
                conflicts.append(conflict)
                if sentence:
                    said.append(sentence)
                    yield Said(sentence, tuple(numbering.citations))
        clock.lap("answer")
        if outcome == "answered" and looked.doubtful and not notice:
            notice = DOUBTFUL
        yield Done(
            Answer(
                question=question,
                query=query.whole,
                outcome=outcome,
                text=self._text(question, outcome, said, looked.hits),
                sentences=tuple(said),
                citations=tuple(numbering.citations),
                hits=looked.hits,
                model=model,
                notice=notice,
                timings=clock.laps,
                more=self._more(looked, numbering) if said else (),
                missing=looked.missing if said else "",
                strength=round(looked.strength, 4),
                conflicts=tuple(conflicts),
                scope=scope,
            )
        )

    def _tell(
        self, question: str, told: Told, numbering: Numbering, clock: "_Clock"
    ) -> Iterator[Event]:
        """An answer about the library itself, for which nothing is searched and no model asked."""
        yield Searching(question)
        yield Found(())
        for sentence in told.sentences:
            yield Said(sentence, tuple(numbering.citations))
        clock.lap("answer")
        yield Done(
            Answer(
                question=question,
                query=question,
                outcome=told.outcome,
                text=told.text or self._text(question, told.outcome, told.sentences, ()),
                sentences=told.sentences,
                citations=tuple(numbering.citations),
                hits=(),
                model=CATALOG,
                timings=clock.laps,
            )
        )

    def _say(
        self,
        query: str,
        looked: Looked,
        numbering: Numbering,
        stopped: Callable[[], bool],
    ) -> Iterator[Said | Draft]:
        if self._model is None:
            yield from self._quote(looked, numbering)
            return
        offered = offer(self.library, looked.hits)
        for written in write(self._model, self.library, query, offered, stopped):
            if isinstance(written, str):
                if not SILENT.startswith(written.strip()[: len(SILENT)]):
                    yield Draft(written)
                continue
            if SILENT in written.text:
                return
            numbers = tuple(numbering.cite(*offered[number]) for number in written.ids)
            sentence = self._checked(written.text, numbers, numbering)
            yield Said(sentence, tuple(numbering.citations))

    def _quote(self, looked: Looked, numbering: Numbering) -> Iterator[Said]:
        questions = [part.query.text for part in looked.answering]
        for one in choose([part.evidence for part in looked.answering]):
            sentence = self._quoted(one, numbering)
            found = next((marks(text, one.text) for text in questions if marks(text, one.text)), ())
            yield Said(replace(sentence, marks=found), tuple(numbering.citations))

    def _quoted(self, one: Evidence, numbering: Numbering) -> Sentence:
        number = numbering.cite(one.passage, one.start, one.end)
        return self._checked(one.text, (number,), numbering)

    def _conflicts(
        self, looked: Looked, numbering: Numbering
    ) -> Iterator[tuple[Conflict, Sentence | None]]:
        """Where what is cited and what else was found do not agree, and what has to be added."""
        every = [one for part in looked.answering for one in part.evidence]
        others = [one for part in looked.answering for one in copies_of(self.library, part)]
        cited = [one for one in every if numbering.number_of(one.passage, one.start, one.end)]
        told = set()
        for one, other, reason in disagreements(cited, [*every, *others]):
            number = numbering.cite(one.passage, one.start, one.end)
            known = numbering.number_of(other.passage, other.start, other.end)
            sentence = None if known else self._quoted(other, numbering)
            pair = (number, numbering.cite(other.passage, other.start, other.end))
            if pair[::-1] not in told:
                told.add(pair)
                yield Conflict(pair, reason), sentence

    def _more(self, looked: Looked, numbering: Numbering) -> tuple[Citation, ...]:
        """What else bears on the question, numbered on from what is cited."""
        parts = [part.evidence for part in looked.answering]
        cited = [
            one
            for part in parts
            for one in part
            if numbering.number_of(one.passage, one.start, one.end)
        ]
        first = len(numbering.citations) + 1
        return tuple(
            replace(numbering.look_up(one.passage, one.start, one.end), number=number)
            for number, one in enumerate(further(parts, cited), start=first)
        )

    def _checked(self, text: str, numbers: tuple[int, ...], numbering: Numbering) -> Sentence:
        """A sentence with what the ledger says of it."""
        cited = [numbering.citations[number - 1] for number in numbers]
        judged = self.ledger.check(text, [citation.quote for citation in cited])
        span = None
        if judged.span:
            which, start, end = judged.span
            span = (cited[which].number, cited[which].start + start, cited[which].start + end)
        return Sentence(text, numbers, judged.verdict, judged.reason, span)

    def _text(
        self, question: str, outcome: Outcome, said: Sequence[Sentence], hits: Sequence[Hit]
    ) -> str:
        if outcome == "answered":
            return " ".join(with_numbers(sentence.text, sentence.citations) for sentence in said)
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


def _clean(text: str) -> str:
    """A text as it can be searched and stored."""
    return text.encode("utf-8", "replace").decode().replace("\0", " ").strip()


def _asked(question: str) -> str:
    """The question, cleaned; raises BadInput if it is empty or endless."""
    text = _clean(question)
    if not text:
        raise BadInput("The question is empty: write what you want to know.")
    if len(text) > LONGEST_QUESTION:
        raise BadInput(
            f"The question is {len(text):,} characters long: ask in at most {LONGEST_QUESTION:,}, "
            "and add longer texts to the library as documents."
        )
    return text
