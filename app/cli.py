"""The command line: each command opens the library, does one thing, and says what it did.

Exit codes: 0 well, 1 an error told in one sentence on standard error, 2 wrong usage. Heavy
imports happen inside the commands, so that `--help` is quick.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.terminal import ERR, OUT, print_json, progress, report, say, watching
from vectorstore.errors import BadInput, KakehashiError

if TYPE_CHECKING:
    from app.assistant import Assistant
    from vectorstore.library import Library
    from vectorstore.records import Scope

cli = typer.Typer(
    name="kakehashi",
    help="Ask a library of source documents, and be shown the exact words behind every sentence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Sources = Annotated[
    list[str] | None, typer.Option(metavar="ID", help="Only from this source; may be repeated.")
]
Languages = Annotated[
    list[str] | None,
    typer.Option(metavar="CODE", help="Only sources in this language (en, ja …); may be repeated."),
]
Since = Annotated[
    str, typer.Option(metavar="DATE", help="Only sources dated so or later: 2023, 2023-05 …")
]
Until = Annotated[
    str, typer.Option(metavar="DATE", help="Only sources dated so or earlier: 2023, 2023-05 …")
]
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
        say(str(error), ERR)
        sys.exit(1)
    except KeyboardInterrupt:
        ERR.print("Stopped.")
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
    source: Sources = None,
    language: Languages = None,
    since: Since = "",
    until: Until = "",
    model: Model = None,
) -> None:
    """Answer one question, with footnotes."""
    from app.presenting import as_json as to_json
    from app.presenting import as_text

    with _assistant(model) as assistant:
        scope = _scope(assistant.library, source, language, since, until)
        answer = assistant.ask(question, scope=scope)
    if as_json:
        print_json(to_json(answer), indent=2)
    else:
        say(as_text(answer))


@cli.command()
def batch(
    file: Annotated[
        Path, typer.Argument(help='Lines of {"id", "text", "history": [[role, text], …]}.')
    ],
    model: Model = None,
) -> None:
    """Answer a question a line: for each, what `ask --json` prints, on one line, with its id."""
    from app.batch import id_of, lines_of, parse
    from app.presenting import as_json as to_json

    failed = 0
    lines = lines_of(file)
    with _assistant(model) as assistant:
        for number, line in lines:
            identity = id_of(line, number)
            try:
                asked = parse(line, number)
                answer = assistant.ask(asked.text, asked.history)
                print_json({"id": identity, **to_json(answer)})
            except BadInput as error:
                failed += 1
                print_json({"id": identity, "error": str(error)})
    if failed:
        raise BadInput(f"{failed} of the lines in {file} could not be asked: see their “error”.")


@cli.command()
def search(
    query: Annotated[str, typer.Argument(help="Words, or a question.")],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    as_json: Json = False,
    source: Sources = None,
    language: Languages = None,
    since: Since = "",
    until: Until = "",
) -> None:
    """List the passages found, best first, without an answer."""
    from app.presenting import hits_as_json, shorten

    with _library() as library:
        scope = _scope(library, source, language, since, until)
        hits = library.search(query.encode("utf-8", "replace").decode(), k, scope)
    if as_json:
        print_json(hits_as_json(query, hits), indent=2)
        return
    for rank, hit in enumerate(hits, start=1):
        page = f", p. {hit.passage.first_page}" if hit.passage.first_page else ""
        place = f"{hit.passage.source_id}{page}, {hit.passage.start}–{hit.passage.end}"
        scores = (
            f"{hit.score:.3f} (dense {hit.dense:.3f}, sentence {hit.sentence:.3f}, "
            f"lexical {hit.lexical:.2f}, phrases {hit.phrases:.2f})"
        )
        say(f"{rank}. {scores}  {place}\n   {shorten(hit.passage.text, 240)}")
    if not hits:
        OUT.print("Nothing found.")


@cli.command()
def sync(
    folder: Annotated[
        Path | None, typer.Argument(help="The sources folder; from then on the library's.")
    ] = None,
) -> None:
    """Bring the library in line with its folder: what is new, changed or gone there."""
    from app.wiring import remember_sources_folder, sources_folder
    from ingest.sync import sync as bring_in_line

    with _library() as library, progress() as bar:
        chosen = folder.expanduser().absolute() if folder else sources_folder(library)
        if chosen.is_dir():
            remember_sources_folder(library, chosen)
        changes = bring_in_line(library, chosen, watching(bar))
    report(changes)


@cli.command()
def add(
    path: Annotated[list[Path], typer.Argument(help="Documents, or folders of them.")],
) -> None:
    """Copy documents into the sources folder and take them in."""
    from app.wiring import sources_folder
    from ingest.shelf import add_file

    files = _files(path)
    with _library() as library, progress() as bar:
        folder = sources_folder(library)
        changes = [add_file(library, folder, file, watching(bar)) for file in files]
    report(changes)
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
    say(f"Removed “{source.metadata.title}”{file}.")


@cli.command()
def sources(as_json: Json = False) -> None:
    """List what the library holds, and the files it could not read."""
    from dataclasses import asdict

    from app.presenting import credit

    with _library() as library:
        held, failed = library.catalog.sources(), library.catalog.unreadable()
    if as_json:
        print_json(
            {
                "sources": [asdict(one) for one in held],
                "unreadable": [asdict(one) for one in failed],
            },
            indent=2,
        )
        return
    for one in held:
        pages = f", {one.pages} pages" if one.pages else ""
        say(f"{one.id}\n   {one.metadata.title} ({one.path}{pages}, {one.passages} passages)")
        if credit(one.metadata):
            say(f"   {credit(one.metadata)}")
        for warning in one.warnings:
            say(f"   Note: {warning}")
    for file in failed:
        say(f"not readable: {file.path}\n   {file.reason}")
    if not held and not failed:
        OUT.print(
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
        say(f"{title}\n")
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
        OUT.print(f"{mark}  {finding.part:<10}", end="")
        say(finding.text)
    if ill:
        raise KakehashiError(f"{ill} of these are not well: do what is said there.")


@contextmanager
def _library() -> "Iterator[Library]":
    from app.wiring import open_library

    with open_library(f"`{' '.join(['kakehashi', *sys.argv[1:2]])}`") as library:
        yield library
        if library.notice:
            say(library.notice, ERR)


@contextmanager
def _assistant(model: str | None) -> "Iterator[Assistant]":
    from app.wiring import build_assistant

    with _library() as library:
        yield build_assistant(library, model)


def _scope(
    library: "Library",
    sources: list[str] | None,
    languages: list[str] | None,
    since: str,
    until: str,
) -> "Scope":
    from ingest.shelf import resolve_id
    from vectorstore.metadata import day_of
    from vectorstore.records import Scope

    for date in filter(None, (since, until)):
        if not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", date):
            raise BadInput(f"“{date}” is not a date: write 2023, 2023-05 or 2023-05-19.")
    if since and until and since[: len(until)] > until[: len(since)]:
        raise BadInput(f"Nothing is dated {since} or later and {until} or earlier: swap them.")
    undated = sum(not day_of(one.metadata.date) for one in library.catalog.sources())
    if (since or until) and undated:
        say(f"{undated} of the sources have no date and are left out.", ERR)
    return Scope(
        sources=tuple(resolve_id(library, one) for one in sources) if sources else None,
        languages=tuple(code.lower() for code in languages or ()),
        since=since,
        until=until,
    )


def _files(paths: list[Path]) -> list[Path]:
    from ingest.walk import walk

    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += [path / name for name in walk(path).files]
        elif path.is_file():
            files.append(path)
        else:
            raise BadInput(f"There is no file or folder {path}: check the path.")
    return files


if __name__ == "__main__":
    main()
