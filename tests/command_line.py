"""`kakehashi` as the tests run it: inside this process, or as a process of its own.

Inside this process the models are loaded once for all commands. A process of its own is for what
only a process has: its exit code, its pipes, Ctrl-C, the lock that it holds.
"""

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli.main import main

ROOT = Path(__file__).parent.parent
PROGRAM = (sys.executable, "-c", "from app.cli.main import main; main()")
Run = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class CommandLine:
    """Runs `kakehashi` on one data directory, and on one sources folder if that is given."""

    data: Path
    sources: Path = Path()

    @property
    def environment(self) -> dict[str, str]:
        """The settings that point a command to these folders."""
        settings = {"KAKEHASHI_DATA": str(self.data), "COLUMNS": "120"}
        if self.sources.name:
            settings["KAKEHASHI_SOURCES"] = str(self.sources)
        return settings

    def __call__(self, *words: str | Path, **settings: str) -> Run:
        """Run a command in this process, through the handler of errors that the program has."""
        given = list(map(str, words))
        out, err = _Captured("strict"), _Captured("backslashreplace")
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name, value in {**self.environment, **settings}.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["kakehashi", *given])
            with pytest.raises(SystemExit) as ended:
                main()
        return Run(given, int(ended.value.code or 0), out.text(), err.text())

    def process(self, *words: str | Path, **settings: str) -> Run:
        """Run a command as a process of its own."""
        return subprocess.run(
            [*PROGRAM, *map(str, words)],
            capture_output=True, text=True, cwd=ROOT, check=False,
            env={**os.environ, **self.environment, **settings},
        )  # fmt: skip


class _Captured(io.TextIOWrapper):
    """What is written, as text or as bytes to `buffer`."""

    def __init__(self, errors: str) -> None:
        super().__init__(io.BytesIO(), "utf-8", errors, newline="", write_through=True)

    def text(self) -> str:
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode()


def failed(result: Run, said: str, code: int = 1) -> None:
    """See that a command failed with a sentence, and nothing but the sentence."""
    assert result.returncode == code, result.stderr
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    if code == 1:
        assert len(result.stderr.strip().splitlines()) == 1
