"""The library: catalog, indexes and embedding model behind one interface.

It stores documents and finds passages; `ingest` reads files, `app` answers questions. An open
library owns its data directory exclusively.
"""

import hashlib
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vectorstore.encoders.checker import packaged_checker
from vectorstore.encoders.embeddings import PassageVectors, Progress, SentenceEmbeddings
from vectorstore.encoders.entailment import Entailment
from vectorstore.encoders.reranker import Reranker
from vectorstore.errors import StorageFailure
from vectorstore.index.generations import ActiveIndex, SearchIndexes
from vectorstore.index.vector_index import VectorIndex
from vectorstore.index.word_index import WordIndex
from vectorstore.ranking import Query
from vectorstore.records import EVERYTHING, Hit, Passage, Scope, Source
from vectorstore.search import Searcher, SearchResult
from vectorstore.storage.catalog import Catalog, ParsedSource
from vectorstore.storage.database import Database
from vectorstore.storage.lock import DataDirectoryLock
from vectorstore.storage.passages import Passages, vector_key
from vectorstore.storage.redaction import RedactedAnswer


@dataclass(frozen=True, slots=True)
class RemovedSource:
    """A removed source, and the content withdrawn from answers that cited it."""

    source_id: str
    answers: list[RedactedAnswer]


@dataclass(frozen=True, slots=True)
class Intake:
    """Documents being added: how many are done, how many there are, and the seconds left."""

    done: int
    total: int
    left: float | None


class Library:
    """An open library. Its methods are thread-safe.

    Hold the lock `changing` to change the sources folder and the library together. `revision`
    increases with every change, and `intake` says how far one is that adds documents.
    `entailment` is kept for the verifier; only its notice is read.
    """

    def __init__(
        self,
        folder: Path,
        embeddings: SentenceEmbeddings,
        holder: str = "a Python program",
        reranker: Reranker | None = None,
        entailment: Entailment | None = None,
    ) -> None:
        """Lock and open the data directory `folder`.

        `holder` names this program in the error message of any other that tries to open the
        directory. Raise LibraryBusy or StorageFailure.
        """
        self.folder = folder
        self.entailment = entailment
        self.changing = threading.RLock()
        self.revision = 0
        self.closed = False
        self.intake: Intake | None = None
        self._known: tuple[tuple[int, str, str], str] | None = None
        self._directory_lock = DataDirectoryLock(folder, holder)
        try:
            self.database = Database(folder / "catalog.sqlite")
            self.catalog = Catalog(self.database)
            self.passages = Passages(self.database)
            self._lost = self._lost_catalog()
        except StorageFailure:
            self._directory_lock.release()
            raise
        self._indexes = SearchIndexes(folder / "index", self.database, self.passages, embeddings)
        self.searcher = Searcher(self.catalog, self.passages, self._indexes, reranker)

    def _lost_catalog(self) -> str:
        """Return a notice if the catalog is empty but an index exists; else an empty string."""
        if not (self.folder / "index" / "CURRENT").exists() or self.database.count("source"):
            return ""
        if self.database.get("kept_before"):
            return ""
        return (
            "The library’s catalog was missing or empty. `kakehashi sync` brings everything back "
            "that is in the sources folder; conversations are lost, unless you restore a backup."
        )

    def __enter__(self) -> "Library":
        """Return the library, which closes with the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the library."""
        self.close()

    def close(self) -> None:
        """Close all files and release the data directory."""
        self.closed = True
        self._indexes.close()
        self.database.close()
        self._directory_lock.release()

    # Changing

    def put_all(self, intake: Sequence[ParsedSource], progress: Progress | None = None) -> None:
        """Add or replace several sources in one transaction."""
        passages = [passage for _, _, some in intake for passage in some]
        active_index = self.active_index
        vectors = self._indexes.embedded.embed(passages, progress, active_index.embeddings)
        with self.changing:
            if self.active_index is not active_index:  # the model was replaced meanwhile
                active_index = self.active_index
                vectors = self._indexes.embedded.embed(passages, progress, active_index.embeddings)
            before = [source.id for source, _, _ in intake]
            old, numbers = self.passages.ids_and_numbers(before)
            self.catalog.put_all(intake, vectors, active_index.embeddings.fingerprint)
            self.revision += 1
            if old:
                self.database.purge_deleted()
            removed = sorted(set(old) - {passage.id for passage in passages})
            self._indexes.apply_change(active_index, passages, vectors, removed, numbers)

    def remove(self, source_id: str, *, for_good: bool = False) -> RemovedSource:
        """Remove a source. Raise UnknownSource.

        With `for_good`, its words are erased from every file of the library, including answers that
        cited them; they survive only in the returned value, with which `restore` can undo this.
        Otherwise (the file is missing or unreadable) answers that cite the source are only marked.
        Its vectors are erased by `purge_index` after one or more removals.
        """
        with self.changing:
            self.catalog.source(source_id)
            active_index = self.active_index
            gone, numbers = self.passages.ids_and_numbers([source_id])
            passages = self.passages.of_source(source_id)
            self._indexes.embedded.keep_for_undo(passages, active_index.embeddings)
            redacted = self.catalog.remove(source_id, for_good=for_good)
            self.revision += 1
            self.database.purge_deleted()
            self._indexes.apply_change(active_index, [], {}, gone, numbers)
            return RemovedSource(source_id, redacted)

    def purge_index(self) -> None:
        """Erase the vectors of removed passages from the files of the index; `close` does as well.

        It takes one to a few seconds at 20,000 passages; above 50,000, only `close` does it. If it
        fails, `notices` say so.
        """
        with self.changing:
            self._indexes.purge()

    def restore(self, removed: RemovedSource) -> None:
        """Restore the answers that cited a removed source, after it has been added again."""
        with self.changing:
            self.catalog.restore_answers(removed.source_id, removed.answers)
            self.revision += 1

    def update_metadata(self, source: Source) -> None:
        """Update the metadata, size, time and hash of a source, but not its text."""
        with self.changing:
            self.catalog.update_metadata(source)
            self.revision += 1

    def reembed(self, progress: Progress | None = None) -> None:
        """Switch to the wanted embedding model and embed what lacks vectors (`SearchIndexes`)."""
        self._indexes.reembed(progress, self.changing)

    @property
    def reembedding(self) -> tuple[str, int, int] | None:
        """The embedding model being introduced, passages done and in total; None if none is."""
        wanted = self._indexes.wanted
        return None if self.embeddings is wanted else (wanted.model, *self._indexes.reembedded)

    def delete_orphan_vectors(self) -> None:
        """Delete what an interrupted change left behind."""
        self.passages.delete_orphan_vectors()

    # Searching

    def search(self, query: str | Query, limit: int = 10, scope: Scope = EVERYTHING) -> list[Hit]:
        """Return the best passages for a query, best first, from the sources in scope."""
        return list(self.find(query, limit, scope).hits)

    def find(self, query: str | Query, limit: int = 10, scope: Scope = EVERYTHING) -> SearchResult:
        """Return the best passages for a query together with the vectors that ranked them."""
        query = Query(query) if isinstance(query, str) else query
        return self.searcher.search(query, limit, scope)

    def vectors(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """Return the vectors of passages and of their sentences (`sentences(passage.text)`)."""
        model = self.embeddings
        known = self._indexes.embedded.embed(passages, None, model)
        return model.renewed(
            [passage.text for passage in passages],
            [passage.heading for passage in passages],
            [known[vector_key(passage)] for passage in passages],
        )

    @property
    def word_index(self) -> WordIndex:
        """The word index, built from the catalog on first use."""
        return self._indexes.words()

    @property
    def vector_index(self) -> VectorIndex:
        """The vector index in use."""
        return self.active_index.index

    # State

    @property
    def active_index(self) -> ActiveIndex:
        """The embedding model and the vector index in use."""
        return self._indexes.active_index()

    @property
    def embeddings(self) -> SentenceEmbeddings:
        """The embedding model in use."""
        return self.active_index.embeddings

    @property
    def notices(self) -> list[str]:
        """Sentences for the user about repairs and work in progress; usually none."""
        if self._lost and self.database.count("source"):
            self._lost = ""  # the catalog has been filled again
        doubted = self.entailment.notice if self.entailment else packaged_checker().notice
        found = (
            self._directory_lock.notice, self._lost, self.searcher.notice, doubted,
            self._indexes.notice, self._indexes.model_change,
        )  # fmt: skip
        return [notice for notice in found if notice]

    @property
    def splitter(self) -> str:
        """The version of the splitter that cut the passages; empty before the first sync."""
        return self.database.get("splitter") or ""

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that identify what search can find.

        A hash of the ids and file hashes of all sources, the splitter and the embedding model.
        """
        state = (self.revision, self.splitter, self.embeddings.fingerprint)
        known = self._known
        if known is None or known[0] != state:
            parts = [*state[1:], *(f"{name} {sha256}" for name, sha256 in self.catalog.hashes())]
            known = (state, hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16])
            self._known = known
        return known[1]

    def rebuild_reason(self) -> str:
        """Return why the index has to be rebuilt; empty if it is sound."""
        return self._indexes.rebuild_reason()

    def free_space(self) -> int:
        """Return the free bytes on the library's disk."""
        return shutil.disk_usage(self.folder).free


def passage_id(source_id: str, version: str, ordinal: int, text: str) -> str:
    """Return the id of a passage: a hash of its source, the splitter, its position and text."""
    parts = "\0".join([source_id, version, str(ordinal), text])
    return hashlib.sha256(parts.encode()).hexdigest()[:16]
