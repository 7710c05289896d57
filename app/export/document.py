"""Build the document that the Markdown, Word and HTML exports render: paragraphs with footnotes.

All formats render the whole document, so each of them states what is unverified, not stated,
missing, disputed or removed. Footnotes are numbered in the order of their first reference.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - as in `citation_styles`
from datetime import datetime
from typing import Literal

from app.answering.answer_draft import QUOTING
from app.answering.assistant import CATALOG
from app.answering.presentation import within
from app.answering.verdicts import BY_EARLIER, is_earlier
from app.export import footnotes
from app.export.citation_styles import format_date, in_quotation_marks
from app.export.formats import CitationStyle
from app.export.references import on_one_line
from vectorstore.reading_warnings import sentences_of
from vectorstore.records import UNITS, Answer, Conflict, Source

Inline = str | int  # text, or the number of a footnote referred to here


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an answer (`said`, `quote`) or about it.

    `about` says how the answer was made; `warning` is what a reader must not overlook.
    """

    kind: Literal["said", "quote", "about", "warning"]
    pieces: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A question with its answer; the question is empty if it is the title of the document."""

    question: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class ExportDocument:
    """A whole document: note n is `notes[n - 1]`; `colophon` explains how to read it."""

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
    """Return the document of these answers, each with the time it was given (UTC, ISO 8601)."""
    numbering = _Numbering()
    sections = []
    for answer, given in answers:
        numbering.begin(footnotes.build_footnotes(answer, sources, style, accessed))
        paragraphs = (
            *_provenance(answer, given, sources, style),
            *_body(answer, numbering),
            *_reading(answer, sources),
        )
        question = on_one_line(answer.question)
        alone = len(answers) == 1 and question == on_one_line(title)
        sections.append(Section("" if alone else question, paragraphs))
    colophon = (
        f"Exported from Kakehashi on {format_date(accessed, style)}. Words in quotation marks are "
        "the sources’ own; quotation marks inside them are single, and white space is reduced to "
        "one space. Square brackets after a sentence say what its check found. Addresses that "
        "begin with http://127.0.0.1 show the words on the computer that holds the library, "
        "while its window is open."
    )
    return ExportDocument(on_one_line(title), tuple(sections), tuple(numbering.notes), colophon)


class _Numbering:
    """Numbers the footnotes of a document in the order of their first reference."""

    def __init__(self) -> None:
        self.notes: list[footnotes.Footnote] = []
        self._given: Sequence[footnotes.Footnote] = ()
        self._numbers: dict[int, int] = {}

    def begin(self, given: Sequence[footnotes.Footnote]) -> None:
        """Go on to the next answer, which has these notes."""
        self._given, self._numbers = given, {}

    def of(self, number: int) -> int:
        """Return the number in the document of a citation of the current answer."""
        if number not in self._numbers:
            self.notes.append(self._given[number - 1])
            self._numbers[number] = len(self.notes)
        return self._numbers[number]

    @property
    def unreferenced(self) -> list[int]:
        """The citations of the current answer that have not been referred to."""
        every = range(1, len(self._given) + 1)
        return [number for number in every if number not in self._numbers]


def _provenance(
    answer: Answer, given: str, sources: Mapping[str, Source], style: CitationStyle
) -> list[Paragraph]:
    facts = [f"Answered {_moment(given, style)}" if given else "", _writer(answer)]
    chosen = answer.scope.sources or ()
    titles = [sources[one].metadata.title if one in sources else one for one in chosen]
    if searched := within(answer.scope, [on_one_line(title) for title in titles]):
        facts.append(f"searched only {searched}")
    if answer.query != answer.question:
        facts.append(f"searched for: {on_one_line(answer.query)}")
    paragraphs = [Paragraph("about", ("; ".join(part for part in facts if part) + ".",))]
    if answer.notice:
        paragraphs.append(Paragraph("warning", (on_one_line(answer.notice),)))
    return paragraphs


def _writer(answer: Answer) -> str:
    if answer.outcome != "answered":
        return ""
    if answer.model == QUOTING:
        return "in the sources’ own words, without a language model"
    if answer.model == CATALOG:
        return "from the catalog of the library"
    by = BY_EARLIER if is_earlier(answer.checked_by, answer.model) else f"by {answer.checked_by}"
    return (
        f"written by {on_one_line(answer.model)}, each sentence checked against what it cites "
        f"{on_one_line(by)}"
    )


def _body(answer: Answer, numbering: _Numbering) -> list[Paragraph]:
    paragraphs: list[Paragraph] = []
    if answer.outcome != "answered":
        paragraphs.append(Paragraph("warning", (on_one_line(answer.text),)))
    running: list[Inline] = []  # sentences between quotations share a paragraph

    def end() -> None:
        if running:
            paragraphs.append(Paragraph("said", tuple(running)))
            running.clear()

    for sentence in answer.sentences:
        remark = footnotes.verification_remark(answer, sentence)
        pieces: list[Inline] = [footnotes.sentence_text(sentence)]
        pieces += [numbering.of(number) for number in sentence.citations]
        pieces += [f" {remark}"] if remark else []
        if sentence.verdict == "verbatim":
            end()
            paragraphs.append(Paragraph("quote", tuple(pieces)))
        else:
            running += [" ", *pieces] if running else pieces
    end()
    paragraphs += [_disagreement(one, numbering) for one in answer.conflicts]
    if answer.missing:
        paragraphs.append(Paragraph("warning", (on_one_line(answer.missing),)))
    if numbering.unreferenced:
        pieces = ["Also cited:", *(numbering.of(number) for number in numbering.unreferenced)]
        paragraphs.append(Paragraph("about", tuple(pieces)))
    return paragraphs


def _reading(answer: Answer, sources: Mapping[str, Source]) -> Iterator[Paragraph]:
    """Yield what the reading of each cited source left out, guessed or doubts."""
    for identity in dict.fromkeys(one.source_id for one in answer.citations):
        source = sources.get(identity)
        if source and source.warnings:
            sentences = " ".join(sentences_of(source.warnings, UNITS.get(source.kind, "page")))
            title = in_quotation_marks(on_one_line(source.metadata.title))
            yield Paragraph("about", (f"On the reading of {title}: {on_one_line(sentences)}",))


def _disagreement(conflict: Conflict, numbering: _Numbering) -> Paragraph:
    one, other = (numbering.of(number) for number in conflict.citations)
    reason = f" differ in {on_one_line(conflict.reason)}."
    pieces = ("The sources do not agree: the words of one", one, " and of the other", other, reason)
    return Paragraph("warning", pieces)


def _moment(given: str, style: CitationStyle) -> str:
    """Return when an answer was given: `November 22, 2026, 23:41 UTC`."""
    moment = datetime.fromisoformat(given)
    return f"{format_date(moment.date(), style)}, {moment:%H:%M} UTC"
