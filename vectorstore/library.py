"""The library: the catalog, the vector index and the embedding model behind one door.

It owns its data directory for as long as it is open. It does not read files (`ingest`) and does
not answer (`app`): it keeps documents and finds passages.
"""

import hashlib
import logging
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vectorstore.catalog import Catalog
from vectorstore.database import Database
from vectorstore.embeddings import Embedded, Progress, SentenceEmbeddings
from vectorstore.errors import StorageFailure
from vectorstore.index import VectorIndex
from vectorstore.owner import Ownership
from vectorstore.passages import Passages, text_hash
from vectorstore.records import Document, Hit, Passage, Source
from vectorstore.search import CANDIDATES, DENSE_WEIGHT, fuse
from vectorstore.sentences import Span, sentences
from vectorstore.words import cjk_share, terms

_LIVE_CHANGES = 2000  # passages; a larger change is quicker, and safer, as a new generation
_EMPTY = "the library is new"
_log = logging.getLogger(__name__)


class Library:
    """An open library. Its methods may be called from any thread.

    `notice` is a sentence for the user when something had to be mended, else empty. `changing` is
    held by whoever changes folder and library together.
    """

    def __init__(
        self, folder: Path, embeddings: SentenceEmbeddings, holder: str = "a Python program"
    ) -> None:
        """Own and open a data directory; `holder` tells others who has it.

        Raises LibraryBusy or StorageFailure.
        """
        self.folder = folder
        self.embeddings = embeddings
        self.notice = ""
        self.changing = threading.RLock()
        self._opening = threading.RLock()
        self._index: VectorIndex | None = None
        self._owner = Ownership(folder, holder)
        try:
            self.database = Database(folder / "catalog.sqlite")
        except StorageFailure:
            self._owner.release()
            raise
        self.catalog = Catalog(self.database)
        self.passages = Passages(self.database)

    def __enter__(self) -> "Library":
        """Close with the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close with the block."""
        self.close()

    def close(self) -> None:
        """Close everything and let another process have the directory."""
        if self._index:
            self._index.close()
        self.database.close()
        self._owner.release()

    # Keeping

    def put(
        self,
        source: Source,
        document: Document,
        passages: Sequence[Passage],
        progress: Progress | None = None,
    ) -> None:
        """Take a source in, in place of one with the same id; whole or not at all."""
        vectors = self._embed([passage.text for passage in passages], progress)
        with self.changing:
            index = self._ready_index()
            old = {passage.id for passage in self.passages.of_source(source.id)}
            self.catalog.put(source, document, passages, vectors, self.embeddings.fingerprint)
            removed = sorted(old - {passage.id for passage in passages})
            self._follow(index, passages, vectors, removed)

    def remove(self, source_id: str) -> None:
        """Take a source out; raises UnknownSource."""
        with self.changing:
            self.catalog.source(source_id)
            index = self._ready_index()
            removed = [passage.id for passage in self.passages.of_source(source_id)]
            self.catalog.remove(source_id)
            self._follow(index, [], {}, removed)

    def _follow(
        self,
        index: VectorIndex,
        added: Sequence[Passage],
        vectors: dict[str, Embedded],
        removed: Sequence[str],
    ) -> None:
        """Bring the index to where the catalog is; if that fails, the next use makes it again."""
        try:
            if len(added) + len(removed) > _LIVE_CHANGES:
                index.rebuild(self.passages.all_vectors(self.embeddings.fingerprint))
            else:
                matrix = [vectors[text_hash(passage.text)].passage for passage in added]
                sources = [passage.source_id for passage in added]
                batch = ([passage.id for passage in added], sources, np.array(matrix))
                index.change([batch] if added else [], removed)
        except StorageFailure:
            with self._opening:
                index.close()
                self._index = None
            raise
        self.database.set("index_behind", "")

    def _embed(self, texts: list[str], progress: Progress | None) -> dict[str, Embedded]:
        """Vectors by text hash; only texts that were never seen are embedded."""
        by_hash = {text_hash(text): text for text in texts}
        known = self.passages.vectors(list(by_hash), self.embeddings.fingerprint)
        new = [hashed for hashed in by_hash if hashed not in known]
        if new:
            encoded = self.embeddings.encode([by_hash[hashed] for hashed in new], progress)
            known.update(zip(new, encoded, strict=True))
        return known

    def _ready_index(self) -> VectorIndex:
        """The index, opened and whole; made again from the catalog where it is not."""
        with self._opening:
            if self._index is None:
                index = VectorIndex(self.folder / "index", self.embeddings.fingerprint)
                reason = self._why_rebuild(index)
                if reason:
                    self._rebuild(index, reason)
                self._index = index
            return self._index

    def _why_rebuild(self, index: VectorIndex) -> str:
        expected = self.database.count("passage")
        if not (index.folder / "CURRENT").exists():
            return "there is none" if expected else _EMPTY
        if self.database.get("index_behind"):
            return "the last change to it was not finished"
        try:
            found = index.count()
        except StorageFailure:
            _log.warning("the vector index could not be opened", exc_info=True)
            return "it cannot be opened, or belongs to another embedding model"
        return "" if found == expected else f"it holds {found} of {expected} passages"

    def _rebuild(self, index: VectorIndex, reason: str) -> None:
        missing = self.passages.without_vector(self.embeddings.fingerprint)
        if missing:
            _log.warning("embedding %d passages anew", len(missing))
            vectors = self._embed(missing, None)
            self.passages.put_vectors(vectors, self.embeddings.fingerprint)
        index.rebuild(self.passages.all_vectors(self.embeddings.fingerprint))
        self.database.set("index_behind", "")
        if reason != _EMPTY:
            self.notice = f"The vector index was made again from the catalog ({reason})."
            _log.warning(self.notice)

    # Finding

    def search(
        self, query: str, limit: int = 10, sources: Sequence[str] | None = None
    ) -> list[Hit]:
        """The best passages for a query, best first, from the sources named or from all.

        A query without any letter or digit finds nothing.
        """
        if limit < 1 or not any(c.isalnum() for c in query):
            return []
        fetched = max(CANDIDATES, limit)
        vector = self.embeddings.encode_query(query)
        dense = self._ready_index().query(vector, fetched, sources)
        lexical = self.passages.match(terms(query), fetched, sources)
        passages = self.passages.get(list({**dense, **lexical}))
        # A change that came between the two looks leaves ids that are no longer there.
        lexical = {key: score for key, score in lexical.items() if key in passages}
        dense = {key: score for key, score in dense.items() if key in passages}
        only_lexical = [passages[key] for key in lexical if key not in dense]
        for passage, embedded in zip(only_lexical, self.vectors(only_lexical), strict=True):
            dense[passage.id] = float(embedded.passage @ vector)
        weight = DENSE_WEIGHT
        if self.embeddings.reads_only_english:
            weight *= 1 - cjk_share(query)
        return [
            Hit(passages[key], score, dense.get(key, 0.0), lexical.get(key, 0.0))
            for key, score in list(fuse(dense, lexical, weight).items())[:limit]
        ]

    def vectors(self, passages: Sequence[Passage]) -> list[Embedded]:
        """The vectors of passages and of their sentences (`sentences(passage.text)`)."""
        known = self._embed([passage.text for passage in passages], None)
        return [known[text_hash(passage.text)] for passage in passages]

    def sentences_of(self, passage: Passage) -> list[Span]:
        """Where the sentences of a passage stand in the text of its source."""
        return [(passage.start + a, passage.start + b) for a, b in sentences(passage.text)]

    def warm(self) -> None:
        """Load what the first question needs."""
        self.embeddings.warm()
        self._ready_index()

    # Looking after

    def why_rebuild(self) -> str:
        """Why the index would have to be made again; empty where it is as it should be."""
        fresh = VectorIndex(self.folder / "index", self.embeddings.fingerprint)
        reason = self._why_rebuild(self._index or fresh)
        fresh.close()
        return "" if reason == _EMPTY else reason

    def free_space(self) -> int:
        """Bytes that are free where the library lies."""
        return shutil.disk_usage(self.folder).free


def passage_id(source_id: str, version: str, ordinal: int, text: str) -> str:
    """The id of a passage: it changes with its source, its words, its place or the splitter."""
    parts = "\0".join([source_id, version, str(ordinal), text])
    return hashlib.sha256(parts.encode()).hexdigest()[:16]
