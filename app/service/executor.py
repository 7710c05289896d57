"""Run operations by name: here on the open library, or in the window that has it open."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.service import activity
from app.service.bootstrap import data_folder, fixed_model, open_library, set_sources_folder
from app.service.operations import OPERATIONS, OperationContext, Report, Result
from app.service.people import NEEDS, OWNER, Person, Role
from app.service.remote import call_window, find_window
from ingest.source_files import is_address
from vectorstore.errors import BadInput, LibraryBusy

_NEEDS = {
    **dict.fromkeys(
        ("ask", "audit", "replay", "check", "search", "sources", "show", "export"), Role.READER
    ),
    **dict.fromkeys(("add", "sync", "edit", "remove"), Role.EDITOR),
}
Execute = Callable[[str, dict[str, Any], Report], Result]


def execute(context: OperationContext, name: str, values: dict[str, Any]) -> Result:
    """Run an operation by name; the library's notices are in the result under `notices`.

    Raise BadInput for an unknown operation or value.
    """
    operation = OPERATIONS.get(name)
    if operation is None:
        raise BadInput(f"There is no operation “{name}”: there are {', '.join(OPERATIONS)}.")
    known = list(inspect.signature(operation).parameters)[1:]
    unknown = [key for key in values if key not in known]
    if unknown:
        raise BadInput(f"{name} does not know “{unknown[0]}”: it takes {', '.join(known)}.")
    _permit(context.person, name, values)
    try:
        result = operation(context, **values)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(_invalid(first["loc"], first["msg"], first.get("input"))) from error
    _note(context, name, result)
    return {**result, "notices": context.library.notices}


def _permit(person: Person, name: str, values: dict[str, Any]) -> None:
    """Raise BadInput unless a person may do this; files and models are this machine's own."""
    if person == OWNER:
        return
    need = _NEEDS.get(name)
    if need is None:
        raise BadInput(f"{name} is for whoever looks after this machine: run it there.")
    if person.role < need:
        raise BadInput(NEEDS[need])
    items = values.get("items", [])
    files = isinstance(items, list) and not all(is_address(str(item)) for item in items)
    if values.get("model") is not None or values.get("folder") is not None or files:
        raise BadInput(
            "A model, a folder or a file of this machine is named by whoever looks after it: leave "
            "that out."
        )


def _note(context: OperationContext, name: str, result: Result) -> None:
    """Note in the log of a window of several people what was changed."""
    folder, person = context.library.folder, context.person.name
    for change in result.get("changes", ()):
        if change["outcome"] != "unchanged":
            activity.note(folder, person, change["outcome"], change["path"])
    if name in ("remove", "edit"):
        did = "removed" if name == "remove" else "described"
        activity.note(folder, person, did, result["source"]["path"])


@contextmanager
def executor(holder: str) -> Iterator[Execute]:
    """Yield a function that runs operations on the library, or through the window that has it open.

    Raise LibraryBusy if another program has the library open and offers no way in.
    """
    try:
        library = open_library(holder)
    except LibraryBusy:
        window = find_window(data_folder())
        if window is None:
            raise
        yield lambda name, values, report: call_window(
            window, name, _with_model(name, values), report
        )
        return
    with library:
        yield lambda name, values, report: execute(
            OperationContext(library, report=report), name, values
        )


def library_folder() -> Path:
    """Return the sources folder of the library, even while a window has it open."""
    if folder := set_sources_folder():
        return folder
    with executor("a look at the settings") as run:
        return Path(run("place", {}, lambda _: None)["sources"])


def _with_model(name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values for the window, with the model that is set in this process.

    A replay is left alone: no setting may send it to a model that did not write the answer.
    """
    if name not in ("ask", "audit") or values.get("model") is not None:
        return values
    return {**values, "model": fixed_model() or None}


def _invalid(place: Sequence[int | str], message: str, given: object) -> str:
    name = next((part for part in place if isinstance(part, str)), "")
    if name in ("since", "until"):
        return f"“{given}” is not a date: write 2023, 2023-05 or 2023-05-19."
    return f"“{name}” cannot be used as given: {message[:1].lower()}{message[1:]}."
