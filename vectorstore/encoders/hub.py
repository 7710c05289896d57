"""Fetch files from a model hub: list them, ask for size and hash, download with resumption.

It speaks the part of the protocol of huggingface.co that mirrors offer too: the listing of a
revision, and HEAD and GET of single files. `huggingface_hub` is not used, for it deletes what a cut
download had fetched, compares no hashes, and sends a token if it finds one. Nothing but the id, the
revision and the file names is sent.
"""

import hashlib
import http.client
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urljoin, urlsplit

from vectorstore.encoders.hub_redirects import following
from vectorstore.errors import BadInput, ModelUnavailable, StorageFailure

DEFAULT_ENDPOINT = "https://huggingface.co"
_SILENCE = 30.0  # seconds without a byte; judged: a slow line sends something in that time
_TRIES = 3  # in a row without a new byte; judged
_PAUSE = 1.0  # seconds before the next try; judged
_PIECE = 1 << 20  # bytes
_LONGEST_LISTING = 10_000_000  # bytes; judged: thousands of files
_HOPS = 5  # redirections
_BROKEN = (OSError, http.client.HTTPException)  # URLError and timeouts are OSErrors


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file on the hub. `digest` is its SHA-256, or that of git (a SHA-1) for small files."""

    name: str
    url: str
    size: int
    digest: str


class _Stay(urllib.request.HTTPRedirectHandler):
    """Reports a redirection instead of following it."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Hub:
    """A model hub, by its address (http or https)."""

    def __init__(self, endpoint: str = DEFAULT_ENDPOINT) -> None:
        """Raise BadInput if `endpoint` is no address."""
        if urlsplit(endpoint).scheme not in ("http", "https") or not urlsplit(endpoint).hostname:
            raise BadInput(
                f"HF_ENDPOINT is no address of a model hub ({endpoint}): it begins with https://."
            )
        self.endpoint = endpoint.rstrip("/")
        self._following = following(self.endpoint)
        self._staying = urllib.request.build_opener(_Stay)

    def listing(self, model: str, revision: str) -> tuple[str, list[str]]:
        """Return the commit that a revision stands for, and the names of its files.

        Raise ModelUnavailable.
        """
        url = f"{self.endpoint}/api/models/{model}/revision/{quote(revision, safe='')}"
        try:
            with self._open(url, "GET") as answer:
                found = json.loads(answer.read(_LONGEST_LISTING))
            return str(found["sha"]), [str(one["rfilename"]) for one in found["siblings"]]
        except urllib.error.HTTPError as error:
            raise self._refusal(error, model, revision) from error
        except _BROKEN as error:
            raise self._unreachable(error) from error
        except (ValueError, KeyError, TypeError) as error:
            raise ModelUnavailable(
                f"{self.endpoint} does not answer as a model hub does: check HF_ENDPOINT."
            ) from error

    def describe(self, model: str, commit: str, name: str) -> RemoteFile:
        """Return size and hash of a file of a commit. Raise ModelUnavailable."""
        url = f"{self.endpoint}/{model}/resolve/{commit}/{quote(name)}"
        try:
            headers = self._headers(url)
        except urllib.error.HTTPError as error:
            raise self._refusal(error, model, commit) from error
        except _BROKEN as error:
            raise self._unreachable(error) from error
        digest = _tag(headers.get("X-Linked-ETag") or headers.get("ETag"))
        size = headers.get("X-Linked-Size") or headers.get("Content-Length") or ""
        if not size.isdecimal() or not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", digest):
            raise ModelUnavailable(
                f"{self.endpoint} states no size or no hash for {name} of {model}, so it could not "
                "be verified: set HF_ENDPOINT to a hub that does."
            )
        if headers.get("X-Repo-Commit", commit) != commit:
            raise ModelUnavailable(
                f"{self.endpoint} hands out another revision of {model} than {commit}: try again, "
                "or set HF_ENDPOINT to another hub."
            )
        return RemoteFile(name, url, int(size), digest)

    def fetch(self, file: RemoteFile, part: Path, on_bytes: Callable[[int], None]) -> None:
        """Download a file to `part`, after what is there already, and verify it.

        `on_bytes` gets the number of bytes there are. Raise ModelUnavailable or StorageFailure;
        what was fetched then stays for the next call, unless it is wrong.
        """
        failures = 0
        while (had := _size(part)) < file.size or not part.exists():
            try:
                self._fetch_rest(file, part, had, on_bytes)
            except urllib.error.HTTPError as error:
                raise self._refusal(error, file.name, "") from error
            except _BROKEN as error:
                failures = 0 if _size(part) > had else failures + 1
                if failures >= _TRIES:
                    raise ModelUnavailable(
                        f"The connection to {self.endpoint} broke off after "
                        f"{_size(part) / 1e6:.1f} of {file.size / 1e6:.1f} MB of {file.name}: run "
                        "the command again, it continues from there."
                    ) from error
                time.sleep(_PAUSE)
        on_bytes(file.size)
        if _size(part) != file.size or digest_of(part, len(file.digest)) != file.digest:
            part.unlink()
            raise ModelUnavailable(
                f"{file.name} from {self.endpoint} is not what the hub itself says it is (its hash "
                "or size differs), so it was deleted: try again; if that does not help, do not use "
                "this hub."
            )

    def _fetch_rest(
        self, file: RemoteFile, part: Path, had: int, on_bytes: Callable[[int], None]
    ) -> None:
        """Append what is missing to `part`; raise an OSError if the connection breaks off."""
        with self._open(file.url, "GET", had) as answer:
            goes_on = answer.status == 206 and _starts_at(answer.headers, had)
            done = had if goes_on else 0
            if not goes_on:
                _write(part, b"", "wb")
            while done < file.size and (piece := answer.read(min(_PIECE, file.size - done))):
                _write(part, piece, "ab")
                done += len(piece)
                on_bytes(done)
        if done < file.size:
            raise ConnectionError("the connection was closed early")

    def _open(self, url: str, method: str, start: int = 0) -> Any:
        return self._following.open(_request(url, method, start), timeout=_SILENCE)

    def _headers(self, url: str) -> Message:
        """Return the headers of a file; a redirection within the hub is followed.

        One to another host has the headers itself: that host is a store, which knows no revisions.
        """
        for _ in range(_HOPS):
            try:
                with self._staying.open(_request(url, "HEAD"), timeout=_SILENCE) as answer:
                    headers: Message = answer.headers
                    return headers
            except urllib.error.HTTPError as error:
                if not 300 <= error.code < 400:
                    raise
                there = urljoin(url, error.headers.get("Location", ""))
                if error.headers.get("X-Linked-ETag") or not self._is_mine(there):
                    del error.headers["Content-Length"]  # that of the redirection
                    return error.headers
                url = there
        raise http.client.HTTPException("redirected too often")

    def _is_mine(self, url: str) -> bool:
        return urlsplit(url)[:2] == urlsplit(self.endpoint)[:2]

    def _unreachable(self, error: Exception) -> ModelUnavailable:
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        return ModelUnavailable(
            f"The model hub {self.endpoint} cannot be reached ({reason}): check the network, or "
            "set HF_ENDPOINT to a mirror."
        )

    def _refusal(
        self, error: urllib.error.HTTPError, model: str, revision: str
    ) -> ModelUnavailable:
        with suppress(*_BROKEN):
            error.close()
        if error.code == 404 and error.headers.get("X-Error-Code") == "RevisionNotFound":
            return ModelUnavailable(
                f"{self.endpoint} has no revision {revision} of {model}: it was deleted there, or "
                "the mirror lacks it. `kakehashi models get --revision` names another."
            )
        if error.code in (401, 403, 404):
            return ModelUnavailable(
                f"{self.endpoint} has no {model} that anybody may fetch (HTTP {error.code}): it "
                "was deleted there, needs a sign-in, or the mirror lacks it."
            )
        return ModelUnavailable(
            f"The model hub {self.endpoint} is busy or has a fault (HTTP {error.code}): try again "
            "later, or set HF_ENDPOINT to a mirror."
        )


def _write(part: Path, piece: bytes, mode: str) -> None:
    """Write bytes; raise StorageFailure, so that a full disk is not taken for a bad connection."""
    try:
        with part.open(mode) as target:
            target.write(piece)
    except OSError as error:
        raise StorageFailure(
            f"{part.parent} cannot be written ({error.strerror or error}): make it writable, free "
            "some disk space, or set KAKEHASHI_DATA to another folder. Then run the command again, "
            "it continues from there."
        ) from error


def digest_of(path: Path, length: int) -> str:
    """Return the SHA-256 of a file, or with a `length` of 40 the SHA-1 that git gives it."""
    with path.open("rb") as file:
        if length != 40:
            return hashlib.file_digest(file, "sha256").hexdigest()
        return _git_digest(file, path.stat().st_size)


def _git_digest(file: IO[bytes], size: int) -> str:
    digest = hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _request(url: str, method: str, start: int = 0) -> urllib.request.Request:
    headers = {"User-Agent": "kakehashi", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    return urllib.request.Request(url, headers=headers, method=method)  # noqa: S310 - http(s) only


def _starts_at(headers: Message, start: int) -> bool:
    return str(headers.get("Content-Range", "")).startswith(f"bytes {start}-")


def _tag(tag: str | None) -> str:
    return (tag or "").removeprefix("W/").strip('"').lower()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
