"""The draft of one answer: its sentences so far, their citations, and notices for the reader.

A draft only holds state; `answer_builder.py` fills it. Every sentence is verified as it is added.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.answering.answer_type import marks
from app.answering.citations import Numbering
from app.answering.events import Restarted, SentenceAdded
from app.answering.retrieval import SubQuestion
from app.answering.sentence_ranking import Evidence
from app.verification.verifier import Verifier
from app.verification.wording import reason
from vectorstore.library import Library
from vectorstore.records import Conflict, Hit, Sentence
from vectorstore.text.sentences import Span

QUOTING = "none (quotes)"
_SURE = 1.5  # logarithm of odds below the best within which a sentence is taken to answer (judged)


class AnswerDraft:
    """An answer in progress.

    `model` names the model in use, `notice` is a remark for the reader, `missing` describes the
    unanswered parts of the question, `silent` records that a model found no answer in the sources,
    and `raw` is the model's output.
    """

    def __init__(
        self, library: Library, verifier: Verifier, hits: Sequence[Hit], model: str, missing: str
    ) -> None:
        """Start without sentences; `hits` are the passages that may be cited."""
        self.numbering = Numbering(library)
        self.numbering.note_copies(hits)
        self.sentences: list[Sentence] = []
        self.conflicts: list[Conflict] = []
        self.model = model
        self.notice = ""
        self.missing = missing
        self.silent = False
        self.raw: list[str] = []
        self._verifier = verifier

    def cite(self, one: Evidence) -> int:
        """Cite a sentence of a source and return the number of the citation."""
        return self.numbering.cite(one.passage, one.start, one.end)

    def write(self, text: str, citations: tuple[int, ...]) -> SentenceAdded:
        """Add a sentence written by a model, verified against what it cites."""
        return self._add(self._verified(text, citations))

    def quote(self, one: Evidence, answering: Sequence[SubQuestion]) -> SentenceAdded:
        """Add a sentence of a source, with the words that answer the question marked.

        Words are marked only if the sentence ranks among the best for one of the questions.
        """
        likely = (part for part in answering if one.score >= part.evidence[0].score - _SURE)
        found = (marks(part.query.text, one.text) for part in likely)
        first = next(filter(None, found), ())
        return self._add(replace(self._verified(one.text, (self.cite(one),)), marks=first))

    def restart(self) -> Restarted:
        """Drop all sentences and citations, so that the answer starts over."""
        self.sentences.clear()
        self.numbering.restart()
        return Restarted()

    def cited(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """Return the sentences of `evidence` that lie inside a citation."""
        known: dict[str, list[Span]] = {}
        for one in self.numbering.citations:
            known.setdefault(one.source_id, []).append((one.start, one.end))
        return [
            one
            for one in evidence
            if any(a <= one.start and one.end <= b for a, b in known.get(one.passage.source_id, ()))
        ]

    def _verified(self, text: str, numbers: tuple[int, ...]) -> Sentence:
        cited = [self.numbering.citations[number - 1] for number in numbers]
        verification = self._verifier.check(text, [citation.quote for citation in cited])
        span = None
        if verification.span:
            which, start, end = verification.span
            span = (cited[which].number, cited[which].start + start, cited[which].start + end)
        return Sentence(
            text,
            numbers,
            verification.verdict,
            reason(verification.findings),
            span,
            findings=verification.findings,
        )

    def _add(self, sentence: Sentence) -> SentenceAdded:
        self.sentences.append(sentence)
        return SentenceAdded(sentence, tuple(self.numbering.citations))
