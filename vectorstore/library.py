"""The library: the catalog, the vector index and the embedding model behind one door.

It owns its data directory for as long as it is open. It does not read files (`ingest`) and does
not answer (`app`): it keeps documents and finds passages.
"""

import hashlib
import logging
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vectorstore.catalog import Catalog, Intake
from vectorstore.database import Database, text_hash
from vectorstore.embeddings import Embedded, Progress, SentenceEmbeddings
from vectorstore.errors import ModelUnavailable, StorageFailure
from vectorstore.index import Only, VectorIndex
from vectorstore.owner import Ownership
from vectorstore.passages import Passages
from vectorstore.records import EVERYTHING, Document, Hit, Passage, Scope, Source
from vectorstore.reranking import MOST, Reranker
from vectorstore.search import CANDIDATES, Query, Weights, rank
from vectorstore.sentences import Span, sentences
from vectorstore.word_index import WordIndex, highest, scores_of
from vectorstore.words import cjk_share

_LIVE_CHANGES = 2000  # passages; a larger change is quicker, and safer, as a new generation
_EMPTY = "the library is new"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Within:
    """A scope, worked out: its sources, and the numbers of their passages."""

    sources: Only
    numbers: list[int]


class Library:
    """An open library. Its methods may be called from any thread.

    `notice` is a sentence for the user when something had to be mended, else empty. `changing` is
    held by whoever changes folder and library together.
    """

    def __init__(
        self,
        folder: Path,
        embeddings: SentenceEmbeddings,
        holder: str = "a Python program",
        reranker: Reranker | None = None,
    ) -> None:
        """Own and open a data directory; `holder` tells others who has it.

        Raises LibraryBusy or StorageFailure.
        """
        self.folder = folder
        self.embeddings = embeddings
        self.reranker = reranker
        self.notice = ""
        self.changing = threading.RLock()
        self._opening = threading.RLock()
        self._index: VectorIndex | None = None
        self._words: WordIndex | None = None
        self.weights = Weights()
        self._owner = Ownership(folder, holder)
        try:
            self.database = Database(folder / "catalog.sqlite")
            self.catalog = Catalog(self.database)
            self.passages = Passages(self.database)
        except StorageFailure:
            self._owner.release()
            raise

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
        self.put_all([(source, document, passages)], progress)

    def put_all(self, intake: Sequence[Intake], progress: Progress | None = None) -> None:
        """Take several sources in at once: all of them or none."""
        passages = [passage for _, _, some in intake for passage in some]
        vectors = self._embed(passages, progress)
        with self.changing:
            index = self.ready_index()
            before = [source.id for source, _, _ in intake]
            old, numbers = self.passages.ids_and_numbers(before)
            self.catalog.put_all(intake, vectors, self.embeddings.fingerprint)
            removed = sorted(set(old) - {passage.id for passage in passages})
            self._follow(index, passages, vectors, removed, numbers)

    def remove(self, source_id: str) -> None:
        """Take a source out; raises UnknownSource."""
        with self.changing:
            self.catalog.source(source_id)
            index = self.ready_index()
            removed, numbers = self.passages.ids_and_numbers([source_id])
            self.catalog.remove(source_id)
            self._follow(index, [], {}, removed, numbers)

    def _follow(
        self,
        index: VectorIndex,
        added: Sequence[Passage],
        vectors: dict[str, Embedded],
        removed: Sequence[str],
        numbers: Sequence[int],
    ) -> None:
        """Bring both indexes to where the catalog is; if that fails, the next use makes them anew.

        `removed` are the ids that are gone for good, `numbers` those of all former passages.
        """
        try:
            with self._opening:
                if self._words is not None:
                    self._words.remove(numbers)
                    self._words.add(self.passages.words(after=self._words.last))
            if len(added) + len(removed) > _LIVE_CHANGES:
                index.rebuild(self.passages.all_vectors(self.embeddings.fingerprint))
            else:
                matrix = [vectors[_key(passage)].passage for passage in added]
                sources = [passage.source_id for passage in added]
                batch = ([passage.id for passage in added], sources, np.array(matrix))
                index.change([batch] if added else [], removed)
        except StorageFailure:
            with self._opening:
                index.close()
                self._index = self._words = None
            raise
        self.database.set("index_behind", "")

    def _embed(self, passages: Sequence[Passage], progress: Progress | None) -> dict[str, Embedded]:
        """Vectors by text hash; only what was never seen is embedded."""
        by_hash = {_key(passage): passage for passage in passages}
        known = self.passages.vectors(list(by_hash), self.embeddings.fingerprint)
        new = [hashed for hashed in by_hash if hashed not in known]
        if new:
            encoded = self.embeddings.encode(
                [by_hash[hashed].text for hashed in new],
                progress,
                [by_hash[hashed].heading for hashed in new],
            )
            known.update(zip(new, encoded, strict=True))
        return known

    def ready_index(self) -> VectorIndex:
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

    def ready_words(self) -> WordIndex:
        """The word index, made from the catalog at the first use."""
        with self._opening:
            if self._words is None:
                # A change made meanwhile is followed as soon as this is done.
                words = WordIndex()
                words.add(self.passages.words())
                self._words = words
            return self._words

    # Finding

    def search(self, query: str | Query, limit: int = 10, scope: Scope = EVERYTHING) -> list[Hit]:
        """The best passages for a query, best first, from all sources or from those in scope.

        A query without any letter or digit finds nothing.
        """
        if isinstance(query, str):
            query = Query(query)
        if limit < 1 or not any(c.isalnum() for c in query.whole):
            return []
        within = None if scope == EVERYTHING else self._within(scope)
        kept = max(limit, MOST) if self.reranker else limit
        fetched = max(CANDIDATES, kept)
        while True:
            looked_at, hits = self._looked_up(query, fetched, kept, within)
            crowded = any(hit.copies for hit in hits)
            if len(hits) >= kept or looked_at < fetched or not crowded:
                break
            fetched *= 4  # copies of a few took the places of others
        if self.reranker:
            try:
                hits = self.reranker.rerank(query.whole, hits)
            except ModelUnavailable as error:
                self._do_without_reranker(error)
        return hits[:limit]

    def _looked_up(
        self, query: Query, fetched: int, limit: int, within: Within | None
    ) -> tuple[int, list[Hit]]:
        """How many passages came into question, and the best of them."""
        vector = query.vector(self.embeddings.encode_query)
        near = self.ready_index().query(vector, fetched, within.sources if within else None)
        numbers, scores = self.ready_words().scores(query.weights)
        if within is not None:
            scores = np.where(np.isin(numbers, within.numbers), scores, np.float32(0))
        worded = highest(numbers, scores, fetched)
        found = self.passages.candidates(list(near), worded, self.embeddings.fingerprint)
        words = scores_of([one.number for one in found], numbers, scores)
        readable = 1 - cjk_share(query.whole) if self.embeddings.reads_only_english else 1.0
        if not readable:  # nothing but words can tell
            found = [one for one, score in zip(found, words, strict=True) if score]
            words = words[words > 0]
        hits = rank(query, vector, found, words, self.weights.read(readable), limit)
        return max(len(near), len(worded)), hits

    def _within(self, scope: Scope) -> Within | None:
        """What a scope leaves; None where that is everything."""
        inside, outside = self.catalog.within(scope)
        if not outside:
            return None
        return Within(Only(inside, outside), self.passages.ids_and_numbers(inside)[1])

    def _do_without_reranker(self, error: ModelUnavailable) -> None:
        self.notice = f"{error} Until then, passages stay in their first order."
        self.reranker = None

    def frequencies(self, wanted: Sequence[str]) -> dict[str, int]:
        """In how many passages each of the terms stands."""
        return self.ready_words().frequencies(wanted)

    def passages_with(self, wanted: Sequence[str]) -> list[Passage]:
        """The passages that have all of these terms, in the order they were taken in."""
        numbers = self.ready_words().having(wanted)
        return self.passages.at([int(number) for number in numbers])

    def vectors(self, passages: Sequence[Passage]) -> list[Embedded]:
        """The vectors of passages and of their sentences (`sentences(passage.text)`)."""
        known = self._embed(passages, None)
        return [known[_key(passage)] for passage in passages]

    def sentences_of(self, passage: Passage) -> list[Span]:
        """Where the sentences of a passage stand in the text of its source."""
        return [(passage.start + a, passage.start + b) for a, b in sentences(passage.text)]

    def warm(self) -> None:
        """Load what the first question needs."""
        self.embeddings.warm()
        self.ready_index()
        self.ready_words()
        if self.reranker:
            try:
                self.reranker.warm()
            except ModelUnavailable as error:
                self._do_without_reranker(error)

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


def _key(passage: Passage) -> str:
    return text_hash(passage.heading, passage.text)


def passage_id(source_id: str, version: str, ordinal: int, text: str) -> str:
    """The id of a passage: it changes with its source, its words, its place or the splitter."""
    parts = "\0".join([source_id, version, str(ordinal), text])
    return hashlib.sha256(parts.encode()).hexdigest()[:16]
