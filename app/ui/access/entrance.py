"""What opens the window: the key of this start, and the cookies of the browsers that were let in.

The window is served under a path of its own. Where it is one person's own, that path is drawn by
chance once for each library: a browser sends a cookie to every port of a host, so the cookie is
bound to a path which no other port knows. Cookies stay good over a restart, as a tab goes on after
one; the key does not.
"""

import hashlib
import json
import os
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from app.service.bootstrap import data_folder
from vectorstore.private_files import open_private
from vectorstore.secrets import remember_secret

PERSON = "x-kakehashi-person"  # the header in which the gate tells the window who was let in
KEY, OPEN = "_KAKEHASHI_KEY", "_KAKEHASHI_OPEN"  # in the environment, from `serve` to the window
DAYS = 90  # until a browser of one person has to be let in again
HOURS = 12  # until a person of several has to sign in again
SHARED_BASE = "library"  # the path of a window of several people, which their links name
_NAME = "entrance.json"
_MOST = 64  # browsers of a person that are remembered, the latest; judged: they have a few
_BASE = re.compile("w-[0-9a-f]{32}")


@dataclass(slots=True)
class Entrance:
    """The way into the window of one library.

    `base` is the path that everything is served under, `key` the secret of this start, `admitted`
    holds by the hash of each cookie the second since 1970 at which it was given, and to whom: empty
    where the window is one person's own.
    """

    folder: Path
    base: str
    key: str
    admitted: dict[str, tuple[float, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep the key out of errors and logs."""
        remember_secret(self.key)

    @property
    def path(self) -> str:
        """The path that lets a browser in where the window is one person's own."""
        return f"/enter/{self.key}"

    def admit(self, person: str = "") -> str:
        """Return the cookie for one more browser, and remember it as far as the disk allows."""
        cookie = secrets.token_urlsafe(32)
        self.admitted[_hashed(cookie)] = (time.time(), person)
        mine = [one for one, (_, whose) in self.admitted.items() if whose == person]
        outdated = [one for one, (at, whose) in self.admitted.items() if _is_past(at, whose)]
        for one in (*mine[:-_MOST], *outdated):
            self.admitted.pop(one, None)
        _write(self)
        return cookie

    def person(self, cookie: str) -> str | None:
        """Return whose browser sends this cookie; None if it was not let in, or too long ago."""
        at, whose = self.admitted.get(_hashed(cookie), (0.0, ""))
        return None if _is_past(at, whose) else whose

    def leave(self, cookie: str) -> None:
        """Let the browser with this cookie in no longer."""
        if self.admitted.pop(_hashed(cookie), None):
            _write(self)


def open_entrance(folder: Path) -> Entrance:
    """Return the entrance of the library in this folder, made if there is none, with a new key."""
    try:
        kept = json.loads((folder / _NAME).read_text(encoding="utf-8"))
        admitted = {
            str(name): (float(at), str(whose)) for name, (at, whose) in kept["admitted"].items()
        }
        base = str(kept["base"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        base, admitted = "", {}
    if not _BASE.fullmatch(base):
        base, admitted = f"w-{secrets.token_hex(16)}", {}
        entrance = Entrance(folder, base, secrets.token_urlsafe(24), admitted)
        _write(entrance)
        return entrance
    return Entrance(folder, base, secrets.token_urlsafe(24), admitted)


@cache
def current_entrance() -> Entrance | None:
    """Return the way into the window that this process serves; None without `kakehashi serve`."""
    key = os.environ.pop(KEY, "")  # no child process gets it
    if not key:
        return None
    entrance = open_entrance(data_folder())
    remember_secret(key)
    entrance.key = key
    return entrance


def _is_past(at: float, person: str) -> bool:
    return time.time() - at >= (HOURS * 3600 if person else DAYS * 86400)


def _hashed(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()


def _write(entrance: Entrance) -> None:
    """Write it so that only this user can read it; a disk that is full costs a new entry later."""
    path = entrance.folder / _NAME
    fresh = path.with_suffix(".new")
    with suppress(OSError):
        entrance.folder.mkdir(parents=True, exist_ok=True)
        with open_private(fresh) as file:
            file.write(json.dumps({"base": entrance.base, "admitted": entrance.admitted}).encode())
        fresh.replace(path)
