"""Let a second reader settle what a draft says that the checker leaves open."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.draft_check.claims import VERDICTS
from app.draft_check.records import CheckedSentence
from app.generation.second_reader import DRAFT, OpenSentence, SecondReader, Unread
from app.verification.verifier import Verification
from app.verification.wording import reason, unread
from vectorstore.records import Citation


def read_again(
    sentences: Sequence[CheckedSentence],
    citations: Sequence[Citation],
    reader: SecondReader,
    stopped: Callable[[], bool],
) -> tuple[list[CheckedSentence], str]:
    """Return the sentences with the reader's verdicts, and why it left some open, or "".

    Sentences with quotations are left to the check of their quotations.
    """
    left_open = [
        OpenSentence(
            at, one.text, tuple(citations[n - 1].quote for n in one.citations), one.findings
        )
        for at, one in enumerate(sentences)
        if one.verdict == "unverified" and one.citations and not one.quotations
    ]
    checked, notice = list(sentences), ""
    if not left_open or stopped():
        return checked, notice
    for found in reader.read(left_open, stopped, DRAFT):
        if isinstance(found, Unread):
            notice = unread(reader.name, found.reason)
        else:
            checked[found.number] = _revised(checked[found.number], found.verification)
    return checked, notice


def _revised(sentence: CheckedSentence, verification: Verification) -> CheckedSentence:
    """Return the sentence with another verdict; the citation that decides comes first."""
    numbers = sentence.citations
    if verification.span:
        decisive = numbers[verification.span[0]]
        numbers = (decisive, *(one for one in numbers if one != decisive))
    return replace(
        sentence,
        verdict=VERDICTS[verification.verdict],
        reason=reason(verification.findings, "nearest"),
        citations=numbers,
        findings=verification.findings,
    )
