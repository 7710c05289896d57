"""One answer in the making: what is said, what each sentence cites, and how it went.

With a model it writes and every sentence is checked; without one, or when it fails, the sources
are quoted. It has also failed when no word it wrote holds: a reader who has to defend each sentence
is served by the sources' own words, not by a page of struck ones.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from langchain_core.language_models import BaseChatModel

from app.answering.answer_type import marks
from app.answering.citations import Numbering
from app.answering.disagreements import disagreements
from app.answering.events import Draft, Restarted, Said
from app.answering.extractive import choose, further
from app.answering.retrieval import Retrieved, copies_of
from app.answering.sentence_ranking import Evidence
from app.generation.context import budget_of, offer
from app.generation.writer import Again, Aside, write
from app.verification.verifier import Verifier
from vectorstore.errors import ModelUnavailable
from vectorstore.library import Library
from vectorstore.records import Citation, Conflict, Sentence
from vectorstore.text.sentences import Span

QUOTING = "none (quotes)"
_SURE = 1.5  # logarithm of odds below the best within which a sentence is taken to answer
_HOLDING = ("verbatim", "supported", "partial")

Told = Iterator[Said | Draft | Restarted]


class Making:
    """An answer in the making; what it is made of can be read at any time.

    `said` are its sentences, `model` who answered, `notice` what is to be told of it, `missing`
    what stays open, `raw` what a model wrote.
    """

    def __init__(
        self, library: Library, verifier: Verifier, looked: Retrieved, model_name: str
    ) -> None:
        """What was found is there; nothing is said yet."""
        self.numbering = Numbering(library)
        self.numbering.found(looked.hits)
        self.said: list[Sentence] = []
        self.conflicts: list[Conflict] = []
        self.model = model_name
        self.notice = ""
        self.missing = looked.missing
        self.raw: list[str] = []
        self._library = library
        self._verifier = verifier
        self._looked = looked
        self._silent = False

    def quote(self) -> Told:
        """The answer in the sources' own words."""
        for one in choose([part.evidence for part in self._looked.answering]):
            yield self._add(self._quoted(one))

    def write(self, model: BaseChatModel, question: str, stopped: Callable[[], bool]) -> Told:
        """The answer as a model writes it, or quotations where it fails."""
        try:
            yield from self._written(model, question, stopped)
            problem = "" if stopped() else self._problem()
        except ModelUnavailable as error:
            problem = str(error)
        if problem or (self._silent and not self._holding() and not stopped()):
            yield self._restart()
        if problem:
            self.notice = f"{problem} The sources’ own words are quoted instead."
            self.model = QUOTING
            yield from self.quote()

    def disagree(self) -> Told:
        """What else was found and does not agree with what is cited is said, too."""
        every = [one for part in self._looked.answering for one in part.evidence]
        others = [one for part in self._looked.answering for one in copies_of(self._library, part)]
        told: set[tuple[int, int]] = set()
        for one, other, reason in disagreements(self._cited(every), [*every, *others]):
            number = self._number(one)
            if not self.numbering.number_of(other.passage, other.start, other.end):
                yield self._add(self._quoted(other))
            pair = (number, self._number(other))
            if pair[::-1] not in told:
                told.add(pair)
                self.conflicts.append(Conflict(pair, reason))

    def more(self) -> tuple[Citation, ...]:
        """What else bears on the question, numbered on from what is cited."""
        parts = [part.evidence for part in self._looked.answering]
        cited = self._cited([one for part in parts for one in part])
        first = len(self.numbering.citations) + 1
        return tuple(
            replace(self.numbering.look_up(one.passage, one.start, one.end), number=number)
            for number, one in enumerate(further(parts, cited), start=first)
        )

    def _written(self, model: BaseChatModel, question: str, stopped: Callable[[], bool]) -> Told:
        """What the model writes, each sentence checked."""
        offered = offer(self._library, self._looked.hits, budget_of(model))
        for written in write(model, self._library, question, offered, stopped, self.raw):
            match written:
                case str():
                    yield Draft(written)
                case Again():
                    yield self._restart()
                case Aside(kind):
                    self._heed(kind)
                case _:
                    numbers = tuple(self.numbering.cite(*offered[n]) for n in written.ids)
                    yield self._add(self._checked(written.text, numbers))

    def _heed(self, kind: str) -> None:
        """Something that the model let see beside its sentences."""
        if kind == "silent":
            self._silent = True
            self.missing = "The model found no more in the sources: part of the question is open."
        else:
            self.notice = "The model repeated itself or went on and on, so it was cut off."

    def _problem(self) -> str:
        """Why what the model wrote is no answer; empty if it is one, or says that there is none."""
        if self._holding() or self._silent:
            return ""
        if not self.said:
            return "The model wrote nothing that could be used."
        return "Nothing that the model wrote is borne out by what it cites."

    def _holding(self) -> bool:
        """Whether anything said holds, or cites what it cannot be compared with.

        An answer in the language of the question may cite sources in another one.
        """
        return any(
            one.verdict in _HOLDING or (one.verdict == "not_checkable" and one.citations)
            for one in self.said
        )

    def _restart(self) -> Restarted:
        self.said.clear()
        self.numbering.restart()
        return Restarted()

    def _add(self, sentence: Sentence) -> Said:
        self.said.append(sentence)
        return Said(sentence, tuple(self.numbering.citations))

    def _quoted(self, one: Evidence) -> Sentence:
        """A sentence of a source, with the words that answer where it is among the likeliest."""
        found = next(
            filter(
                None,
                (
                    marks(part.query.text, one.text)
                    for part in self._looked.answering
                    if one.score >= part.evidence[0].score - _SURE
                ),
            ),
            (),
        )
        return replace(self._checked(one.text, (self._number(one),)), marks=found)

    def _number(self, one: Evidence) -> int:
        return self.numbering.cite(one.passage, one.start, one.end)

    def _cited(self, evidence: list[Evidence]) -> list[Evidence]:
        """Those sentences that stand in a citation."""
        known: dict[str, list[Span]] = {}
        for one in self.numbering.citations:
            known.setdefault(one.source_id, []).append((one.start, one.end))
        return [
            one
            for one in evidence
            if any(a <= one.start and one.end <= b for a, b in known.get(one.passage.source_id, ()))
        ]

    def _checked(self, text: str, numbers: tuple[int, ...]) -> Sentence:
        """A sentence with what the verifier says of it."""
        cited = [self.numbering.citations[number - 1] for number in numbers]
        judged = self._verifier.check(text, [citation.quote for citation in cited])
        span = None
        if judged.span:
            which, start, end = judged.span
            span = (cited[which].number, cited[which].start + start, cited[which].start + end)
        return Sentence(text, numbers, judged.verdict, judged.reason, span)
