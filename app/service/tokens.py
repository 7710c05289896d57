"""Tokens for the JSON API, each of one person: only their hashes are kept, in the data directory.

They are not in the catalog, so that no backup brings one in.
"""

import hashlib
import json
import secrets
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from app.service.people import Role
from vectorstore.errors import BadInput, StorageFailure
from vectorstore.private_files import open_private
from vectorstore.secrets import remember_secret
from vectorstore.storage.database import utc_now

_NAME = "tokens.json"
_MOST = 20  # tokens of a person; judged: one for each program
_LONGEST = 60  # characters of a name


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a person: what it is called, what it may do at most, and since when (UTC)."""

    id: str
    person: str
    name: str
    role: Role
    made: str


class Tokens:
    """The tokens of a library. Its methods are thread-safe."""

    def __init__(self, folder: Path) -> None:
        """Read those in the data directory; a file that cannot be read has none."""
        self._path = folder / _NAME
        self._lock = threading.Lock()
        self._kept: dict[str, Token] = {}
        with suppress(OSError, ValueError, TypeError, AttributeError):
            for hashed, one in json.loads(self._path.read_text(encoding="utf-8")).items():
                self._kept[hashed] = Token(**{**one, "role": Role(one["role"])})

    def make(self, person: str, name: str, role: Role) -> str:
        """Make a token and return it, this once. Raise BadInput or StorageFailure."""
        called = " ".join(name.split())[:_LONGEST]
        with self._lock:
            mine = [one for one in self._kept.values() if one.person == person]
            if not called or called in [one.name for one in mine]:
                raise BadInput("Give the token a name that none of your tokens has.")
            if len(mine) >= _MOST:
                raise BadInput(f"You have {_MOST} tokens: revoke one that you no longer use.")
            secret = f"kakehashi_{secrets.token_urlsafe(32)}"
            remember_secret(secret)
            made = Token(secrets.token_hex(8), person, called, role, utc_now())
            self._write({**self._kept, _hashed(secret): made})
        return secret

    def of(self, person: str) -> list[Token]:
        """Return the tokens of a person, in the order in which they were made."""
        with self._lock:
            return sorted(
                (one for one in self._kept.values() if one.person == person),
                key=lambda one: one.made,
            )

    def revoke(self, person: str, token_id: str) -> None:
        """Make a token of this person worthless at once. Raise StorageFailure."""
        with self._lock:
            self._write(
                {
                    hashed: one
                    for hashed, one in self._kept.items()
                    if (one.person, one.id) != (person, token_id)
                }
            )

    def find(self, secret: str) -> Token | None:
        """Return the token of which this is the secret."""
        with self._lock:
            return self._kept.get(_hashed(secret))

    def _write(self, kept: dict[str, Token]) -> None:
        fresh = self._path.with_suffix(".new")
        try:
            values = {hashed: asdict(one) for hashed, one in kept.items()}
            with open_private(fresh) as file:
                file.write(json.dumps(values).encode())
            fresh.replace(self._path)
        except OSError as error:
            raise StorageFailure(
                f"The tokens could not be written to {self._path} ({error.strerror}): nothing was "
                "changed. Check that the disk is writable and has room."
            ) from error
        self._kept = kept


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
