"""A child process that exchanges JSON lines with this one, within limits of time and size.

Unless it is trusted, the child gets no secrets, only the environment variables that a program
needs to run. Nothing of what it writes to its standard error is kept, because libraries quote
documents in their messages. Ctrl-C reaches this process alone, which ends the child.
"""

import contextlib
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_", "TMPDIR", "TESSDATA_PREFIX", "OMP_", "VIRTUAL_ENV")
_FOR_TESTS = ("COVERAGE_", "COV_")
_NICENESS = 5  # of a child beside questions: they get three quarters of a core that both want
_PIECE = 1 << 20  # bytes per read
_EXIT_TIMEOUT = 5.0  # seconds from the end of its output to its exit; judged: a crash takes less


def line_writer() -> Callable[[object], None]:
    """Return, in the child, what writes a value as a line for the program that started it."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not mix with the answers

    def write(value: object) -> None:
        out.write(json.dumps(value) + "\n")
        out.flush()

    return write


def give_way() -> None:
    """Lower the priority of this process for good, with all threads that it has so far."""
    if os.nice(0) >= _NICENESS:
        return
    threads = Path("/proc/self/task")  # on Linux, each thread has a priority of its own
    if not threads.is_dir():
        os.nice(_NICENESS - os.nice(0))
        return
    for thread in threads.iterdir():
        with contextlib.suppress(OSError):  # it has ended meanwhile
            os.setpriority(os.PRIO_PROCESS, int(thread.name), _NICENESS)


def lower_limit(resource_id: int, most: int) -> None:
    """Limit this process for good; a limit that is lower already stays."""
    hard = resource.getrlimit(resource_id)[1]
    least = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource_id, (least, least))


def usable_cores() -> int:
    """Return how many processor cores there are for this process, or how many the user allows."""
    most = os.environ.get("OMP_NUM_THREADS", "")
    affinity = getattr(os, "sched_getaffinity", None)  # only Linux has it
    allowed = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(int(most), allowed) if most.isdigit() and int(most) else allowed


class ChildFailed(Exception):
    """The child has ended, or broke the protocol.

    `returncode` is negative for a signal, and None if the child still runs (its line is too long).
    """

    def __init__(self, returncode: int | None) -> None:
        """Remember how the child ended."""
        super().__init__(returncode)
        self.returncode = returncode


class ChildProcess:
    """A running Python module that answers every line it reads with one or more lines.

    Use it from one thread at a time, and end it with `kill`.
    """

    def __init__(
        self,
        module: str,
        longest_line: int,
        arguments: Sequence[str] = (),
        *,
        trusted: bool = False,
    ) -> None:
        """Start `module`; `longest_line` is in bytes. Raises OSError.

        A `trusted` child gets the whole environment.
        """
        given = (*_ENVIRONMENT, *_FOR_TESTS)
        few = {name: value for name, value in os.environ.items() if name.startswith(given)}
        self._longest_line = longest_line
        self._buffer = bytearray()
        self._started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd=Path(__file__).parent.parent,
            env=None if trusted else few,
        )
        assert self.process.stdin
        assert self.process.stdout
        self._input, self._output = self.process.stdin, self.process.stdout
        os.set_blocking(self._input.fileno(), False)
        os.set_blocking(self._output.fileno(), False)

    @property
    def running(self) -> bool:
        """Whether the child is still running."""
        return self.process.poll() is None

    @property
    def age(self) -> float:
        """Seconds since the child was started."""
        return time.monotonic() - self._started

    def send(self, values: dict[str, Any], timeout: float) -> None:
        """Write a line; raises TimeoutError if the child does not read it, ChildFailed if it died.

        `timeout` is in seconds.
        """
        line = memoryview(json.dumps(values).encode() + b"\n")
        end = time.monotonic() + timeout
        with selectors.DefaultSelector() as ready:
            ready.register(self._input, selectors.EVENT_WRITE)
            while line:
                if not ready.select(max(end - time.monotonic(), 0)):
                    raise TimeoutError
                try:
                    line = line[os.write(self._input.fileno(), line) :]
                except BrokenPipeError as error:
                    raise ChildFailed(self._exit_code()) from error

    def receive(self, timeout: float) -> dict[str, Any] | None:
        """Return the next line, or None if there is none within `timeout` seconds.

        Raises ChildFailed.
        """
        end = time.monotonic() + timeout
        searched = 0
        with selectors.DefaultSelector() as ready:
            ready.register(self._output, selectors.EVENT_READ)
            while self._buffer.find(b"\n", searched) < 0:
                searched = len(self._buffer)
                if searched > self._longest_line:
                    raise ChildFailed(None)
                if not ready.select(max(end - time.monotonic(), 0)):
                    return None
                piece = os.read(self._output.fileno(), _PIECE)
                if not piece:
                    raise ChildFailed(self._exit_code())
                self._buffer += piece
        line, _, rest = self._buffer.partition(b"\n")
        self._buffer = bytearray(rest)
        values: dict[str, Any] = json.loads(line)
        return values

    def kill(self) -> None:
        """End the child with all that it has started, whatever it is doing; close its pipes."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended already
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        for pipe in (self._input, self._output):
            with contextlib.suppress(OSError):
                pipe.close()

    def _exit_code(self) -> int | None:
        try:
            return self.process.wait(timeout=_EXIT_TIMEOUT)
        except subprocess.TimeoutExpired:
            return None
