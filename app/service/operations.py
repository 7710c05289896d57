"""The operations on a library, each with plain values (JSON) as arguments and result.

`executor.py` runs them for the command line and for the window's JSON API. Nothing is printed here.
"""

import base64
import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, validate_call

from app.answering.assistant import Assistant
from app.answering.presentation import hits_as_json
from app.audit import bundle as bundles
from app.audit import replay as replays
from app.audit.capture import capture
from app.draft_check import checker
from app.export.citation_styles import load_citation_style
from app.export.files import cited_sources
from app.export.files import export as export_answers
from app.export.formats import CitationStyle, Format
from app.service import bootstrap, reading
from app.service.batch import turns_of
from app.service.bootstrap import build_assistant, remember_sources_folder, sources_folder
from app.service.doctor import inspect_library
from app.service.people import OWNER, Person
from ingest import backup as backups
from ingest import source_files
from ingest.loading import load_files
from ingest.progress import Change, Step
from ingest.sync import sync as sync_folder
from vectorstore.errors import BadInput
from vectorstore.library import Library
from vectorstore.near_duplicates import find_near_duplicates
from vectorstore.records import EVERYTHING, Scope
from vectorstore.storage.conversations import Conversations
from vectorstore.text.iso_dates import iso_date, today

Report = Callable[[dict[str, Any]], None]
Result = dict[str, Any]
DATE = r"^(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?$"
Date = Annotated[str, Field(pattern=DATE)]
_STRICT = ConfigDict(arbitrary_types_allowed=True, strict=True)


@dataclasses.dataclass(frozen=True, slots=True)
class OperationContext:
    """An open library, its default assistant, where progress is reported, and for whom."""

    library: Library
    assistant: Assistant | None = None
    report: Report = lambda _: None
    web_pages: bool = True
    person: Person = OWNER

    def on_step(self, step: Step) -> None:
        """Report a step of a sync as plain values."""
        self.report(dataclasses.asdict(step))


def ask(
    context: OperationContext,
    question: str,
    history: list[list[str]] | None = None,
    source: list[str] | None = None,
    language: list[str] | None = None,
    since: Date = "",
    until: Date = "",
    model: str | None = None,
) -> Result:
    """Answer a question: the object of `ask --json`."""
    scope, left_out = _scope(context.library, source, language, since, until)
    answer = _assistant(context, model).ask(question, turns_of(history or []), scope)
    return {**reading.answer_values(context.library, answer), "left_out": left_out}


def audit(
    context: OperationContext,
    question: str,
    history: list[list[str]] | None = None,
    source: list[str] | None = None,
    language: list[str] | None = None,
    since: Date = "",
    until: Date = "",
    model: str | None = None,
) -> Result:
    """Answer a question, and return with the answer an audit bundle of what led to it."""
    scope, left_out = _scope(context.library, source, language, since, until)
    assistant = _assistant(context, model)
    turns = turns_of(history or [])
    answer = reading.with_links(context.library, assistant.ask(question, turns, scope))
    bundle = bundles.as_values(capture(assistant, answer, turns))
    shown = reading.answer_values(context.library, answer)
    return {"answer": shown, "bundle": bundle, "left_out": left_out}


def replay(context: OperationContext, bundle: dict[str, Any], model: str | None = None) -> Result:
    """Ask the question of an audit bundle again: the object of `replay --json`.

    A bundle may come from anywhere: without `model`, the model it names is asked only if it is the
    default one, so that no file decides where questions are sent.
    """
    before = bundles.parse(bundle)
    assistant = _assistant(context, model)
    if model is None and assistant.model_name != before.model.name:
        assistant = Assistant(context.library)
    return replays.as_values(replays.replay(assistant, before))


def check(context: OperationContext, text: str) -> Result:
    """Check a text from outside, sentence by sentence: the object of `check --json`."""
    assistant = context.assistant
    verifier = assistant.verifier if assistant else None
    reader = assistant.second_reader if assistant else bootstrap.second_reader(context.library)
    report = checker.check_draft(context.library, text, verifier, context.on_step, reader)
    return reading.report_values(context.library, report)


def search(
    context: OperationContext,
    query: str,
    k: Annotated[int, Field(ge=1, le=1000)] = 10,
    source: list[str] | None = None,
    language: list[str] | None = None,
    since: Date = "",
    until: Date = "",
) -> Result:
    """Return the passages found, best first: the object of `search --json`."""
    scope, left_out = _scope(context.library, source, language, since, until)
    hits = context.library.search(query.encode("utf-8", "replace").decode(), k, scope)
    return {**hits_as_json(query, hits), "left_out": left_out}


def sync(context: OperationContext, folder: str | None = None) -> Result:
    """Bring the library in line with its folder; `folder` becomes the library's sources folder."""
    chosen = Path(folder) if folder else sources_folder(context.library)
    if folder and chosen.is_dir():
        remember_sources_folder(context.library, chosen)
    return _changes(sync_folder(context.library, chosen, context.on_step))


def add(context: OperationContext, items: list[str]) -> Result:
    """Add files and folders by their full path, and web pages by their address."""
    folder = sources_folder(context.library)
    files = [Path(item) for item in items if not source_files.is_address(item)]
    pages = [item for item in items if source_files.is_address(item)]
    if pages and not context.web_pages:
        raise BadInput(
            "Web pages are not fetched for a window that other machines can reach: set "
            "KAKEHASHI_WEB_PAGES=1 to allow it."
        )
    changes = []
    if files:
        changes += source_files.add_all(context.library, folder, load_files(files), context.on_step)
    for number, page in enumerate(pages):
        context.on_step(Step(page, number, len(pages)))
        changes.append(source_files.add_page(context.library, folder, page))
    return _changes(changes)


def remove(context: OperationContext, source_id: str) -> Result:
    """Remove a source and its file; return what was removed."""
    library = context.library
    removed = source_files.remove(library, sources_folder(library), source_id)  # a whole id
    return {
        "source": dataclasses.asdict(removed.source),
        "file_deleted": removed.content is not None,
        "answers": len(removed.redacted.answers) if context.person == OWNER else None,
    }


def edit(context: OperationContext, source_id: str, changes: dict[str, str]) -> Result:
    """Change fields of a source's metadata; return the changed source."""
    library = context.library
    identity = source_files.resolve_id(library, source_id)
    source = source_files.edit(library, sources_folder(library), identity, changes)
    return {"source": dataclasses.asdict(source)}


def sources(context: OperationContext, copies: bool = False) -> Result:
    """List the sources, the unreadable files and, with `copies`, sources that repeat each other."""
    catalog = context.library.catalog
    found: Result = {
        "sources": [reading.source_values(one) for one in catalog.sources()],
        "unreadable": [dataclasses.asdict(one) for one in catalog.unreadable()],
    }
    if copies:
        found["copies"] = [
            dataclasses.asdict(one) for one in find_near_duplicates(context.library.passages.all())
        ]
    return found


def show(
    context: OperationContext,
    source_id: str,
    start: Annotated[int, Field(ge=0)] = 0,
    end: Annotated[int, Field(ge=0)] | None = None,
) -> Result:
    """Return the stored text of a source, or a stretch of it."""
    identity = source_files.resolve_id(context.library, source_id)
    source = context.library.catalog.source(identity)
    text = context.library.catalog.text(identity)[start:end]
    warnings = reading.summed_warnings(source)
    return {"title": source.metadata.title, "text": text, "reading": warnings}


def backup(context: OperationContext, file: str) -> Result:
    """Write everything into one file while the library stays in use."""
    made = backups.backup(context.library, sources_folder(context.library), Path(file))
    return dataclasses.asdict(made)


def export(
    context: OperationContext,
    conversation: str | None = None,
    format: Format = "markdown",  # noqa: A002 - the word for it
    form: CitationStyle | None = None,
) -> Result:
    """Return a conversation as a file (name, media type, bytes as base64), or list all of them.

    Without `form`, sources are cited as chosen last in the window.
    """
    library = context.library
    conversations = Conversations(library.database, context.person.name)
    if conversation is None:
        return {"conversations": [dataclasses.asdict(one) for one in conversations.all()]}
    found = conversations.find(conversation)
    if found is None or not (told := conversations.answers(conversation)):
        raise BadInput(
            f"There is no conversation {conversation} with an answer: `kakehashi export` lists all."
        )
    answers = [reading.with_links(library, one) for one in told]
    made = export_answers(
        list(zip(answers, conversations.times(conversation), strict=True)),
        cited_sources(answers, library.catalog), format,
        form or load_citation_style(library.database, context.person.name), today(), found.title,
    )  # fmt: skip
    content = base64.b64encode(made.content).decode()
    return {"name": made.name, "media_type": made.media_type, "content": content}


def place(context: OperationContext) -> Result:
    """Return the data directory and the sources folder of the library."""
    return {"data": str(context.library.folder), "sources": str(sources_folder(context.library))}


def doctor(context: OperationContext) -> Result:
    """Inspect the open library."""
    return {"findings": [dataclasses.asdict(one) for one in inspect_library(context.library)]}


_ALL: tuple[Callable[..., Result], ...] = (
ask, check, search, audit, replay, sync, add, remove, edit, sources, show, backup,
export, place, doctor,
)  # fmt: skip
OPERATIONS: dict[str, Callable[..., Result]] = {
    function.__name__: validate_call(config=_STRICT)(function) for function in _ALL
}


def _assistant(context: OperationContext, model: str | None) -> Assistant:
    """Return the default assistant, unless another model is named."""
    if context.assistant and model in (None, context.assistant.model_name):
        return context.assistant  # its model is loaded already
    return build_assistant(context.library, model)


def _changes(changes: Sequence[Change]) -> Result:
    return {"changes": [dataclasses.asdict(change) for change in changes]}


def _scope(
    library: Library,
    sources: list[str] | None,
    languages: list[str] | None,
    since: str,
    until: str,
) -> tuple[Scope, int]:
    """Return the scope, and how many sources it leaves out because they have no date."""
    if not (sources or languages or since or until):
        return EVERYTHING, 0
    if since and until and since[: len(until)] > until[: len(since)]:
        raise BadInput(f"Nothing is dated {since} or later and {until} or earlier: swap them.")
    undated = 0
    if since or until:
        undated = sum(not iso_date(one.metadata.date) for one in library.catalog.sources())
    scope = Scope(
        sources=tuple(source_files.resolve_id(library, one) for one in sources)
        if sources
        else None,
        languages=tuple(code.lower() for code in languages or ()),
        since=since,
        until=until,
    )
    return scope, undated
