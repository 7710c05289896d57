"""Landlock: the files that a process may read, and the programs that it may run.

See `linux/landlock.h` and https://docs.kernel.org/userspace-api/landlock.html. Each version of the
interface knows more rights; what a kernel does not know is left out.
"""

import ctypes
import os
import re
import site
import stat
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from vectorstore.confinement.kernel import Kernel, is_missing

_CREATE, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on all machines
_VERSION_FLAG = 1
_BENEATH = 1  # the kind of a rule: what lies below a path
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_OF_FILES = _EXECUTE | _READ_FILE  # the rights among them that a rule for a single file may have
# By version of the interface: all rights to files, to TCP ports, and what stays among the confined
# (1: abstract sockets, 2: signals).
_HANDLED = {
    1: ((1 << 13) - 1, 0, 0),
    2: ((1 << 14) - 1, 0, 0),
    3: ((1 << 15) - 1, 0, 0),
    4: ((1 << 15) - 1, 3, 0),
    5: ((1 << 16) - 1, 3, 0),
    6: ((1 << 16) - 1, 3, 3),
}
# What an interpreter, its libraries, PDFium (fonts) and Tesseract (its data) may read
_SYSTEM = (
    "/usr", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store", "/etc/ld.so.cache",
    "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/mime.types", "/etc/fonts",
    "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/sys/devices/system/cpu",
    "/proc/cpuinfo", "/proc/meminfo",
)  # fmt: skip
_LOADER = re.compile(rb"/[!-~]+/ld[-.\w]*\.so[.\d]*(?=\0)")
_PRODUCT = Path(__file__).parent.parent.parent


class Restricted(NamedTuple):
    """Whether files are restricted, and whether signals to others are too (Linux 6.12)."""

    restricted: bool
    signals: bool


def restrict_files(
    system: Kernel, readable: Iterable[Path], programs: Iterable[Path]
) -> Restricted:
    """Let this process read only `readable`, the interpreter and the system, and run `programs`.

    The names of files stay visible, and what is open stays open. Raises OSError for what only a
    fault of ours explains.
    """
    try:
        version = min(system.call(_CREATE, None, 0, _VERSION_FLAG), max(_HANDLED))
    except OSError as error:
        if is_missing(error):
            return Restricted(False, False)
        raise
    files, ports, scopes = _HANDLED[version]
    wanted = b"".join(value.to_bytes(8, sys.byteorder) for value in (files, ports, scopes))
    rules = system.call(_CREATE, wanted, len(wanted), 0)
    try:
        for path in (*map(Path, _SYSTEM), *_of_python(), *readable):
            _allow(system, rules, path, _READ_FILE | _READ_DIR)
        for path in programs:
            for one in (path, *_loaders(path)):
                _allow(system, rules, one, _OF_FILES)
        system.call(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)
    return Restricted(True, scopes > 0)


def _allow(system: Kernel, rules: int, path: Path, rights: int) -> None:
    """Allow rights below a path, if there is one."""
    with suppress(OSError):  # what cannot be opened is not needed, or is told when it is read
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not stat.S_ISDIR(os.fstat(place).st_mode):
                rights &= _OF_FILES
            rule = rights.to_bytes(8, sys.byteorder) + place.to_bytes(4, sys.byteorder)
            system.call(_ADD_RULE, rules, _BENEATH, ctypes.create_string_buffer(rule, 12), 0)
        finally:
            os.close(place)


def _of_python() -> Iterator[Path]:
    """Yield where the interpreter, its packages and our own code lie, not the whole checkout."""
    found = [sys.prefix, sys.base_prefix, sys.base_exec_prefix, *sysconfig.get_paths().values()]
    if site.ENABLE_USER_SITE:
        found.append(site.getusersitepackages())
    home = os.path.expanduser("~")  # noqa: PTH111 - it never fails
    homes = {Path(home), Path("/")}  # too much, whatever is installed there
    yield from (place for place in map(Path, found) if place not in homes)
    yield from (_PRODUCT / package for package in ("ingest", "vectorstore"))


def _loaders(program: Path) -> Iterator[Path]:
    """Yield the dynamic loader that a program names in its first page, which the kernel runs."""
    with suppress(OSError), program.open("rb") as file:
        yield from (Path(os.fsdecode(found)) for found in _LOADER.findall(file.read(4096)))
