"""The assistant: answer a question as a stream of events that ends with the complete answer.

The window and the command line render the same events. With a chat model, the answer is written and
verified; without one, or if it fails, the sources are quoted. The assistant keeps no state between
questions.
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.answering import wording
from app.answering.answer_builder import (
    Events,
    add_disagreements,
    failure,
    further_evidence,
    generate,
    quote,
)
from app.answering.answer_draft import QUOTING, AnswerDraft
from app.answering.answerability import Judgement, judge
from app.answering.catalog_questions import CatalogAnswer, about_library
from app.answering.citations import Numbering
from app.answering.events import Done, Event, PassagesFound, Searching, SentenceAdded
from app.answering.gist import GistOf, left_out
from app.answering.gist_writer import write_gist
from app.answering.nearby_mentions import nearby_mentions
from app.answering.query_rewriting import stand_alone
from app.answering.retrieval import retrieve
from app.answering.second_reading import read_again
from app.answering.sentence_ranking import unknown_words
from app.answering.spelling import did_you_mean
from app.generation.second_reader import SecondReader
from app.verification.verifier import Verifier
from vectorstore.errors import BadInput, ModelUnavailable
from vectorstore.library import Library
from vectorstore.ranking import Query
from vectorstore.records import EVERYTHING, Answer, Hit, Outcome, Scope, Sentence, Turn

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

LONGEST_QUESTION = 4000  # characters (judged: a longer text is a document)
CATALOG = "none (catalog)"


class Assistant:
    """Answers questions about a library, with a chat model or by quoting the sources."""

    def __init__(
        self,
        library: Library,
        model: "BaseChatModel | None" = None,
        model_name: str = QUOTING,
        second_reader: SecondReader | None = None,
    ) -> None:
        """Answer with `model`, or with quotations if it is None; answers record `model_name`.

        `second_reader` judges the sentences that stay unverified.
        """
        self.library = library
        self.model = model
        self.model_name = model_name
        self.second_reader = second_reader
        self.verifier = Verifier(library)

    def ask(self, question: str, history: Sequence[Turn] = (), scope: Scope = EVERYTHING) -> Answer:
        """Return the answer to a question; see `stream` for the errors."""
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
        """Answer from the sources in scope: rewrite, retrieve, judge, build, verify, read again.

        `stopped` is polled; once it returns true, the sentences so far become the answer. Raise
        BadInput for an empty or too long question, UnknownSource for a source not in the library.
        """
        clock = _Clock()
        question = _validated(question)
        for source_id in scope.sources or ():
            self.library.catalog.source(source_id)
        fingerprint = self.library.fingerprint  # before the search: a sync may change it meanwhile
        numbering = Numbering(self.library)
        about = about_library(self.library, question, scope, numbering)
        if about is not None:
            yield Searching(question)
            yield PassagesFound(())
            if self.model and (asked := about.gist_of):
                answer = yield from self._gist(
                    self.model, question, asked, about, numbering, stopped
                )
            else:
                yield from _added(about.sentences, numbering)
                answer = self._from_catalog(question, about, numbering)
            clock.lap("answer")
            if self.second_reader and about.gist_of:
                answer = yield from read_again(self.library, answer, self.second_reader, stopped)
                clock.lap("second_reading")
            answer = replace(answer, timings=clock.laps, library=fingerprint, scope=scope)
            yield Done(answer)
            return

        turns = [replace(turn, text=clean(turn.text)) for turn in history]
        query = stand_alone(question, turns, self.model, stopped)
        retrieved = retrieve(self.library, query, scope)
        yield Searching(query.whole)
        judgement = judge(self.library, retrieved, scope)
        clock.lap("search")
        yield PassagesFound(judgement.hits)
        missing = wording.missing(judgement.unanswered, judgement.unknown)
        draft = AnswerDraft(self.library, self.verifier, judgement.hits, self.model_name, missing)
        yield from self._build(draft, judgement, query.whole, stopped)
        clock.lap("answer")
        answer = self._answer(question, query, judgement, draft, scope, stopped=stopped())
        if self.second_reader and answer.outcome == "answered":
            answer = yield from read_again(self.library, answer, self.second_reader, stopped)
            clock.lap("second_reading")
        yield Done(replace(answer, timings=clock.laps, library=fingerprint))

    def _build(
        self, draft: AnswerDraft, judgement: Judgement, query: str, stopped: Callable[[], bool]
    ) -> Events:
        """Fill the draft with verified sentences, if the question can be answered."""
        if judgement.outcome != "answered":
            return
        library, answering = self.library, judgement.answering
        if self.model is None:
            yield from quote(draft, answering)
        else:
            yield from generate(
                draft, library, self.model, query, judgement.hits, answering, stopped
            )
        if not stopped():
            yield from add_disagreements(draft, library, answering)

    def _answer(
        self,
        question: str,
        query: Query,
        judgement: Judgement,
        draft: AnswerDraft,
        scope: Scope,
        *,
        stopped: bool,
    ) -> Answer:
        """Turn the draft into the record of an answer."""
        outcome, notice = judgement.outcome, draft.notice
        if stopped and outcome == "answered":
            notice = wording.STOPPED
        elif outcome == "answered" and not draft.sentences:
            outcome = "not_found"
        elif outcome == "answered" and judgement.doubtful and not notice:
            notice = wording.DOUBTFUL
        if outcome == "answered":
            quotes = [one.text for one in draft.sentences if one.verdict == "verbatim"]
            notice = f"{notice} {wording.foreign(question, quotes)}".strip()
        if judgement.outcome in ("not_found", "too_weak"):
            touched = outcome == "too_weak"
            draft.sentences += nearby_mentions(
                self.library, query, draft.numbering, scope, touched=touched
            )
        return Answer(
            question=question,
            query=query.whole,
            outcome=outcome,
            text=self._text(question, outcome, draft.sentences, judgement.hits),
            sentences=tuple(draft.sentences),
            citations=tuple(draft.numbering.citations),
            hits=judgement.hits,
            model=draft.model,
            notice=notice,
            more=further_evidence(draft, judgement.answering) if outcome == "answered" else (),
            missing=draft.missing if outcome == "answered" else "",
            strength=round(judgement.strength, 4),
            conflicts=tuple(draft.conflicts),
            did_you_mean=did_you_mean(self.library, question),
            scope=scope,
            raw="".join(draft.raw),
            checked_by=self.verifier.name,
        )

    def _gist(
        self,
        model: "BaseChatModel",
        question: str,
        asked: GistOf,
        about: CatalogAnswer,
        numbering: Numbering,
        stopped: Callable[[], bool],
    ) -> Generator[Event, None, Answer]:
        """Let the model write a gist; if it fails, quote the sentences chosen without it."""
        draft = AnswerDraft(self.library, self.verifier, (), self.model_name, "")
        try:
            yield from write_gist(draft, self.library, model, question, asked, stopped)
            problem = "" if stopped() else failure(draft)
        except ModelUnavailable as error:
            problem = str(error)
        if not problem and (draft.sentences or stopped()):
            draft.sentences += left_out(asked)
            notice = wording.STOPPED if stopped() else draft.notice
            return replace(
                self._from_catalog(question, about, draft.numbering),
                sentences=tuple(draft.sentences),
                text=_told(draft.sentences),
                model=self.model_name,
                notice=notice,
                raw="".join(draft.raw),
                checked_by=self.verifier.name,
            )
        yield draft.restart()
        yield from _added(about.sentences, numbering)
        return replace(
            self._from_catalog(question, about, numbering),
            model=QUOTING,
            notice=wording.quoted_instead(problem or wording.NOTHING_USABLE),
            raw="".join(draft.raw),
        )

    def _from_catalog(self, question: str, about: CatalogAnswer, numbering: Numbering) -> Answer:
        """Return the record of an answer about the library itself, made without a search."""
        return Answer(
            question=question,
            query=question,
            outcome=about.outcome,
            text=about.text or self._text(question, about.outcome, about.sentences, ()),
            sentences=about.sentences,
            citations=tuple(numbering.citations),
            hits=(),
            model=CATALOG,
            strength=float(about.outcome == "answered"),
            checked_by=CATALOG,
        )

    def _text(
        self, question: str, outcome: Outcome, sentences: Sequence[Sentence], hits: Sequence[Hit]
    ) -> str:
        if outcome == "answered":
            return _told(sentences)
        return wording.silence(
            outcome,
            empty=not self.library.database.count("source"),
            unknown=unknown_words(self.library, question),
            nearest=bool(hits),
        )


def _told(sentences: Sequence[Sentence]) -> str:
    return " ".join(wording.with_doubt(sentence) for sentence in sentences)


def _added(sentences: Sequence[Sentence], numbering: Numbering) -> Iterator[SentenceAdded]:
    return (SentenceAdded(one, tuple(numbering.citations)) for one in sentences)


class _Clock:
    """Measures the seconds of each step."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, step: str) -> None:
        moment = time.perf_counter()
        self.laps[step] = round(moment - self._last, 4)
        self.laps["total"] = round(moment - self._start, 4)
        self._last = moment


def clean(text: str) -> str:
    """Return a text that can be searched and stored: valid Unicode, no NUL, stripped."""
    return text.encode("utf-8", "replace").decode().replace("\0", " ").strip()


def _validated(question: str) -> str:
    """Return the question, cleaned; raise BadInput if it is empty or too long."""
    text = clean(question)
    if not text:
        raise BadInput("The question is empty: write what you want to know.")
    if len(text) > LONGEST_QUESTION:
        raise BadInput(
            f"The question is {len(text):,} characters long: ask in at most {LONGEST_QUESTION:,}, "
            "and add longer texts to the library as documents."
        )
    return text
