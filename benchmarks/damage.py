"""What a damaged, full, read-only or foreign disk does: a plain sentence or a rebuild, never more.

Each case damages a copy of one library, then a child process uses it by the real command line
(with vectors from hashes, `hashed.py`). The index is only a copy of the catalog, so whatever
happens to it is mended without a word being lost; a damaged catalog is told, and
`doctor --repair` brings the library back.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.machine import described

_LIMIT = 120  # seconds for one command
_QUESTION = "clove harbour treaty"
_ENOUGH = 8 << 30  # bytes in a file: a broken index was once seen to fill a whole disk
_SENTENCES = 1500  # more than Chroma keeps in its log, so that its own files are written


@dataclass(frozen=True, slots=True)
class Place:
    """A library to be damaged."""

    folder: Path

    @property
    def data(self) -> Path:
        """Its data directory."""
        return self.folder / "data"

    @property
    def catalog(self) -> Path:
        """Its catalog."""
        return self.data / "catalog.sqlite"

    @property
    def generation(self) -> Path:
        """Its index."""
        index = self.data / "index"
        return index / (index / "CURRENT").read_text()

    @property
    def vectors(self) -> list[Path]:
        """The files of Chroma's HNSW index."""
        return sorted(self.generation.glob("*/*"))

    def run(self, *words: str, most: int | None = None) -> tuple[int, str]:
        """Exit code and last words of a command; `most` bytes may be written to one file."""
        limit = (
            ["prlimit", f"--fsize={most}", "--"]
            if most
            else ["prlimit", f"--fsize={8 << 30}", "--"]
        )
        try:
            done = subprocess.run(
                [*limit, sys.executable, "-m", "benchmarks.hash_vectors", *words],
                capture_output=True, text=True, timeout=_LIMIT, check=False,
                env={
                    **os.environ,
                    "KAKEHASHI_DATA": str(self.data),
                    "KAKEHASHI_SOURCES": str(self.folder / "sources"),
                },
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return -1, f"not done after {_LIMIT} s"
        return done.returncode, (done.stderr.strip() or done.stdout.strip())


def damage(
    only: Annotated[str, typer.Option(help="Only the cases whose name has this.")] = "",
) -> None:
    """Damage a library in every way; each must end in a sentence or a rebuild."""
    out = Console(highlight=False, soft_wrap=True)
    out.print(described())
    broken = 0
    with tempfile.TemporaryDirectory() as made:
        pattern = prepared(Path(made) / "pattern", _SENTENCES)
        for name, trouble in tried(pattern, Path(made), only):
            broken += bool(trouble)
            out.print(
                f"{'BROKEN' if trouble else 'held  '} {name}{': ' if trouble else ''}{trouble}"
            )
    out.print(f"{broken} broken" if broken else "held")
    raise typer.Exit(int(broken > 0))


def prepared(folder: Path, sentences: int) -> Place:
    """A library to make copies of."""
    place = Place(folder)
    (folder / "sources").mkdir(parents=True)
    for part in range(3):
        text = "\n\n".join(
            f"# Number {part}-{n}\n\nThe clove harbour treaty has {n} articles."
            for n in range(sentences // 3)
        )
        (folder / "sources" / f"part-{part}.md").write_text(text)
    code, said = place.run("sync")
    if code:
        raise RuntimeError(said)
    place.run("search", _QUESTION)
    return place


def tried(pattern: Place, where: Path, only: str = "") -> Iterator[tuple[str, str]]:
    """Each case on a copy of its own: its name, and what was wrong (empty if nothing was)."""
    for name, case in CASES.items():
        if only and only not in name:
            continue
        place = Place(where / "copy")
        shutil.copytree(pattern.folder, place.folder)
        try:
            yield name, case(place)
        except Skipped as reason:
            yield f"{name} (skipped: {reason})", ""
        finally:
            shutil.rmtree(place.folder)


class Skipped(Exception):
    """A case that this machine does not allow to be tried."""


def _answers(place: Place) -> str:
    code, said = place.run("search", _QUESTION, "--json")
    if code:
        return f"no answer ({code}): {said[-300:]}"
    return ""


def _rebuilt(place: Place) -> str:
    return _answers(place) or _in_order(place)


def _in_order(place: Place) -> str:
    code, said = place.run("doctor")
    return f"doctor is not content: {said[-300:]}" if code else ""


def _told(code: int, said: str) -> str:
    """An error must be one plain sentence."""
    if code == 1 and "Traceback" not in said and said[-1:] in ".!”":
        return ""
    return f"ended with {code}: {said[-300:]}"


def _told_and_repaired(place: Place) -> str:
    code, said = place.run("search", _QUESTION)
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
    return _told(*place.run("search", _QUESTION))


def _not_a_folder(place: Place) -> str:
    shutil.rmtree(place.data)
    place.data.write_text("a file")
    return _told(*place.run("sync"))


def _full(place: Place) -> str:
    """No file may grow; then there is room again."""
    (place.folder / "sources" / "new.md").write_text("The clove ferry. " * 60_000)
    return _told(*place.run("sync", most=100_000)) or _answers(place) or _synced(place)


def _full_index(place: Place) -> str:
    shutil.rmtree(place.data / "index")
    told = _told(*place.run("search", _QUESTION, most=300_000))
    return told or _rebuilt(place)


def _synced(place: Place) -> str:
    code, said = place.run("sync")
    return f"sync: {said[-300:]}" if code else _in_order(place)


@contextmanager
def _disk(place: Place, size: str) -> Iterator[None]:
    """The data directory on a small disk of its own."""
    kept = place.folder / "kept"
    place.data.rename(kept)
    place.data.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(place.data)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        raise Skipped("no disk may be mounted here")
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
        trouble = _told(*place.run("search", _QUESTION))
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
    "disk: small, full, then not": _small_disk,
    "disk: read-only, then not": _read_only_disk,
}
