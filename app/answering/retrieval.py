"""Retrieval: from a question to the passages found for it, and their sentences in order.

A question that asks several things is searched as a whole and part by part. Whether what was found
answers is decided in `answerability.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.answering.decomposition import parts_of
from app.answering.sentence_ranking import Evidence, rank_sentences
from app.generation.context import PASSAGES
from vectorstore.library import Library
from vectorstore.ranking import Query
from vectorstore.records import EVERYTHING, Hit, Scope
from vectorstore.search import SearchResult


@dataclass(frozen=True, slots=True)
class SubQuestion:
    """A question, or one part of it, with what was found for it; `evidence` is best first."""

    query: Query
    found: SearchResult
    evidence: Sequence[Evidence]

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The passages found, best first."""
        return self.found.hits


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found for a question: as a whole, and for its parts (the whole, where it is one)."""

    whole: SubQuestion
    parts: tuple[SubQuestion, ...]

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The passages of the whole and of all parts, each once, best first."""
        return _interleaved([self.whole, *(one for one in self.parts if one is not self.whole)])


def retrieve(library: Library, query: Query, scope: Scope = EVERYTHING) -> Retrieved:
    """Search the sources in scope for a question, as a whole and part by part."""
    whole = retrieve_one(library, query, scope)
    parts = parts_of(query)
    if len(parts) == 1:
        return Retrieved(whole, (whole,))
    return Retrieved(whole, tuple(retrieve_one(library, one, scope) for one in parts))


def retrieve_one(library: Library, query: Query, scope: Scope = EVERYTHING) -> SubQuestion:
    """Search for one question without taking it apart."""
    found = library.find(query, PASSAGES, scope)
    return SubQuestion(query, found, rank_sentences(library, query, found))


def queries_for(query: Query) -> list[Query]:
    """Return what is searched for a question: the whole, and its parts if there are several."""
    return list(dict.fromkeys([query, *parts_of(query)]))


def near_copies(library: Library, part: SubQuestion) -> list[Evidence]:
    """Return the sentences of the passages that repeat a hit nearly word for word."""
    ids = [copy for hit in part.hits for copy in hit.copies]
    if not ids:
        return []
    passages = library.passages.get(ids).values()
    hits = [replace(part.hits[0], passage=passage, copies=()) for passage in passages]
    return rank_sentences(library, part.query, part.found.of(hits))


def _interleaved(parts: Iterable[SubQuestion]) -> tuple[Hit, ...]:
    """Return the hits of all parts, each once: the first of each, then the second, and so on."""
    lists = [part.hits for part in parts]
    found: dict[str, Hit] = {}
    for rank in range(max(map(len, lists), default=0)):
        for hits in lists:
            if rank < len(hits):
                found.setdefault(hits[rank].passage.id, hits[rank])
    return tuple(found.values())
