"""What an assistant says while it answers; the last event is always `Done`."""

from dataclasses import dataclass

from vectorstore.records import Answer, Citation, Hit, Sentence


@dataclass(frozen=True, slots=True)
class Searching:
    """The library is being searched for `query`."""

    query: str


@dataclass(frozen=True, slots=True)
class Found:
    """These passages were found."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class PartialSentence:
    """What the model has written of a sentence that is not whole yet."""

    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the answer, with the citations made so far."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Restarted:
    """What was said so far does not count: the model failed, and the answer begins anew."""


@dataclass(frozen=True, slots=True)
class Done:
    """The whole answer."""

    answer: Answer


Event = Searching | Found | PartialSentence | Said | Restarted | Done
