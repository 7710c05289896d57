"""Limits on memory, processor time and disk for a child process that opens untrusted files."""

import resource

# Judged: ample for a large document, and little enough for any machine.
MEMORY = 1 << 30  # bytes
CPU_TIME = 60  # seconds for a page, or for a whole file of a format without pages
_LARGEST_WRITTEN = 64 << 20  # bytes in one file; no child needs to write


def limit_process() -> None:
    """Limit this process for good; `allow_cpu_time` grants processor time."""
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_FSIZE, _LARGEST_WRITTEN)
    _limit(resource.RLIMIT_CORE, 0)


def allow_cpu_time(seconds: int = CPU_TIME) -> None:
    """Allow this process so many more seconds of processor time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds)


def _limit(resource_id: int, most: int) -> None:
    hard = resource.getrlimit(resource_id)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource_id, (most, hard))
