"""Checking a text from outside: `check`."""

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import Json
from app.cli.run import run
from app.cli.terminal import print_json, say
from vectorstore.errors import BadInput

_FILE_NAME = re.compile(r"[^\s\u2e80-\uffef]*\.[A-Za-z0-9]{1,5}")


def check(
    text: Annotated[
        str, typer.Argument(metavar="TEXT|FILE", help="The text, a file that has it, or -.")
    ],
    as_json: Json = False,
) -> None:
    """Check a text from outside: does the library support its quotations and sentences?"""
    from app.draft_check.report import format_report

    found = run("check", text=_given(text))
    if as_json:
        print_json(found, indent=2)
    else:
        say(format_report(found))


def _given(text: str) -> str:
    """Return the text given, or that of standard input or of a file."""
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
    from ingest.reader_process import ReaderProcess

    with ReaderProcess() as reading:
        return reading.read(path.absolute(), draft=True).text
