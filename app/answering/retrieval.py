"""Retrieve the passages for a question and rank their sentences.

A question with several parts is searched as a whole and part by part. `answerability.py` decides
whether the result answers the question.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.answering.answer_finder import find_answers
from app.answering.catalog_questions import topic_asked
from app.answering.decomposition import parts_of, sides_of
from app.answering.sentence_ranking import Evidence, rank_sentences
from app.generation.context import PASSAGES
from vectorstore.library import Library
from vectorstore.ranking import Query
from vectorstore.records import EVERYTHING, Hit, Scope
from vectorstore.search import SearchResult


@dataclass(frozen=True, slots=True)
class SubQuestion:
    """A question, or one part of it, with its search result; `evidence` is best first.

    A `topical` one is only a topic: what speaks of it answers.
    """

    query: Query
    found: SearchResult
    evidence: Sequence[Evidence]
    topical: bool = False

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The passages found, best first."""
        return self.found.hits


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The results for a question as a whole and for its parts; a single part is the whole."""

    whole: SubQuestion
    parts: tuple[SubQuestion, ...]

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The passages of the whole and of all parts, interleaved by rank, without duplicates."""
        return _interleaved([self.whole, *(one for one in self.parts if one is not self.whole)])


def retrieve(library: Library, query: Query, scope: Scope = EVERYTHING) -> Retrieved:
    """Search the sources in scope for a question, as a whole and part by part."""
    if topic := topic_asked(library, query.text):
        only = retrieve_one(library, Query(topic, query.context), scope, topical=True)
        return Retrieved(only, (only,))
    whole = retrieve_one(library, query, scope)
    parts = parts_of(query)
    if len(parts) == 1:
        return Retrieved(whole, (whole,))
    sides = sides_of(query)
    return Retrieved(
        whole,
        tuple(
            whole if one == query else retrieve_one(library, one, scope, topical=one in sides)
            for one in parts
        ),
    )


def retrieve_one(
    library: Library, query: Query, scope: Scope = EVERYTHING, *, topical: bool = False
) -> SubQuestion:
    """Search for a question without splitting it."""
    found = library.find(query, PASSAGES, scope)
    ranked = rank_sentences(library, query, found, topical=topical)
    return SubQuestion(query, found, ranked if topical else find_answers(query, ranked), topical)


def queries_for(library: Library, query: Query) -> list[Query]:
    """Return the queries searched for a question: the whole, and its parts if it has several."""
    if topic := topic_asked(library, query.text):
        return [Query(topic, query.context)]
    return list(dict.fromkeys([query, *parts_of(query)]))


def near_copies(library: Library, part: SubQuestion) -> list[Evidence]:
    """Return the ranked sentences of all near copies of the hits."""
    ids = [copy for hit in part.hits for copy in hit.copies]
    if not ids:
        return []
    passages = library.passages.get(ids).values()
    hits = [replace(part.hits[0], passage=passage, copies=()) for passage in passages]
    return rank_sentences(library, part.query, part.found.of(hits))


def _interleaved(parts: Iterable[SubQuestion]) -> tuple[Hit, ...]:
    """Interleave the hits of all parts by rank: every first hit, then every second, and so on.

    Duplicates are dropped.
    """
    lists = [part.hits for part in parts]
    found: dict[str, Hit] = {}
    for rank in range(max(map(len, lists), default=0)):
        for hits in lists:
            if rank < len(hits):
                found.setdefault(hits[rank].passage.id, hits[rank])
    return tuple(found.values())
