"""Takes rights away from a process that handles what strangers wrote, for good.

On Linux, Landlock takes away files and seccomp takes away system calls: the network, programs,
other processes. Both need no privileges and hold for what the process starts. What the kernel lacks
is left out and reported, so that a document is read in any case.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vectorstore.confinement.kernel import Kernel, kernel
from vectorstore.confinement.landlock import Restricted, restrict_files
from vectorstore.confinement.seccomp import refuse_calls

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Confinement:
    """What holds: `files` by Landlock, `calls` (network, programs, processes) by seccomp."""

    files: bool = False
    calls: bool = False


def confine(readable: Iterable[Path], programs: Iterable[Path] = ()) -> Confinement:
    """Leave this process nothing but to read `readable` and the system's libraries.

    It writes no file, opens no socket, signals no other process and runs nothing but `programs`,
    which are confined like it. Call it before there are other threads.
    """
    system, programs = kernel(), tuple(programs)
    if system is None:
        return Confinement()
    _give_up_privileges(system)
    files, calls = Restricted(False, False), False
    with _logged("files"):
        files = restrict_files(system, readable, programs)
    groups = ["network", "processes", "scheduling", "exchange", "kernel", "files"]
    if not programs:
        groups.append("programs")
    with _logged("system calls"):
        calls = refuse_calls(system, groups, read_only=True, signals=files.signals)
    return Confinement(files.restricted, calls)


def refuse_network() -> bool:
    """Take the network and new programs from this process and its threads; return whether it did.

    It keeps its files.
    """
    system = kernel()
    if system is None:
        return False
    _give_up_privileges(system)
    groups = ["network", "processes", "exchange", "kernel", "programs"]
    held = Confinement()
    with _logged("system calls"):
        calls = refuse_calls(system, groups, read_only=False, signals=False)
        held = Confinement(calls=calls)
    return held.calls


@contextmanager
def _logged(what: str) -> Iterator[None]:
    """Go on without a protection that this system refuses, and log it."""
    try:
        yield
    except OSError:
        _log.warning("the confinement of %s failed", what, exc_info=True)


def _give_up_privileges(system: Kernel) -> None:
    """Let neither this process nor what it starts gain privileges, and drop those of root."""
    with _logged("privileges"):
        system.allow_no_new_privileges()
        system.drop_capabilities()
