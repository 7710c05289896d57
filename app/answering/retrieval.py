"""A question to what the library has for it: passages, sentences, and whether they answer.

The parts of a question are looked for one by one, and each is judged on its own. Nothing is said
here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.answering.answerability import Judgement, explain_missing, judge
from app.answering.decomposition import parts_of
from app.answering.query_rewriting import names_in
from app.answering.sentence_ranking import Evidence, rank_sentences, unknown_words
from vectorstore.library import Library
from vectorstore.ranking import Query
from vectorstore.records import EVERYTHING, Hit, Outcome, Scope
from vectorstore.text.terms import cjk_share, terms

PASSAGES = 8  # read for a question, or for each part of one


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a question with its sentences, best first."""

    query: Query
    hits: tuple[Hit, ...]
    evidence: Sequence[Evidence]
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found for a question.

    `hits` are the passages of all parts, best first; `answering` are the parts that can be
    answered. `missing` tells what cannot, where something can.
    """

    hits: tuple[Hit, ...]
    answering: tuple[Part, ...]
    outcome: Outcome
    strength: float
    missing: str = ""

    @property
    def doubtful(self) -> bool:
        """Whether what is found may well not answer."""
        return bool(self.answering) and all(part.judgement.doubtful for part in self.answering)


def retrieve(library: Library, query: Query, scope: Scope = EVERYTHING) -> Retrieved:
    """Search the sources in scope for a question, part by part, and judge what is there."""
    whole = _part(library, query, scope)
    asked = parts_of(query)
    parts = [whole] if len(asked) == 1 else [_part(library, one, scope) for one in asked]
    answering = tuple(part for part in parts if part.judgement.outcome == "answered")
    outcome, strength = whole.judgement.outcome, whole.judgement.strength
    if not answering and outcome == "answered":  # the whole can be answered, though no part can
        parts = [whole]
        answering = (whole,)
    elif answering:
        outcome = "answered"
        strength = max(part.judgement.strength for part in answering)
    if scope != EVERYTHING and _is_elsewhere(library, query, scope, outcome):
        outcome, answering = "out_of_scope", ()
    missing = ""
    if answering:
        open_parts = [p.query.text for p in parts if p not in answering]
        missing = explain_missing(open_parts, _unknown_names(library, query.text))
    hits = _merged([whole, *(part for part in parts if part is not whole)])
    return Retrieved(hits, answering, outcome, strength, missing)


def queries_for(query: Query) -> list[Query]:
    """What is searched for a question: it as a whole, and its parts where there are several."""
    return list(dict.fromkeys([query, *parts_of(query)]))


def copies_of(library: Library, part: Part) -> list[Evidence]:
    """The sentences of passages that repeat those found, nearly word for word."""
    ids = [copy for hit in part.hits for copy in hit.copies]
    if not ids:
        return []
    hits = [replace(part.hits[0], passage=p, copies=()) for p in library.passages.get(ids).values()]
    return rank_sentences(library, part.query, hits)


def _part(library: Library, query: Query, scope: Scope) -> Part:
    hits = tuple(library.search(query, PASSAGES, scope))
    evidence = rank_sentences(library, query, hits)
    return Part(query, hits, evidence, _judged(library, query, hits, evidence))


def _judged(
    library: Library, query: Query, hits: Sequence[Hit], evidence: Sequence[Evidence]
) -> Judgement:
    words_only = library.embeddings.reads_only_english and cjk_share(query.whole) > 0.5
    return judge(query, hits, evidence, words_only=words_only)


def _is_elsewhere(library: Library, query: Query, scope: Scope, outcome: Outcome) -> bool:
    """Whether other sources than the chosen ones answer, and these do not."""
    if outcome == "answered" and not _names_elsewhere(library, query.text, scope):
        return False
    return _part(library, query, EVERYTHING).judgement.outcome == "answered"


def _names_elsewhere(library: Library, question: str, scope: Scope) -> bool:
    """Whether the question names somebody or something that only other sources mention."""
    inside = set(library.catalog.within(scope)[0])
    for name in names_in(question):
        places = {passage.source_id for passage in library.passages_with(terms(name))}
        if places and not places & inside:
            return True
    return False


def _unknown_names(library: Library, question: str) -> list[str]:
    """The names and numbers of a question that stand nowhere in the library."""
    names = {word for name in names_in(question) for word in name.split()}
    unknown = unknown_words(library, question)
    return [word for word in unknown if word in names or any(c.isdigit() for c in word)]


def _merged(parts: Iterable[Part]) -> tuple[Hit, ...]:
    """The hits of all parts, each once: the first of each, then the second of each, and so on."""
    lists = [part.hits for part in parts]
    found: dict[str, Hit] = {}
    for rank in range(max(map(len, lists), default=0)):
        for hits in lists:
            if rank < len(hits):
                found.setdefault(hits[rank].passage.id, hits[rank])
    return tuple(found.values())
