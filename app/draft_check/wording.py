"""The draft check's verdicts in words: the one place where they become sentences for readers."""

from collections.abc import Sequence

from app.verification import wording
from vectorstore.records import Finding


def silence(findings: Sequence[Finding]) -> str:
    """Return why the library is taken to be silent on a sentence, by what came nearest to it."""
    if not findings:
        return "Nothing in the library is near it."
    return f"The library does not say so. {wording.reason(findings, 'nearest')}"
