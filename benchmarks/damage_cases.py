"""The ways in which the benchmark `damage` harms a library, and what each must end in.

A damaged index must be rebuilt without losing a word, because it is only a copy of the catalog. A
damaged catalog must be reported in a sentence, after which `doctor --repair` brings the library
back.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.forks import run_hashed

QUESTION = "clove harbour treaty"
_LIMIT = 120  # seconds for one command
_ENOUGH = 8 << 30  # bytes in a file: a broken index once filled a whole disk


@dataclass(frozen=True, slots=True)
class Place:
    """A library to damage."""

    folder: Path

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / "data"

    @property
    def catalog(self) -> Path:
        """The catalog's file."""
        return self.data / "catalog.sqlite"

    @property
    def generation(self) -> Path:
        """The folder of the index in use."""
        index = self.data / "index"
        return index / (index / "CURRENT").read_text()

    @property
    def vectors(self) -> list[Path]:
        """The files of Chroma's HNSW index."""
        return sorted(self.generation.glob("*/*"))

    def run(self, *words: str, most: int = _ENOUGH) -> tuple[int, str]:
        """Run a command and return its exit code and output; a file may grow to `most` bytes."""
        settings = {
            "KAKEHASHI_DATA": str(self.data),
            "KAKEHASHI_SOURCES": str(self.folder / "sources"),
        }
        code, said = run_hashed(words, settings, most, _LIMIT)
        return (-1, f"did not end within {_LIMIT} s") if code is None else (code, said)


class Skipped(Exception):
    """Raised where the machine does not allow a case."""


def _answers(place: Place) -> str:
    code, said = place.run("search", QUESTION, "--json")
    if code:
        return f"no answer ({code}): {said[-300:]}"
    return ""


def _rebuilt(place: Place) -> str:
    return _answers(place) or _in_order(place)


def _in_order(place: Place) -> str:
    code, said = place.run("doctor")
    return f"doctor found problems: {said[-300:]}" if code else ""


def _told(code: int, said: str) -> str:
    """Return what is wrong with an error, which must be one plain sentence."""
    if code == 1 and "Traceback" not in said and said[-1:] in ".!”":
        return ""
    return f"ended with {code}: {said[-300:]}"


def _told_and_repaired(place: Place) -> str:
    code, said = place.run("search", QUESTION)
    trouble = "" if code == 0 else _told(code, said)
    if trouble:
        return trouble
    code, said = place.run("doctor", "--repair")
    if code:
        return f"not repaired: {said[-300:]}"
    return _rebuilt(place)


def _index(change: Callable[[Place], object]) -> Callable[[Place], str]:
    def case(place: Place) -> str:
        change(place)
        return _rebuilt(place)

    return case


def _catalog(change: Callable[[Place], object]) -> Callable[[Place], str]:
    def case(place: Place) -> str:
        change(place)
        return _told_and_repaired(place)

    return case


def _cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _noise(path: Path, first: float = 0.0) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(int(size * first))
        file.write(os.urandom(size - int(size * first)))


def _sql(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(script)


def _every(change: Callable[[Path], object]) -> Callable[[Place], object]:
    return lambda place: [change(path) for path in place.vectors]


def _later_version(place: Place) -> str:
    _sql(place.catalog, "PRAGMA user_version = 99")
    return _told(*place.run("search", QUESTION))


def _not_a_folder(place: Place) -> str:
    shutil.rmtree(place.data)
    place.data.write_text("a file")
    return _told(*place.run("sync"))


def _full(place: Place) -> str:
    """Sync while no file may grow beyond a document, then with room again."""
    (place.folder / "sources" / "new.md").write_text("The clove ferry. " * 5_000)
    return _told(*place.run("sync", most=100_000)) or _answers(place) or _synced(place)


def _full_inbox(place: Place) -> str:
    """Sync while there is no room for the copy that is read, then with room again."""
    (place.folder / "sources" / "new.md").write_text("The clove ferry. " * 60_000)
    code, said = place.run("sync", most=100_000)
    if code or "new.md cannot be read (" not in said:
        return f"ended with {code}: {said[-300:]}"
    return _synced(place) or ("" if "(new.md, " in place.run("sources")[1] else "not read again")


def _full_index(place: Place) -> str:
    shutil.rmtree(place.data / "index")
    told = _told(*place.run("search", QUESTION, most=300_000))
    return told or _rebuilt(place)


def _synced(place: Place) -> str:
    code, said = place.run("sync")
    return f"sync: {said[-300:]}" if code else _in_order(place)


@contextmanager
def _disk(place: Place, size: str) -> Iterator[None]:
    """Put the data directory on a small disk for the length of the block."""
    kept = place.folder / "kept"
    place.data.rename(kept)
    place.data.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(place.data)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        raise Skipped("this machine does not allow mounting a disk")
    try:
        shutil.copytree(kept, place.data, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", "-l", str(place.data)], check=True)


def _small_disk(place: Place) -> str:
    with _disk(place, "16m"):
        (place.data / "ballast").write_bytes(b"0" * (_free(place.data) - 100_000))
        (place.folder / "sources" / "new.md").write_text(
            "\n\n".join(f"# {n}\n\nThe clove ferry number {n}." for n in range(3000))
        )
        trouble = _told(*place.run("sync"))
        (place.data / "ballast").unlink()
        return trouble or _answers(place)


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _read_only_disk(place: Place) -> str:
    with _disk(place, "64m"):
        subprocess.run(["mount", "-o", "remount,ro", str(place.data)], check=True)
        trouble = _told(*place.run("search", QUESTION))
        subprocess.run(["mount", "-o", "remount,rw", str(place.data)], check=True)
        return trouble or _answers(place)


CASES: dict[str, Callable[[Place], str]] = {
    "index: deleted": _index(lambda p: shutil.rmtree(p.data / "index")),
    "index: no pointer": _index(lambda p: (p.data / "index" / "CURRENT").unlink()),
    "index: pointer to nothing": _index(
        lambda p: (p.data / "index" / "CURRENT").write_text("gen-77")
    ),
    "index: pointer of noise": _index(lambda p: _noise(p.data / "index" / "CURRENT")),
    "index: generation emptied": _index(lambda p: shutil.rmtree(p.generation)),
    "index: SQLite deleted": _index(lambda p: (p.generation / "chroma.sqlite3").unlink()),
    "index: SQLite emptied": _index(lambda p: (p.generation / "chroma.sqlite3").write_bytes(b"")),
    "index: SQLite cut in half": _index(lambda p: _cut(p.generation / "chroma.sqlite3")),
    "index: SQLite of noise": _index(lambda p: _noise(p.generation / "chroma.sqlite3")),
    "index: SQLite half noise": _index(lambda p: _noise(p.generation / "chroma.sqlite3", 0.5)),
    "index: HNSW deleted": _index(_every(Path.unlink)),
    "index: HNSW emptied": _index(_every(lambda path: path.write_bytes(b""))),
    "index: HNSW cut in half": _index(_every(_cut)),
    "index: HNSW of noise": _index(_every(_noise)),
    "index: HNSW half noise": _index(_every(lambda path: _noise(path, 0.5))),
    "index: of another model": _index(
        lambda p: _sql(
            p.generation / "chroma.sqlite3",
            "UPDATE collection_metadata SET str_value = 'another' WHERE key = 'fingerprint'",
        )
    ),
    "index: seal of noise": _index(lambda p: _noise(p.data / "index" / "SEAL")),
    "index: disk full": _full_index,
    "catalog: deleted": _catalog(lambda p: p.catalog.unlink()),
    "catalog: emptied": _catalog(lambda p: p.catalog.write_bytes(b"")),
    "catalog: cut in half": _catalog(lambda p: _cut(p.catalog)),
    "catalog: cut to 100 bytes": _catalog(
        lambda p: p.catalog.write_bytes(p.catalog.read_bytes()[:100])
    ),
    "catalog: noise": _catalog(lambda p: _noise(p.catalog)),
    "catalog: second half noise": _catalog(lambda p: _noise(p.catalog, 0.5)),
    "catalog: a text file": _catalog(lambda p: p.catalog.write_text("not a database\n" * 1000)),
    "catalog: a table missing": _catalog(lambda p: _sql(p.catalog, "DROP TABLE word")),
    "catalog: metadata of noise": _catalog(
        lambda p: _sql(p.catalog, "UPDATE source SET metadata = 'x'")
    ),
    "catalog: vectors of noise": _catalog(
        lambda p: _sql(p.catalog, "UPDATE vector SET passage = randomblob(100)")
    ),
    "catalog: of a later version": _later_version,
    "data: a file, not a folder": _not_a_folder,
    "disk: full while syncing": _full,
    "disk: full while copying": _full_inbox,
    "disk: small, full, then not": _small_disk,
    "disk: read-only, then not": _read_only_disk,
}
