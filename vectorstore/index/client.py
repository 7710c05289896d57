"""What this program asks of Chroma: a client for a folder, batches of vectors, and their erasure.

Chroma only marks a deleted vector and keeps its bytes: in `data_level0.bin`, which it rewrites
after every thousand changes, and until then in the queue of changes in `chroma.sqlite3` (seen with
1.5.9). It has no call that writes its files. So `delete` first overwrites vectors with noise, and
`write_out` has Chroma write its files at once and empties its queue. A graph has room for more
vectors than it holds, which Chroma does not clear, so that its files get what this program's memory
held: `erase_slack` does away with that, each time that they have been written (`written`).
"""

import logging
import os
import sqlite3
import struct
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from vectorstore.encoders.pooling import Vectors

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import UpdateCollectionConfiguration
    from chromadb.api.models.Collection import Collection

Batch = tuple[list[str], list[str], Vectors]  # passage ids, source keys, vectors (n, dimension)

COLLECTION = "passages"
DATABASE = "chroma.sqlite3"
_BATCH = 250
# How many changes Chroma collects: until it adds them to its graph, and until it writes its files.
_USUAL = {"batch_size": 100, "sync_threshold": 1000}
_AT_ONCE = {"batch_size": 2, "sync_threshold": 2}  # the least that it accepts
_UPDATES = 2  # changes after which it writes its files then
_PIECE = 2**20  # bytes of a file that are looked at in one step
# hnswlib's header as Chroma writes it: a version, 0, room and number of vectors, bytes of each
_HEADER = struct.Struct("<i4Q64x")
_log = logging.getLogger(__name__)
_chance = np.random.default_rng()


def open_client(folder: Path) -> "Client":
    """Open a folder of this program's own; Chroma creates it if it is not there."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    return cast("Client", client)


def failures() -> tuple[type[Exception], ...]:
    """Return the errors of a damaged disk: of the system, Chroma, SQLite, and the Rust core."""
    from chromadb.errors import ChromaError

    return (OSError, ChromaError, sqlite3.Error, ValueError, RuntimeError)


def add(collection: "Collection", batches: Iterable[Batch]) -> None:
    """Add vectors, or replace those with the same ids."""
    for ids, keys, vectors in batches:
        for first in range(0, len(ids), _BATCH):
            some = slice(first, first + _BATCH)
            collection.upsert(
                ids=ids[some],
                embeddings=vectors[some],
                metadatas=[{"source": key} for key in keys[some]],
            )


def delete(collection: "Collection", ids: Sequence[str]) -> None:
    """Overwrite vectors with noise and delete them."""
    size = _dimension(collection)
    for first in range(0, len(ids) if size else 0, _BATCH):
        some = list(ids[first : first + _BATCH])
        noise = _chance.standard_normal((len(some), size)).astype(np.float32)
        collection.update(ids=some, embeddings=noise)
        collection.delete(ids=some)


def write_out(folder: Path) -> None:
    """Have Chroma write a closed folder anew, so that no file holds a deleted vector.

    The collection must hold a vector. Raise RuntimeError if Chroma did not write its files.
    """
    _configure(folder, _AT_ONCE)  # counts from the next opening on
    client = open_client(folder)
    try:
        collection = client.get_collection(COLLECTION, embedding_function=None)
        one = collection.get(limit=1, include=["embeddings"])
        for _ in range(_UPDATES):  # which change nothing
            collection.update(ids=one["ids"], embeddings=one["embeddings"])
    finally:
        client.close()
    _configure(folder, _USUAL)
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as db:
        left = db.execute("SELECT count(*) FROM embeddings_queue").fetchone()[0]
        db.execute("VACUUM")  # deleted rows are still in its free pages
    erase_slack(folder)
    if left > _UPDATES:
        raise RuntimeError(f"{left} changes are not in its files")


def count_places(folder: Path) -> int:
    """Return how many vectors the graph of a closed folder has places for.

    Chroma never uses the place of a deleted one again.
    """
    return sum(vectors for _, vectors, _ in _graphs(folder))


def written(folder: Path) -> list[tuple[str, int]]:
    """Return which graphs a folder has and when Chroma wrote them, in nanoseconds."""
    return [(str(header), header.stat().st_mtime_ns) for header in folder.glob("*/header.bin")]


def erase_slack(folder: Path) -> None:
    """Overwrite what the files of a folder hold behind the vectors of its graph.

    The folder may be open, as Chroma reads its files only when it opens a graph, but no call to
    Chroma may be under way.
    """
    for header, vectors, size in _graphs(folder):
        for name, each in (("data_level0.bin", size), ("length.bin", 4)):
            with header.with_name(name).open("r+b") as file:
                place = file.seek(vectors * each)
                while piece := file.read(_PIECE):
                    if any(piece):
                        file.seek(place)
                        file.write(bytes(len(piece)))
                    place = file.tell()
                file.flush()
                os.fsync(file.fileno())


def _graphs(folder: Path) -> Iterator[tuple[Path, int, int]]:
    """Yield the header of each graph, the number of its vectors, and the bytes of each."""
    for header in folder.glob("*/header.bin"):
        content = header.read_bytes()
        if len(content) == _HEADER.size:
            _, _, _, vectors, size = _HEADER.unpack(content)
            yield header, vectors, size
        else:
            _log.warning("%s is not known: the end of the graph is left as it is", header)


def _configure(folder: Path, hnsw: dict[str, int]) -> None:
    client = open_client(folder)
    try:
        collection = client.get_collection(COLLECTION, embedding_function=None)
        with warnings.catch_warnings():  # it warns that there is no embedding function
            warnings.simplefilter("ignore", DeprecationWarning)
            collection.modify(configuration=cast("UpdateCollectionConfiguration", {"hnsw": hnsw}))
    finally:
        client.close()


def _dimension(collection: "Collection") -> int:
    """Return the length of the vectors of a collection; 0 if it has none."""
    there = collection.get(limit=1, include=["embeddings"])["embeddings"]
    return 0 if there is None or not len(there) else len(there[0])
