"""Search a library: return the best passages for a query, with the vectors that ranked them.

Candidates come from the vector index and the word index, `ranking.py` orders them, and a reranker,
if the user configured one, reorders the best. Search is read-only.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from vectorstore.encoders.embeddings import PassageVectors, SentenceEmbeddings
from vectorstore.encoders.pooling import Vectors
from vectorstore.encoders.reranker import MAX_RERANKED, Reranker
from vectorstore.errors import IndexFailure, ModelUnavailable
from vectorstore.index.generations import ActiveIndex, SearchIndexes
from vectorstore.index.vector_index import SourceFilter
from vectorstore.index.word_index import Numbers, Scores, scores_for, top_numbers
from vectorstore.ranking import CANDIDATES, Query, Weights, rank
from vectorstore.records import EVERYTHING, Hit, Passage, Scope
from vectorstore.storage.catalog import Catalog
from vectorstore.storage.passages import Passages, SearchCandidate
from vectorstore.text.scripts import cjk_share

T = TypeVar("T")
_MORE = 4  # times as many candidates if near copies crowd out other passages (judged)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The passages found, best first, and the vectors of one embedding model.

    `query_vector` has shape (dimension,) and length one. `vectors` maps the id of every ranked
    passage to its vectors, so that callers need not read them again.
    """

    hits: tuple[Hit, ...]
    query_vector: Vectors
    vectors: Mapping[str, PassageVectors]

    def of(self, hits: Sequence[Hit]) -> "SearchResult":
        """Return the same result with other hits, whose passages were all ranked."""
        return replace(self, hits=tuple(hits))


@dataclass(frozen=True, slots=True)
class _ResolvedScope:
    """The sources of a scope and the numbers of their passages."""

    sources: SourceFilter
    numbers: list[int]


class Searcher:
    """Searches one open library. Its methods are thread-safe.

    `weights` are those of the ranking; `notice` is set if the reranker is unavailable.
    """

    def __init__(
        self,
        catalog: Catalog,
        passages: Passages,
        indexes: SearchIndexes,
        reranker: Reranker | None,
    ) -> None:
        """Load nothing before the first search."""
        self.weights = Weights()
        self.reranker = reranker
        self.notice = ""
        self._catalog = catalog
        self._passages = passages
        self._indexes = indexes

    def search(
        self,
        query: Query,
        limit: int,
        scope: Scope = EVERYTHING,
        *,
        keep_rejected: bool = False,
    ) -> SearchResult:
        """Return the best passages for a query from the sources in scope, at most `limit`.

        With `keep_rejected`, all other ranked passages follow the hits, and a hit may have `copies`
        that rank below the last hit. A query without a letter or digit finds nothing.
        """
        if limit < 1 or not any(c.isalnum() for c in query.whole):
            return SearchResult((), np.zeros(0, dtype=np.float32), {})
        within = None if scope == EVERYTHING else self._resolve(scope)
        result = self._with_active_index(
            lambda active: self._find(active, query, limit, within, keep_rejected=keep_rejected)
        )
        hits = self._rerank(query, list(result.hits))
        return result.of(hits if keep_rejected else hits[:limit])

    def passages_with(self, wanted: Sequence[str]) -> list[Passage]:
        """Return the passages that contain all of these terms, in the order they were added."""
        numbers = self._indexes.words().containing_all(wanted)
        return self._passages.by_numbers([int(number) for number in numbers])

    def warm(self) -> None:
        """Load what the first search needs."""
        self._indexes.active_index().embeddings.warm()
        self._indexes.words()
        if reranker := self.reranker:
            try:
                reranker.warm()
            except ModelUnavailable as error:
                self._do_without_reranker(error)

    def _find(
        self,
        active: ActiveIndex,
        query: Query,
        limit: int,
        within: _ResolvedScope | None,
        *,
        keep_rejected: bool,
    ) -> SearchResult:
        wanted = max(limit, MAX_RERANKED) if self.reranker else limit
        model = active.embeddings
        vector = query.vector(model.encode_query)
        readable = 1 - cjk_share(query.whole) if model.english_only else 1.0
        weights = self.weights.for_readable(readable)
        numbers, scores = self._word_scores(query, within)
        fetched = max(CANDIDATES, wanted)
        while True:
            near = active.index.query(vector, fetched, within.sources if within else None)
            worded = top_numbers(numbers, scores, fetched)
            found = self._passages.candidates(list(near), worded, model.fingerprint)
            words = scores_for([one.number for one in found], numbers, scores)
            if not readable:  # cosines are meaningless
                found, words = _matching_words(found, words)
            most = sys.maxsize if keep_rejected else wanted
            hits = rank(query, vector, found, words, weights, most)
            crowded = len(hits) < wanted and any(hit.copies for hit in hits)
            if not crowded or max(len(near), len(worded)) < fetched:
                vectors = {one.passage.id: one.embedded for one in found}
                return SearchResult(tuple(hits), vector, _renewed(model, hits, vectors))
            fetched *= _MORE

    def _word_scores(self, query: Query, within: _ResolvedScope | None) -> tuple[Numbers, Scores]:
        """Return the numbers of all passages and their BM25 scores, both of shape (n,).

        Scores are 0 outside the scope.
        """
        numbers, scores = self._indexes.words().scores(query.weights)
        if within is not None:
            scores = np.where(np.isin(numbers, within.numbers), scores, np.float32(0))
        return numbers, scores

    def _resolve(self, scope: Scope) -> _ResolvedScope | None:
        """Resolve a scope; return None if it covers the whole library."""
        inside, outside = self._catalog.split_by_scope(scope)
        if not outside:
            return None
        return _ResolvedScope(
            SourceFilter(inside, outside), self._passages.ids_and_numbers(inside)[1]
        )

    def _with_active_index(self, action: Callable[[ActiveIndex], T]) -> T:
        """Run an action with a matching model and index, again if they are replaced meanwhile.

        If the index fails, check it and rebuild it if damaged, but only once.
        """
        checked = False
        while True:
            active = self._indexes.active_index()
            try:
                result = action(active)
            except IndexFailure:
                if active is self._indexes.active_index():
                    if checked:
                        raise
                    checked = True
                    self._indexes.invalidate(active)
                continue
            if active is self._indexes.active_index():
                return result

    def _rerank(self, query: Query, hits: list[Hit]) -> list[Hit]:
        if reranker := self.reranker:  # another thread may take it away
            try:
                return reranker.rerank(query.whole, hits)
            except ModelUnavailable as error:
                self._do_without_reranker(error)
        return hits

    def _do_without_reranker(self, error: ModelUnavailable) -> None:
        self.notice = f"{error} Until then, passages stay in their first order."
        self.reranker = None


def _matching_words(
    found: list[SearchCandidate], words: Scores
) -> tuple[list[SearchCandidate], Scores]:
    """Return the candidates that contain a word of the query, with their scores."""
    kept = [one for one, score in zip(found, words, strict=True) if score]
    return kept, words[words > 0]


def _renewed(
    model: SentenceEmbeddings, hits: Sequence[Hit], vectors: Mapping[str, PassageVectors]
) -> dict[str, PassageVectors]:
    """Return the vectors with those of the hits' sentences as they are told today."""
    passages = [hit.passage for hit in hits]
    renewed = model.renewed(
        [passage.text for passage in passages],
        [passage.heading for passage in passages],
        [vectors[passage.id] for passage in passages],
    )
    return {**vectors, **{p.id: one for p, one in zip(passages, renewed, strict=True)}}
