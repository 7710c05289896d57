"""Export: `export`."""

import base64
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.paths import expanded, require_new
from app.cli.run import run
from app.cli.terminal import say
from app.export.formats import CitationStyle, Format
from vectorstore.errors import BadInput
from vectorstore.private_files import open_private


def export(
    conversation: Annotated[
        str | None, typer.Argument(help="Its id; without one, list the conversations.")
    ] = None,
    as_: Annotated[Format, typer.Option("--as", help="The format.")] = "markdown",
    form: Annotated[
        CitationStyle | None,
        typer.Option(help="How sources are cited; otherwise as last chosen in the window."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A new file; otherwise standard output.")
    ] = None,
) -> None:
    """Export a conversation with its footnotes, or the works it cites."""
    if conversation is None:
        for one in run("export")["conversations"]:
            say(f"{one['id']}  {one['changed'][:10]}  {one['title']}")
        return
    if to:
        require_new(to)
    elif as_ == "docx" and sys.stdout.isatty():
        raise BadInput("A terminal cannot show a Word document: name a file with --to.")
    made = run("export", conversation=conversation, format=as_, form=form)
    content = base64.b64decode(made["content"])
    if to is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    path = expanded(to)
    with open_private(path, new=True) as new:
        new.write(content)
    say(f"Wrote {path}.")
