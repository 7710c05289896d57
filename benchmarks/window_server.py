"""Run the window as a user does: `kakehashi serve`, in a separate process on separate folders."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from app.ui.access.pages import PLACE
from app.ui.server import free_port

ROOT = Path(__file__).parent.parent
_COMMAND = (sys.executable, "-c", "from app.cli.main import main; main()")
_PATIENCE = 90  # seconds that it may take to start


@dataclass
class Window:
    """A `kakehashi serve`; `folder` has the library, the sources and the log.

    `more` are further variables of its environment.
    """

    folder: Path
    model: str = ""
    port: int = field(default_factory=lambda: free_port(8620))
    more: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Return what links to it begin with."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Return the address of its pages, for a browser that was let in."""
        kept = json.loads((self.data / "entrance.json").read_text())
        return f"{self.address}/{kept['base']}"

    @property
    def entrance(self) -> str:
        """Return the address that it has printed when it was started last."""
        return str(re.findall(r"opens at (\S+)", (self.folder / "log").read_text())[-1])

    @cached_property
    def admitted(self) -> Any:
        """Return what a browser keeps that was let in, as Playwright's `storage_state`."""
        with urllib.request.urlopen(self.entrance) as response:
            name, cookie = next(iter(SimpleCookie(response.headers["set-cookie"]).items()))
        kept = {"name": name, "value": cookie.value, "domain": "127.0.0.1", "path": cookie["path"]}
        more = {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Strict"}
        place = [{"name": PLACE, "value": f"{cookie['path']}/"}]
        origin = {"origin": self.address, "localStorage": place}
        return {"cookies": [{**kept, **more}], "origins": [origin]}

    @property
    def sources(self) -> Path:
        """Return its sources folder."""
        return self.folder / "sources"

    @property
    def data(self) -> Path:
        """Return its data directory."""
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment that points a command to these folders."""
        settings = {"KAKEHASHI_DATA": str(self.data), "KAKEHASHI_SOURCES": str(self.sources)}
        if self.model:
            settings["KAKEHASHI_MODEL"] = self.model
        return {**os.environ, **settings, **self.more}

    def run(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a command of the product; its output goes into the log."""
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [*_COMMAND, *words], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def sync(self) -> None:
        """Take in the sources folder. Raise AssertionError with the log if that fails."""
        if self.run("sync").wait():
            raise AssertionError((self.folder / "log").read_text())

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stop the process for the length of the block, as if it were busy with something else."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def start(self) -> None:
        """Start serving, and wait until the window answers."""
        self.process = self.run("serve", "--no-browser", "--port", str(self.port))
        self.wait()

    def wait(self) -> None:
        """Wait until the window answers; raise AssertionError with the log if it does not."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(self.address, timeout=1).close()
                return
            except urllib.error.HTTPError:
                return  # it is locked: it answers
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self) -> None:
        """Ask the process to end, and wait until it has."""
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)
            self.process = None
