"""The audit bundle: everything that led to one answer, as records, and read back from its file.

A bundle goes through JSON and back: `as_values` makes plain values of it, `read` and `parse` make
the records again and refuse what is none. How it is made is in `audit.py`, what is compared in
`replay.py`. It holds no key and no header of a model, and no word of a source that was removed.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from vectorstore.errors import BadInput
from vectorstore.records import (
    Citation,
    Conflict,
    Hit,
    Outcome,
    Passage,
    Scope,
    Sentence,
    Turn,
)

FORMAT = 1  # raised when a field goes, or comes to mean something else
_LARGEST = 100_000_000  # bytes of a file


@dataclass(frozen=True, slots=True)
class Searched:
    """What was searched: the question, and the earlier ones it leans on, the last one first.

    `whole` is both as one reads them; `written_out` says that a model wrote it out, in which case
    `text` is what it wrote.
    """

    text: str
    context: tuple[str, ...]
    whole: str
    written_out: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """The library that was asked (its fingerprint, empty if unknown) and as it is in the bundle."""

    asked: str
    now: str
    splitter: str
    embedding_model: str
    embedding: str
    sources: int
    passages: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model, word for word."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Model:
    """What answered, what it was given and what it wrote.

    `parameters` are those that bear on its words, `server` is host and port, `prompt` is None
    where no model was asked for words, `prompt_as_given` is false where it could only be made
    again from what is left, `wrote` is the text before its markers were read. Where a model failed
    and the sources were quoted instead, `name` says so, and these are still the model's.
    """

    name: str
    kind: str = ""
    server: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    prompt: tuple[Message, ...] | None = None
    prompt_as_given: bool = True
    wrote: str = ""


@dataclass(frozen=True, slots=True)
class Candidate(Hit):
    """A passage that search ranked: `rank` from 1 in all, `ranks` from 1 by each score alone.

    `read` says whether it was read for the answer; `repeated` are the passages that say the same
    nearly word for word and were therefore rejected (`copies` are their ids).
    """

    rank: int = 0
    ranks: dict[str, int] = field(default_factory=dict)
    read: bool = False
    repeated: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """One search: what it looked for, all it ranked, and the sentences that were weighed.

    `evidence` is best first, each sentence with every score, its place and the numbers of the
    citations that hold it (`cited`; none: it was not chosen).
    """

    text: str
    context: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    evidence: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Cited(Citation):
    """A citation with the SHA-256 of its source's file; both are of the library as it is now.

    `resolves` says that the source has exactly these words at these offsets.
    """

    sha256: str = ""
    resolves: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """The answer: how it was decided, and every sentence with its verdict, reason and span."""

    outcome: Outcome
    explanation: str
    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Cited, ...]
    more: tuple[Cited, ...]
    conflicts: tuple[Conflict, ...]
    missing: str
    strength: float
    notice: str
    timings: dict[str, float]


@dataclass(frozen=True, slots=True)
class Bundle:
    """One answer and all that led to it; times are UTC, ISO 8601.

    `as_of` says whether the searches are those of the answer, or, where the library has changed
    since, what they find now; `read_then` are in that case the passages that were read for the
    answer, as far as their sources are still there. `elsewhere` is what the whole library has,
    where the chosen sources had no answer. `notes` say what is not as it was.
    """

    format: int
    made: str
    answered: str
    question: str
    history: tuple[Turn, ...]
    scope: Scope
    query: Searched
    library: State
    model: Model
    settings: dict[str, Any]
    versions: dict[str, str]
    answer: Given
    as_of: Literal["answer", "now"]
    searches: tuple[Search, ...]
    elsewhere: tuple[Candidate, ...] = ()
    read_then: tuple[Hit, ...] = ()
    notes: tuple[str, ...] = ()


def as_values(bundle: Bundle) -> dict[str, Any]:
    """The bundle as the object that its file holds."""
    return asdict(bundle)


def as_file(values: dict[str, Any]) -> bytes:
    """The content of a bundle's file: JSON in UTF-8."""
    text = json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return text.encode("utf-8", "replace")


def read(file: Path) -> Bundle:
    """The bundle in a file; raises BadInput that says what is wrong with it."""
    if not file.is_file():
        raise BadInput(f"There is no file {file}: give the path of an audit bundle.")
    if file.stat().st_size > _LARGEST:
        raise BadInput(f"{file} is too large for an audit bundle: check the path.")
    try:
        values = json.loads(file.read_text(encoding="utf-8"), parse_constant=_refuse)
        sound = json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")
    except UnicodeDecodeError as error:
        raise BadInput(f"{file} is no audit bundle: it is not UTF-8 text.") from error
    except json.JSONDecodeError as error:
        raise BadInput(
            f"{file} is no whole JSON (line {error.lineno}, column {error.colno}): it was cut "
            "short or changed; write the bundle again, or ask for another copy."
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{file} is no audit bundle: its JSON cannot be read.") from error
    return parse(json.loads(sound), str(file))


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def parse(values: object, name: str = "This") -> Bundle:
    """The bundle that plain values hold; raises BadInput, calling them by `name`."""
    if not isinstance(values, dict) or not isinstance(values.get("format"), int):
        raise BadInput(
            f"{name} is no audit bundle: `kakehashi ask QUESTION --audit FILE` makes one."
        )
    if values["format"] != FORMAT:
        raise BadInput(
            f"{name} was made by another version of Kakehashi (its format is {values['format']}, "
            f"this one reads {FORMAT}): use that version."
        )
    try:
        return TypeAdapter(Bundle).validate_python(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BadInput(
            f"{name} is no whole audit bundle: “{place}” is not as it should be "
            f"({first['msg'][:1].lower()}{first['msg'][1:]})."
        ) from error


def without_texts(bundle: Bundle) -> Bundle:
    """The bundle without the longer texts, which asking again does not need."""

    def bare(candidate: Candidate) -> Candidate:
        passage = replace(candidate.passage, text="", heading="")
        return replace(candidate, passage=passage, repeated=())

    return replace(
        bundle,
        model=replace(bundle.model, prompt=None, wrote=""),
        searches=tuple(
            replace(one, candidates=tuple(map(bare, one.candidates)), evidence=())
            for one in bundle.searches
        ),
        elsewhere=(),
        read_then=(),
    )
