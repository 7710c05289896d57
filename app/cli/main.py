"""The command line: the commands, and the one handler of expected errors.

A command opens the library itself, or works through the window that has it open. Exit codes: 0
success, 1 an error in one sentence on standard error, 2 wrong usage. Heavy imports happen inside
the commands, so that `--help` is quick.
"""

import atexit
import gc
import sys

import typer

from app.cli import ask, check, export, library, maintenance, models, window
from app.cli.terminal import ERR, say
from vectorstore.errors import KakehashiError
from vectorstore.private_files import keep_private
from vectorstore.secrets import hide_in_logs

_NEW_OBJECTS = 50_000  # between two looks for what can be freed; judged: Python's 700 is for less

cli = typer.Typer(
    name="kakehashi",
    help="Ask a library of source documents, and be shown the exact words behind every sentence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (
    *(window.serve, ask.ask, check.check, ask.search, ask.batch, ask.replay),
    *(library.add, library.sync, library.watch, library.sources, library.show),
    *(library.edit, library.remove, export.export),
    *(maintenance.backup, maintenance.restore, maintenance.doctor),
):
    cli.command()(command)
cli.add_typer(models.models)


def main() -> None:
    """Run the command line."""
    keep_private()
    hide_in_logs()
    # Imports make a million objects that stay. Looking through them took a fifth of a short
    # command, and as long again at its end, which `freeze` spares.
    gc.set_threshold(_NEW_OBJECTS)
    atexit.register(gc.freeze)
    try:
        typer.main.get_command(cli)()  # `cli()` would let Typer print errors that are not ours
    except KakehashiError as error:
        say(str(error), ERR)
        sys.exit(1)
    except OSError as error:  # of a path that was given
        say(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.", ERR)
        sys.exit(1)
    except KeyboardInterrupt:
        ERR.print("Stopped.")
        sys.exit(130)
