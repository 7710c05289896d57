"""Read questions from a file with one JSON object per line."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vectorstore.errors import BadInput
from vectorstore.records import Turn


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """One question; `id` is the one that the line gives, or the number of the line."""

    id: Any
    text: str
    history: list[list[str]]


def read_lines(file: Path) -> list[tuple[int, str]]:
    """Return the lines that are not empty, with their number from 1; raise BadInput."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{file} cannot be read as UTF-8 text: check the path and the encoding."
        ) from error
    return [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def id_of(line: str, number: int) -> Any:
    """Return the id of a line, or its number if it has none or is malformed."""
    try:
        return json.loads(line)["id"]
    except (ValueError, TypeError, KeyError):
        return number


def parse(line: str, number: int) -> BatchQuestion:
    """Return the question of a line; raise BadInput with the number of the line."""
    try:
        values = json.loads(line)
    except ValueError:
        values = None
    if not isinstance(values, dict) or not isinstance(values.get("text"), str):
        raise BadInput(f"Line {number} is not a JSON object with a “text”.")
    try:
        history = [[str(role), str(text)] for role, text in values.get("history") or []]
    except (TypeError, ValueError):
        raise BadInput(f"The “history” of line {number} is not a list of [role, text].") from None
    return BatchQuestion(values.get("id", number), values["text"], history)


def turns_of(history: list[list[str]]) -> list[Turn]:
    """Return the turns of a conversation from pairs of role and text; raise BadInput."""
    turns: list[Turn] = []
    for pair in history:
        match pair:
            case ["user" as role, text] | ["assistant" as role, text]:
                turns.append(Turn(role, text))
            case _:
                raise BadInput(
                    "A history is a list of [role, text], with the role “user” or “assistant”."
                )
    return turns
