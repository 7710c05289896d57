"""The vector index: Chroma, in generations that can be deleted at any time.

A generation is a folder `gen-N` with one collection of passage ids and vectors; the file `CURRENT`
names the one in use and is replaced atomically. Everything here can be rebuilt from the catalog.
Chroma receives only vectors, never texts, names or an embedding function, and never opens a folder
that this program did not create.

A damaged file can crash Chroma or go unnoticed. So closing a generation seals it (`SEAL` holds the
size and time of each of its files); if the seal is missing or broken, a child process checks the
generation before it is opened (`health.py`).
"""

import contextlib
import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np

from vectorstore.encoders.pooling import Vectors
from vectorstore.errors import IndexFailure
from vectorstore.index.client import (
    COLLECTION,
    DATABASE,
    Batch,
    add,
    count_places,
    delete,
    erase_slack,
    failures,
    open_client,
    write_out,
    written,
)
from vectorstore.index.generation_files import copy, next_generation, signature, write

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection
    from chromadb.api.types import Where

T = TypeVar("T")
_LAYOUT = 2  # of what a generation holds; in 1, the ids of sources, which have words of file names
_HOLLOW = 2  # times as many places in the graph as vectors: it is built anew; judged
_FEW = 1000  # places for which that is not worth it
_MOST_NAMED = 5000  # sources in one condition; judged: well below the limit of SQLite


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """Limits a search to the sources `included`; all others are `excluded`."""

    included: list[str]
    excluded: list[str]

    def conditions(self) -> list[dict[str, object]]:
        """Return Chroma's conditions, one query each, as a condition can name only so many ids."""
        if len(self.excluded) < min(len(self.included), _MOST_NAMED):
            return [{"source": {"$nin": [_key(one) for one in self.excluded]}}]
        included = [_key(one) for one in self.included]
        return [
            {"source": {"$in": included[first : first + _MOST_NAMED]}}
            for first in range(0, len(included), _MOST_NAMED)
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
        self._cleared: list[tuple[str, int]] = []  # the files of the graph without memory in them
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
        """Add vectors, then delete others: a crash between the two loses nothing.

        The files may hold what was deleted until `purge`.
        """

        def apply(collection: "Collection") -> None:
            add(collection, _keyed(added))
            delete(collection, removed)

        self._guarded(apply)

    def is_hollow(self) -> bool:
        """Return whether the places of deleted vectors are most of those in use.

        Known from the files: after `purge`. Raise IndexFailure.
        """
        return self._guarded(
            lambda collection: count_places(self._generation) > _HOLLOW * collection.count() + _FEW
        )

    def purge(self) -> None:
        """Write a new generation without what was deleted of the one in use; it must have a vector.

        Chroma does not write its files in one step, and is killed by reading those of two states;
        so it writes those of a copy. Queries wait meanwhile. Raise IndexFailure; the one in use
        stays then.
        """

        def rewrite(_: "Collection") -> None:
            self._close_client()
            old, new = self._generation, next_generation(self.folder)
            try:
                copy(old, new)
                write_out(new)
                write(self.folder / "CURRENT", new.name)
            except BaseException:
                shutil.rmtree(new, ignore_errors=True)
                raise
            self._sign()
            self.drop_others()

        self._guarded(rewrite)

    def rebuild(self, batches: Iterable[Batch], *, keep_old: bool = False) -> None:
        """Build a new generation of these vectors and use it; the old one answers until then.

        The old one is deleted, with `keep_old` only by a later `drop_others`, because another
        object still answers from it. Raise IndexFailure; the old one stays then.
        """
        generation = next_generation(self.folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            client = open_client(generation)
            try:
                collection = client.create_collection(
                    COLLECTION,
                    embedding_function=None,
                    configuration={"hnsw": {"space": "cosine"}},
                    metadata={"fingerprint": self._fingerprint, "layout": _LAYOUT},
                )
                add(collection, _keyed(batches))
            finally:
                client.close()
            erase_slack(generation)
            write(self.folder / "CURRENT", generation.name)
        except failures() as error:
            shutil.rmtree(generation, ignore_errors=True)  # it takes the room that is missing
            raise IndexFailure(
                f"The vector index in {self.folder} could not be written ({error}): check that "
                "the disk is writable and has room. Nothing is lost; the index is rebuilt."
            ) from error
        with self._lock:
            self._seal.unlink(missing_ok=True)
            self._close_client()
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
            self._close_client()
            with contextlib.suppress(OSError):  # an unsealed generation is checked
                self._sign()

    def retire(self) -> None:
        """Close the generation in use for good, because another object replaces this one."""
        with self._lock:
            self._close_client()
            self._retired = True

    def is_sealed(self) -> bool:
        """Return whether the generation in use is unchanged since it was closed."""
        try:
            sealed = json.loads(self._seal.read_text())
            return bool(sealed == signature(self._generation))
        except (OSError, ValueError):
            return False

    def set_aside(self) -> None:
        """Abandon the generation in use; the next rebuild deletes it."""
        with self._lock, contextlib.suppress(OSError):
            self._close_client()
            self._seal.unlink(missing_ok=True)
            (self.folder / "CURRENT").unlink(missing_ok=True)

    def _close_client(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = self._collection = None

    @property
    def _generation(self) -> Path:
        return self.folder / (self.folder / "CURRENT").read_text()

    @property
    def _seal(self) -> Path:
        return self.folder / "SEAL"

    def _sign(self) -> None:
        write(self._seal, json.dumps(signature(self._generation)))

    def _clear(self) -> None:
        """Erase the memory that Chroma has written into its files."""
        erase_slack(self._generation)
        self._cleared = written(self._generation)

    def _guarded(self, action: "Callable[[Collection], T]") -> T:
        try:
            with self._lock:
                done = action(self._open())
                if self._collection is not None and written(self._generation) != self._cleared:
                    self._clear()
                return done
        except failures() as error:
            raise IndexFailure(
                f"The vector index in {self.folder} cannot be used ({error}): restart Kakehashi, "
                "and it is rebuilt from the catalog."
            ) from error

    def _open(self) -> "Collection":
        if self._retired:
            raise FileNotFoundError("it has been replaced")
        if self._collection is None:
            sealed = self.is_sealed()
            self._seal.unlink(missing_ok=True)
            generation = self._generation
            if not (generation / DATABASE).is_file():
                raise FileNotFoundError(f"{generation} is not there")
            if sealed:
                self._cleared = written(generation)
            else:  # a killed process may not have come to it
                self._clear()
            self._client = open_client(generation)
            collection = self._client.get_collection(COLLECTION, embedding_function=None)
            known = collection.metadata or {}
            if known.get("fingerprint") != self._fingerprint:
                raise FileNotFoundError("it belongs to another embedding model")
            if known.get("layout") != _LAYOUT:
                raise FileNotFoundError("an earlier version made it")
            self._collection = collection
        return self._collection


def _keyed(batches: Iterable[Batch]) -> Iterable[Batch]:
    return ((ids, [_key(one) for one in sources], vectors) for ids, sources, vectors in batches)


def _key(source_id: str) -> str:
    """Return what stands for a source in Chroma: no words, as its id has those of a file's name."""
    return hashlib.sha256(source_id.encode()).hexdigest()[:16]
