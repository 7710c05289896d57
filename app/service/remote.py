"""The way into a library that another process has open: the window's JSON API.

While the window owns a data directory, `window.json` in it tells other programs of the same user
its address and a secret token; nobody else can read that file.
"""

import contextlib
import http.client
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from vectorstore import errors
from vectorstore.errors import KakehashiError, LibraryBusy

_NAME = "window.json"
_CONNECTING = 2.0  # seconds
_WORKING = 3600.0  # seconds between two signs of life


@dataclass(frozen=True, slots=True)
class Door:
    """Where the window is, and the token that it wants to be shown."""

    address: str
    token: str


def open_door(folder: Path, address: str) -> Door:
    """Let other programs of this user in, from now on."""
    door = Door(address, secrets.token_urlsafe(32))
    path = folder / _NAME
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        json.dump({"address": door.address, "token": door.token}, file)
    return door


def close_door(folder: Path) -> None:
    """Let nobody in any more."""
    with contextlib.suppress(OSError):
        (folder / _NAME).unlink()


def find_door(folder: Path) -> Door | None:
    """The way in, if there is one."""
    try:
        values = json.loads((folder / _NAME).read_text())
        return Door(values["address"], values["token"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def perform_there(
    door: Door, name: str, values: dict[str, Any], tell: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Have the window do something; `tell` hears of its progress.

    Raises the error that the window met, or LibraryBusy if it does not answer.
    """
    place = urlsplit(door.address)
    connection = http.client.HTTPConnection(
        place.hostname or "127.0.0.1", place.port, timeout=_CONNECTING
    )
    headers = {"Authorization": f"Bearer {door.token}", "Content-Type": "application/json"}
    try:
        connection.connect()
        connection.sock.settimeout(_WORKING)
        connection.request("POST", f"/api/{name}", json.dumps(values), headers)
        answer = connection.getresponse()
        for line in answer:
            said = json.loads(line)
            if answer.status == 503:
                raise LibraryBusy(said["error"])
            if "step" in said:
                tell(said["step"])
            elif "error" in said:
                raise _error(said)
            else:
                found: dict[str, Any] = said["result"]
                return found
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise LibraryBusy(
            f"The window at {door.address} has the library open but does not answer: "
            "close it, or try again."
        ) from error
    finally:
        connection.close()
    raise LibraryBusy(f"The window at {door.address} was closed before it had finished: try again.")


def _error(said: dict[str, Any]) -> KakehashiError:
    kind = getattr(errors, str(said.get("kind")), KakehashiError)
    known = isinstance(kind, type) and issubclass(kind, KakehashiError)
    return (kind if known else KakehashiError)(said["error"])
