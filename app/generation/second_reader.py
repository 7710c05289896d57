"""The second reader: a chat model that settles the sentences which the checker leaves open."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.generation.judging import Judging, Limits
from app.verification.clauses import clauses
from app.verification.judge import Asked, SentenceJudgement, joined, settled
from app.verification.verifier import Verification
from vectorstore.errors import ModelUnavailable
from vectorstore.records import Finding

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# Judged. Six sentences a call: an answer has one to four, and weak models lose count in long lists.
# Four calls: an answer has at most 24 sentences. A minute: whoever asked is reading meanwhile.
ANSWER = Limits(sentences=6, calls=4, seconds=60.0)
# Judged. A draft has many sentences and nothing to read before the report: some hundred of them, or
# two minutes.
DRAFT = Limits(sentences=6, calls=20, seconds=120.0)


@dataclass(frozen=True, slots=True)
class OpenSentence:
    """An unverified sentence: its number for the caller, the words it cites, and its findings."""

    number: int
    text: str
    quotes: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """The verdict on the open sentence with this number."""

    number: int
    verification: Verification


@dataclass(frozen=True, slots=True)
class Unread:
    """The second reader could not be used, or not for every sentence; `reason` is a sentence."""

    reason: str


class SecondReader:
    """A chat model that judges open sentences. Its methods are thread-safe.

    `name` is whose judgements they are; `reads_drafts` says whether it may be shown a text from
    outside.
    """

    def __init__(
        self,
        name: str,
        load: "Callable[[Callable[[], bool]], BaseChatModel]",
        *,
        reads_drafts: bool = True,
    ) -> None:
        """`load` returns the model when it is first needed, or raises ModelUnavailable.

        It is given a function that says whether the user has stopped.
        """
        self.name = name
        self.reads_drafts = reads_drafts
        self._load = load
        self._model: BaseChatModel | None = None
        self._lock = threading.Lock()

    def read(
        self,
        sentences: Sequence[OpenSentence],
        stopped: Callable[[], bool] = lambda: False,
        limits: Limits = ANSWER,
    ) -> Iterator[Settled | Unread]:
        """Yield the verdict on each sentence that is settled; the others stay as they are.

        Compound sentences that are not found supported are judged again in parts. `Unread` comes
        last, and not after a stop.
        """
        compound: dict[int, SentenceJudgement] = {}
        parts: dict[int, list[SentenceJudgement]] = {}
        problem = ""
        try:
            run = Judging(self._loaded(stopped), stopped, limits)
            whole = [Asked(one.text, one.quotes) for one in sentences]
            for at, judgement in run.judge(whole):
                if judgement.label != "supported" and clauses(sentences[at].text):
                    compound[at] = judgement
                else:
                    yield from self._settled(sentences[at], judgement)
            for at, judgement in _judge_parts(run, sentences, compound):
                parts.setdefault(at, []).append(judgement)
        except ModelUnavailable as error:
            problem = str(error)
        for at, judgement in compound.items():
            of = len(clauses(sentences[at].text))
            if found := joined(judgement, parts.get(at, ()), of):
                yield from self._settled(sentences[at], found)
        if problem and not stopped():
            yield Unread(problem)

    def _loaded(self, stopped: Callable[[], bool]) -> "BaseChatModel":
        with self._lock:
            if self._model is None:
                self._model = self._load(stopped)
            return self._model

    def _settled(self, sentence: OpenSentence, judgement: SentenceJudgement) -> Iterator[Settled]:
        if verification := settled(sentence.findings, judgement, self.name):
            yield Settled(sentence.number, verification)


def _judge_parts(
    run: Judging, sentences: Sequence[OpenSentence], compound: Iterable[int]
) -> Iterator[tuple[int, SentenceJudgement]]:
    """Yield the judgements on the parts of compound sentences, with the index of the sentence."""
    whose, asked = [], []
    for at in compound:
        for part in clauses(sentences[at].text):
            whose.append(at)
            asked.append(Asked(sentences[at].text, sentences[at].quotes, part))
    for number, judgement in run.judge(asked):
        yield whose[number], judgement
