"""Who did what in a window of several people: a line of JSON for each deed, in the data directory.

It names sources and people, and has no words of documents, questions or answers. Where the window
is one person's own, nothing is noted.
"""

import json
import os
import threading
from contextlib import suppress
from pathlib import Path

from vectorstore.storage.database import utc_now
from vectorstore.text.hidden import escape_in_json

_NAME = "activity.jsonl"
_LARGEST = 5_000_000  # bytes; then a new file begins, and the one before the last is deleted
_LONGEST = 300  # characters of a name
_writing = threading.Lock()


def note(folder: Path, person: str, did: str, what: str = "") -> None:
    """Add a line; nothing without a person. A disk that is full costs the line, not the deed."""
    if not person:
        return
    line = {"at": utc_now(), "who": person, "did": did, "what": what[:_LONGEST]}
    path = folder / _NAME
    with _writing, suppress(OSError):
        if path.exists() and path.stat().st_size > _LARGEST:
            path.replace(path.with_suffix(".old.jsonl"))
        opened = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        with os.fdopen(opened, "a", encoding="utf-8", errors="replace") as file:
            file.write(escape_in_json(json.dumps(line, ensure_ascii=False)) + "\n")


def latest(folder: Path, number: int) -> list[dict[str, str]]:
    """Return the last lines, the latest first: `at` (UTC, ISO 8601), `who`, `did`, `what`."""
    found = []
    for path in (folder / _NAME, (folder / _NAME).with_suffix(".old.jsonl")):
        with suppress(OSError):
            for line in reversed(path.read_text(encoding="utf-8").split("\n")):
                with suppress(ValueError, KeyError, TypeError):
                    deed = json.loads(line)
                    found.append({name: str(deed[name]) for name in ("at", "who", "did", "what")})
                if len(found) == number:
                    return found
    return found
