"""The vector index: Chroma, in generations that can be thrown away at any time.

A generation is a folder `gen-N` with one collection of passage ids and vectors; the file
`CURRENT` names the one in use and is replaced atomically. Nothing is kept here that is not in the
catalog. Only vectors are handed to Chroma, never texts or an embedding function, and a folder
that this program did not make is never opened.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np

from vectorstore.embeddings import Vectors
from vectorstore.errors import StorageFailure

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection
    from chromadb.api.types import Where

Batch = tuple[list[str], list[str], Vectors]  # passage ids, source ids, vectors (n, dimension)

T = TypeVar("T")
_COLLECTION = "passages"
_BATCH = 250
_MOST_NAMED = 5000  # sources in one condition


@dataclass(frozen=True, slots=True)
class Only:
    """Search in some sources only: those `inside`; all others are `outside`."""

    inside: list[str]
    outside: list[str]

    def conditions(self) -> list[dict[str, object]]:
        """Chroma's conditions, to be asked one after the other; it takes only so many ids each."""
        if len(self.outside) < min(len(self.inside), _MOST_NAMED):
            return [{"source": {"$nin": self.outside}}]
        return [
            {"source": {"$in": self.inside[first : first + _MOST_NAMED]}}
            for first in range(0, len(self.inside), _MOST_NAMED)
        ]


class VectorIndex:
    """The generation in use. `fingerprint` says which model made its vectors."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        """Nothing is opened until it is needed."""
        self.folder = folder
        self._fingerprint = fingerprint
        self._client: Client | None = None
        self._collection: Collection | None = None
        self._lock = threading.RLock()  # no query may meet a generation that is being changed

    def count(self) -> int:
        """How many vectors there are; raises StorageFailure if the index cannot be used."""
        return self._guarded(lambda collection: collection.count())

    def query(self, vector: Vectors, limit: int, only: "Only | None" = None) -> dict[str, float]:
        """Passage ids with their cosine to a vector of length one, best first."""
        cosines: dict[str, float] = {}
        for where in only.conditions() if only else [None]:
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
        """Add vectors, then take others away: a kill between the two loses nothing."""

        def apply(collection: "Collection") -> None:
            _add(collection, added)
            for first in range(0, len(removed), _BATCH):
                collection.delete(ids=list(removed[first : first + _BATCH]))

        self._guarded(apply)

    def rebuild(self, batches: Iterable[Batch]) -> None:
        """Make a new generation of these vectors and use it; the old one answers until then."""
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
            raise StorageFailure(
                f"The vector index in {self.folder} could not be written ({error}): check that "
                "the disk is writable and has room. Nothing is lost; the index is made again."
            ) from error
        with self._lock:
            self.close()
            self._client, self._collection = client, collection
        for old in self.folder.glob("gen-*"):
            if old != generation:
                shutil.rmtree(old, ignore_errors=True)

    def close(self) -> None:
        """Close the generation in use; the next call opens it again."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = None

    def _point_to(self, generation: Path) -> None:
        pointer = self.folder / "CURRENT.new"
        with pointer.open("w") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        pointer.replace(self.folder / "CURRENT")

    def _guarded(self, action: "Callable[[Collection], T]") -> T:
        try:
            with self._lock:
                return action(self._open())
        except _failures() as error:
            raise StorageFailure(
                f"The vector index in {self.folder} cannot be used ({error}): restart Kakehashi, "
                "and it is made again from the catalog."
            ) from error

    def _open(self) -> "Collection":
        if self._collection is None:
            generation = self.folder / (self.folder / "CURRENT").read_text()
            if not (generation / "chroma.sqlite3").is_file():
                raise FileNotFoundError(f"{generation} is not there")
            self._client = _client(generation)
            collection = self._client.get_collection(_COLLECTION, embedding_function=None)
            if (collection.metadata or {}).get("fingerprint") != self._fingerprint:
                raise FileNotFoundError("it belongs to another embedding model")
            self._collection = collection
        return self._collection


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
    """What goes wrong on disk: the system's errors, Chroma's own, and those of its Rust core."""
    from chromadb.errors import ChromaError

    return (OSError, ChromaError, ValueError, RuntimeError)
