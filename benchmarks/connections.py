"""Record and refuse every attempt of a program, and of all it starts, to reach another machine.

The kernel itself reports the attempts (seccomp's user notification, Linux 5.5 or later), so it
makes no difference whether Python, Rust or C++ makes them, and neither privileges nor another
program are needed. A wrapped `socket` module would miss compiled code, `strace` and a network
namespace are not to be had everywhere, and a namespace counts packets but does not say whose.
"""

import contextlib
import ctypes
import fcntl
import os
import platform
import select
import socket
import struct
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Self, TypeVar

from vectorstore.errors import KakehashiError

Result = TypeVar("Result")

# Numbers of system calls, and of the architecture (linux/audit.h).
_CALLS = {
    "x86_64": {"seccomp": 317, "connect": 42, "sendto": 44, "sendmsg": 46, "sendmmsg": 307},
    "aarch64": {"seccomp": 277, "connect": 203, "sendto": 206, "sendmsg": 211, "sendmmsg": 269},
}
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_IO_URING_SETUP = 425  # of both: refused, for what it sends is not seen
# linux/prctl.h, linux/seccomp.h and linux/filter.h
_NO_NEW_PRIVS, _SET_FILTER, _NEW_LISTENER = 38, 1, 8
_ALLOW, _NOTIFY, _REFUSE = 0x7FFF0000, 0x7FC00000, 0x00050000 | 1
_RECEIVE, _SEND, _CONTINUE = 0xC0502100, 0xC0182101, 1
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NOTICE, _REPLY = struct.Struct("QII iIQ6Q"), struct.Struct("QqiI")
_UNREACHABLE = 101  # what a machine without a network answers
_NAME_SERVICE = {53, 853}  # ports
_RESOLVER = "/run/systemd/resolve/"
_WORD = struct.calcsize("P")


class CannotWatch(KakehashiError):
    """Raised where the kernel does not report attempts."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A program and where it wanted to send something."""

    program: str
    to: str

    def __str__(self) -> str:
        return f"{self.program} → {self.to}"


class Watch:
    """Records in `attempts` what is tried by all that `do` starts; loopback is allowed."""

    def __init__(self) -> None:
        """Prepare the thread in which `do` works."""
        self.attempts: list[Attempt] = []
        self._thread = ThreadPoolExecutor(1)  # what this thread starts inherits its filter

    def __enter__(self) -> Self:
        """Raise CannotWatch if the kernel does not report attempts."""
        self._listener = self._thread.submit(_report_attempts).result()
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()
        return self

    def do(self, work: Callable[[], Result]) -> Result:
        """Return what `work` returns; the processes that it starts are watched until they end."""
        return self._thread.submit(work).result()

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()
        self._listening.join(timeout=30)
        os.close(self._listener)

    def _listen(self) -> None:
        """Answer the kernel until the last watched process has ended."""
        ready = select.poll()
        ready.register(self._listener, select.POLLIN)
        while not any(event & select.POLLHUP for _, event in ready.poll()):
            notice = bytearray(_NOTICE.size)
            try:
                fcntl.ioctl(self._listener, _RECEIVE, notice)
            except OSError:  # the process was killed meanwhile
                continue
            call, thread, _, number, _, _, *arguments = _NOTICE.unpack(notice)
            found = [to for one in _addresses(thread, number, arguments) if (to := _outside(one))]
            self.attempts += [Attempt(_program(thread), to) for to in found]
            reply = (
                _REPLY.pack(call, 0, -_UNREACHABLE, 0)
                if found
                else _REPLY.pack(call, 0, 0, _CONTINUE)
            )
            with contextlib.suppress(OSError):
                fcntl.ioctl(self._listener, _SEND, bytearray(reply))


def _report_attempts() -> int:
    """Let the kernel report the calls of this thread, and of all it starts, to what is returned."""
    machine = platform.machine()
    if machine not in _CALLS:
        raise CannotWatch(f"Connections cannot be watched on {machine}.")
    calls = _CALLS[machine]
    program = [
        (_LOAD, 0, 0, 4),  # the architecture
        (_EQUAL, 1, 0, _ARCHITECTURE[machine]),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, 0),  # the number of the call
        (_EQUAL, 0, 1, _IO_URING_SETUP),
        (_RETURN, 0, 0, _REFUSE),
        (_EQUAL, 5, 0, calls["connect"]),
        (_EQUAL, 4, 0, calls["sendmsg"]),
        (_EQUAL, 3, 0, calls["sendmmsg"]),
        (_EQUAL, 0, 3, calls["sendto"]),
        (_LOAD, 0, 0, 16 + 8 * 4),  # where its address is (the lower half): none if connected
        (_EQUAL, 1, 0, 0),
        (_RETURN, 0, 0, _NOTIFY),
        (_RETURN, 0, 0, _ALLOW),
    ]  # fmt: skip
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    kept = ctypes.create_string_buffer(code)
    packed = struct.pack("HxxxxxxP", len(program), ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    listener = libc.syscall(
        ctypes.c_long(calls["seccomp"]),
        ctypes.c_ulong(_SET_FILTER),
        ctypes.c_ulong(_NEW_LISTENER),
        ctypes.create_string_buffer(packed),
    )
    if listener < 0:
        reason = os.strerror(ctypes.get_errno())
        raise CannotWatch(f"The kernel does not let connections be watched ({reason}).")
    return int(listener)


def _addresses(thread: int, number: int, arguments: list[int]) -> list[bytes]:
    """Return the addresses that a call names, as the kernel takes them; `?` for unreadable ones."""
    name = next(one for one, known in _CALLS[platform.machine()].items() if known == number)
    try:
        with Path(f"/proc/{thread}/mem").open("rb", buffering=0) as memory:

            def read(at: int, size: int) -> bytes:
                memory.seek(at)
                return memory.read(size)

            def of_message(at: int) -> bytes:
                where, size = struct.unpack("PI", read(at, _WORD + 4))
                return read(where, size) if where else b""

            if name in ("connect", "sendto"):
                where, size = arguments[1:3] if name == "connect" else arguments[4:6]
                return [read(where, size & 0xFF)] if where else []
            if name == "sendmsg":
                return [of_message(arguments[1])]
            length = 8 * _WORD  # of an mmsghdr
            return [of_message(arguments[1] + length * at) for at in range(arguments[2])]
    except (OSError, ValueError):
        return [b"?"]


def _outside(address: bytes) -> str:
    """Return where an address leads if that is not this machine, else an empty string."""
    if len(address) < 2:
        return "an address that cannot be read" if address else ""
    family = int.from_bytes(address[:2], "little")
    if family == socket.AF_UNIX:
        path = address[2:].split(b"\0")[0].decode(errors="replace")
        return path if path.startswith(_RESOLVER) else ""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return ""  # to the kernel (AF_NETLINK), or the end of a connection (AF_UNSPEC)
    port = int.from_bytes(address[2:4], "big")
    ip = ip_address(address[4:8] if family == socket.AF_INET else address[8:24])
    here = ip.is_loopback or bool(ip.version == 6 and ip.ipv4_mapped and ip.ipv4_mapped.is_loopback)
    return "" if (here or ip.is_unspecified) and port not in _NAME_SERVICE else f"{ip} port {port}"


def _program(thread: int) -> str:
    try:
        words = Path(f"/proc/{thread}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return "a program that has ended"
    return " ".join(words)[:200].strip()
