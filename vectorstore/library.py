"""The library: the catalog, the vector index and the embedding model behind one door.

It owns its data directory for as long as it is open. It does not read files (`ingest`) and does
not answer (`app`): it keeps documents and finds passages.
"""

import hashlib
import shutil
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from vectorstore.encoders.embeddings import Embedded, Progress, SentenceEmbeddings, Vectors
from vectorstore.encoders.entailment import Entailment
from vectorstore.encoders.reranker import MOST, Reranker
from vectorstore.errors import IndexFailure, ModelUnavailable, StorageFailure
from vectorstore.index.generations import Indexes, Serving, key_of
from vectorstore.index.vector_index import Only, VectorIndex
from vectorstore.index.word_index import WordIndex, highest, scores_of
from vectorstore.ranking import CANDIDATES, Query, Weights, rank
from vectorstore.records import EVERYTHING, Hit, Passage, Scope, Source
from vectorstore.storage.catalog import Catalog, Intake
from vectorstore.storage.database import Database
from vectorstore.storage.lock import Ownership
from vectorstore.storage.passages import Passages
from vectorstore.storage.redaction import Withdrawn
from vectorstore.text.sentences import Span, sentences
from vectorstore.text.terms import cjk_share

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Within:
    """A scope, worked out: its sources, and the numbers of their passages."""

    sources: Only
    numbers: list[int]


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
        self.reranker = reranker
        self.entailment = entailment
        self.changing = threading.RLock()
        self.revision = 0
        self.weights = Weights()
        self._notice = ""
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
        """The best passages for a query, best first, from all sources or from those in scope.

        A query without any letter or digit finds nothing.
        """
        return self._ranked(query, limit, scope)[:limit]

    def candidates(
        self, query: str | Query, limit: int = 10, scope: Scope = EVERYTHING
    ) -> list[Hit]:
        """All that a search with this limit ranked, best first: its hits, then what it rejected.

        A search stops at its last hit, so here a hit may have `copies` that it had not come to.
        """
        return self._ranked(query, limit, scope, whole=True)

    def _ranked(
        self, query: str | Query, limit: int, scope: Scope, *, whole: bool = False
    ) -> list[Hit]:
        """What is found, in order: as many as needed for the limit, or all that were ranked."""
        if isinstance(query, str):
            query = Query(query)
        if limit < 1 or not any(c.isalnum() for c in query.whole):
            return []
        within = None if scope == EVERYTHING else self._within(scope)
        hits = self._together(lambda serving: self._found(serving, query, limit, within, whole))
        if self.reranker:
            try:
                hits = self.reranker.rerank(query.whole, hits)
            except ModelUnavailable as error:
                self._do_without_reranker(error)
        return hits

    def _together(self, action: Callable[[Serving], T]) -> T:
        """Do something with one model and its own index, whatever is changed meanwhile.

        An index that cannot be used is looked at, and made again where it is damaged, once.
        """
        doubted = False
        while True:
            serving = self.serving
            try:
                result = action(serving)
            except IndexFailure:
                if serving is self.serving:
                    if doubted:
                        raise
                    doubted = True
                    self._indexes.doubt(serving)
                continue
            if serving is self.serving:
                return result

    def _found(
        self, serving: Serving, query: Query, limit: int, within: Within | None, whole: bool
    ) -> list[Hit]:
        kept = max(limit, MOST) if self.reranker else limit
        fetched = max(CANDIDATES, kept)
        while True:
            most = sys.maxsize if whole else kept
            looked_at, hits = self._looked_up(serving, query, fetched, most, within)
            crowded = any(hit.copies for hit in hits)
            if len(hits) >= kept or looked_at < fetched or not crowded:
                return hits
            fetched *= 4  # copies of a few took the places of others

    def _looked_up(
        self, serving: Serving, query: Query, fetched: int, limit: int, within: Within | None
    ) -> tuple[int, list[Hit]]:
        """How many passages came into question, and the best of them."""
        model = serving.embeddings
        vector = query.vector(model.encode_query)
        near = serving.index.query(vector, fetched, within.sources if within else None)
        numbers, scores = self.ready_words().scores(query.weights)
        if within is not None:
            scores = np.where(np.isin(numbers, within.numbers), scores, np.float32(0))
        worded = highest(numbers, scores, fetched)
        found = self.passages.candidates(list(near), worded, model.fingerprint)
        words = scores_of([one.number for one in found], numbers, scores)
        readable = 1 - cjk_share(query.whole) if model.reads_only_english else 1.0
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
        self._notice = f"{error} Until then, passages stay in their first order."
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
        known = self._indexes.embed(passages, None, self.embeddings)
        return [known[key_of(passage)] for passage in passages]

    def compared(self, query: Query, passages: Sequence[Passage]) -> tuple[Vectors, list[Embedded]]:
        """The vector of a query and those of passages, made by one and the same model."""

        def both(serving: Serving) -> tuple[Vectors, list[Embedded]]:
            known = self._indexes.embed(passages, None, serving.embeddings)
            vector = query.vector(serving.embeddings.encode_query)
            return vector, [known[key_of(passage)] for passage in passages]

        return self._together(both)

    def sentences_of(self, passage: Passage) -> list[Span]:
        """Where the sentences of a passage stand in the text of its source."""
        return [(passage.start + a, passage.start + b) for a, b in sentences(passage.text)]

    def warm(self) -> None:
        """Load what the first question needs."""
        self.serving.embeddings.warm()
        self.ready_words()
        if self.reranker:
            try:
                self.reranker.warm()
            except ModelUnavailable as error:
                self._do_without_reranker(error)

    # Looking after

    @property
    def serving(self) -> Serving:
        """The embedding model and the vector index in use."""
        return self._indexes.serving()

    @property
    def embeddings(self) -> SentenceEmbeddings:
        """The embedding model in use."""
        return self.serving.embeddings

    def ready_index(self) -> VectorIndex:
        """The vector index in use."""
        return self.serving.index

    def ready_words(self) -> WordIndex:
        """The word index."""
        return self._indexes.words()

    @property
    def notices(self) -> list[str]:
        """Sentences for the user on what had to be mended and what is going on; often none."""
        if self._lost and self.database.count("source"):
            self._lost = ""  # it has been filled again
        doubted = self.entailment.notice if self.entailment else ""
        found = (
            self._lost, self._notice, doubted, self._indexes.notice, self._indexes.changing
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
