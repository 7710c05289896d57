"""The people of a window: who may sign in, and what each may do.

`people.toml` in the data directory names them. Without it, the window is one person's own, on this
machine only. It is read again when it changes, so that whoever is taken out of it is out at once.
"""

import math
import re
import threading
import time
import tomllib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from vectorstore.errors import BadInput

NAME = "people.toml"
_MINUTE = 60.0  # seconds
_ADDRESS = re.compile(r"[^@\s,;<>\x00-\x1f\x7f]+@([^@\s,;<>\x00-\x1f\x7f]+)")  # of one mailbox
_STRICT = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Role(IntEnum):
    """What a person may do; each may also do what those before may."""

    READER = 1
    """Ask, check, export; has conversations."""
    EDITOR = 2
    """Adds, describes and removes sources."""
    ADMIN = 3
    """Chooses models, names folders of the server, sees who did what."""


NEEDS = {
    Role.READER: "You are not signed in.",
    Role.EDITOR: "You may ask, check and export here; an editor can change the library.",
    Role.ADMIN: "Only an admin can do this here.",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was let in; `name` is empty where the window is one person's own."""

    name: str
    role: Role


OWNER = Person("", Role.ADMIN)


class SignIn(BaseModel):
    """An OpenID Connect provider. `claim` of its token is the name by which people are known."""

    model_config = _STRICT
    issuer: str
    client_id: str
    claim: str = "email"

    @field_validator("issuer")
    @classmethod
    def _is_safe(cls, issuer: str) -> str:
        if not is_safe(issuer):
            raise ValueError("it must begin with https://")
        return issuer.rstrip("/")


class Proxy(BaseModel):
    """The only addresses that requests come from, and the header in which they name the person."""

    model_config = _STRICT
    addresses: tuple[str, ...] = Field(alias="from", min_length=1)
    header: str = ""

    @field_validator("addresses")
    @classmethod
    def _are_addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(ip_address(one)) for one in addresses)


class Settings(BaseModel):
    """What `people.toml` says; `people` has the role of each name, or of all of a domain (`*@…`).

    `address` is what people enter in the browser, `listen` the address of this machine at which the
    window waits for them, with a `certificate` and its `key` unless a proxy does that.
    """

    model_config = _STRICT
    address: str
    listen: str = "127.0.0.1"
    certificate: Path | None = None
    key: Path | None = None
    sign_in: SignIn | None = None
    proxy: Proxy | None = None
    people: dict[str, Role] = Field(min_length=1)
    questions_per_minute: Annotated[int, Field(ge=1, le=10_000)] = 20

    @field_validator("people", mode="before")
    @classmethod
    def _roles(cls, people: object) -> object:
        if not isinstance(people, Mapping):
            raise ValueError("it must be a table of names and roles")
        roles = {role.name.lower(): role for role in Role}
        for name, role in people.items():
            if role not in roles:
                raise ValueError(f"“{role}” of {name} is no role: there are {', '.join(roles)}")
        return {known_as(name): roles[role] for name, role in people.items()}

    @field_validator("address")
    @classmethod
    def _is_origin(cls, address: str) -> str:
        url = urlsplit(address)
        origin = f"{url.scheme}://{url.netloc}"
        if not is_safe(address) or url.username or address.rstrip("/") != origin:
            raise ValueError("it must be https:// and a host, with nothing behind it")
        return origin.lower()

    @field_validator("listen")
    @classmethod
    def _is_address(cls, listen: str) -> str:
        return str(ip_address(listen))

    @model_validator(mode="after")
    def _fits(self) -> Self:
        by_header = bool(self.proxy and self.proxy.header)
        if bool(self.sign_in) == by_header:
            raise ValueError("people sign in either by [sign_in] or by the header of a [proxy]")
        if bool(self.certificate) != bool(self.key):
            raise ValueError("a certificate needs its key, and a key its certificate")
        alone = ip_address(self.listen).is_loopback
        if not (alone or self.certificate or self.proxy):
            raise ValueError(
                "to listen on another address than 127.0.0.1, it needs a certificate with its key, "
                "or the addresses of a [proxy] that has them"
            )
        verified = self.sign_in is None or self.sign_in.claim == "email"
        if not verified and any(name.startswith("*") for name in self.people):
            raise ValueError(
                "*@… needs the claim “email”, which the provider has verified: name each person"
            )
        if Role.ADMIN not in self.people.values():
            raise ValueError("nobody is admin")
        return self


class People:
    """The people of a window, as its file names them now. Its methods are thread-safe."""

    def __init__(self, path: Path) -> None:
        """Read the file; raise BadInput if it cannot be understood."""
        self._path = path
        self._lock = threading.Lock()
        self._stamp = _stamp(path)
        self._settings: Settings | None = read(path)
        self.error = ""  # why the file is not followed as it stands now; empty if it is

    @property
    def settings(self) -> Settings | None:
        """The file as it is now; as it was before if that cannot be understood; None without it."""
        with self._lock:
            stamp = _stamp(self._path)
            if stamp != self._stamp:
                self._stamp, self.error = stamp, ""
                try:
                    self._settings = read(self._path) if stamp else None
                except BadInput as error:
                    self.error = str(error)
            return self._settings

    def person(self, name: str) -> Person | None:
        """Return the person known by this name, with the role of now; None if there is none."""
        settings, known = self.settings, known_as(name)
        if settings is None or not known or "*" in known:
            return None
        role = settings.people.get(known)
        if role is None and (address := _ADDRESS.fullmatch(known)):
            role = settings.people.get(f"*@{address[1]}")
        return Person(known, role) if role else None


class Limits:
    """How often a person may ask, check, share and make tokens. Its methods are thread-safe."""

    def __init__(self, people: People | None) -> None:
        """Without people, there is no limit."""
        self._people = people
        self._lock = threading.Lock()
        self._asked: dict[tuple[str, str], deque[float]] = {}

    def take(self, name: str, did: str = "asked") -> None:
        """Count one more deed of this person; raise BadInput if there were too many in a minute.

        Whoever looks after the machine has no name and no limit.
        """
        settings = self._people.settings if self._people else None
        if settings is None or not name:
            return
        now, most = time.monotonic(), settings.questions_per_minute
        with self._lock:
            asked = self._asked.setdefault((name, did), deque())
            while asked and now - asked[0] >= _MINUTE:
                asked.popleft()
            if len(asked) >= most:
                wait = math.ceil(_MINUTE - (now - asked[0]))
                raise BadInput(
                    f"You have {did} {most} times within a minute, which is the most that one "
                    f"person may here: go on in {wait} seconds."
                )
            asked.append(now)


def read(path: Path) -> Settings:
    """Return what the file says. Raise BadInput."""
    try:
        with path.open("rb") as file:
            return Settings.model_validate(tomllib.load(file))
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}): make it readable.") from error
    except ValidationError as error:
        first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        place = ".".join(str(part) for part in first["loc"])
        why = first["msg"].removeprefix("Value error, ").rstrip(".")
        raise BadInput(f"{path} cannot be used{place and f', at {place}'}: {why}.") from error
    except ValueError as error:  # not TOML
        raise BadInput(f"{path} cannot be used: {str(error).rstrip('.')}.") from error


def find_people(folder: Path) -> People | None:
    """Return the people of the library in this folder; None if it is one person's own.

    Raise BadInput.
    """
    path = folder / NAME
    return People(path) if path.exists() else None


def known_as(name: str) -> str:
    """Return a name as people are known by it: A to Z count as a to z, all else as it is.

    Folding more would make one of two people: ß and ss, the Kelvin sign and k.
    """
    return "".join(c.lower() if c.isascii() else c for c in name.strip())


def is_safe(address: str) -> bool:
    """Whether an address is encrypted, or never leaves this machine."""
    url = urlsplit(address)
    here = url.hostname in ("127.0.0.1", "localhost", "::1")
    return bool(url.hostname) and (url.scheme == "https" or (here and url.scheme == "http"))


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_mtime_ns, status.st_size, status.st_ino
