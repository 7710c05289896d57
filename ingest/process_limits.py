"""What a child process that works on files of others allows itself: memory, processor, disk."""

import resource

MEMORY = 1 << 30  # bytes
PROCESSOR = 60  # seconds for a page, or for a whole file of a kind without pages
_WRITTEN = 64 << 20  # bytes in one file; no child writes any


def hold() -> None:
    """Hold this process to these limits for good; processor time is given by `more_time`."""
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_FSIZE, _WRITTEN)
    _limit(resource.RLIMIT_CORE, 0)


def more_time(seconds: int = PROCESSOR) -> None:
    """From now on, this process may use so much of the processor, and no more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds)


def _limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, hard))
