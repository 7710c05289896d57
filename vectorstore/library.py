"""The library: the catalog, the vector index and the embedding model behind one door.

It owns its data directory for as long as it is open. It does not read files (`ingest`) and does
not answer (`app`): it keeps documents and finds passages.
"""

import hashlib
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vectorstore.encoders.embeddings import Embedded, Progress, SentenceEmbeddings
from vectorstore.encoders.entailment import Entailment
from vectorstore.encoders.reranker import Reranker
from vectorstore.errors import StorageFailure
from vectorstore.index.generations import Indexes, Serving, key_of
from vectorstore.index.vector_index import VectorIndex
from vectorstore.index.word_index import WordIndex
from vectorstore.ranking import Query
from vectorstore.records import EVERYTHING, Hit, Passage, Scope, Source
from vectorstore.search import Searcher, SearchResult
from vectorstore.storage.catalog import Catalog, Intake
from vectorstore.storage.database import Database
from vectorstore.storage.lock import Ownership
from vectorstore.storage.passages import Passages
from vectorstore.storage.redaction import Withdrawn


@dataclass(frozen=True, slots=True)
class Taken:
    """What the removal of a source took out of the answers that cited it."""

    source_id: str
    answers: list[Withdrawn]


class Library:
    """An open library. Its methods may be called from any thread.

    `changing` is held by whoever changes folder and library together; `revision` goes up with
    every change.
    """

    def __init__(
        self,
        folder: Path,
        embeddings: SentenceEmbeddings,
        holder: str = "a Python program",
        reranker: Reranker | None = None,
        entailment: Entailment | None = None,
    ) -> None:
        """Own and open a data directory; `holder` tells others who has it.

        `entailment` is kept for whoever checks what was written; nothing here asks it.

        Raises LibraryBusy or StorageFailure.
        """
        self.folder = folder
        self.entailment = entailment
        self.changing = threading.RLock()
        self.revision = 0
        self._known: tuple[tuple[int, str, str], str] | None = None
        self._owner = Ownership(folder, holder)
        try:
            self.database = Database(folder / "catalog.sqlite")
            self.catalog = Catalog(self.database)
            self.passages = Passages(self.database)
            self._lost = self._lost_catalog()
        except StorageFailure:
            self._owner.release()
            raise
        self._indexes = Indexes(folder / "index", self.database, self.passages, embeddings)
        self.searcher = Searcher(self.catalog, self.passages, self._indexes, reranker)

    def _lost_catalog(self) -> str:
        """A sentence if there is an index of passages that the catalog knows nothing of."""
        if not (self.folder / "index" / "CURRENT").exists() or self.database.count("source"):
            return ""
        if self.database.get("kept_before"):
            return ""
        return (
            "The library’s catalog was missing or empty. `kakehashi sync` brings everything back "
            "that is in the sources folder; conversations are lost, unless you restore a backup."
        )

    def __enter__(self) -> "Library":
        """Close with the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close with the block."""
        self.close()

    def close(self) -> None:
        """Close everything and let another process have the directory."""
        self._indexes.close()
        self.database.close()
        self._owner.release()

    # Keeping

    def put_all(self, intake: Sequence[Intake], progress: Progress | None = None) -> None:
        """Take several sources in at once: all of them or none."""
        passages = [passage for _, _, some in intake for passage in some]
        serving = self.serving
        vectors = self._indexes.embed(passages, progress, serving.embeddings)
        with self.changing:
            if self.serving is not serving:  # another model came into use meanwhile
                serving = self.serving
                vectors = self._indexes.embed(passages, progress, serving.embeddings)
            before = [source.id for source, _, _ in intake]
            old, numbers = self.passages.ids_and_numbers(before)
            self.catalog.put_all(intake, vectors, serving.embeddings.fingerprint)
            self.revision += 1
            if old:
                self.database.forget_for_good()
            removed = sorted(set(old) - {passage.id for passage in passages})
            self._indexes.follow(serving, passages, vectors, removed, numbers)

    def remove(self, source_id: str, *, for_good: bool = False) -> Taken:
        """Take a source out; raises UnknownSource.

        `for_good`, no file of the library holds its words afterwards, not even in answers that
        cited them; what is returned is only in memory, and `give_back` undoes it. Else its file
        is gone or cannot be read now, and answers are only marked.
        """
        with self.changing:
            self.catalog.source(source_id)
            serving = self.serving
            removed, numbers = self.passages.ids_and_numbers([source_id])
            passages = self.passages.of_source(source_id)
            self._indexes.spare = self.passages.vectors(
                [key_of(passage) for passage in passages], serving.embeddings.fingerprint
            )
            withdrawn = self.catalog.remove(source_id, for_good=for_good)
            self.revision += 1
            self.database.forget_for_good()
            self._indexes.follow(serving, [], {}, removed, numbers)
            return Taken(source_id, withdrawn)

    def give_back(self, taken: Taken) -> None:
        """The source is in again: answers say once more what they said of it."""
        with self.changing:
            self.catalog.put_back(taken.source_id, taken.answers)
            self.revision += 1

    def describe(self, source: Source) -> None:
        """Keep other metadata, size, time and hash of a source than before; not its text."""
        with self.changing:
            self.catalog.describe(source)
            self.revision += 1

    def renew(self, progress: Progress | None = None) -> None:
        """Bring the wanted embedding model into use, and embed whatever is not; see `Indexes`."""
        self._indexes.renew(progress, self.changing)

    @property
    def renewing(self) -> tuple[str, int, int] | None:
        """The embedding model that is to come into use, passages done, and all; None if none is."""
        wanted = self._indexes.wanted
        return None if self.embeddings is wanted else (wanted.model, *self._indexes.renewed)

    def sweep(self) -> None:
        """Take away what an intake that was ended early has left."""
        self._indexes.sweep()

    # Finding

    def search(self, query: str | Query, limit: int = 10, scope: Scope = EVERYTHING) -> list[Hit]:
        """Return the best passages for a query, best first, from the sources in scope."""
        return list(self.find(query, limit, scope).hits)

    def find(self, query: str | Query, limit: int = 10, scope: Scope = EVERYTHING) -> SearchResult:
        """Search, and return the hits together with the vectors that found them."""
        query = Query(query) if isinstance(query, str) else query
        return self.searcher.search(query, limit, scope)

    def vectors(self, passages: Sequence[Passage]) -> list[Embedded]:
        """Return the vectors of passages and of their sentences (`sentences(passage.text)`)."""
        known = self._indexes.embed(passages, None, self.embeddings)
        return [known[key_of(passage)] for passage in passages]

    @property
    def word_index(self) -> WordIndex:
        """The word index, built from the catalog at its first use."""
        return self._indexes.words()

    @property
    def vector_index(self) -> VectorIndex:
        """The vector index in use."""
        return self.serving.index

    # Looking after

    @property
    def serving(self) -> Serving:
        """The embedding model and the vector index in use."""
        return self._indexes.serving()

    @property
    def embeddings(self) -> SentenceEmbeddings:
        """The embedding model in use."""
        return self.serving.embeddings

    @property
    def notices(self) -> list[str]:
        """Sentences for the user on what had to be mended and what is going on; often none."""
        if self._lost and self.database.count("source"):
            self._lost = ""  # it has been filled again
        doubted = self.entailment.notice if self.entailment else ""
        found = (
            self._lost, self.searcher.notice, doubted, self._indexes.notice, self._indexes.changing
        )  # fmt: skip
        return [notice for notice in found if notice]

    @property
    def splitter(self) -> str:
        """The version of the splitter that cut the passages; empty before the first sync."""
        return self.database.get("splitter") or ""

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change whenever search could find something else.

        Made of the ids and file hashes of all sources, of the splitter and the embedding model.
        """
        state = (self.revision, self.splitter, self.embeddings.fingerprint)
        known = self._known
        if known is None or known[0] != state:
            parts = [*state[1:], *(f"{name} {sha256}" for name, sha256 in self.catalog.hashes())]
            known = (state, hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16])
            self._known = known
        return known[1]

    def why_rebuild(self) -> str:
        """Why the index would have to be made again; empty where it is as it should be."""
        return self._indexes.why_rebuild()

    def free_space(self) -> int:
        """Bytes that are free where the library lies."""
        return shutil.disk_usage(self.folder).free


def passage_id(source_id: str, version: str, ordinal: int, text: str) -> str:
    """The id of a passage: it changes with its source, its words, its place or the splitter."""
    parts = "\0".join([source_id, version, str(ordinal), text])
    return hashlib.sha256(parts.encode()).hexdigest()[:16]
