"""A small model hub on loopback: real files, in the layout and with the headers of the real one."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

LARGE = 100_000  # bytes; larger files are stored with a SHA-256, as the real hub does


@dataclass
class LocalHub:
    """What the hub serves, how it misbehaves, and what it was asked.

    `models` maps id and revision to a folder; `claims` are headers that it falsely sends for a
    file; a download of a large file is cut after `cut_after` bytes, `cuts` times, and after the
    last cut nothing more is sent while `down`.
    """

    models: dict[tuple[str, str], Path] = field(default_factory=dict)
    claims: dict[str, dict[str, str]] = field(default_factory=dict)
    cut_after: int = 0
    cuts: int = 0
    down: bool = False
    stored_elsewhere: bool = False
    ignores_ranges: bool = False
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    address: str = ""

    def add(self, model: str, folder: Path, revision: str) -> None:
        """Serve a folder as a model's revision, a commit, which is also its newest."""
        self.models[model, revision] = self.models[model, "main"] = folder

    def commit(self, model: str, revision: str) -> str:
        """Return the commit of a revision."""
        folder = self.models[model, revision]
        return next(
            rev for (name, rev), one in self.models.items()
            if name == model and one == folder and len(rev) == 40
        )  # fmt: skip

    def fetched(self, name: str) -> list[str]:
        """Return the ranges that were asked for in downloads of a file, empty for a whole one."""
        return [
            span for method, path, span in self.asked if method == "GET" and path.endswith(name)
        ]


@contextmanager
def serving(hub: LocalHub) -> Iterator[LocalHub]:
    """Serve until the block ends."""

    class Handler(_Handler):
        state = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    state: LocalHub

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, *, body: bool) -> None:
        path = self.path.partition("?")[0]
        self.state.asked.append((self.command, unquote(path), self.headers.get("Range", "")))
        if path.startswith("/store/"):
            model, _, rest = path.removeprefix("/store/").partition("/resolve/")
            self._file(model, rest, body=body)
        elif path.startswith("/api/models/"):
            model, _, revision = path.removeprefix("/api/models/").partition("/revision/")
            self._listing(model, unquote(revision))
        else:
            model, _, rest = path.lstrip("/").partition("/resolve/")
            if self.state.stored_elsewhere and self._is_large(model, rest):
                self._redirect(model, rest)
            else:
                self._file(model, rest, body=body)

    def _listing(self, model: str, revision: str) -> None:
        if not any(name == model for name, _ in self.state.models):
            self._refuse(401, "RepoNotFound")
        elif (model, revision) not in self.state.models:
            self._refuse(404, "RevisionNotFound")
        else:
            self._list(model, revision)

    def _list(self, model: str, revision: str) -> None:
        folder = self.state.models[model, revision]
        names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
        found = {
            "id": model,
            "sha": self.state.commit(model, revision),
            "siblings": [{"rfilename": name} for name in names],
        }
        content = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _place(self, model: str, rest: str) -> tuple[str, Path] | None:
        revision, _, name = rest.partition("/")
        folder = self.state.models.get((model, revision))
        file = folder / unquote(name) if folder else None
        return (unquote(name), file) if file and file.is_file() else None

    def _is_large(self, model: str, rest: str) -> bool:
        found = self._place(model, rest)
        return found is not None and found[1].stat().st_size > LARGE

    def _stated(self, model: str, rest: str, name: str, file: Path) -> dict[str, str]:
        content = file.read_bytes()
        large = len(content) > LARGE
        sha256 = hashlib.sha256(content).hexdigest()
        git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        stated = {
            "X-Repo-Commit": self.state.commit(model, rest.partition("/")[0]),
            "ETag": f'"{sha256 if large else git}"',
        }
        if large:
            stated |= {"X-Linked-Size": str(len(content)), "X-Linked-ETag": f'"{sha256}"'}
        return {**stated, **self.state.claims.get(name, {})}

    def _redirect(self, model: str, rest: str) -> None:
        """Send to a store of another name, as the real hub does with large files."""
        found = self._place(model, rest)
        assert found
        self.send_response(302)
        port = self.state.address.rpartition(":")[2]
        self.send_header("Location", f"http://localhost:{port}/store/{model}/resolve/{rest}")
        for name, value in self._stated(model, rest, *found).items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _file(self, model: str, rest: str, *, body: bool) -> None:
        found = self._place(model, rest)
        if found is None:
            return self._refuse(404, "EntryNotFound")
        name, file = found
        content = file.read_bytes()
        large = len(content) > LARGE
        if body and large and self.state.down and not self.state.cuts:
            return None  # closes the connection
        start = 0
        asked = self.headers.get("Range", "")
        if asked and not self.state.ignores_ranges:
            start = int(asked.removeprefix("bytes=").partition("-")[0])
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        for header, value in self._stated(model, rest, name, file).items():
            self.send_header(header, value)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        if not body:
            return None
        if large and self.state.cuts:
            self.state.cuts -= 1
            self.wfile.write(content[start : start + self.state.cut_after])
            self.wfile.flush()
            self.close_connection = True
            return None
        self.wfile.write(content[start:])
        return None

    def _refuse(self, code: int, reason: str) -> None:
        self.send_response(code)
        self.send_header("X-Error-Code", reason)
        self.send_header("Content-Length", "0")
        self.end_headers()
