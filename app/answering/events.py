"""The events of an answer in progress; the last one is always `Done`."""

from dataclasses import dataclass

from vectorstore.records import Answer, Citation, Hit, Sentence


@dataclass(frozen=True, slots=True)
class Searching:
    """The library is being searched for `query`."""

    query: str


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """The search has finished with these passages."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class ReadingPart:
    """The model reads this part, from 1, of so many `parts`, before it writes of them together.

    `name` is its source and heading; empty once all are read.
    """

    number: int
    parts: int
    name: str


@dataclass(frozen=True, slots=True)
class PartialSentence:
    """The model has written part of a sentence; `text` is all of it so far."""

    text: str


@dataclass(frozen=True, slots=True)
class SentenceAdded:
    """A verified sentence was added to the answer; `citations` are all citations so far."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Restarted:
    """The model failed: discard all sentences so far, the answer starts over."""


@dataclass(frozen=True, slots=True)
class ReadingAgain:
    """The text is complete; the second reader `name` judges so many unverified `sentences`."""

    name: str
    sentences: int


@dataclass(frozen=True, slots=True)
class VerdictRevised:
    """The second reader settled the sentence with this index: it replaces the one before."""

    index: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Done:
    """The answer is complete."""

    answer: Answer


Event = (
    Searching | PassagesFound | ReadingPart | PartialSentence | SentenceAdded | Restarted
    | ReadingAgain | VerdictRevised | Done
)  # fmt: skip
