"""Questions from a file, one JSON object a line."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vectorstore.errors import BadInput
from vectorstore.records import Turn


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; `id` is whatever the line gave, or the number of the line."""

    id: Any
    text: str
    history: list[list[str]]


def lines_of(file: Path) -> list[tuple[int, str]]:
    """The lines that are not empty, with their number from 1; raises BadInput."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{file} cannot be read as UTF-8 text: check the path and the file."
        ) from error
    return [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def id_of(line: str, number: int) -> Any:
    """The id of a line, as far as it can be told."""
    try:
        return json.loads(line)["id"]
    except (ValueError, TypeError, KeyError):
        return number


def parse(line: str, number: int) -> Asked:
    """The question of a line; raises BadInput that names the line."""
    try:
        asked = json.loads(line)
    except ValueError:
        asked = None
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        raise BadInput(f"Line {number} is not a JSON object with a “text”.")
    try:
        history = [[str(role), str(text)] for role, text in asked.get("history") or []]
    except (TypeError, ValueError):
        raise BadInput(f"The “history” of line {number} is not a list of [role, text].") from None
    return Asked(asked.get("id", number), asked["text"], history)


def turns_of(history: list[list[str]]) -> list[Turn]:
    """What was said before, from pairs of role and text; raises BadInput."""
    turns: list[Turn] = []
    for said in history:
        match said:
            case ["user" as role, text] | ["assistant" as role, text]:
                turns.append(Turn(role, text))
            case _:
                raise BadInput("A history is a list of [role, text], by “user” and “assistant”.")
    return turns
