"""Run the window as a user does: `kakehashi serve`, in a separate process on separate folders."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.ui.server import free_port

ROOT = Path(__file__).parent.parent
_COMMAND = (sys.executable, "-c", "from app.cli.main import main; main()")
_PATIENCE = 90  # seconds that it may take to start


@dataclass
class Window:
    """A `kakehashi serve`; `folder` has the library, the sources and the log."""

    folder: Path
    model: str = ""
    port: int = field(default_factory=lambda: free_port(8620))
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

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
        return {**os.environ, **settings}

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
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1).close()
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
            else:
                return
        raise AssertionError((self.folder / "log").read_text())

    def stop(self) -> None:
        """Ask the process to end, and wait until it has."""
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)
            self.process = None
