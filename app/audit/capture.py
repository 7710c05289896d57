"""Captures the audit bundle of an answer.

What the answer does not hold itself (the rejected candidates, the evidence, the prompt) is computed
again by the functions that produced it, which return the same for the same library; if the library
has changed since, the bundle says so. No model is asked anything.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from app.answering.answer_draft import QUOTING
from app.answering.answer_finder import find_answers
from app.answering.assistant import CATALOG, Assistant, clean
from app.answering.query_rewriting import stand_alone
from app.answering.retrieval import queries_for
from app.answering.sentence_ranking import Evidence, rank_sentences
from app.answering.verdicts import BY_EARLIER, is_earlier, label_of
from app.audit.bundle import (
    FORMAT,
    Bundle,
    Message,
    Model,
    RankedHit,
    RecordedAnswer,
    RecordedCitation,
    RecordedQuery,
    Search,
    without_secrets,
)
from app.audit.environment import finite, parameters_of, settings_of, state_of, versions_for
from app.generation.context import BUDGET, PASSAGES, build_context, context_budget
from app.generation.writer import build_messages
from vectorstore.errors import UnknownSource
from vectorstore.library import Library
from vectorstore.ranking import Query
from vectorstore.reading_warnings import sentences_of
from vectorstore.records import Answer, Citation, Hit, Turn

_SCORES = ("dense", "sentence", "lexical", "phrases")


def capture(
    assistant: Assistant, answer: Answer, history: Sequence[Turn] = (), answered: str = ""
) -> Bundle:
    """Return the bundle of an answer; `history` are the turns before it, `answered` is its time.

    Texts of sources that were removed since are left out, and the notes say so.
    """
    library = assistant.library
    now = library.fingerprint
    said = [replace(turn, text=clean(turn.text)) for turn in history]
    query, written_out, before = _searched(answer, said)
    queries = queries_for(library, query) if _was_searched(answer) else []
    searches = tuple(_search(library, one, answer) for one in queries)
    same = answer.library == now == library.fingerprint
    held = {source_id for source_id, _ in library.catalog.hashes()}
    mine = tuple(hit for hit in answer.hits if hit.passage.source_id in held)
    elsewhere: list[Hit] = []
    if answer.outcome == "out_of_scope":
        elsewhere = library.search(query, PASSAGES)
    model = _model(assistant, answer, mine, same=same)
    citations = _cited(library, answer.citations)
    bundle = Bundle(
        format=FORMAT,
        made=_utc(),
        answered=answered or _utc(),
        question=answer.question,
        history=tuple(before),
        scope=answer.scope,
        query=RecordedQuery(query.text, query.context, query.whole, written_out),
        library=state_of(library, answer.library, now),
        model=model,
        settings=settings_of(library),
        versions=versions_for(answer.model),
        answer=RecordedAnswer(
            outcome=answer.outcome,
            explanation="" if answer.outcome == "answered" else answer.text,
            text=answer.text,
            sentences=answer.sentences,
            citations=citations,
            more=_cited(library, [one for one in answer.more if one.source_id in held]),
            conflicts=answer.conflicts,
            missing=answer.missing,
            strength=answer.strength,
            notice=answer.notice,
            timings=answer.timings,
            checked_by=answer.checked_by,
        ),
        as_of="answer" if same else "now",
        searches=searches,
        elsewhere=_ranked(library, elsewhere, set()),
        read_then=() if same else tuple(replace(h, reranked=finite(h.reranked)) for h in mine),
        notes=tuple(_notes(answer, now, searches, mine, citations, model, same=same)),
    )
    return without_secrets(bundle)


def _was_searched(answer: Answer) -> bool:
    """Whether passages were searched: not for an answer from the catalog, nor for a gist."""
    return bool(answer.hits) or answer.outcome != "answered"


def _searched(answer: Answer, history: Sequence[Turn]) -> tuple[Query, bool, Sequence[Turn]]:
    """Return the query of an answer, whether a model rewrote it, and the history that was used."""
    if not _was_searched(answer):
        return Query(answer.question), False, history
    query = stand_alone(answer.question, history)
    if query.whole == answer.query:
        return query, False, history
    if answer.query == answer.question:  # the user searched for the question alone
        return Query(answer.question), False, ()
    return Query(answer.query), True, history


def _search(library: Library, query: Query, answer: Answer) -> Search:
    """Repeat a search, and rank the sentences again."""
    ranked = library.searcher.search(query, PASSAGES, answer.scope, keep_rejected=True)
    hits = ranked.hits
    weighed = find_answers(query, rank_sentences(library, query, ranked.of(hits[:PASSAGES])))
    return Search(
        text=query.text,
        context=query.context,
        candidates=_ranked(library, hits, {hit.passage.id for hit in answer.hits}),
        evidence=tuple(_sentence_values(one, answer.citations) for one in weighed),
    )


def _read(searches: Sequence[Search]) -> set[str]:
    """Return the ids of the passages that these searches read."""
    return {one.passage.id for search in searches for one in search.candidates[:PASSAGES]}


def _ranked(library: Library, hits: Sequence[Hit], read: set[str]) -> tuple[RankedHit, ...]:
    """Return hits as candidates, with their ranks and near-duplicates."""
    orders = {
        score: {
            hit.passage.id: rank
            for rank, hit in enumerate(sorted(hits, key=lambda h: -getattr(h, score)), start=1)
        }
        for score in _SCORES
    }
    copies = library.passages.get([copy for hit in hits for copy in hit.copies])
    return tuple(
        RankedHit(
            passage=hit.passage, score=hit.score, dense=hit.dense, lexical=hit.lexical,
            sentence=hit.sentence, phrases=hit.phrases, reranked=finite(hit.reranked),
            copies=hit.copies, rank=rank, read=hit.passage.id in read,
            ranks={score: orders[score][hit.passage.id] for score in _SCORES},
            repeated=tuple(copies[copy] for copy in hit.copies if copy in copies),
        )
        for rank, hit in enumerate(hits, start=1)
    )  # fmt: skip


def _sentence_values(evidence: Evidence, citations: Sequence[Citation]) -> dict[str, Any]:
    """Return a sentence with all its scores, and the numbers of the citations that contain it."""
    values = asdict(evidence)
    passage = values.pop("passage")
    plain = {name: v.item() if hasattr(v, "item") else v for name, v in values.items()}
    cited = [
        one.number
        for one in citations
        if one.source_id == passage["source_id"]
        if one.start < evidence.end and evidence.start < one.end
    ]
    return {
        **plain, "passage_id": passage["id"], "source_id": passage["source_id"], "cited": cited,
    }  # fmt: skip


def _cited(library: Library, citations: Sequence[Citation]) -> tuple[RecordedCitation, ...]:
    """Return citations with the hash of their source, checked against its text."""
    found = []
    for one in citations:
        try:
            source = library.catalog.source(one.source_id)
            sha256 = source.sha256
            reading = tuple(sentences_of(source.warnings, one.unit))
            words = library.catalog.text(one.source_id)[one.start : one.end]
        except UnknownSource:
            sha256, words, reading = "", "", ()
        resolves = bool(one.quote) and words == one.quote
        found.append(
            RecordedCitation(**asdict(one), sha256=sha256, resolves=resolves, reading=reading)
        )
    return tuple(found)


def _model(assistant: Assistant, answer: Answer, hits: Sequence[Hit], *, same: bool) -> Model:
    """Return the model that answered, without a prompt if none was asked.

    A model whose output was replaced by quotations was asked as well; its output is in `raw`.
    """
    known = assistant.model_name == answer.model
    wrote = answer.model not in (QUOTING, CATALOG) and bool(answer.sentences)
    prompt = None
    if (answer.raw or wrote) and _was_searched(answer):
        budget = context_budget(assistant.model) if assistant.model else BUDGET
        offered = build_context(hits, budget)
        said = build_messages(assistant.library, answer.query, offered)
        prompt = tuple(Message(message.type, str(message.text)) for message in said)
    return Model(
        name=answer.model,
        prompt=prompt,
        prompt_as_given=prompt is None or (same and known and len(hits) == len(answer.hits)),
        wrote=answer.raw,
        **(parameters_of(assistant.model) if known and assistant.model else {}),
    )


def _notes(
    answer: Answer,
    now: str,
    searches: Sequence[Search],
    mine: Sequence[Hit],
    citations: Sequence[RecordedCitation],
    model: Model,
    *,
    same: bool,
) -> list[str]:
    """Return what differs from when the answer was given, in sentences."""
    notes = []
    if not same:
        then = f"({answer.library} then, {now} now)" if answer.library else "(or may have)"
        notes.append(
            f"The library has changed since the answer was given {then}: candidates, evidence, "
            "settings and versions are as of now."
        )
    elif not {hit.passage.id for hit in mine} <= _read(searches):
        notes.append("The repeated search does not return all passages of the answer.")
    if len(mine) < len(answer.hits):
        notes.append(
            "The answer used passages of a source that was removed: their text is left out."
        )
    if lost := [str(one.number) for one in citations if not one.resolves]:
        notes.append(f"The library no longer has the words of these citations: {', '.join(lost)}.")
    if answer.raw and not _was_searched(answer):
        notes.append("The gist was written part by part: the prompts of the parts are not kept.")
    if model.prompt and not model.prompt_as_given:
        notes.append(
            "The prompt was rebuilt from what is left: the model may have seen a different one."
        )
    if answer.model not in (QUOTING, CATALOG) and not model.kind:
        notes.append("The model’s parameters are no longer known: another model is in use now.")
    earlier = is_earlier(answer.checked_by, answer.model)
    if any(label_of(one.verdict, earlier=earlier).earlier for one in answer.sentences):
        notes.append(f"The verdicts were given {BY_EARLIER}.")
    return notes


def _utc() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
