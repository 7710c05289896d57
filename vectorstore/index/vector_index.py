"""The vector index: Chroma, in generations that can be deleted at any time.

A generation is a folder `gen-N` with one collection of passage ids and vectors; the file `CURRENT`
names the one in use and is replaced atomically. Everything here can be rebuilt from the catalog.
Chroma receives only vectors, never texts or an embedding function, and never opens a folder that
this program did not create.

A damaged file can crash Chroma or go unnoticed. So closing a generation seals it (`SEAL` holds the
size and time of each of its files); if the seal is missing or broken, a child process checks the
generation before it is opened (`health.py`).
"""

import contextlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np

from vectorstore.encoders.pooling import Vectors
from vectorstore.errors import IndexFailure

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection
    from chromadb.api.types import Where

Batch = tuple[list[str], list[str], Vectors]  # passage ids, source ids, vectors (n, dimension)

T = TypeVar("T")
_COLLECTION = "passages"
_BATCH = 250
_MOST_NAMED = 5000  # sources in one condition; judged: well below the limit of SQLite


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """Limits a search to the sources `included`; all others are `excluded`."""

    included: list[str]
    excluded: list[str]

    def conditions(self) -> list[dict[str, object]]:
        """Return Chroma's conditions, one query each, as a condition can name only so many ids."""
        if len(self.excluded) < min(len(self.included), _MOST_NAMED):
            return [{"source": {"$nin": self.excluded}}]
        return [
            {"source": {"$in": self.included[first : first + _MOST_NAMED]}}
            for first in range(0, len(self.included), _MOST_NAMED)
        ]


class VectorIndex:
    """The generation in use; `fingerprint` identifies the model of its vectors."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        """Open nothing before its first use."""
        self.folder = folder
        self._fingerprint = fingerprint
        self._client: Client | None = None
        self._collection: Collection | None = None
        self._retired = False
        self._lock = threading.RLock()  # no query while a generation changes

    def count(self) -> int:
        """Return the number of vectors. Raise IndexFailure if the index cannot be used."""
        return self._guarded(lambda collection: collection.count())

    def holds(self, ids: Sequence[str], vectors: Vectors) -> bool:
        """Return whether it has these passages with these vectors. Raise IndexFailure."""
        found = self._guarded(
            lambda collection: collection.get(ids=list(ids), include=["embeddings"])
        )
        there = found["embeddings"]
        if there is None or len(there) != len(ids):
            return False
        place = {identity: row for row, identity in enumerate(found["ids"])}
        order = [place[identity] for identity in ids]
        return bool(np.allclose(np.asarray(there, dtype=np.float32)[order], vectors, atol=1e-3))

    def query(
        self, vector: Vectors, limit: int, source_filter: "SourceFilter | None" = None
    ) -> dict[str, float]:
        """Return passage ids with their cosine to a vector of length one, best first."""
        cosines: dict[str, float] = {}
        for where in source_filter.conditions() if source_filter else [None]:
            found = self._guarded(
                lambda collection, where=where: collection.query(  # type: ignore[misc]
                    query_embeddings=vector[np.newaxis],
                    n_results=limit,
                    where=cast("Where", where),
                    include=["distances"],
                )
            )
            distances = (found["distances"] or [[]])[0]
            cosines |= {i: 1.0 - d for i, d in zip(found["ids"][0], distances, strict=True)}
        return dict(sorted(cosines.items(), key=lambda item: -item[1])[:limit])

    def change(self, added: Iterable[Batch], removed: Sequence[str]) -> None:
        """Add vectors, then delete others: a crash between the two loses nothing."""

        def apply(collection: "Collection") -> None:
            _add(collection, added)
            for first in range(0, len(removed), _BATCH):
                collection.delete(ids=list(removed[first : first + _BATCH]))

        self._guarded(apply)

    def rebuild(self, batches: Iterable[Batch], *, keep_old: bool = False) -> None:
        """Build a new generation of these vectors and use it; the old one answers until then.

        The old one is deleted, with `keep_old` only by a later `drop_others`, because another
        object still answers from it.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            numbers = [int(p.name[4:]) for p in self.folder.glob("gen-*") if p.name[4:].isdigit()]
            generation = self.folder / f"gen-{max(numbers, default=0) + 1}"
            client = _client(generation)
            collection = client.create_collection(
                _COLLECTION,
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine"}},
                metadata={"fingerprint": self._fingerprint},
            )
            _add(collection, batches)
            self._point_to(generation)
        except _failures() as error:
            raise IndexFailure(
                f"The vector index in {self.folder} could not be written ({error}): check that "
                "the disk is writable and has room. Nothing is lost; the index is rebuilt."
            ) from error
        with self._lock:
            self._seal.unlink(missing_ok=True)
            if self._client is not None:
                self._client.close()
            self._client, self._collection = client, collection
        if not keep_old:
            self.drop_others()

    def drop_others(self) -> None:
        """Delete all generations except the one in use."""
        kept = (self.folder / "CURRENT").read_text()
        for old in self.folder.glob("gen-*"):
            if old.name != kept:
                shutil.rmtree(old, ignore_errors=True)

    def close(self) -> None:
        """Close and seal the generation in use; the next call opens it again."""
        with self._lock:
            if self._client is None:
                return
            self._client.close()
            self._client = self._collection = None
            with contextlib.suppress(OSError):  # an unsealed generation is checked
                _write(self._seal, json.dumps(self._signature()))

    def retire(self) -> None:
        """Close the generation in use for good, because another object replaces this one."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = None
            self._retired = True

    def is_sealed(self) -> bool:
        """Return whether the generation in use is unchanged since it was closed."""
        try:
            sealed = json.loads(self._seal.read_text())
            return bool(sealed == self._signature())
        except (OSError, ValueError):
            return False

    def set_aside(self) -> None:
        """Abandon the generation in use; the next rebuild deletes it."""
        with self._lock, contextlib.suppress(OSError):
            if self._client is not None:
                self._client.close()
            self._client = self._collection = None
            self._seal.unlink(missing_ok=True)
            (self.folder / "CURRENT").unlink(missing_ok=True)

    @property
    def _seal(self) -> Path:
        return self.folder / "SEAL"

    def _signature(self) -> list[list[str | int]]:
        """Return name, size and time of each file of the generation in use."""
        generation = self.folder / (self.folder / "CURRENT").read_text()
        files = sorted(path for path in generation.rglob("*") if path.is_file())
        return [
            [path.relative_to(self.folder).as_posix(), stat.st_size, stat.st_mtime_ns]
            for path in files
            for stat in [path.stat()]
        ]

    def _point_to(self, generation: Path) -> None:
        _write(self.folder / "CURRENT", generation.name)

    def _guarded(self, action: "Callable[[Collection], T]") -> T:
        try:
            with self._lock:
                return action(self._open())
        except _failures() as error:
            raise IndexFailure(
                f"The vector index in {self.folder} cannot be used ({error}): restart Kakehashi, "
                "and it is rebuilt from the catalog."
            ) from error

    def _open(self) -> "Collection":
        if self._retired:
            raise FileNotFoundError("it has been replaced")
        if self._collection is None:
            self._seal.unlink(missing_ok=True)
            generation = self.folder / (self.folder / "CURRENT").read_text()
            if not (generation / "chroma.sqlite3").is_file():
                raise FileNotFoundError(f"{generation} is not there")
            self._client = _client(generation)
            collection = self._client.get_collection(_COLLECTION, embedding_function=None)
            if (collection.metadata or {}).get("fingerprint") != self._fingerprint:
                raise FileNotFoundError("it belongs to another embedding model")
            self._collection = collection
        return self._collection


def _write(path: Path, text: str) -> None:
    """Replace a small file atomically and durably."""
    new = path.with_name(f"{path.name}.new")
    with new.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _client(folder: Path) -> "Client":
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    return cast("Client", client)


def _add(collection: "Collection", batches: Iterable[Batch]) -> None:
    for ids, sources, vectors in batches:
        for first in range(0, len(ids), _BATCH):
            some = slice(first, first + _BATCH)
            collection.upsert(
                ids=ids[some],
                embeddings=vectors[some],
                metadatas=[{"source": source} for source in sources[some]],
            )


def _failures() -> tuple[type[Exception], ...]:
    """Return the errors of a damaged disk: the system's, Chroma's, and those of its Rust core."""
    from chromadb.errors import ChromaError

    return (OSError, ChromaError, ValueError, RuntimeError)
