"""Build an answer: quote the sources, or let a model write and verify each sentence.

Quotations also replace a model's answer if the model cannot be reached, or if none of its sentences
may hold: readers who must defend every sentence need the sources' own words more than a page of
refuted claims.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.answering import wording
from app.answering.answer_draft import QUOTING, AnswerDraft
from app.answering.answer_forms import answer_form
from app.answering.disagreements import disagreements
from app.answering.events import PartialSentence, Restarted, SentenceAdded
from app.answering.extractive import choose, further
from app.answering.retrieval import SubQuestion, near_copies
from app.generation.context import ContextSentence, build_context, context_budget
from app.generation.writer import AnswerRestarted, WriterSignal, write_answer
from app.verification.wording import disagreement
from vectorstore.errors import ModelUnavailable
from vectorstore.library import Library
from vectorstore.records import Citation, Conflict, Hit

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Events = Iterator[SentenceAdded | PartialSentence | Restarted]
_MAY_HOLD = ("verbatim", "supported", "unverified")


def quote(draft: AnswerDraft, answering: Sequence[SubQuestion]) -> Events:
    """Answer with quotations from the sources."""
    form = answer_form(answering[0].query.text)
    for one in choose([part.evidence for part in answering], form):
        yield draft.quote(one, answering)


def generate(
    draft: AnswerDraft,
    library: Library,
    model: "BaseChatModel",
    question: str,
    hits: Sequence[Hit],
    answering: Sequence[SubQuestion],
    stopped: Callable[[], bool],
) -> Events:
    """Let a model answer from the passages found; quote the sources if it fails."""
    try:
        offered = build_context(hits, context_budget(model))
        yield from model_sentences(draft, library, model, question, offered, stopped)
        problem = "" if stopped() else failure(draft)
    except ModelUnavailable as error:
        problem = str(error)
    if problem or (draft.silent and not _may_hold(draft) and not stopped()):
        yield draft.restart()
    if problem:
        draft.notice = wording.quoted_instead(problem)
        draft.model = QUOTING
        yield from quote(draft, answering)


def add_disagreements(
    draft: AnswerDraft, library: Library, answering: Sequence[SubQuestion]
) -> Events:
    """Quote the evidence that disagrees with what the answer cites, and record each conflict."""
    every = [one for part in answering for one in part.evidence]
    copies = [one for part in answering for one in near_copies(library, part)]
    known: set[tuple[int, int]] = set()
    for one, other, point in disagreements(draft.cited(every), [*every, *copies]):
        number = draft.cite(one)
        if not draft.numbering.number_of(other.passage, other.start, other.end):
            yield draft.quote(other, answering)
        pair = (number, draft.cite(other))
        if pair[::-1] not in known:
            known.add(pair)
            words = disagreement(point.ours, point.theirs)
            draft.conflicts.append(Conflict(pair, words, point.kind, point.ours, point.theirs))


def further_evidence(draft: AnswerDraft, answering: Sequence[SubQuestion]) -> tuple[Citation, ...]:
    """Return further citations for the question, numbered after those of the answer."""
    parts = [part.evidence for part in answering]
    cited = draft.cited([one for part in parts for one in part])
    first = len(draft.numbering.citations) + 1
    return tuple(
        replace(draft.numbering.look_up(one.passage, one.start, one.end), number=number)
        for number, one in enumerate(further(parts, cited), start=first)
    )


def model_sentences(
    draft: AnswerDraft,
    library: Library,
    model: "BaseChatModel",
    question: str,
    offered: dict[int, ContextSentence],
    stopped: Callable[[], bool],
) -> Events:
    """Add the model's sentences on what is `offered`, each verified against what it cites."""
    for written in write_answer(model, library, question, offered, stopped, draft.raw):
        match written:
            case str():
                yield PartialSentence(written)
            case AnswerRestarted():
                yield draft.restart()
            case WriterSignal("silent"):
                draft.silent = True
                draft.missing = wording.NO_MORE
            case WriterSignal():
                draft.notice = wording.CUT_OFF
            case _:
                numbers = tuple(draft.numbering.cite(*offered[n]) for n in written.ids)
                yield draft.write(written.text, numbers)


def failure(draft: AnswerDraft) -> str:
    """Return why the model's text is unusable; empty if it is an answer or says there is none."""
    if _may_hold(draft) or draft.silent:
        return ""
    return wording.NOTHING_SUPPORTED if draft.sentences else wording.NOTHING_USABLE


def _may_hold(draft: AnswerDraft) -> bool:
    """Whether any sentence may hold, or cites words that it cannot be compared with.

    The latter happens when an answer cites sources in another language.
    """
    return any(
        one.verdict in _MAY_HOLD or (one.verdict == "not_checkable" and one.citations)
        for one in draft.sentences
    )
