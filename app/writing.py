"""Answering with a model: what it is given, and what is made of what it writes.

The passages are offered as numbered sentences; the model has no tools and sees no secrets, and
its citations are only numbers, which are resolved here. What it is told stands in `prompts/`.
"""

from collections.abc import Callable, Iterator, Sequence

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from app.markers import MarkerStream, Written
from prompts import prompt
from vectorstore.errors import ModelUnavailable
from vectorstore.library import Library
from vectorstore.records import Hit, Passage

SILENT = "NOT_IN_SOURCES"
_BUDGET = 9000  # characters of sources; about 2,300 tokens, which the smallest windows hold

Offer = tuple[Passage, int, int]  # the words of one numbered sentence


def offer(library: Library, hits: Sequence[Hit]) -> dict[int, Offer]:
    """The sentences of the best passages that fit the budget, numbered from 1."""
    offered: dict[int, Offer] = {}
    spent = 0
    for hit in hits:
        spent += len(hit.passage.text)
        if offered and spent > _BUDGET:
            break
        for start, end in library.sentences_of(hit.passage):
            offered[len(offered) + 1] = (hit.passage, start, end)
    return offered


def write(
    model: BaseChatModel,
    library: Library,
    question: str,
    offered: dict[int, Offer],
    stopped: Callable[[], bool],
) -> Iterator[Written | str]:
    """The model's sentences as they become whole, and drafts (plain text) between them.

    Ends at once when `stopped` says so. Raises ModelUnavailable when the model cannot be
    reached or fails.
    """
    messages = messages_for(library, question, offered)
    stream = MarkerStream(offered)
    try:
        for chunk in model.stream(messages):
            if stopped():
                break
            yield from stream.feed(str(chunk.text))
            if draft := stream.draft():
                yield draft
    except Exception as error:  # each provider raises what it likes
        raise ModelUnavailable(
            f"The model did not answer ({type(error).__name__}: {_short(error)}). Check that its "
            "server is running and that the key and name are right."
        ) from error
    yield from stream.finish()


def messages_for(library: Library, question: str, offered: dict[int, Offer]) -> list[BaseMessage]:
    """Exactly what a model is given for a question; the same for the same, so that it can be shown.

    Raises UnknownSource if a source is gone meanwhile.
    """
    return [
        SystemMessage(prompt("answer", silent=SILENT)),
        HumanMessage(prompt("question", sources=_listed(library, offered), question=question)),
    ]


def _listed(library: Library, offered: dict[int, Offer]) -> str:
    """The sentences, one a line, under the title of their source."""
    lines: list[str] = []
    last = ""
    for number, (passage, start, end) in offered.items():
        if passage.source_id != last:
            last = passage.source_id
            lines.append(f"Source: {library.catalog.source(last).metadata.title}")
        text = passage.text[start - passage.start : end - passage.start]
        lines.append(f"[{number}] {' '.join(text.split())}")
    return "\n".join(lines)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
