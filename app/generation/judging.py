"""Ask a chat model to judge sentences beside the words they cite, within limits.

The model sees each sentence and the words it cites, sanitized and between boundaries as in
`context.py`, and nothing else. `app/verification/judge.py` says which of its judgements count.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_core.messages import HumanMessage, SystemMessage

from app.generation.context import context_budget, enclose, estimate_tokens, sanitize
from app.generation.reasoning import ReasoningFilter
from app.generation.streaming import StreamTimeouts, stream_with_timeout
from app.verification.judge import Asked, SentenceJudgement, parse
from prompts import prompt
from vectorstore.errors import ModelUnavailable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

_FIRST_PIECE = 45.0  # seconds; judged: a processor reads a full prompt in half a minute
_BETWEEN_PIECES = 20.0  # seconds; judged: a model that has begun writes several words a second
_ATTEMPTS = 2  # judged: an overloaded server is asked once more, the reader already has an answer
_LINE = 80  # characters of a line besides its words; judged: number, label and marks
_UNREADABLE = "It did not write in the form that it was asked for."
_TOO_MUCH = "More sentences were open than it is asked about."


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a second reader is asked: sentences a call, calls, and seconds, all at most."""

    sentences: int
    calls: int
    seconds: float


def build_messages(asked: Sequence[Asked]) -> "list[BaseMessage]":
    """Return exactly what the model receives; equal inputs give equal messages."""
    lines = []
    for number, one in enumerate(asked, start=1):
        lines.append(f"[{number}] Sentence: {sanitize(one.sentence)}")
        if one.part:
            lines.append(f"[{number}] Only this part: {sanitize(one.part)}")
        lines += [f"[{number}] Cited words: {sanitize(quote)}" for quote in one.quotes]
    cited = enclose("\n".join(lines), "cited")
    return [
        SystemMessage(prompt("judge")),
        HumanMessage(prompt("judge_sentences", cited=cited, count=str(len(asked)))),
    ]


class Judging:
    """The calls to a model for one text; `limits` apply to all of them together."""

    def __init__(self, model: "BaseChatModel", stopped: Callable[[], bool], limits: Limits) -> None:
        """Ask nothing yet; the seconds begin to count."""
        self._model = model
        self._stopped = stopped
        self._sentences = limits.sentences
        self._calls = limits.calls
        self._end = time.monotonic() + limits.seconds

    def judge(self, asked: Sequence[Asked]) -> Iterator[tuple[int, SentenceJudgement]]:
        """Yield the judgements that count, each with its index in `asked`.

        Raise ModelUnavailable if the model fails, or at a limit.
        """
        # Half of what a prompt may hold of sources: the reply may copy as much again.
        for batch in _batches(asked, self._sentences, context_budget(self._model) // 2):
            some = [asked[at] for at in batch]
            reply = "" if self._stopped() else self._reply(some)
            if self._stopped():
                return
            judgements = parse(reply, some)
            if not judgements:
                raise ModelUnavailable(_UNREADABLE)
            for at, judgement in judgements.items():
                if judgement:
                    yield batch[at], judgement

    def _reply(self, asked: Sequence[Asked]) -> str:
        left = self._end - time.monotonic()
        if not self._calls or left <= 0:
            raise ModelUnavailable(_TOO_MUCH)
        self._calls -= 1
        longest = sum(len(quote) + _LINE for one in asked for quote in one.quotes)
        timeouts = StreamTimeouts(
            first_piece=min(_FIRST_PIECE, left),
            between_pieces=min(_BETWEEN_PIECES, left),
            total=left,
            attempts=_ATTEMPTS,
        )
        reasoning, said = ReasoningFilter(), ""
        messages = build_messages(asked)
        for piece in stream_with_timeout(self._model, messages, self._stopped, timeouts):
            text = reasoning.feed(piece)
            said = text if reasoning.restarted else said + text
            if len(said) > longest:
                return said
        return said + reasoning.finish()


def _batches(asked: Sequence[Asked], most: int, budget: int) -> Iterator[list[int]]:
    """Yield indexes of what is asked together: at most so many, and so many tokens.

    What does not fit into a prompt by itself is left out.
    """
    batch: list[int] = []
    spent = 0
    for at, one in enumerate(asked):
        size = sum(map(estimate_tokens, (one.sentence, one.part, *one.quotes)))
        if size > budget:
            continue
        if batch and (len(batch) == most or spent + size > budget):
            yield batch
            batch, spent = [], 0
        batch.append(at)
        spent += size
    if batch:
        yield batch
