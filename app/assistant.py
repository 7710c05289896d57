"""The assistant: a question in, events out, the last of which is the whole answer.

The window and the command line both render these events. With a model it writes and checks;
without one, or when the model fails, it quotes. It keeps nothing between questions.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from langchain_core.language_models import BaseChatModel

from app.citations import Numbering
from app.events import Done, Draft, Event, Found, Restarted, Said, Searching
from app.evidence import Evidence, gather, unknown_words
from app.followups import names_in, stand_alone
from app.holdings import Told, about_library
from app.ledger import Ledger
from app.offering import budget_of, offer
from app.quoting import choose
from app.silence import explain, judge
from app.writing import Again, Aside, write
from vectorstore.errors import BadInput, ModelUnavailable
from vectorstore.library import Library
from vectorstore.records import EVERYTHING, Answer, Hit, Outcome, Scope, Sentence, Turn
from vectorstore.search import Query
from vectorstore.words import cjk_share, terms

LONGEST_QUESTION = 4000  # characters
PASSAGES = 8  # read for an answer
QUOTING = "none (quotes)"
CATALOG = "none (catalog)"
_HOLDING = ("verbatim", "supported", "partial")
_REFUTED = ("unsupported", "contradicted")


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
        query = stand_alone(question, turns, self._model, stopped)
        yield Searching(query.whole)
        hits = tuple(self.library.search(query, PASSAGES, scope))
        numbering.found(hits)
        clock.lap("search")
        yield Found(hits)
        evidence = gather(self.library, query, hits)
        outcome = self._judge(query, evidence, scope)
        clock.lap("evidence")
        said: list[Sentence] = []
        course = _Course(self.model_name)
        if outcome == "answered":
            for event in self._say(query.whole, hits, evidence, numbering, stopped, course):
                if isinstance(event, Said):
                    said.append(event.sentence)
                if isinstance(event, Restarted):
                    said.clear()
                yield event
            if stopped():
                course.notice = "Stopped before the end."
            elif not said:
                outcome = "not_found"
        clock.lap("answer")
        yield Done(
            Answer(
                question=question,
                query=query.whole,
                outcome=outcome,
                text=self._text(question, outcome, said, hits),
                sentences=tuple(said),
                citations=tuple(numbering.citations),
                hits=hits,
                model=course.model,
                notice=course.notice,
                timings=clock.laps,
                missing=course.missing if said else "",
                raw="".join(course.raw),
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

    def _judge(self, query: Query, evidence: Sequence[Evidence], scope: Scope) -> Outcome:
        words_only = self.library.embeddings.reads_only_english and cjk_share(query.whole) > 0.5
        outcome = judge(evidence, words_only=words_only)
        if scope == EVERYTHING:
            return outcome
        if outcome == "answered" and not self._names_elsewhere(query.text, scope):
            return outcome
        elsewhere = gather(self.library, query, self.library.search(query, PASSAGES))
        if judge(elsewhere, words_only=words_only) == "answered":
            return "out_of_scope"
        return outcome

    def _names_elsewhere(self, question: str, scope: Scope) -> bool:
        """Whether the question names somebody or something that only other sources mention."""
        inside = set(self.library.catalog.within(scope)[0])
        for name in names_in(question):
            places = {passage.source_id for passage in self.library.passages_with(terms(name))}
            if places and not places & inside:
                return True
        return False

    def _say(
        self,
        query: str,
        hits: Sequence[Hit],
        evidence: Sequence[Evidence],
        numbering: Numbering,
        stopped: Callable[[], bool],
        course: "_Course",
    ) -> Iterator[Said | Draft | Restarted]:
        """The sentences of the answer: the model's, or quotations where there is none or it fails.

        It has also failed when no word it wrote holds: a reader who has to defend each sentence
        is served by the sources' own words, not by a page of struck ones.
        """
        if self._model is None:
            yield from self._quote(evidence, numbering)
            return
        try:
            yield from self._write(self._model, query, hits, numbering, stopped, course)
            problem = "" if stopped() else course.problem
        except ModelUnavailable as error:
            problem = str(error)
        if problem or (course.silent and not course.holding and not stopped()):
            numbering.restart()
            yield Restarted()
        if problem:
            course.notice = f"{problem} The sources’ own words are quoted instead."
            course.model = QUOTING
            yield from self._quote(evidence, numbering)

    def _write(
        self,
        model: BaseChatModel,
        query: str,
        hits: Sequence[Hit],
        numbering: Numbering,
        stopped: Callable[[], bool],
        course: "_Course",
    ) -> Iterator[Said | Draft | Restarted]:
        """What the model writes, each sentence checked; the course notes how it went."""
        offered = offer(self.library, hits, budget_of(model))
        for written in write(model, self.library, query, offered, stopped, course.raw):
            match written:
                case str():
                    yield Draft(written)
                case Again():
                    course.holding = 0
                    numbering.restart()
                    yield Restarted()
                case Aside(kind):
                    course.heed(kind)
                case _:
                    numbers = tuple(numbering.cite(*offered[number]) for number in written.ids)
                    sentence = self._checked(written.text, numbers, numbering)
                    course.holding += sentence.verdict in _HOLDING
                    course.said += 1
                    yield Said(sentence, tuple(numbering.citations))

    def _quote(self, evidence: Sequence[Evidence], numbering: Numbering) -> Iterator[Said]:
        for one in choose(evidence):
            number = numbering.cite(one.passage, one.start, one.end)
            sentence = self._checked(one.text, (number,), numbering)
            yield Said(sentence, tuple(numbering.citations))

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


@dataclass(slots=True)
class _Course:
    """How answering one question went: who answered, and what is to be told of it."""

    model: str
    notice: str = ""
    missing: str = ""
    silent: bool = False
    said: int = 0
    holding: int = 0  # sentences of the model that hold at least in part
    raw: list[str] = field(default_factory=list)

    def heed(self, kind: str) -> None:
        """Something that the model let see beside its sentences."""
        if kind == "silent":
            self.silent = True
            self.missing = "The model found no more in the sources: part of the question is open."
        else:
            self.notice = "The model repeated itself or went on and on, so it was cut off."

    @property
    def problem(self) -> str:
        """Why what the model wrote is no answer; empty if it is one, or says that there is none."""
        if self.holding or self.silent:
            return ""
        if not self.said:
            return "The model wrote nothing that could be used."
        return "Nothing that the model wrote is borne out by what it cites."


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
