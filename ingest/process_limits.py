"""Limits on a child process that opens untrusted files: memory, processor time, and its rights.

No limit can be raised again, except the processor time of one page up to that of a whole life.
"""

import os
import resource
from pathlib import Path

from vectorstore.child_process import lower_limit
from vectorstore.confinement import Confinement, confine

# Judged: ample for a large document, and little enough for any machine.
MEMORY = 1 << 30  # bytes
CPU_TIME = 60  # seconds for a page, or for a whole file of a format without pages
LONGEST_LIFE = 1800.0  # seconds until a child is replaced before the next file; judged
_CPU_TIME_OF_A_LIFE = 3700  # seconds: the longest life, and then the longest file
_MOST_OPEN = 64  # files; judged: readers have a handful


def limit_process(folder: Path, tesseract: Path | None = None) -> Confinement:
    """Limit this process for good to reading `folder`; `allow_cpu_time` grants processor time.

    It may run `tesseract`, if given, which is limited like it. Return what the kernel takes away.
    """
    lower_limit(resource.RLIMIT_AS, MEMORY)
    lower_limit(resource.RLIMIT_FSIZE, 0)  # no child writes a file
    lower_limit(resource.RLIMIT_CORE, 0)
    lower_limit(resource.RLIMIT_NOFILE, _MOST_OPEN)
    # RLIMIT_NPROC counts all processes of the user: seccomp refuses new ones instead.
    lower_limit(resource.RLIMIT_CPU, _CPU_TIME_OF_A_LIFE)
    return confine([folder, *_tesseract_data()], [tesseract] if tesseract else [])


def allow_cpu_time(seconds: int = CPU_TIME) -> None:
    """Allow this process so many more seconds of processor time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    wanted = int(used.ru_utime + used.ru_stime) + seconds
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


def _tesseract_data() -> list[Path]:
    named = os.environ.get("TESSDATA_PREFIX")
    return [Path(named)] if named else []
