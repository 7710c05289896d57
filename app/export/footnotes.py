"""Footnotes: the reference, the quoted words and a permalink for each citation of an answer.

They are built as records, as one text each, or after the sentence that a reader copies. Verdicts
and states are those of the answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - as in `citation_styles`

from app.answering.verdicts import (
    BY_EARLIER,
    is_by_chat_model,
    is_earlier,
    label_of,
    reason_of,
)
from app.export.citation_styles import format_date, format_reference, in_quotation_marks
from app.export.formats import CitationStyle
from app.export.references import locator, on_one_line, reference_for
from vectorstore.records import Answer, Citation, Sentence, Source

STATE_REMARKS = {
    "": "",
    "changed": "The source has changed since: these words are not in it now.",
    "removed": "The source was removed from the library.",
}
_VERDICT_REMARKS = {
    "contradicted": "contradicted by the source",
    "not_stated": "not stated in the source",
    "unverified": "unverified",
    "not_checkable": "could not be checked",
}


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote: the `reference`, and a `quote` unless the sentence itself is one.

    `permalink` opens the library at the quoted words, and `read` introduces it. `url` is the
    address of the source if it may become a link; it is part of `reference`.
    """

    reference: str
    url: str
    quote: str
    remarks: tuple[str, ...]
    read: str
    permalink: str

    @property
    def text(self) -> str:
        """The footnote on one line."""
        parts = (self.reference, self.quote, *self.remarks, f"{self.read} {self.permalink}")
        return " ".join(part for part in parts if part)


def footnotes(
    answer: Answer, sources: Mapping[str, Source], style: CitationStyle, accessed: Date
) -> list[str]:
    """Return one text for each citation of the answer, in order."""
    return [note.text for note in build_footnotes(answer, sources, style, accessed)]


def clipboard_text(answer: Answer, place: int | None, notes: Sequence[str]) -> str:
    """Return the sentence at `place` (from 0), or the whole answer, with its footnotes.

    `notes` is the result of `footnotes`. Numbers are those on the screen.
    """
    chosen = answer.sentences if place is None else (answer.sentences[place],)
    if not chosen:
        return on_one_line(answer.text)
    lines = [_with_numbers(answer, one) for one in chosen]
    cited = {number for one in chosen for number in one.citations}
    blocks = [" ".join(lines)]
    if place is None:
        if answer.outcome != "answered":
            blocks.insert(0, on_one_line(answer.text))
        blocks += [
            on_one_line(answer.notice),
            *disagreement_sentences(answer),
            on_one_line(answer.missing),
        ]
        cited |= {number for one in answer.conflicts for number in one.citations}
    numbered = [f"[{number}] {notes[number - 1]}" for number in sorted(cited)]
    return "\n\n".join(block for block in [*blocks, "\n".join(numbered)] if block)


def build_footnotes(
    answer: Answer, sources: Mapping[str, Source], style: CitationStyle, accessed: Date
) -> list[Footnote]:
    """Return the footnotes of an answer, one for each citation, in order."""
    said = {
        number: [one for one in answer.sentences if number in one.citations]
        for number in (citation.number for citation in answer.citations)
    }
    return [_note(one, said[one.number], sources, style, accessed) for one in answer.citations]


def sentence_text(sentence: Sentence) -> str:
    """Return a sentence, in quotation marks if it is the source's own words."""
    text = on_one_line(sentence.text)
    return in_quotation_marks(text) if sentence.verdict == "verbatim" else text


def verification_remark(answer: Answer, sentence: Sentence) -> str:
    """Return what a check left open or found wrong, in square brackets; empty if it is sound.

    That a chat model found it sound is said as well.
    """
    earlier = is_earlier(answer.checked_by, answer.model)
    label = label_of(sentence.verdict, earlier=earlier)
    if label.tone == "sound" and not is_by_chat_model(sentence.findings):
        return ""
    words = _VERDICT_REMARKS.get(sentence.verdict, label.words)
    if label.earlier:
        words = f"{label.words}, {BY_EARLIER}"
    reason = on_one_line(reason_of(sentence.reason, earlier=earlier))
    return f"[{words}{': ' * bool(reason)}{reason}]"


def disagreement_sentences(answer: Answer) -> list[str]:
    """Return a sentence for each disagreement of an answer."""
    return [
        f"The sources do not agree: [{one.citations[0]}] and [{one.citations[1]}] differ in "
        f"{on_one_line(one.reason)}."
        for one in answer.conflicts
    ]


def _note(
    citation: Citation,
    saying: Sequence[Sentence],
    sources: Mapping[str, Source],
    style: CitationStyle,
    accessed: Date,
) -> Footnote:
    reference = reference_for(citation, sources)
    place = locator(citation)
    quote = on_one_line(citation.quote)
    given = bool(saying) and all(
        one.verdict == "verbatim" and on_one_line(one.text) == quote for one in saying
    )
    also = ", ".join(on_one_line(title) for title in citation.also)
    remarks = (
        on_one_line(citation.warning),
        reference.unavailable or STATE_REMARKS[citation.state],
        f"Also in: {also}." if also else "",
    )
    when = "" if reference.url else f", read {format_date(accessed, style)}"
    return Footnote(
        format_reference(reference, style, accessed, place),
        reference.link,
        in_quotation_marks(quote) if quote and not given else "",
        tuple(remark for remark in remarks if remark),
        f"In the library{when}:",
        citation.permalink,
    )


def _with_numbers(answer: Answer, sentence: Sentence) -> str:
    marks = "".join(f"[{number}]" for number in sentence.citations)
    parts = (sentence_text(sentence), marks, verification_remark(answer, sentence))
    return " ".join(part for part in parts if part)
