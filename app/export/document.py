"""What an export says, before it is Markdown, Word or HTML: paragraphs with numbered footnotes.

In go answers with the times they were given; out comes a `Paper`, which every writer sets in full.
So what does not hold, is missing, disagrees or was removed stands in all of them. Footnotes are
numbered through, in the order in which they first come.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - as in `forms`
from datetime import datetime
from typing import Literal

from app.export import footnotes
from app.export.citation_styles import CitationStyle, format_date
from app.export.references import on_one_line
from vectorstore.records import Answer, Conflict, Source

Inline = str | int  # a text, or the number of a footnote that stands here


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: what the answer says (`said`, `quote`), or what is told about it.

    `about` is on the circumstances; `warning` is what a reader must not overlook.
    """

    kind: Literal["said", "quote", "about", "warning"]
    pieces: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One question with its answer; the question is empty where it is the title."""

    question: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class ExportDocument:
    """All of it. The note with the number n is `notes[n - 1]`; `colophon` says how to read it."""

    title: str
    sections: tuple[Section, ...]
    notes: tuple[footnotes.Footnote, ...]
    colophon: str


def build_document(
    answers: Sequence[tuple[Answer, str]],
    sources: Mapping[str, Source],
    style: CitationStyle,
    accessed: Date,
    title: str,
) -> ExportDocument:
    """The paper of these answers, each with the time it was given (UTC, ISO 8601)."""
    numbering = _Numbering()
    sections = []
    for answer, given in answers:
        numbering.begin(footnotes.build_footnotes(answer, sources, style, accessed))
        paragraphs = (*_provenance(answer, given, sources, style), *_body(answer, numbering))
        question = on_one_line(answer.question)
        alone = len(answers) == 1 and question == on_one_line(title)
        sections.append(Section("" if alone else question, paragraphs))
    told = (
        f"Exported from Kakehashi on {format_date(accessed, style)}. Words in quotation marks are "
        "the sources’ own; quotation marks inside them are set as single ones, white space is one "
        "space. What the check of a sentence found wanting stands behind it in square brackets. "
        "Addresses that begin with http://127.0.0.1 show the words on the computer that holds "
        "the library, while its window is open."
    )
    return ExportDocument(on_one_line(title), tuple(sections), tuple(numbering.notes), told)


class _Numbering:
    """The footnotes of a paper, numbered as they first come."""

    def __init__(self) -> None:
        self.notes: list[footnotes.Footnote] = []
        self._given: Sequence[footnotes.Footnote] = ()
        self._numbers: dict[int, int] = {}

    def begin(self, given: Sequence[footnotes.Footnote]) -> None:
        """Go on to an answer with these notes."""
        self._given, self._numbers = given, {}

    def of(self, number: int) -> int:
        """The number in the paper for the number of a citation in the answer."""
        if number not in self._numbers:
            self.notes.append(self._given[number - 1])
            self._numbers[number] = len(self.notes)
        return self._numbers[number]

    @property
    def left(self) -> list[int]:
        """The citations of the answer that nothing has referred to."""
        every = range(1, len(self._given) + 1)
        return [number for number in every if number not in self._numbers]


def _provenance(
    answer: Answer, given: str, sources: Mapping[str, Source], style: CitationStyle
) -> list[Paragraph]:
    from app.answering.presentation import within

    told = [f"Answered {_moment(given, style)}" if given else "", _writer(answer)]
    chosen = answer.scope.sources or ()
    titles = [sources[one].metadata.title if one in sources else one for one in chosen]
    if searched := within(answer.scope, [on_one_line(title) for title in titles]):
        told.append(f"searched only {searched}")
    if answer.query != answer.question:
        told.append(f"searched for: {on_one_line(answer.query)}")
    paragraphs = [Paragraph("about", ("; ".join(part for part in told if part) + ".",))]
    if answer.notice:
        paragraphs.append(Paragraph("warning", (on_one_line(answer.notice),)))
    return paragraphs


def _writer(answer: Answer) -> str:
    from app.answering.answer_draft import QUOTING
    from app.answering.assistant import CATALOG

    if answer.outcome != "answered":
        return ""
    if answer.model == QUOTING:
        return "in the sources’ own words, without a language model"
    if answer.model == CATALOG:
        return "from the catalog of the library"
    return f"written by {on_one_line(answer.model)}, each sentence checked against what it cites"


def _body(answer: Answer, numbering: _Numbering) -> list[Paragraph]:
    if answer.outcome != "answered":
        return [Paragraph("warning", (on_one_line(answer.text),))]
    paragraphs: list[Paragraph] = []
    running: list[Inline] = []  # sentences that are no quotations make one paragraph

    def end() -> None:
        if running:
            paragraphs.append(Paragraph("said", tuple(running)))
            running.clear()

    for sentence in answer.sentences:
        doubt = footnotes.verification_remark(sentence)
        pieces: list[Inline] = [footnotes.sentence_text(sentence)]
        pieces += [numbering.of(number) for number in sentence.citations]
        pieces += [f" {doubt}"] if doubt else []
        if sentence.verdict == "verbatim":
            end()
            paragraphs.append(Paragraph("quote", tuple(pieces)))
        else:
            running += [" ", *pieces] if running else pieces
    end()
    paragraphs += [_disagreement(one, numbering) for one in answer.conflicts]
    if answer.missing:
        paragraphs.append(Paragraph("warning", (on_one_line(answer.missing),)))
    if numbering.left:
        pieces = ["Also cited:", *(numbering.of(number) for number in numbering.left)]
        paragraphs.append(Paragraph("about", tuple(pieces)))
    return paragraphs


def _disagreement(conflict: Conflict, numbering: _Numbering) -> Paragraph:
    one, other = (numbering.of(number) for number in conflict.citations)
    reason = f" differ in {on_one_line(conflict.reason)}."
    told = ("The sources do not agree: the words of one", one, " and of the other", other, reason)
    return Paragraph("warning", told)


def _moment(given: str, style: CitationStyle) -> str:
    """When an answer was given: `November 22, 2026, 23:41 UTC`."""
    moment = datetime.fromisoformat(given)
    return f"{format_date(moment.date(), style)}, {moment:%H:%M} UTC"
