"""The sources of the library: `sync`, `watch`, `add`, `edit`, `remove`, `sources`, `show`."""

import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import Json, SourceId
from app.cli.paths import absolute, expanded
from app.cli.run import run
from app.cli.terminal import ERR, OUT, list_source, on_one_line, print_json, report, say
from vectorstore.errors import BadInput
from vectorstore.text.hidden import visible

_UNRESOLVED = ("failed", "duplicate")


def sync(
    folder: Annotated[
        Path | None, typer.Argument(help="The sources folder, remembered from then on.")
    ] = None,
) -> None:
    """Bring the library in line with its folder: add what is new, update, remove."""
    report(run("sync", folder=absolute(folder) if folder else None)["changes"])


def watch(
    folder: Annotated[
        Path | None, typer.Argument(help="The sources folder, remembered from then on.")
    ] = None,
) -> None:
    """Watch the sources folder until Ctrl-C, and sync after every change."""
    from app.service.executor import library_folder
    from ingest.watch import watch as watch_folder

    chosen = expanded(folder).absolute() if folder else library_folder()
    say(f"Watching {chosen} (Ctrl-C stops it).")
    reported: set[tuple[str, str]] = set()  # a problem of a file is reported once
    stopped = threading.Event()

    def stop_if_asked(_: object) -> None:
        if stopped.is_set():  # between two files, when nothing is half done
            raise KeyboardInterrupt

    def sync_changes() -> None:
        changes = run("sync", each_step=stop_if_asked, folder=str(chosen))["changes"]
        report([c for c in changes if (c["path"], c["reason"]) not in reported], quiet=True)
        reported.update((c["path"], c["reason"]) for c in changes if c["outcome"] in _UNRESOLVED)

    with suppress(KeyboardInterrupt):
        _stop_at_ctrl_c(stopped)
        watch_folder(chosen, sync_changes, stopped, on_error=lambda error: say(error, ERR))
    say("Stopped.")


def add(
    items: Annotated[
        list[str],
        typer.Argument(metavar="PATH|URL…", help="Documents, folders of them, web pages."),
    ],
) -> None:
    """Copy documents, or fetch web pages, into the sources folder and index them."""
    changes = run("add", items=_items(items))["changes"]
    report(changes)
    if any(change["outcome"] == "failed" for change in changes):
        raise BadInput("Not everything could be added: see above. The rest was added.")


def edit(
    source_id: SourceId,
    title: Annotated[str | None, typer.Option(help="Its title.")] = None,
    author: Annotated[str | None, typer.Option(help="Its author: Doe, Jane; Roe, Ann.")] = None,
    editor: Annotated[str | None, typer.Option(help="Its editor.")] = None,
    translator: Annotated[str | None, typer.Option(help="Its translator.")] = None,
    publisher: Annotated[str | None, typer.Option(help="Its publisher.")] = None,
    date: Annotated[str | None, typer.Option(help="Its date: 2023, 2023-05, 2023-05-19.")] = None,
    url: Annotated[str | None, typer.Option(help="Its web address.")] = None,
    language: Annotated[str | None, typer.Option(help="Its language: en, ja, zh …")] = None,
    note: Annotated[str | None, typer.Option(help="A note for readers.")] = None,
) -> None:
    """Change the metadata of a source; an empty value ("") deletes it."""
    from app.answering.presentation import credit
    from vectorstore.records import Metadata

    given = {
        "title": title, "author": author, "editor": editor, "translator": translator,
        "publisher": publisher, "date": date, "url": url, "language": language, "note": note,
    }  # fmt: skip
    changes = {key: value for key, value in given.items() if value is not None}
    if not changes:
        raise BadInput("Nothing was changed: give --title, --author, --date or another option.")
    source = run("edit", source_id=source_id, changes=changes)["source"]
    metadata = Metadata(**source["metadata"])
    known = [metadata.title, credit(metadata), metadata.language, metadata.note]
    say(" · ".join(part for part in known if part))


def remove(source_id: SourceId) -> None:
    """Remove a source from the library, and delete its file in the sources folder."""
    removed = run("remove", source_id=source_id)
    source = removed["source"]
    file = f" and its file {on_one_line(source['path'])}" if removed["file_deleted"] else ""
    answers = removed["answers"]
    note = f" Its words were deleted from {answers} answer{'s' * (answers > 1)}." if answers else ""
    say(f"Removed “{source['metadata']['title']}”{file}.{note}")


def sources(
    as_json: Json = False,
    copies: Annotated[
        bool,
        typer.Option("--copies", help="Also list near-copies among the sources."),
    ] = False,
) -> None:
    """List what the library holds, and the files it could not read."""
    found = run("sources", copies=copies)
    if as_json:
        print_json(found, indent=2)
        return
    for one in found["sources"]:
        list_source(one)
    for file in found["unreadable"]:
        say(f"not readable: {on_one_line(file['path'])}\n   {on_one_line(file['reason'])}")
    for pair in found.get("copies", []):
        passages = f"{pair['passages']} passage" + ("s" if pair["passages"] > 1 else "")
        say(f"copies: {passages} of {pair['source_id']} nearly word for word in {pair['other_id']}")
    if copies and not found["copies"]:
        OUT.print("No two sources repeat each other.")
    if not found["sources"] and not found["unreadable"]:
        OUT.print(
            "The library is empty: put documents into the sources folder and run `kakehashi sync`."
        )


def show(
    source_id: SourceId,
    start: Annotated[int, typer.Option(min=0, help="First character, from 0.")] = 0,
    end: Annotated[int | None, typer.Option(min=0, help="Where to stop, not included.")] = None,
) -> None:
    """Print the stored text of a source, to which all offsets refer; exact when piped.

    A terminal shows the numbers of characters that are not seen or would steer it.
    """
    found = run("show", source_id=source_id, start=start, end=end)
    text = found["text"]
    if sys.stdout.isatty():
        say(f"{found['title']}\n")
        for warning in found["reading"]:
            say(f"Note: {warning['sentence']}\n")
        text = f"{visible(text)}\n"
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _stop_at_ctrl_c(stopped: threading.Event) -> None:
    """Let the first Ctrl-C set an event; the second stops at once.

    An exception could be lost if it came up in a destructor. The event is set in another thread,
    because this one may be waiting for it at that moment.
    """

    def handle(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Thread(target=stopped.set).start()

    signal.signal(signal.SIGINT, handle)


def _items(given: list[str]) -> list[str]:
    """Return web addresses as they are, files and folders by their full path."""
    from ingest.source_files import is_address

    items: list[str] = []
    for item in given:
        path = expanded(Path(item))
        if is_address(item):
            items.append(item)
        elif path.is_dir() or path.is_file():
            items.append(absolute(path))
        else:
            raise BadInput(f"There is no file or folder {path}: check the path. Nothing was added.")
    return items
