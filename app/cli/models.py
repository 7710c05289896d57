"""The models for searching and checking: `models`, `models get`, `models use`."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.options import Json
from app.cli.terminal import ERR, as_label, print_json, say

if TYPE_CHECKING:
    from app.service.models import ListedModel
    from vectorstore.encoders.fetched_models import Report

models = typer.Typer(name="models", invoke_without_command=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The model, as `models` lists it.")]


@models.callback()
def list_all(context: typer.Context, as_json: Json = False) -> None:
    """List the models that check, embed and rerank, and which are here and in use.

    Published figures were read in model cards and papers; nothing was measured here. With a
    command: fetch a model, or use one that is here.
    """
    if context.invoked_subcommand:
        return
    from app.service.models import list_models

    listed = list_models()
    if as_json:
        print_json({"models": [dataclasses.asdict(one) for one in listed]}, indent=2)
        return
    for number, one in enumerate(listed):
        if number == 0 or one.role != listed[number - 1].role:
            say(("\n" if number else "") + one.role.capitalize())
        _show(one)
    say("\n* in use, + on this machine. `kakehashi models get NAME` fetches a model and uses it.")


@models.command()
def get(
    name: Name,
    revision: Annotated[
        str, typer.Option(metavar="REV", help="Another revision than the pinned one.")
    ] = "",
) -> None:
    """Fetch a model into the data directory, verify it, and use it from then on.

    Of several models for one purpose, the last one counts. A download that broke off continues.
    HF_ENDPOINT names a mirror of the model hub.
    """
    from app.service.models import get_model

    with _download() as report:
        said = get_model(name, report, revision)
    for sentence in said:
        say(sentence)


@models.command()
def use(
    name: Annotated[
        str, typer.Argument(metavar="NAME|default", help="A model that is here, or `default`.")
    ],
    role: Annotated[
        str,
        typer.Option(metavar="ROLE", help="With `default`: only checker, embedding or reranker."),
    ] = "",
) -> None:
    """Use a model that is here, or those that are used without a choice."""
    from app.service.models import use_model

    for sentence in use_model(name, role):
        say(sentence)


@contextmanager
def _download() -> Iterator["Report"]:
    """A progress bar on standard error, gone when the block ends."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=ERR, transient=True, disable=not ERR.is_terminal) as bar:
        task = bar.add_task("asking the hub", total=None)

        def report(file: str, there: int, total: int) -> None:
            bar.update(task, description=as_label(file), completed=there, total=total)

        yield report


def _show(one: "ListedModel") -> None:
    """Print one model in three lines at most."""
    mark = "*" if one.used else "+" if one.here else " "
    say(f"{mark} {one.name}: {one.about}")
    facts = [
        one.hub,
        _size(one),
        one.licence or "licence unknown",
        _languages(one.languages),
        "" if one.pinned or one.here or not one.hub else "no revision pinned",
    ]
    say(f"    {', '.join(fact for fact in facts if fact)}")
    if one.figure:
        say(f"    {one.figure} ({one.figure_source})")


def _size(one: "ListedModel") -> str:
    known = [
        f"{one.parameters / 1e6:.0f}M parameters" if one.parameters else "",
        f"{one.bytes / 1e6:,.0f} MB" if one.bytes else "",
    ]
    return ", ".join(fact for fact in known if fact) or "size unknown"


def _languages(codes: tuple[str, ...]) -> str:
    if not codes:
        return "languages unknown"
    return " ".join("and others" if code == "mul" else code for code in codes)
