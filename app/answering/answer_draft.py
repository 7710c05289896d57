"""The draft of one answer: its sentences so far, the citations they rest on, and how it went.

A draft is state and nothing else. `answer_builder.py` fills it, and every sentence that goes in is
verified on the way.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.answering.answer_type import marks
from app.answering.citations import Numbering
from app.answering.events import Restarted, Said
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

    `model` is who answers, `notice` what the reader should know of it, `missing` what stays open,
    `silent` whether a model said that the sources do not answer, `raw` what it wrote.
    """

    def __init__(
        self, library: Library, verifier: Verifier, hits: Sequence[Hit], model: str, missing: str
    ) -> None:
        """Begin with what was found and no sentence."""
        self.numbering = Numbering(library)
        self.numbering.found(hits)
        self.sentences: list[Sentence] = []
        self.conflicts: list[Conflict] = []
        self.model = model
        self.notice = ""
        self.missing = missing
        self.silent = False
        self.raw: list[str] = []
        self._verifier = verifier

    def cite(self, one: Evidence) -> int:
        """Return the number of the citation for a sentence of a source."""
        return self.numbering.cite(one.passage, one.start, one.end)

    def write(self, text: str, citations: tuple[int, ...]) -> Said:
        """Add a sentence that a model wrote, verified against what it cites."""
        return self._add(self._verified(text, citations))

    def quote(self, one: Evidence, answering: Sequence[SubQuestion]) -> Said:
        """Add a sentence of a source, with the words that answer marked in it.

        They are marked where it is among the likeliest to answer one of these questions.
        """
        found = next(
            filter(
                None,
                (
                    marks(part.query.text, one.text)
                    for part in answering
                    if one.score >= part.evidence[0].score - _SURE
                ),
            ),
            (),
        )
        return self._add(replace(self._verified(one.text, (self.cite(one),)), marks=found))

    def restart(self) -> Restarted:
        """Drop all sentences and citations: what was written does not count."""
        self.sentences.clear()
        self.numbering.restart()
        return Restarted()

    def cited(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """Return those sentences of sources that stand inside a citation."""
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

    def _add(self, sentence: Sentence) -> Said:
        self.sentences.append(sentence)
        return Said(sentence, tuple(self.numbering.citations))
