"""Reach a library that the window has open: a client of the window's JSON API.

While the window owns a data directory, `window.json` in it tells other programs of the same user
its address and a secret token; nobody else can read that file.
"""

import contextlib
import http.client
import json
import secrets
import ssl
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from vectorstore import errors
from vectorstore.errors import KakehashiError, LibraryBusy
from vectorstore.private_files import open_private
from vectorstore.records import ADDRESS
from vectorstore.secrets import remember_secret

_NAME = "window.json"
_OPENER = "open-window.html"
_CONNECTING = 2.0  # seconds
_WORKING = 3600.0  # seconds between two signs of life


@dataclass(frozen=True, slots=True)
class WindowApi:
    """The address of the window, the token that its API asks for, the address that lets one in.

    `reach` is the address at which programs of this machine reach it, if that is another one;
    `certificate` the file with which it shows there who it is, if it does.
    """

    address: str
    token: str
    entrance: str
    reach: str = ""
    certificate: str = ""


def publish_api(
    folder: Path, address: str, entrance: str, reach: str = "", certificate: str = ""
) -> WindowApi:
    """Publish the API, and the path of the `entrance`, to other programs of this user."""
    token = secrets.token_urlsafe(32)
    window = WindowApi(address, token, address + entrance, reach, certificate)
    _write(folder / _NAME, json.dumps(asdict(window)))
    return _remembered(window)


def opener(folder: Path, entrance: str) -> str:
    """Return the address of a page that only this user can read and that leads to the `entrance`.

    What a browser is started with can be read by every user of the machine.
    """
    path = folder / _OPENER
    try:
        _write(path, f'<meta charset="utf-8"><meta http-equiv="refresh" content="0;{entrance}">')
    except OSError:
        return entrance
    return path.as_uri()


def _write(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with open_private(path, new=True) as file:
        file.write(text.encode())


def _remembered(window: WindowApi) -> WindowApi:
    """Return a window whose secrets no error or log of this process shows from now on."""
    remember_secret(window.token)
    remember_secret(window.entrance.rpartition("/")[2])
    return window


def withdraw_api(folder: Path) -> None:
    """Withdraw the published API."""
    for name in (_NAME, _OPENER):
        with contextlib.suppress(OSError):
            (folder / name).unlink()


def find_window(folder: Path) -> WindowApi | None:
    """Return the API of the window that has this data directory open, if there is one."""
    try:
        values = json.loads((folder / _NAME).read_text())
        return _remembered(WindowApi(**{name: str(value) for name, value in values.items()}))
    except (OSError, ValueError, TypeError, AttributeError):
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
    headers = {
        "Host": urlsplit(window.address).netloc,
        "Authorization": f"Bearer {window.token}",
        "Content-Type": "application/json",
    }
    try:
        connection = _connection(window)
    except (OSError, ValueError) as error:
        raise LibraryBusy(
            f"The certificate of the window, {window.certificate}, cannot be read: make it "
            "readable."
        ) from error
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


def _connection(window: WindowApi) -> http.client.HTTPConnection:
    """Return a connection to a window of this machine, which may show its own certificate."""
    place = urlsplit(window.reach or window.address)
    host, port = place.hostname or "127.0.0.1", place.port
    if not window.certificate:
        return http.client.HTTPConnection(host, port, timeout=_CONNECTING)
    context = ssl.create_default_context(cafile=window.certificate)
    context.check_hostname = False  # it is the very file, whatever the name in it
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return http.client.HTTPSConnection(host, port, timeout=_CONNECTING, context=context)


def _error(said: dict[str, Any]) -> KakehashiError:
    kind = getattr(errors, str(said.get("kind")), KakehashiError)
    known = isinstance(kind, type) and issubclass(kind, KakehashiError)
    return (kind if known else KakehashiError)(said["error"])
