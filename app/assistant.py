"""The assistant: a question in, events out, the last of which is the whole answer.

The window and the command line both render these events. With a model it writes and checks;
without one, or when the model fails, it quotes. It keeps nothing between questions.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from langchain_core.language_models import BaseChatModel

from app.citations import Numbering
from app.events import Done, Draft, Event, Found, Restarted, Said, Searching
from app.evidence import Evidence, gather, unknown_words
from app.followups import names_in, stand_alone
from app.holdings import Told, about_library
from app.ledger import Ledger
from app.quoting import choose
from app.silence import explain, judge
from app.writing import SILENT, offer, write
from vectorstore.errors import BadInput, ModelUnavailable
from vectorstore.library import Library
from vectorstore.records import EVERYTHING, Answer, Hit, Outcome, Scope, Sentence, Turn
from vectorstore.search import Query
from vectorstore.words import cjk_share, terms

LONGEST_QUESTION = 4000  # characters
PASSAGES = 8  # read for an answer
QUOTING = "none (quotes)"
CATALOG = "none (catalog)"


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

    @property
    def model(self) -> BaseChatModel | None:
        """The chat model that writes; None where the sources are quoted."""
        return self._model

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
            yield from self._tell(question, told, scope, numbering, clock)
            return
        library = self.library.fingerprint  # before it is searched: it may change meanwhile
        turns = [replace(turn, text=clean(turn.text)) for turn in history]
        query = stand_alone(question, turns, self._model)
        yield Searching(query.whole)
        hits = tuple(self.library.search(query, PASSAGES, scope))
        numbering.found(hits)
        clock.lap("search")
        yield Found(hits)
        evidence = gather(self.library, query, hits)
        outcome = self._judge(query, evidence, scope)
        clock.lap("evidence")
        said: list[Sentence] = []
        notice, model = "", self.model_name
        if outcome == "answered":
            try:
                for event in self._say(query.whole, hits, evidence, numbering, stopped):
                    if isinstance(event, Said):
                        said.append(event.sentence)
                    yield event
            except ModelUnavailable as error:
                notice, model = f"{error} Until then, the sources’ own words are quoted.", QUOTING
                said, numbering = [], Numbering(self.library)
                numbering.found(hits)
                yield Restarted()
                for event in self._quote(evidence, numbering):
                    said.append(event.sentence)
                    yield event
            if stopped():
                notice = "Stopped before the end."
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
                model=model,
                notice=notice,
                timings=clock.laps,
                library=library,
                scope=scope,
            )
        )

    def _tell(
        self, question: str, told: Told, scope: Scope, numbering: Numbering, clock: "_Clock"
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
                library=self.library.fingerprint,
                scope=scope,
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
    ) -> Iterator[Said | Draft]:
        if self._model is None:
            yield from self._quote(evidence, numbering)
            return
        offered = offer(self.library, hits)
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
