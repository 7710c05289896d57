"""What can be asked of a library, each with plain values (JSON) in and out.

The command line calls these directly, or through the window that has the library open; the
window's JSON API calls nothing else. Nothing is printed here.
"""

import base64
import dataclasses
import inspect
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, ValidationError, validate_call

from app.answering.assistant import Assistant
from app.answering.presentation import as_json, hits_as_json
from app.audit import bundle as bundles
from app.audit import replay as replays
from app.audit.capture import retrace
from app.draft_check import checker as gate
from app.export import Form, Format, chosen_form, cited
from app.export import export as made_of
from app.service.batch import turns_of
from app.service.bootstrap import build_assistant, remember_sources_folder, sources_folder
from app.service.doctor import inspect_library
from ingest import backup as backups
from ingest import source_files as shelf
from ingest.progress import Change, Step
from ingest.sync import sync as bring_in_line
from vectorstore.errors import BadInput
from vectorstore.library import Library
from vectorstore.near_duplicates import repeated
from vectorstore.records import EVERYTHING, Scope
from vectorstore.storage.conversations import Conversations
from vectorstore.text.iso_dates import iso_date

Tell = Callable[[dict[str, Any]], None]
Found = dict[str, Any]
DATE = r"^(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?$"
Date = Annotated[str, Field(pattern=DATE)]
_STRICT = ConfigDict(arbitrary_types_allowed=True, strict=True)


@dataclasses.dataclass(frozen=True, slots=True)
class Desk:
    """An open library, the assistant that serves by default, and where progress is told."""

    library: Library
    assistant: Assistant | None = None
    tell: Tell = lambda _: None
    web_pages: bool = True

    def watch(self, step: Step) -> None:
        """Pass a step of an intake on."""
        self.tell(dataclasses.asdict(step))


def ask(
    desk: Desk,
    question: str,
    history: list[list[str]] | None = None,
    source: list[str] | None = None,
    language: list[str] | None = None,
    since: Date = "",
    until: Date = "",
    model: str | None = None,
) -> Found:
    """Answer a question: the object of `ask --json`."""
    scope, left_out = _scope(desk.library, source, language, since, until)
    answer = _assistant(desk, model).ask(question, turns_of(history or []), scope)
    return {**as_json(answer), "left_out": left_out}


def audit(
    desk: Desk,
    question: str,
    history: list[list[str]] | None = None,
    source: list[str] | None = None,
    language: list[str] | None = None,
    since: Date = "",
    until: Date = "",
    model: str | None = None,
) -> Found:
    """Answer a question, and everything that led to it: what `ask` gives, and an audit bundle."""
    scope, left_out = _scope(desk.library, source, language, since, until)
    assistant = _assistant(desk, model)
    turns = turns_of(history or [])
    answer = assistant.ask(question, turns, scope)
    bundle = bundles.as_values(retrace(assistant, answer, turns))
    return {"answer": as_json(answer), "bundle": bundle, "left_out": left_out}


def replay(desk: Desk, bundle: dict[str, Any], model: str | None = None) -> Found:
    """Ask the question of an audit bundle again: the object of `replay --json`.

    The bundle comes from elsewhere: without `model`, the one it names is only asked where it is
    the one that serves by default, so that no file decides where questions are sent.
    """
    before = bundles.parse(bundle)
    assistant = _assistant(desk, model)
    if model is None and assistant.model_name != before.model.name:
        assistant = Assistant(desk.library)
    return replays.as_values(replays.replay(assistant, before))


def check(desk: Desk, text: str) -> Found:
    """Check a text from outside, sentence by sentence: the object of `check --json`."""
    verifier = desk.assistant.verifier if desk.assistant else None
    return dataclasses.asdict(gate.check(desk.library, text, verifier, desk.watch))


def search(
    desk: Desk,
    query: str,
    k: Annotated[int, Field(ge=1, le=1000)] = 10,
    source: list[str] | None = None,
    language: list[str] | None = None,
    since: Date = "",
    until: Date = "",
) -> Found:
    """The passages found, best first: the object of `search --json`."""
    scope, left_out = _scope(desk.library, source, language, since, until)
    hits = desk.library.search(query.encode("utf-8", "replace").decode(), k, scope)
    return {**hits_as_json(query, hits), "left_out": left_out}


def sync(desk: Desk, folder: str | None = None) -> Found:
    """Bring the library in line with its folder; FOLDER is the library's from then on."""
    chosen = Path(folder) if folder else sources_folder(desk.library)
    if folder and chosen.is_dir():
        remember_sources_folder(desk.library, chosen)
    return _changes(bring_in_line(desk.library, chosen, desk.watch))


def add(desk: Desk, items: list[str]) -> Found:
    """Take in files by their full path, and web pages by their address."""
    folder = sources_folder(desk.library)
    files = [Path(item) for item in items if not shelf.is_address(item)]
    pages = [item for item in items if shelf.is_address(item)]
    if pages and not desk.web_pages:
        raise BadInput(
            "Web pages are not fetched for a window that other machines can reach: set "
            "KAKEHASHI_WEB_PAGES=1 to allow it."
        )
    changes = []
    if files:
        changes += shelf.add_all(desk.library, folder, shelf.from_files(files), desk.watch)
    for number, page in enumerate(pages):
        desk.watch(Step(page, number, len(pages)))
        changes.append(shelf.add_page(desk.library, folder, page))
    return _changes(changes)


def remove(desk: Desk, source_id: str) -> Found:
    """Take a source out, and its file; what was taken out."""
    library = desk.library  # no part of an id will do: the file is deleted
    removed = shelf.remove(library, sources_folder(library), source_id)
    return {
        "source": dataclasses.asdict(removed.source),
        "file_deleted": removed.content is not None,
        "answers": len(removed.taken.answers),
    }


def edit(desk: Desk, source_id: str, changes: dict[str, str]) -> Found:
    """Change what is said of a source: fields of its metadata; the source as it is then."""
    library = desk.library
    identity = shelf.resolve_id(library, source_id)
    source = shelf.edit(library, sources_folder(library), identity, changes)
    return {"source": dataclasses.asdict(source)}


def sources(desk: Desk, copies: bool = False) -> Found:
    """What is held, what could not be read, and with `copies` which sources repeat each other."""
    catalog = desk.library.catalog
    found: Found = {
        "sources": [dataclasses.asdict(one) for one in catalog.sources()],
        "unreadable": [dataclasses.asdict(one) for one in catalog.unreadable()],
    }
    if copies:
        found["copies"] = [dataclasses.asdict(one) for one in repeated(desk.library.passages.all())]
    return found


def show(
    desk: Desk,
    source_id: str,
    start: Annotated[int, Field(ge=0)] = 0,
    end: Annotated[int, Field(ge=0)] | None = None,
) -> Found:
    """The stored text of a source, or a stretch of it."""
    identity = shelf.resolve_id(desk.library, source_id)
    text = desk.library.catalog.text(identity)[start:end]
    return {"title": desk.library.catalog.source(identity).metadata.title, "text": text}


def backup(desk: Desk, file: str) -> Found:
    """Write everything into one file, while the library goes on being used."""
    made = backups.backup(desk.library, sources_folder(desk.library), Path(file))
    return dataclasses.asdict(made)


def export(
    desk: Desk,
    conversation: str | None = None,
    format: Format = "markdown",  # noqa: A002 - the word for it
    form: Form | None = None,
) -> Found:
    """A conversation as a file: name, media type, bytes as base64; without one, which there are.

    Without `form`, the citation form that was chosen last in the window.
    """
    library = desk.library
    conversations = Conversations(library.database)
    every = conversations.all()
    if conversation is None:
        return {"conversations": [dataclasses.asdict(one) for one in every]}
    found = next((one for one in every if one.id == conversation), None)
    if found is None:
        raise BadInput(
            f"There is no conversation {conversation}: `kakehashi export` lists what there is."
        )
    answers, times = conversations.answers(found.id), conversations.times(found.id)
    made = made_of(
        list(zip(answers, times, strict=True)), cited(answers, library.catalog), format,
        form or chosen_form(library.database), datetime.now().astimezone().date(), found.title,
    )  # fmt: skip
    content = base64.b64encode(made.content).decode()
    return {"name": made.name, "media_type": made.media_type, "content": content}


def place(desk: Desk) -> Found:
    """Where the library lies: its data directory and its sources folder."""
    return {"data": str(desk.library.folder), "sources": str(sources_folder(desk.library))}


def doctor(desk: Desk) -> Found:
    """Look whether everything is well with the open library."""
    return {"findings": [dataclasses.asdict(one) for one in inspect_library(desk.library)]}


_ALL: tuple[Callable[..., Found], ...] = (
ask, check, search, audit, replay, sync, add, remove, edit, sources, show, backup,
export, place, doctor,
)  # fmt: skip
OPERATIONS: dict[str, Callable[..., Found]] = {
    function.__name__: validate_call(config=_STRICT)(function) for function in _ALL
}


def perform(desk: Desk, name: str, values: dict[str, Any]) -> Found:
    """Do what is asked for by name; raises BadInput for what cannot be asked so.

    The notices of the library come along under `notices`.
    """
    operation = OPERATIONS.get(name)
    if operation is None:
        raise BadInput(f"There is no “{name}”: there are {', '.join(OPERATIONS)}.")
    known = list(inspect.signature(operation).parameters)[1:]
    unknown = [key for key in values if key not in known]
    if unknown:
        raise BadInput(f"“{unknown[0]}” is not known to {name}: it takes {', '.join(known)}.")
    try:
        found = operation(desk, **values)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(_wrong(first["loc"], first["msg"], first.get("input"))) from error
    return {**found, "notices": desk.library.notices}


def _assistant(desk: Desk, model: str | None) -> Assistant:
    """The one that serves by default, unless another model is named."""
    if desk.assistant and model in (None, desk.assistant.model_name):
        return desk.assistant  # which has it loaded
    return build_assistant(desk.library, model)


def _wrong(place: Sequence[int | str], message: str, given: object) -> str:
    name = next((part for part in place if isinstance(part, str)), "")
    if name in ("since", "until"):
        return f"“{given}” is not a date: write 2023, 2023-05 or 2023-05-19."
    return f"“{name}” cannot be used as given: {message[:1].lower()}{message[1:]}."


def _changes(changes: Sequence[Change]) -> Found:
    return {"changes": [dataclasses.asdict(change) for change in changes]}


def _scope(
    library: Library,
    sources: list[str] | None,
    languages: list[str] | None,
    since: str,
    until: str,
) -> tuple[Scope, int]:
    """The scope, and how many sources are left out of it for having no date."""
    if not (sources or languages or since or until):
        return EVERYTHING, 0
    if since and until and since[: len(until)] > until[: len(since)]:
        raise BadInput(f"Nothing is dated {since} or later and {until} or earlier: swap them.")
    undated = 0
    if since or until:
        undated = sum(not iso_date(one.metadata.date) for one in library.catalog.sources())
    scope = Scope(
        sources=tuple(shelf.resolve_id(library, one) for one in sources) if sources else None,
        languages=tuple(code.lower() for code in languages or ()),
        since=since,
        until=until,
    )
    return scope, undated
