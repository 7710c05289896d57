"""Let a model write the gist of a text, part by part and then of all parts together.

A source of any length takes a bounded number of calls: it is divided along its headings into at
most `_MOST_PARTS` parts, and of a part that does not fit into a prompt, the model reads the
sentences that `gist.py` finds the most telling. What it writes of each part must cite; the last
call reads the cited sentences of all parts, so that the gist cites the sources' own words and is
checked against them like any answer.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.answering.answer_builder import model_sentences
from app.answering.answer_draft import AnswerDraft
from app.answering.events import PartialSentence, ReadingPart, Restarted, SentenceAdded
from app.answering.gist import (
    MOST_SOURCES,
    GistCandidate,
    GistOf,
    by_worth,
    candidates,
    most_telling,
)
from app.generation.context import ContextSentence, context_budget, estimate_tokens
from app.generation.writer import AnswerRestarted, WriterSignal, write_answer
from prompts import prompt
from vectorstore.library import Library
from vectorstore.records import Source

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_MOST_PARTS = 12  # calls besides the last; judged: a few minutes with a model on a laptop
_OF_SILENT = 2  # sentences of a part of which the model cites none (judged)
GistEvents = Iterator[ReadingPart | SentenceAdded | PartialSentence | Restarted]


@dataclass(frozen=True, slots=True)
class GistPart:
    """A part of a source that is read in one call: its sentences that fit into a prompt."""

    source: Source
    heading: str
    sentences: tuple[GistCandidate, ...]

    @property
    def name(self) -> str:
        """The title of the source, with the heading that the part begins under."""
        return " · ".join(part for part in (self.source.metadata.title, self.heading) if part)


def write_gist(
    draft: AnswerDraft,
    library: Library,
    model: "BaseChatModel",
    question: str,
    asked: GistOf,
    stopped: Callable[[], bool],
) -> GistEvents:
    """Fill the draft with the gist in the model's words, verified sentence by sentence.

    Stopped between the parts, it holds what was written of these. Raise ModelUnavailable if the
    model cannot be reached, fails or hangs.
    """
    budget = context_budget(model)
    parts = gist_parts(library, asked, budget)
    if len(parts) == 1:
        offered = _numbered(parts[0].sentences)
        whole = prompt("gist_part", question=question)
        yield from model_sentences(draft, library, model, whole, offered, stopped)
        return
    told: list[GistCandidate] = []
    so_far: list[tuple[str, tuple[ContextSentence, ...]]] = []
    for number, part in enumerate(parts, start=1):
        if stopped():
            break
        yield ReadingPart(number, len(parts), part.name)
        offered = _numbered(part.sentences)
        cited: set[int] = set()
        before = len(so_far)
        request = prompt("gist_part", question=question)
        for written in write_answer(model, library, request, offered, stopped, draft.raw):
            if isinstance(written, AnswerRestarted):
                cited.clear()
                del so_far[before:]
            elif not isinstance(written, str | WriterSignal) and written.ids:
                cited |= set(written.ids)
                so_far.append((written.text, tuple(offered[n] for n in written.ids)))
        of_part = [one for n, one in enumerate(part.sentences, start=1) if n in cited]
        told += of_part or most_telling(part.sentences, _OF_SILENT)
    if stopped():
        for text, spans in so_far:
            yield draft.write(text, tuple(draft.numbering.cite(*span) for span in spans))
        return
    yield ReadingPart(len(parts), len(parts), "")
    offered = _numbered(_fitting(told, budget))
    whole = prompt("gist_whole", question=question)
    yield from model_sentences(draft, library, model, whole, offered, stopped)


def gist_parts(library: Library, asked: GistOf, budget: int) -> list[GistPart]:
    """Return what is read, in order: at most `_MOST_PARTS` parts of `budget` tokens each.

    The parts are shared out among the sources by their length, one at least for each.
    """
    read = [
        (source, found)
        for source in asked.sources[:MOST_SOURCES]
        if (found := candidates(library, source, asked.section))
    ]
    sizes = [sum(estimate_tokens(one.text) for one in found) for _, found in read]
    free = _MOST_PARTS - len(read)
    parts: list[GistPart] = []
    for (source, found), size in zip(read, sizes, strict=True):
        needed = -(-size // budget)
        count = min(needed, 1 + free * size // max(sum(sizes), 1))
        for some in _divided(found, count):
            heading = some[0].passage.heading if count > 1 else ""
            parts.append(GistPart(source, heading, tuple(_fitting(some, budget))))
    return parts


def _divided(found: Sequence[GistCandidate], count: int) -> Iterator[list[GistCandidate]]:
    """Divide sentences into `count` parts of like size, where a heading begins if one is near.

    A part ends at the first new heading after nine tenths of its size, else at its full size.
    """
    size = sum(len(one.text) for one in found) / count
    part: list[GistCandidate] = []
    held = 0
    left = count
    for one in found:
        new = bool(part) and one.passage.heading != part[-1].passage.heading
        if part and left > 1 and (held >= size or (new and held >= 0.9 * size)):
            yield part
            part, held, left = [], 0, left - 1
        part.append(one)
        held += len(one.text)
    if part:
        yield part


def _fitting(found: Sequence[GistCandidate], budget: int) -> list[GistCandidate]:
    """Return the sentences in their order; only the most telling if not all fit into the budget."""
    if sum(estimate_tokens(one.text) for one in found) <= budget:
        return list(found)
    kept: list[int] = []
    for place in by_worth(found):
        size = estimate_tokens(found[place].text)
        if size <= budget:
            budget -= size
            kept.append(place)
    return [found[place] for place in sorted(kept)]


def _numbered(found: Sequence[GistCandidate]) -> dict[int, ContextSentence]:
    return {number: (one.passage, *one.span) for number, one in enumerate(found, start=1)}
