"""Commands in processes of their own that start at once: forked from one that has imported all.

Importing takes most of the time of a short command, and there are hundreds of them.
"""

import multiprocessing
import os
import resource
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from vectorstore.child_process import lower_limit

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(
    [
        "benchmarks.hash_vectors",
        "app.cli.main",
        "app.service.doctor",
        "app.service.operations",
        "chromadb",
        "chromadb.api.rust",
        "onnxruntime",
        "tokenizers",
        "vectorstore.library",
    ]
)
process, event = _context.Process, _context.Event


def run_hashed(
    words: Sequence[str], environment: Mapping[str, str], most: int, limit: float
) -> tuple[int | None, str]:
    """Run `kakehashi` with vectors from hashes; return its exit code and what it said.

    A file may grow to `most` bytes. The code is None if it did not end within `limit` seconds.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        running = process(target=_hashed, args=[list(words), dict(environment), most, out, err])
        running.start()
        running.join(limit)
        code = running.exitcode
        if code is None:
            running.kill()
            running.join()
        running.close()
        said = [path.read_text(errors="replace").strip() for path in (err, out) if path.exists()]
    return code, next(filter(None, said), "")


def _hashed(
    words: Sequence[str], environment: Mapping[str, str], most: int, out: Path, err: Path
) -> None:
    from benchmarks.hash_vectors import main

    for path, number in ((out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    lower_limit(resource.RLIMIT_FSIZE, most)
    os.environ.update(environment)
    sys.argv = ["kakehashi", *words]
    main()
