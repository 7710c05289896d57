"""seccomp: the system calls that a process may not make any more.

A filter is a program of the kernel's packet filter (BPF); see `linux/seccomp.h`, `linux/filter.h`
and seccomp(2). `syscalls.toml` has the numbers. A refused call fails with EPERM.
"""

import ctypes
import errno
import os
import struct
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from vectorstore.confinement.kernel import Kernel, is_missing

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # from `linux/audit.h`
_SET_MODE_FILTER, _ALL_THREADS = 1, 1
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
# Load a word of `struct seccomp_data`; jump; return. From `linux/bpf_common.h`
_LOAD, _RETURN = 0x20, 0x06
_EQUAL, _GREATER, _ANY_BIT = 0x15, 0x25, 0x45
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16  # offsets there; an argument has 8 bytes, the low first
_THREAD = 0x00010000  # CLONE_THREAD: a thread, not a process
_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_TABLE = Path(__file__).with_name("syscalls.toml")


def refuse_calls(system: Kernel, groups: Iterable[str], *, read_only: bool, signals: bool) -> bool:
    """Refuse the groups of calls of `syscalls.toml` to all threads; return whether it could.

    With `read_only`, no file is opened to be written. With `signals`, they are left to Landlock,
    else this process may signal itself alone. Raises OSError for what only a
    fault of ours explains.
    """
    program = _program(system.machine, tuple(groups), read_only, signals)
    held = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(held))
    try:
        failed = system.call(_SECCOMP[system.machine], _SET_MODE_FILTER, _ALL_THREADS, header)
    except OSError as error:
        if is_missing(error):
            return False
        raise
    return failed == 0  # else the number of a thread that could not be brought along


def _program(machine: str, groups: tuple[str, ...], read_only: bool, signals: bool) -> bytes:
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    column = 0 if machine == "x86_64" else 1
    steps = [
        _step(_LOAD, _MACHINE),
        _step(_EQUAL, _ARCHITECTURE[machine], 1, 0),
        _step(_RETURN, _KILL),  # another machine's numbers mean other calls
        _step(_LOAD, _NUMBER),
        _step(_GREATER, table["newest"], 0, 1),  # also all calls of x32, which have a high bit
        _step(_RETURN, _ERROR | errno.ENOSYS),
    ]
    for group in groups:
        for numbers in table[group].values():
            steps += _refusal(numbers[column], _ERROR | errno.EPERM)
    calls = {name: numbers[column] for name, numbers in table["arguments"].items()}
    for name in ("openat2", "clone3"):  # their arguments are out of sight; libc has other ways
        if name == "clone3" or read_only:
            steps += _refusal(calls[name], _ERROR | errno.ENOSYS)
    if read_only:
        steps += _refusal_if(calls["open"], 1, _ANY_BIT, _WRITE)
        steps += _refusal_if(calls["openat"], 2, _ANY_BIT, _WRITE)
    if "programs" in groups:
        steps += _refusal_unless(calls["clone"], 0, _ANY_BIT, _THREAD)
    if signals:
        steps += _refusal_if(calls["kill"], 0, _ANY_BIT, 1 << 31)  # a negative number: many
    else:
        for name in ("kill", "tgkill"):
            steps += _refusal_unless(calls[name], 0, _EQUAL, os.getpid())
        steps += _refusal(calls["tkill"], _ERROR | errno.EPERM)
    steps += _refusal_unless(calls["prlimit64"], 0, _EQUAL, 0)  # 0 is this process
    steps.append(_step(_RETURN, _ALLOW))
    return b"".join(steps)


def _refusal(number: int, answer: int) -> Iterator[bytes]:
    """Yield the steps that refuse a call; none if this machine does not have it (-1)."""
    if number >= 0:
        yield _step(_EQUAL, number, 0, 1)
        yield _step(_RETURN, answer)


def _refusal_if(number: int, argument: int, test: int, value: int) -> Iterator[bytes]:
    """Yield the steps that refuse a call if the test of an argument (its low 32 bits) holds."""
    return _tested(number, argument, _step(test, value, 0, 1))


def _refusal_unless(number: int, argument: int, test: int, value: int) -> Iterator[bytes]:
    """Yield the steps that refuse a call unless the test of an argument holds."""
    return _tested(number, argument, _step(test, value, 1, 0))


def _tested(number: int, argument: int, test: bytes) -> Iterator[bytes]:
    if number >= 0:
        yield _step(_EQUAL, number, 0, 4)
        yield _step(_LOAD, _ARGUMENTS + 8 * argument)
        yield test
        yield _step(_RETURN, _ERROR | errno.EPERM)
        yield _step(_RETURN, _ALLOW)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """Return an instruction; the jumps are counted in instructions to skip."""
    return struct.pack("=HBBI", code, if_true, if_false, value)
