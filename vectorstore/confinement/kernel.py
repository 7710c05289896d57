"""The system calls that confinement needs, which Python's library does not have."""

import ctypes
import errno
import os
import platform
import sys
from dataclasses import dataclass
from typing import Any

# From `linux/prctl.h` and `linux/capability.h`
_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION_3 = 0x20080522
_CAPSET = {"x86_64": 126, "aarch64": 91}


@dataclass(frozen=True)
class Kernel:
    """The kernel of a known machine: `x86_64` or `aarch64`."""

    machine: str
    _libc: Any

    def call(
        self, number: int, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None
    ) -> int:
        """Make a system call and return its result; raises OSError."""
        given = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
        result = int(self._libc.syscall(ctypes.c_long(number), *given))
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return result

    def allow_no_new_privileges(self) -> None:
        """Let no program that this process starts have more rights than it; raises OSError."""
        zero = ctypes.c_ulong(0)
        if self._libc.prctl(_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero):
            raise OSError(ctypes.get_errno(), "no_new_privs")

    def drop_capabilities(self) -> None:
        """Drop what root may do above others in this thread; raises OSError."""
        header = _CAPABILITY_VERSION_3.to_bytes(4, sys.byteorder) + bytes(4)
        self.call(_CAPSET[self.machine], header, bytes(24))


def kernel() -> Kernel | None:
    """Return the kernel if it is a Linux whose calls are known here, else None."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _CAPSET or ctypes.sizeof(ctypes.c_void_p) != 8:
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return Kernel(machine, libc)


def is_missing(error: OSError) -> bool:
    """Return whether an error says that the kernel lacks a call, or has it switched off."""
    return error.errno in (errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL, errno.EPERM)
