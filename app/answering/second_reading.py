"""Let a second reader settle the unverified sentences of an answer, after the answer is complete.

The text and its citations stay; only verdicts change, and the notice if the reader failed.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

from app.answering import wording
from app.answering.events import ReadingAgain, VerdictRevised
from app.generation.second_reader import OpenSentence, SecondReader, Unread
from app.verification.verifier import Verification
from app.verification.wording import reason, unread
from vectorstore.library import Library
from vectorstore.records import Answer, Citation, Finding, Sentence


def read_again(
    library: Library, answer: Answer, reader: SecondReader, stopped: Callable[[], bool]
) -> Generator[ReadingAgain | VerdictRevised, None, Answer]:
    """Yield what the second reader does, and return the answer with its verdicts.

    An answer without unverified sentences is returned as it is, and nothing is asked. Words of a
    source that was removed meanwhile are not shown to the reader.
    """
    held = library.catalog.titles({citation.source_id for citation in answer.citations})
    left_open = []
    for index, one in enumerate(answer.sentences):
        cited = [answer.citations[number - 1] for number in one.citations]
        if one.verdict == "unverified" and cited and all(c.source_id in held for c in cited):
            quotes = tuple(citation.quote for citation in cited)
            findings = tuple(found for found in one.findings if isinstance(found, Finding))
            left_open.append(OpenSentence(index, one.text, quotes, findings))
    if not left_open or stopped():
        return answer
    yield ReadingAgain(reader.name, len(left_open))
    sentences, notice, checked_by = list(answer.sentences), answer.notice, answer.checked_by
    for found in reader.read(left_open, stopped):
        if isinstance(found, Unread):
            notice = f"{notice} {unread(reader.name, found.reason)}".strip()
            continue
        checked_by = f"{answer.checked_by} and {reader.name}"
        index = found.number
        sentences[index] = _revised(sentences[index], answer.citations, found.verification)
        yield VerdictRevised(index, sentences[index])
    return replace(
        answer,
        sentences=tuple(sentences),
        text=" ".join(map(wording.with_doubt, sentences)),
        notice=notice,
        checked_by=checked_by,
    )


def _revised(
    sentence: Sentence, citations: Sequence[Citation], verification: Verification
) -> Sentence:
    """Return the sentence with another verdict; without a span, the one before stays."""
    span = sentence.span
    if verification.span:
        which, start, end = verification.span
        cited = citations[sentence.citations[which] - 1]
        span = (cited.number, cited.start + start, cited.start + end)
    return replace(
        sentence,
        verdict=verification.verdict,
        reason=reason(verification.findings),
        findings=verification.findings,
        span=span,
    )
