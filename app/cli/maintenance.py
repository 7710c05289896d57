"""Maintenance: `backup`, `restore`, `doctor`."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.paths import absolute, expanded
from app.cli.run import run
from app.cli.terminal import ERR, OUT, progress, say, show_steps
from vectorstore.errors import KakehashiError


def backup(
    file: Annotated[Path, typer.Argument(help="A new file, for example library.zip.")],
) -> None:
    """Write documents, catalog and conversations into one file, even while the window is open."""
    made = run("backup", file=absolute(file))
    say(
        f"Saved {made['sources']} sources ({made['files']} files) and {made['conversations']} "
        f"conversations in {made['file']} ({made['size'] / 1e6:.1f} MB)."
    )
    for warning in made["warnings"]:
        say(warning, ERR)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` has written.")],
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Replace a library that is not empty; it is saved first."),
    ] = False,
) -> None:
    """Restore a backup."""
    from app.service.bootstrap import data_folder, embedding_model
    from app.service.executor import library_folder
    from ingest.backup import restore as restore_backup

    done = restore_backup(
        data_folder(),
        library_folder(),
        expanded(file),
        replace=replace,
        embeddings=embedding_model(),
    )
    for sentence in done:
        say(sentence)


def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Repair what can be repaired.")] = False,
) -> None:
    """Check models, catalog, index, counts, versions and lock."""
    from app.service.doctor import Check, inspect_installation
    from app.service.doctor import repair as repair_all

    if repair:
        with progress() as bar:
            done = repair_all(show_steps(bar))
        for sentence in done:
            say(sentence)
    checks = inspect_installation()
    try:
        checks += [Check(**one) for one in run("doctor")["findings"]]
    except KakehashiError as error:
        checks.append(Check("data", well=False, text=str(error)))
    for check in checks:
        mark = "[green]ok     [/]" if check.well else "[red]problem[/]"
        OUT.print(f"{mark}  {check.part:<11}", end="")
        say(check.text)
    problems = sum(not check.well for check in checks)
    if problems:
        found = "check" if problems == 1 else "checks"
        raise KakehashiError(f"{problems} {found} found a problem: see above what to do.")
