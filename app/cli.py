"""The command line: each command opens the library, does one thing, and says what it did.

Exit codes: 0 well, 1 an error told in one sentence on standard error, 2 wrong usage. Heavy
imports happen inside the commands, so that `--help` is quick.
"""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from vectorstore.errors import BadInput, KakehashiError

if TYPE_CHECKING:
    from rich.progress import Progress

    from app.assistant import Assistant
    from ingest.sync import Change, Watch
    from vectorstore.library import Library
    from vectorstore.records import Turn

cli = typer.Typer(
    name="kakehashi",
    help="Ask a library of source documents, and be shown the exact words behind every sentence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
_out = Console(highlight=False, soft_wrap=True, emoji=False)
_err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="PROVIDER:NAME", help="Let this model write; comes before KAKEHASHI_MODEL."
    ),
]


def main() -> None:
    """Run the command line; the one handler of expected errors."""
    try:
        cli()
    except KakehashiError as error:
        _say(str(error), _err)
        sys.exit(1)
    except KeyboardInterrupt:
        _err.print("Stopped.")
        sys.exit(130)


@cli.command()
def serve(
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Where to begin looking for a free port.")
    ] = 8501,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the browser.")
    ] = True,
) -> None:
    """Open the window, on this machine only."""
    from app.ui.server import run

    with _library():
        pass  # a library that cannot be opened is told here, not in the browser
    run(port, open_browser=browser)


@cli.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    as_json: Json = False,
    source: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only from this source; may be repeated.")
    ] = None,
    model: Model = None,
) -> None:
    """Answer one question, with footnotes."""
    from app.presenting import as_json as to_json
    from app.presenting import as_text
    from ingest.shelf import resolve_id

    with _assistant(model) as assistant:
        chosen = [resolve_id(assistant.library, one) for one in source] if source else None
        answer = assistant.ask(question, sources=chosen)
    if as_json:
        _print_json(to_json(answer), indent=2)
    else:
        _say(as_text(answer))


@cli.command()
def batch(
    file: Annotated[
        Path, typer.Argument(help='Lines of {"id", "text", "history": [[role, text], …]}.')
    ],
    model: Model = None,
) -> None:
    """Answer a question a line: for each, what `ask --json` prints, on one line, with its id."""
    from app.presenting import as_json as to_json

    failed = 0
    lines = _lines(file)
    with _assistant(model) as assistant:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            identity: Any = number
            try:
                asked = _asked(line, number)
                identity = asked.get("id", number)
                answer = assistant.ask(str(asked["text"]), _turns(asked, number))
                _print_json({"id": identity, **to_json(answer)})
            except BadInput as error:
                failed += 1
                _print_json({"id": identity, "error": str(error)})
    if failed:
        raise BadInput(f"{failed} of the lines in {file} could not be asked: see their “error”.")


@cli.command()
def search(
    query: Annotated[str, typer.Argument(help="Words, or a question.")],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    as_json: Json = False,
) -> None:
    """List the passages found, best first, without an answer."""
    from app.presenting import hits_as_json, shorten

    with _library() as library:
        hits = library.search(query.encode("utf-8", "replace").decode(), k)
    if as_json:
        _print_json(hits_as_json(query, hits), indent=2)
        return
    for rank, hit in enumerate(hits, start=1):
        page = f", p. {hit.passage.first_page}" if hit.passage.first_page else ""
        place = f"{hit.passage.source_id}{page}, {hit.passage.start}–{hit.passage.end}"
        scores = f"{hit.score:.3f} (dense {hit.dense:.3f}, lexical {hit.lexical:.2f})"
        _say(f"{rank}. {scores}  {place}\n   {shorten(hit.passage.text, 240)}")
    if not hits:
        _out.print("Nothing found.")


@cli.command()
def sync(
    folder: Annotated[
        Path | None, typer.Argument(help="The sources folder; from then on the library's.")
    ] = None,
) -> None:
    """Bring the library in line with its folder: what is new, changed or gone there."""
    from app.wiring import remember_sources_folder, sources_folder
    from ingest.sync import sync as bring_in_line

    with _library() as library, _progress() as bar:
        chosen = folder.expanduser().absolute() if folder else sources_folder(library)
        if chosen.is_dir():
            remember_sources_folder(library, chosen)
        changes = bring_in_line(library, chosen, _watch(bar))
    _report(changes)


@cli.command()
def add(
    path: Annotated[list[Path], typer.Argument(help="Documents, or folders of them.")],
) -> None:
    """Copy documents into the sources folder and take them in."""
    files = _files(path)
    with _library() as library, _progress() as bar:
        changes = [_bring(library, file, _watch(bar)) for file in files]
    _report(changes)
    if any(change.outcome == "failed" for change in changes):
        raise BadInput("Not everything could be added: see above. The rest is in the library.")


@cli.command()
def remove(
    source_id: Annotated[
        str, typer.Argument(metavar="ID", help="The source, as `sources` lists it.")
    ],
) -> None:
    """Take a source out of the library, and delete its file in the sources folder."""
    from app.wiring import sources_folder
    from ingest.shelf import remove as take_off_shelf
    from ingest.shelf import resolve_id

    with _library() as library:
        folder = sources_folder(library)
        removed = take_off_shelf(library, folder, resolve_id(library, source_id))
    source = removed.source
    file = f" and its file {source.path}" if removed.content is not None else ""
    _say(f"Removed “{source.metadata.title}”{file}.")


@cli.command()
def sources(as_json: Json = False) -> None:
    """List what the library holds, and the files it could not read."""
    from dataclasses import asdict

    with _library() as library:
        held, failed = library.catalog.sources(), library.catalog.unreadable()
    if as_json:
        _print_json(
            {
                "sources": [asdict(one) for one in held],
                "unreadable": [asdict(one) for one in failed],
            },
            indent=2,
        )
        return
    for one in held:
        pages = f", {one.pages} pages" if one.pages else ""
        _say(f"{one.id}\n   {one.metadata.title} ({one.path}{pages}, {one.passages} passages)")
        for warning in one.warnings:
            _say(f"   Note: {warning}")
    for file in failed:
        _say(f"not readable: {file.path}\n   {file.reason}")
    if not held and not failed:
        _out.print(
            "The library is empty: put documents into the sources folder and run `kakehashi sync`."
        )


@cli.command()
def show(
    source_id: Annotated[
        str, typer.Argument(metavar="ID", help="The source, as `sources` lists it.")
    ],
    start: Annotated[int, typer.Option(min=0, help="First character, from 0.")] = 0,
    end: Annotated[int | None, typer.Option(min=0, help="Where to stop, not included.")] = None,
) -> None:
    """Write the stored text of a source, to which all offsets refer; exactly, when piped."""
    from ingest.shelf import resolve_id

    with _library() as library:
        identity = resolve_id(library, source_id)
        text = library.catalog.text(identity)[start:end]
        title = library.catalog.source(identity).metadata.title
    if sys.stdout.isatty():
        _say(f"{title}\n")
        text += "\n"
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


@cli.command()
def doctor() -> None:
    """Look whether everything is well: models, catalog, index, counts, versions, lock."""
    from app.doctor import examine
    from app.settings import read_settings

    ill = 0
    for finding in examine(read_settings()):
        ill += not finding.well
        mark = "[green]well[/]" if finding.well else "[red]ill [/]"
        _out.print(f"{mark}  {finding.part:<10}", end="")
        _say(finding.text)
    if ill:
        raise KakehashiError(f"{ill} of these are not well: do what is said there.")


@contextmanager
def _library() -> "Iterator[Library]":
    from app.wiring import open_library

    with open_library(f"`{' '.join(['kakehashi', *sys.argv[1:2]])}`") as library:
        yield library
        if library.notice:
            _say(library.notice, _err)


@contextmanager
def _assistant(model: str | None) -> "Iterator[Assistant]":
    from app.wiring import build_assistant

    with _library() as library:
        yield build_assistant(library, model)


def _say(text: str, where: Console = _out) -> None:
    """Print a text as it is; what could steer the terminal is left out."""
    where.print(_CONTROL.sub("", text), markup=False)


def _print_json(value: object, indent: int | None = None) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    sys.stdout.write(text.encode("utf-8", "replace").decode() + "\n")
    sys.stdout.flush()


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{file} cannot be read as UTF-8 text: check the path and the file."
        ) from error


def _asked(line: str, number: int) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except ValueError:
        asked = None
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        raise BadInput(f"Line {number} is not a JSON object with a “text”.")
    return asked


def _turns(asked: dict[str, Any], number: int) -> "list[Turn]":
    from vectorstore.records import Turn

    try:
        return [Turn(role, str(text)) for role, text in asked.get("history") or []]
    except (TypeError, ValueError):
        raise BadInput(f"The “history” of line {number} is not a list of [role, text].") from None


def _files(paths: list[Path]) -> list[Path]:
    from ingest.sync import walk

    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += [path / name for name in walk(path).files]
        elif path.is_file():
            files.append(path)
        else:
            raise BadInput(f"There is no file or folder {path}: check the path.")
    return files


def _bring(library: "Library", file: Path, watch: "Watch") -> "Change":
    """Add one file, with the metadata beside it."""
    from app.wiring import sources_folder
    from ingest.metadata import sidecar_of
    from ingest.shelf import add as put_on_shelf
    from ingest.sync import Change

    beside = sidecar_of(file)
    try:
        content = file.read_bytes()
        sidecar = beside.read_bytes() if beside.is_file() else None
    except OSError as error:
        reason = f"{file.name} cannot be read ({error.strerror}): check its permissions."
        return Change(str(file), "failed", reason=reason)
    return put_on_shelf(library, sources_folder(library), file.name, content, watch, sidecar)


@contextmanager
def _progress() -> "Iterator[Progress]":
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_err, transient=True) as bar:
        yield bar


def _watch(bar: "Progress") -> "Watch":
    from ingest.sync import Step

    for task in bar.task_ids:
        bar.remove_task(task)
    files = bar.add_task("files", total=None)
    passages = bar.add_task("passages", total=None, visible=False)

    def watch(step: Step) -> None:
        bar.update(
            files, completed=step.done, total=step.total, description=step.path[-40:] or "done"
        )
        bar.update(
            passages, completed=step.embedded, total=step.passages, visible=step.passages > 0
        )

    return watch


def _report(changes: "list[Change]") -> None:
    counts: dict[str, int] = {}
    for change in changes:
        counts[change.outcome] = counts.get(change.outcome, 0) + 1
        if change.outcome != "unchanged":
            reason = f": {change.reason}" if change.reason else ""
            _say(f"{change.outcome:<9} {change.path}{reason}")
    total = ", ".join(f"{n} {outcome}" for outcome, n in sorted(counts.items()))
    total = total or "The folder is empty."
    _say(total)


if __name__ == "__main__":
    main()
