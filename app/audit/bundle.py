"""The audit bundle: records of everything that led to one answer, and their JSON file.

`as_values` converts a bundle to plain values; `parse` and `read` convert it back and reject
anything else. `capture.py` makes bundles, `diff.py` compares them. A bundle contains no key or
header of a model, and no text of a source that was removed.
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
from vectorstore.secrets import hide_in, hide_secrets
from vectorstore.text.hidden import escape_in_json

FORMAT = 2  # raised when a field is removed or changes its meaning; 1 had other verdicts
_READABLE = (1, FORMAT)
_LARGEST = 100_000_000  # bytes of a file; judged: a bundle has a few megabytes


@dataclass(frozen=True, slots=True)
class RecordedQuery:
    """What was searched for: the question, and the earlier ones it depends on, the last one first.

    `whole` is both in readable form. `written_out` says that a model rewrote the question; then
    `text` is what it wrote.
    """

    text: str
    context: tuple[str, ...]
    whole: str
    written_out: bool = False


@dataclass(frozen=True, slots=True)
class LibraryRecord:
    """The library when it was asked (its fingerprint, empty if unknown) and as in the bundle."""

    asked: str
    now: str
    splitter: str
    embedding_model: str
    embedding: str
    sources: int
    passages: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model, verbatim."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Model:
    """The model that answered, its prompt and its output.

    `parameters` are those that affect its output; `server` is host and port; `prompt` is None if no
    model was asked; `prompt_as_given` is false if the prompt had to be rebuilt from what is left;
    `wrote` is the output before its citations were parsed. If a model failed and the sources were
    quoted instead, `name` says so, and the other fields are still the model's.
    """

    name: str
    kind: str = ""
    server: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    prompt: tuple[Message, ...] | None = None
    prompt_as_given: bool = True
    wrote: str = ""


@dataclass(frozen=True, slots=True)
class RankedHit(Hit):
    """A passage that search ranked: `rank` is the final rank, `ranks` those by each score, from 1.

    `read` says whether the answer used it; `repeated` are its near-duplicates, which were dropped
    (`copies` are their ids).
    """

    rank: int = 0
    ranks: dict[str, int] = field(default_factory=dict)
    read: bool = False
    repeated: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """One search: its query, all ranked passages, and the ranked sentences.

    `evidence` is best first, each sentence with all its scores, its offsets and the numbers of the
    citations that contain it (`cited`; empty if it was not chosen).
    """

    text: str
    context: tuple[str, ...]
    candidates: tuple[RankedHit, ...]
    evidence: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class RecordedCitation(Citation):
    """A citation with the SHA-256 of its source's file, both from the current library.

    `resolves` says that the source has exactly these words at these offsets; `reading` is what the
    reading of the source left out, guessed or doubts, in sentences.
    """

    sha256: str = ""
    resolves: bool = False
    reading: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """The answer: its outcome, and every sentence with its verdict, reason and span.

    `checked_by` is empty if an earlier version, which compared words, gave the verdicts.
    """

    outcome: Outcome
    explanation: str
    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[RecordedCitation, ...]
    more: tuple[RecordedCitation, ...]
    conflicts: tuple[Conflict, ...]
    missing: str
    strength: float
    notice: str
    timings: dict[str, float]
    checked_by: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One answer and everything that led to it; times are UTC in ISO 8601.

    `as_of` says whether the searches are those of the answer or, if the library has changed since,
    repeated now; in that case `read_then` are the passages that the answer used, as far as their
    sources still exist. `elsewhere` is what the whole library has, if the chosen sources had no
    answer. `notes` say what differs from when the answer was given.
    """

    format: int
    made: str
    answered: str
    question: str
    history: tuple[Turn, ...]
    scope: Scope
    query: RecordedQuery
    library: LibraryRecord
    model: Model
    settings: dict[str, Any]
    versions: dict[str, str]
    answer: RecordedAnswer
    as_of: Literal["answer", "now"]
    searches: tuple[Search, ...]
    elsewhere: tuple[RankedHit, ...] = ()
    read_then: tuple[Hit, ...] = ()
    notes: tuple[str, ...] = ()


def without_secrets(bundle: Bundle) -> Bundle:
    """Return the bundle without secrets in what a server, a model or a setting may have put there.

    Sources, answers and prompts are word for word.
    """
    return replace(
        bundle,
        model=replace(
            bundle.model,
            name=hide_secrets(bundle.model.name),
            server=hide_secrets(bundle.model.server),
            parameters=hide_in(bundle.model.parameters),
        ),
        settings=hide_in(bundle.settings),
        answer=replace(bundle.answer, notice=hide_secrets(bundle.answer.notice)),
        notes=hide_in(bundle.notes),
    )


def as_values(bundle: Bundle) -> dict[str, Any]:
    """Return the bundle as the object in its file."""
    return asdict(bundle)


def as_file(values: dict[str, Any]) -> bytes:
    """Return the content of a bundle's file: JSON in UTF-8, with hidden characters escaped."""
    text = json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return escape_in_json(text.encode("utf-8", "replace").decode()).encode()


def read(file: Path) -> Bundle:
    """Return the bundle in a file; raises BadInput, which says what is wrong with it."""
    if not file.is_file():
        raise BadInput(f"There is no file {file}: give the path of an audit bundle.")
    if file.stat().st_size > _LARGEST:
        raise BadInput(f"{file} is too large for an audit bundle: check the path.")
    try:
        values = json.loads(file.read_text(encoding="utf-8"), parse_constant=_refuse)
        sound = json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")
    except UnicodeDecodeError as error:
        raise BadInput(f"{file} is not an audit bundle: it is not UTF-8 text.") from error
    except json.JSONDecodeError as error:
        raise BadInput(
            f"{file} is not complete JSON (line {error.lineno}, column {error.colno}): it was cut "
            "short or changed; write the bundle again, or get another copy."
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{file} is not an audit bundle: its JSON cannot be read.") from error
    return parse(json.loads(sound), str(file))


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def parse(values: object, name: str = "This") -> Bundle:
    """Return the bundle that plain values hold, without secrets that earlier versions left in it.

    Raises BadInput, which calls the values `name`.
    """
    if not isinstance(values, dict) or not isinstance(values.get("format"), int):
        raise BadInput(
            f"{name} is not an audit bundle: `kakehashi ask QUESTION --audit FILE` makes one."
        )
    if values["format"] not in _READABLE:
        raise BadInput(
            f"{name} was made by another version of Kakehashi (its format is {values['format']}, "
            f"this one reads {' and '.join(map(str, _READABLE))}): use that version."
        )
    try:
        return without_secrets(TypeAdapter(Bundle).validate_python(values))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BadInput(
            f"{name} is not a complete audit bundle: “{place}” is not valid "
            f"({first['msg'][:1].lower()}{first['msg'][1:]})."
        ) from error


def without_texts(bundle: Bundle) -> Bundle:
    """Return the bundle without the longer texts, which a replay does not need."""

    def bare(candidate: RankedHit) -> RankedHit:
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
