"""Checks in a child process, with a time limit, that the vector index is complete.

A damaged Chroma index can hang, grow without limit or crash the process that opens it (seen with
1.5.9), and its own count stays right while vectors are missing. So a child first reads all of an
index that was not closed properly: it must have every passage of the catalog with its vector and
nothing else, and a sample of the passages must find themselves.
"""

import logging
import resource
import subprocess
import sys
from pathlib import Path

from vectorstore.child_process import lower_limit
from vectorstore.errors import StorageFailure
from vectorstore.index.vector_index import VectorIndex
from vectorstore.storage.database import Database
from vectorstore.storage.passages import Passages

_SAMPLE = 50  # passages that must find themselves; judged: damage hits many at once
_TIMEOUT = 30.0  # seconds, and one more for each thousand passages; judged: reading takes less
_SAME = 0.999  # cosine of a passage to itself; judged: Chroma rounds
_LARGEST_FILE = 4 << 30  # bytes; judged: a damaged index may grow without limit
NEW_LIBRARY = "the library is new"
_UNOPENABLE = "it cannot be opened, or an earlier version or another embedding model made it"
_log = logging.getLogger(__name__)


def rebuild_reason(index: VectorIndex, database: Database, fingerprint: str) -> str:
    """Return why an index has to be rebuilt from the catalog; empty if it is in order."""
    expected = database.count("passage")
    if not (index.folder / "CURRENT").exists():
        return "there was none" if expected else NEW_LIBRARY
    if database.get("index_behind"):
        return "the last change to it was not finished"
    if not index.is_sealed() and (
        damage := find_damage(index.folder, database.path, fingerprint, expected)
    ):
        return damage
    try:
        return missing_passages(index, database)
    except StorageFailure:
        _log.warning("the vector index could not be opened", exc_info=True)
        return _UNOPENABLE


def missing_passages(index: VectorIndex, database: Database) -> str:
    """Return how many passages an index lacks, in words; empty if it has as many as the catalog."""
    found, expected = index.count(), database.count("passage")
    return "" if found == expected else f"it holds {found} of {expected} passages"


def find_damage(index: Path, catalog: Path, fingerprint: str, passages: int) -> str:
    """Return what is wrong with the index in a folder; empty if it is complete."""
    try:
        child = subprocess.run(
            [
                sys.executable,
                "-m",
                "vectorstore.index.health",
                str(index),
                str(catalog),
                fingerprint,
            ],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT + passages / 1000,
            check=False,
            cwd=Path(__file__).parents[2],
        )
    except subprocess.TimeoutExpired:
        return "reading it took too long"
    if child.returncode:
        _log.warning("the check of the vector index ended with %d", child.returncode)
        return "it is damaged"
    return child.stdout.strip()


def _check(index: VectorIndex, passages: Passages, expected: int, fingerprint: str) -> str:
    try:
        found = index.count()
        if found != expected:
            return f"it holds {found} of {expected} passages"
        step = max(expected // _SAMPLE, 1)
        seen = 0
        for ids, _, vectors in passages.all_vectors(fingerprint):
            if not index.holds(ids, vectors):
                return "vectors are missing in it"
            for row in range(-seen % step, len(ids), step):
                near = index.query(vectors[row], 10)
                if max(near.values(), default=0.0) < _SAME:
                    return "a passage in it does not find itself"
            seen += len(ids)
    except StorageFailure:
        return _UNOPENABLE
    return "" if seen == expected else f"{expected - seen} passages have no vector"


def _main() -> None:
    folder, catalog, fingerprint = sys.argv[1:]
    lower_limit(resource.RLIMIT_FSIZE, _LARGEST_FILE)
    database = Database(Path(catalog))
    index = VectorIndex(Path(folder), fingerprint)
    reason = _check(index, Passages(database), database.count("passage"), fingerprint)
    index.close()
    database.close()
    sys.stdout.write(reason)


if __name__ == "__main__":
    _main()
