"""The command line: each command has one thing done, and says what was done.

It opens the library itself, or works through the window that has it open.

Exit codes: 0 well, 1 an error told in one sentence on standard error, 2 wrong usage. Heavy
imports happen inside the commands, so that `--help` is quick.
"""

import base64
import re
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.terminal import (
    ERR,
    OUT,
    list_source,
    print_json,
    progress,
    report,
    say,
    step_from,
    watching,
)
from app.export import Form, Format
from vectorstore.errors import BadInput, KakehashiError, LibraryBusy

cli = typer.Typer(
    name="kakehashi",
    help="Ask a library of source documents, and be shown the exact words behind every sentence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
_FILE_NAME = re.compile(r"[^\s\u2e80-\uffef]*\.[A-Za-z0-9]{1,5}")
_LASTING = ("failed", "duplicate")
_HOLDER = f"`{' '.join(['kakehashi', *sys.argv[1:2]])}`"
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
SourceId = Annotated[str, typer.Argument(metavar="ID", help="The source, as `sources` lists it.")]
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
    except OSError as error:  # of a path that was given
        say(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.", ERR)
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
    from app.service.bootstrap import open_library
    from app.service.remote import find_door
    from app.service.settings import read_settings
    from app.ui.server import run

    try:
        with open_library("`kakehashi serve`"):
            pass  # a library that cannot be opened is told here, not in the browser
    except LibraryBusy:
        door = find_door(read_settings().data)
        if door is None:
            raise
        say(f"The window is open already: {door.address}")
        if browser:
            typer.launch(door.address)
        return
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
    more: Annotated[
        bool, typer.Option("--more", help="Also show what else bears on the question.")
    ] = False,
    audit: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write all that led to the answer into a new file."),
    ] = None,
) -> None:
    """Answer one question, with footnotes."""
    from app.answering.presentation import as_text

    if audit:
        _must_be_new(audit)
    answer = _perform(
        "audit" if audit else "ask",
        question=question, source=source, language=language, since=since, until=until, model=model,
    )  # fmt: skip
    _tell_undated(answer)
    if audit:
        answer = _keep_bundle(answer, audit)
    if as_json:
        print_json(answer, indent=2)
    else:
        say(as_text(answer, more=more))


@cli.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A file that `ask --audit` or the window wrote.")],
    as_json: Json = False,
    model: Model = None,
) -> None:
    """Ask the question of an audit bundle again, and tell what differs."""
    from app.audit.bundle import as_values, read, without_texts

    bundle = as_values(without_texts(read(_at_home(file))))
    found = _perform("replay", bundle=bundle, model=model)
    if as_json:
        print_json(found, indent=2)
        return
    say(f"Asked again: {' '.join(found['question'].split())}")
    for difference in found["differences"]:
        say(f"{difference['part']:<11} {difference['text']}")
    if not found["differences"]:
        OUT.print("Nothing differs.")
    for note in found["notes"]:
        say(f"Note: {note}")


@cli.command()
def check(
    text: Annotated[
        str, typer.Argument(metavar="TEXT|FILE", help="The text, a file that has it, or -.")
    ],
    as_json: Json = False,
) -> None:
    """Check a text from outside: are its quotations and its sentences borne out by the library?"""
    from app.draft_check.report import as_text

    found = _perform("check", text=_given(text))
    if as_json:
        print_json(found, indent=2)
    else:
        say(as_text(found))


@cli.command()
def batch(
    file: Annotated[
        Path, typer.Argument(help='Lines of {"id", "text", "history": \\[\\[role, text], …]}.')
    ],
    model: Model = None,
) -> None:
    """Answer a question a line: for each, what `ask --json` prints, on one line, with its id."""
    from app.service.batch import id_of, lines_of, parse
    from app.service.bootstrap import performing

    failed = 0
    lines = lines_of(file)
    with performing(_HOLDER) as perform:
        for number, line in lines:
            identity = id_of(line, number)
            try:
                asked = parse(line, number)
                values = {"question": asked.text, "history": asked.history, "model": model}
                answer = perform("ask", values, lambda _: None)
                print_json({"id": identity, **_own(answer)})
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
    from app.answering.presentation import shorten

    found = _perform(
        "search", query=query, k=k, source=source, language=language, since=since, until=until
    )
    _tell_undated(found)
    if as_json:
        print_json(found, indent=2)
        return
    for rank, hit in enumerate(found["hits"], start=1):
        page = f", p. {hit['first_page']}" if hit["first_page"] else ""
        place = f"{hit['source_id']}{page}, {hit['start']}–{hit['end']}"
        scores = (
            f"{hit['score']:.3f} (dense {hit['dense']:.3f}, sentence {hit['sentence']:.3f}, "
            f"lexical {hit['lexical']:.2f}, phrases {hit['phrases']:.2f})"
        )
        say(f"{rank}. {scores}  {place}\n   {shorten(hit['text'], 240)}")
    if not found["hits"]:
        OUT.print("Nothing found.")


@cli.command()
def sync(
    folder: Annotated[
        Path | None, typer.Argument(help="The sources folder; from then on the library's.")
    ] = None,
) -> None:
    """Bring the library in line with its folder: what is new, changed or gone there."""
    report(_perform("sync", folder=_full(folder) if folder else None)["changes"])


@cli.command()
def watch(
    folder: Annotated[
        Path | None, typer.Argument(help="The sources folder; from then on the library's.")
    ] = None,
) -> None:
    """Follow the sources folder until Ctrl-C: what changes there is taken in at once."""
    from app.service.bootstrap import watched_folder
    from ingest.watch import follow

    chosen = _at_home(folder).absolute() if folder else watched_folder()
    say(f"Following {chosen} (Ctrl-C stops it).")
    told: set[tuple[str, str]] = set()  # what is wrong with a file is said once

    stopped = threading.Event()

    def end(_: object) -> None:
        if stopped.is_set():  # between two files, where nothing is half done
            raise KeyboardInterrupt

    def bring_in_line() -> None:
        changes = _perform("sync", each_step=end, folder=str(chosen))["changes"]
        report([c for c in changes if (c["path"], c["reason"]) not in told], quiet=True)
        told.update((c["path"], c["reason"]) for c in changes if c["outcome"] in _LASTING)

    with suppress(KeyboardInterrupt):
        _stop_at_ctrl_c(stopped)
        follow(chosen, bring_in_line, stopped, complain=lambda error: say(error, ERR))
    say("Stopped.")


@cli.command()
def add(
    items: Annotated[
        list[str],
        typer.Argument(metavar="PATH|URL…", help="Documents, folders of them, web pages."),
    ],
) -> None:
    """Copy documents, or fetch web pages, into the sources folder and take them in."""
    changes = _perform("add", items=_items(items))["changes"]
    report(changes)
    if any(change["outcome"] == "failed" for change in changes):
        raise BadInput("Not everything could be added: see above. The rest is in the library.")


@cli.command()
def edit(
    source_id: SourceId,
    title: Annotated[str | None, typer.Option(help="What it is called.")] = None,
    author: Annotated[str | None, typer.Option(help="Who wrote it.")] = None,
    publisher: Annotated[str | None, typer.Option(help="Where it appeared.")] = None,
    date: Annotated[str | None, typer.Option(help="When: 2023, 2023-05, 2023-05-19.")] = None,
    url: Annotated[str | None, typer.Option(help="Its web address.")] = None,
    language: Annotated[str | None, typer.Option(help="Its language: en, ja, zh …")] = None,
    note: Annotated[str | None, typer.Option(help="What a reader should know of it.")] = None,
) -> None:
    """Change what is said of a source; an empty value ("") takes it away."""
    from app.answering.presentation import credit
    from vectorstore.records import Metadata

    given = {
        "title": title, "author": author, "publisher": publisher, "date": date, "url": url,
        "language": language, "note": note,
    }  # fmt: skip
    changes = {key: value for key, value in given.items() if value is not None}
    if not changes:
        raise BadInput("Nothing was changed: give --title, --author, --date or another.")
    source = _perform("edit", source_id=source_id, changes=changes)["source"]
    metadata = Metadata(**source["metadata"])
    known = [metadata.title, credit(metadata), metadata.language, metadata.note]
    say(" · ".join(part for part in known if part))


@cli.command()
def remove(source_id: SourceId) -> None:
    """Take a source out of the library, and delete its file in the sources folder."""
    removed = _perform("remove", source_id=source_id)
    source = removed["source"]
    file = f" and its file {source['path']}" if removed["file_deleted"] else ""
    answers = removed["answers"]
    said = f" Its words were taken out of {answers} answer{'s' * (answers > 1)}." if answers else ""
    say(f"Removed “{source['metadata']['title']}”{file}.{said}")


@cli.command()
def sources(
    as_json: Json = False,
    copies: Annotated[
        bool, typer.Option("--copies", help="Also tell which say the same nearly word for word.")
    ] = False,
) -> None:
    """List what the library holds, and the files it could not read."""
    found = _perform("sources", copies=copies)
    if as_json:
        print_json(found, indent=2)
        return
    for one in found["sources"]:
        list_source(one)
    for file in found["unreadable"]:
        say(f"not readable: {file['path']}\n   {file['reason']}")
    for pair in found.get("copies", []):
        passages = f"{pair['passages']} passage" + ("s" if pair["passages"] > 1 else "")
        say(f"copies: {passages} of {pair['source_id']} nearly word for word in {pair['other_id']}")
    if copies and not found["copies"]:
        OUT.print("No two sources repeat each other.")
    if not found["sources"] and not found["unreadable"]:
        OUT.print(
            "The library is empty: put documents into the sources folder and run `kakehashi sync`."
        )


@cli.command()
def show(
    source_id: SourceId,
    start: Annotated[int, typer.Option(min=0, help="First character, from 0.")] = 0,
    end: Annotated[int | None, typer.Option(min=0, help="Where to stop, not included.")] = None,
) -> None:
    """Write the stored text of a source, to which all offsets refer; exactly, when piped."""
    found = _perform("show", source_id=source_id, start=start, end=end)
    text = found["text"]
    if sys.stdout.isatty():
        say(f"{found['title']}\n")
        text += "\n"
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(help="A new file, for example library.zip.")],
) -> None:
    """Write documents, catalog and conversations into one file; also while the window is open."""
    made = _perform("backup", file=_full(file))
    say(
        f"Saved {made['sources']} sources ({made['files']} files) and {made['conversations']} "
        f"conversations in {made['file']} ({made['size'] / 1e6:.1f} MB)."
    )


@cli.command()
def export(
    conversation: Annotated[
        str | None, typer.Argument(help="Its id; without one, the conversations are listed.")
    ] = None,
    as_: Annotated[Format, typer.Option("--as", help="What to make of it.")] = "markdown",
    form: Annotated[
        Form | None,
        typer.Option(help="How sources are cited; else as chosen last in the window."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A new file; else standard output.")
    ] = None,
) -> None:
    """Write a conversation with its footnotes, or the works it cites, for use elsewhere."""
    if conversation is None:
        for one in _perform("export")["conversations"]:
            say(f"{one['id']}  {one['changed'][:10]}  {one['title']}")
        return
    if to:
        _must_be_new(to)
    elif as_ == "docx" and sys.stdout.isatty():
        raise BadInput("A Word document cannot be shown here: name a file with --to.")
    made = _perform("export", conversation=conversation, format=as_, form=form)
    content = base64.b64decode(made["content"])
    if to is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    path = _at_home(to)
    with path.open("xb") as new:
        new.write(content)
    say(f"Written to {path}.")


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` has written.")],
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Replace a library that is not empty; it is saved first."),
    ] = False,
) -> None:
    """Bring back what a backup holds."""
    from app.service.bootstrap import watched_folder
    from app.service.settings import read_settings
    from ingest.backup import restore as bring_back

    data = read_settings().data
    for sentence in bring_back(data, watched_folder(), _at_home(file), replace=replace):
        say(sentence)


@cli.command()
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
) -> None:
    """Look whether everything is well: models, catalog, index, counts, versions, lock."""
    from app.service.doctor import Finding, inspect_installation
    from app.service.doctor import repair as mend

    if repair:
        with progress() as bar:
            done = mend(watching(bar))
        for sentence in done:
            say(sentence)
    findings = inspect_installation()
    try:
        findings += [Finding(**one) for one in _perform("doctor")["findings"]]
    except KakehashiError as error:
        findings.append(Finding("data", well=False, text=str(error)))
    for finding in findings:
        mark = "[green]well[/]" if finding.well else "[red]ill [/]"
        OUT.print(f"{mark}  {finding.part:<10}", end="")
        say(finding.text)
    ill = sum(not finding.well for finding in findings)
    if ill:
        raise KakehashiError(f"{ill} of these are not well: do what is said there.")


def _stop_at_ctrl_c(stopped: threading.Event) -> None:
    """Let the first Ctrl-C set an event; the second stops at once.

    An exception at any point can be lost, where it happens to come up in a destructor. The event is
    set in a thread of its own, since this one may be waiting for it just then.
    """

    def told(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Thread(target=stopped.set).start()

    signal.signal(signal.SIGINT, told)


def _perform(
    name: str, each_step: Callable[[object], None] = lambda _: None, **values: Any
) -> dict[str, Any]:
    """Have an operation done, with its progress; its notices go to standard error."""
    from app.service.bootstrap import performing

    with performing(_HOLDER) as perform, progress() as bar:
        show_step = watching(bar)

        def tell(step: dict[str, Any]) -> None:
            show_step(step_from(step))
            each_step(step)

        found = perform(name, values, tell)
    for notice in found.pop("notices"):
        say(notice, ERR)
    return found


def _must_be_new(file: Path) -> None:
    """Raises BadInput where a file cannot be begun, before a question is asked."""
    path = _at_home(file)
    if path.exists():
        raise BadInput(f"{path} is there already: name another file.")
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent}: make it, or name another file.")


def _keep_bundle(audited: dict[str, Any], file: Path) -> dict[str, Any]:
    """Write the audit bundle of an answer; the answer itself."""
    from app.audit.bundle import as_file

    path = _at_home(file)
    with path.open("xb") as new:
        new.write(as_file(audited["bundle"]))
    say(f"All that led to the answer is in {path}.", ERR)
    answer: dict[str, Any] = audited["answer"]
    return answer


def _tell_undated(found: dict[str, Any]) -> None:
    left_out = found.pop("left_out")
    if left_out:
        say(f"{left_out} of the sources have no date and are left out.", ERR)


def _own(answer: dict[str, Any]) -> dict[str, Any]:
    """What belongs to the answer itself."""
    return {key: value for key, value in answer.items() if key not in ("notices", "left_out")}


def _at_home(path: Path) -> Path:
    """A path with the folder that `~` stands for; raises BadInput if it stands for none."""
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise BadInput(f"There is no folder {path.parts[0]}: check the path.") from error


def _full(path: Path) -> str:
    return str(_at_home(path).absolute())


def _given(text: str) -> str:
    """The text itself, or what standard input or a file says."""
    if text == "-":
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    path = Path(text)
    try:
        path = path.expanduser()
        there = path.is_file()
    except (OSError, RuntimeError, ValueError):  # too long, nobody’s home or no name at all
        there = False
    if not there:
        if path.name == text and _FILE_NAME.fullmatch(text):
            raise BadInput(f"There is no file {text}: check the path, or give the text itself.")
        return text
    from ingest.reader_process import Reading

    with Reading() as reading:
        return reading.read(path.absolute()).text


def _items(given: list[str]) -> list[str]:
    """Web addresses as they are, files by their full path, folders by the files in them."""
    from ingest.scan import walk
    from ingest.source_files import is_address

    items: list[str] = []
    for item in given:
        path = _at_home(Path(item))
        if is_address(item):
            items.append(item)
        elif path.is_dir():
            items += [_full(path / name) for name in walk(path).files]
        elif path.is_file():
            items.append(_full(path))
        else:
            raise BadInput(f"There is no file or folder {path}: check the path. Nothing was added.")
    return items


if __name__ == "__main__":
    main()
