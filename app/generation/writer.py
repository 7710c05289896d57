"""Write an answer with a model: prompt it, and turn its stream into sentences and signals.

The model has no tools and sees no secrets. It cites by number, resolved here. Its instructions are
in `prompts/`, and `context.py` prepares the sources for it. Verification follows elsewhere.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_core.messages import HumanMessage, SystemMessage

from app.generation.citation_parser import CitationParser, GeneratedSentence
from app.generation.context import ContextSentence, drop_removed, format_context
from app.generation.reasoning import ReasoningFilter
from app.generation.streaming import DEFAULT_TIMEOUTS, StreamTimeouts, stream_with_timeout
from prompts import prompt
from vectorstore.library import Library
from vectorstore.text.terms import fold

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

NOT_IN_SOURCES = "NOT_IN_SOURCES"
_LONGEST = 6000  # characters of an answer; judged: many times the four sentences asked for
_MOST = 24  # sentences of an answer; judged likewise
_REPEATS = 3  # repeated sentences that show a model running in circles; judged
_SILENT = re.compile(r"not[\\]?_in[\\]?_sources?", re.IGNORECASE)
_SPACED = re.compile(r"\bnot[ -]in[ -](?:the )?sources?\b", re.IGNORECASE)  # or ordinary words
# What weak models write instead of the word; believed only if it cites no source.
_MEANS_SILENT = re.compile(
    r"\b(?:I|we)(?:['’]m|['’]re| am| are)? (?:sorry|afraid|unable|not able)\b|"
    r"\b(?:cannot|can['’]t|could not|couldn['’]t|unable to|not possible to|impossible to) "
    r"(?:be )?(?:answer|find|found|determine|say|tell|provide)|"
    r"\b(?:sources?|sentences?|passages?|texts?|documents?|material|information|context|article)\b"
    r"[^.]{0,40}\b(?:(?:do|does|did)(?:n['’]t| not)|lacks?|(?:is|are) silent)\b|"
    r"\b(?:there is|there['’]s|has|have|contains?) no (?:information|mention|answer|evidence)\b|"
    r"\bno (?:information|mention|answer) (?:is|was|about|on|of|in|regarding)\b|"
    r"\b(?:is|are|was|were) not (?:mentioned|stated|provided|specified|given|addressed|answered|"
    r"discussed|available|found)\b|"
    r"(?:出典|資料|本文|情報源?|ソース|記事|文書|文).{0,24}(?:ありません|ない|ません|なし)。?$|"
    r"(?:答え|回答|お答え).{0,6}(?:できません|られません|できない)|(?:分か|わか)りません|"
    r"(?:无法|無法|不能|不知道).{0,6}(?:回答|确定|確定)|(?:没有|沒有|未|并未|並未).{0,8}"
    r"(?:提到|提及|说明|說明|信息|資訊)",
    re.IGNORECASE,
)
_WORD_ENDS = re.compile(r"[\s\u2e80-\uffef]")
_WHOLE = re.compile(r"[.!?…。！？][\"'”’»)）」』]*$")


@dataclass(frozen=True, slots=True)
class AnswerRestarted:
    """Everything so far was the model's reasoning: the answer begins now."""


@dataclass(frozen=True, slots=True)
class WriterSignal:
    """Something about the answer other than a sentence.

    `silent`: the model says that the sources have no (further) answer; `endless`: it repeated
    itself or did not end, and was cut off.
    """

    kind: str


def build_messages(
    library: Library, question: str, context: dict[int, ContextSentence]
) -> "list[BaseMessage]":
    """Return exactly what a model receives for a question; equal inputs give equal messages."""
    return [
        SystemMessage(prompt("answer", silent=NOT_IN_SOURCES)),
        HumanMessage(
            prompt(
                "question",
                sources=format_context(library, context),
                question=question,
                silent=NOT_IN_SOURCES,
            )
        ),
    ]


def write_answer(
    model: "BaseChatModel",
    library: Library,
    question: str,
    context: dict[int, ContextSentence],
    stopped: Callable[[], bool] = lambda: False,
    raw: list[str] | None = None,
    timeouts: StreamTimeouts = DEFAULT_TIMEOUTS,
) -> Iterator[GeneratedSentence | WriterSignal | AnswerRestarted | str]:
    """Yield the model's sentences as they are completed, and drafts (plain text) between them.

    Append every piece it writes to `raw`. Stop at once when `stopped` returns True and drop an
    incomplete sentence, which may say the opposite of the whole one. Sources removed since the
    search are left out; if none remains, the model is not called. Raise ModelUnavailable if the
    model cannot be reached, fails or hangs.
    """
    context = drop_removed(library, context)
    if not context:
        yield WriterSignal("silent")
        return
    page = _AnswerReader(context)
    for piece in stream_with_timeout(
        model, build_messages(library, question, context), stopped, timeouts
    ):
        if raw is not None:
            raw.append(piece)
        yield from page.add(piece)
        if page.full:
            return
    yield from page.finish(cut=stopped())


class _AnswerReader:
    """Reads the stream of an answer; `full` once nothing more is wanted."""

    def __init__(self, context: dict[int, ContextSentence]) -> None:
        """`context` has the ids that count."""
        self.full = False
        self._offered = context
        self._begin()
        self._reasoning = ReasoningFilter()

    def _begin(self) -> None:
        self._stream = CitationParser(self._offered)
        self._length = 0
        self._said: list[str] = []
        self._repeated = 0

    def add(self, piece: str) -> Iterator[GeneratedSentence | WriterSignal | AnswerRestarted | str]:
        """Read a piece of the stream and yield what it completes."""
        text = self._reasoning.feed(piece)
        if self._reasoning.restarted:
            self._begin()
            yield AnswerRestarted()
        room = _LONGEST - self._length
        self._length += len(text)
        yield from self._accepted(self._stream.feed(text[: max(0, room)]))
        if not self.full and self._length > _LONGEST:
            self.full = True
            yield WriterSignal("endless")
        if self.full or not _WORD_ENDS.search(text):
            return
        draft = self._stream.draft()
        if draft and not _may_be_silent(draft):
            yield draft

    def finish(
        self, *, cut: bool
    ) -> Iterator[GeneratedSentence | WriterSignal | AnswerRestarted | str]:
        """Yield the rest after the end of the stream; only complete sentences if it was cut."""
        yield from self._accepted(self._stream.feed(self._reasoning.finish()))
        if not self.full:
            rest = self._stream.finish()
            yield from self._accepted([one for one in rest if not cut or _WHOLE.search(one.text)])

    def _accepted(
        self, sentences: list[GeneratedSentence]
    ) -> Iterator[GeneratedSentence | WriterSignal]:
        """Yield new sentences; turn refusals into signals and skip repetitions."""
        for one in sentences:
            if _is_silent(one):
                self.full = True
                yield WriterSignal("silent")
                return
            if not one.ids and _MEANS_SILENT.search(one.text):
                yield WriterSignal("silent")
                continue
            plain = " ".join(re.findall(r"\w+", fold(one.text)))
            if plain in self._said:
                self._repeated += 1
            else:
                self._said.append(plain)
                yield one
            if self._repeated >= _REPEATS or len(self._said) >= _MOST:
                self.full = True
                yield WriterSignal("endless")
                return


def _is_silent(one: GeneratedSentence) -> bool:
    """Return whether a sentence says NOT_IN_SOURCES; with spaces, only alone or without ids."""
    spaced = _SPACED.search(one.text)
    whole = spaced and not re.search(r"\w", one.text[: spaced.start()] + one.text[spaced.end() :])
    return bool(_SILENT.search(one.text) or whole or (spaced and not one.ids))


def _may_be_silent(draft: str) -> bool:
    """Return whether a draft is NOT_IN_SOURCES or its beginning."""
    text = draft.strip().strip("*_`\"'“”").upper()
    return _is_silent(GeneratedSentence(text, ())) or NOT_IN_SOURCES.startswith(
        text[: len(NOT_IN_SOURCES)]
    )
