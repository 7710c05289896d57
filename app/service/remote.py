"""Reach a library that the window has open: a client of the window's JSON API.

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
from vectorstore.records import ADDRESS

_NAME = "window.json"
_CONNECTING = 2.0  # seconds
_WORKING = 3600.0  # seconds between two signs of life


@dataclass(frozen=True, slots=True)
class WindowApi:
    """The address of the window's API and the token it asks for."""

    address: str
    token: str


def publish_api(folder: Path, address: str) -> WindowApi:
    """Publish the API to other programs of this user."""
    window = WindowApi(address, secrets.token_urlsafe(32))
    path = folder / _NAME
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        json.dump({"address": window.address, "token": window.token}, file)
    return window


def withdraw_api(folder: Path) -> None:
    """Withdraw the published API."""
    with contextlib.suppress(OSError):
        (folder / _NAME).unlink()


def find_window(folder: Path) -> WindowApi | None:
    """Return the API of the window that has this data directory open, if there is one."""
    try:
        values = json.loads((folder / _NAME).read_text())
        return WindowApi(values["address"], values["token"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def window_address(folder: Path) -> str:
    """Return the address of the window that has this data directory open, or the usual one."""
    window = find_window(folder)
    return window.address if window else ADDRESS


def call_window(
    window: WindowApi, name: str, values: dict[str, Any], report: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Run an operation in the window; `report` receives its progress.

    Raise the error that the window reports, or LibraryBusy if it does not answer.
    """
    place = urlsplit(window.address)
    connection = http.client.HTTPConnection(
        place.hostname or "127.0.0.1", place.port, timeout=_CONNECTING
    )
    headers = {"Authorization": f"Bearer {window.token}", "Content-Type": "application/json"}
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
                report(said["step"])
            elif "error" in said:
                raise _error(said)
            else:
                found: dict[str, Any] = said["result"]
                return found
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise LibraryBusy(
            f"The window at {window.address} has the library open but does not answer: "
            "close it, or try again."
        ) from error
    finally:
        connection.close()
    raise LibraryBusy(
        f"The window at {window.address} was closed before it had finished: try again."
    )


def _error(said: dict[str, Any]) -> KakehashiError:
    kind = getattr(errors, str(said.get("kind")), KakehashiError)
    known = isinstance(kind, type) and issubclass(kind, KakehashiError)
    return (kind if known else KakehashiError)(said["error"])
