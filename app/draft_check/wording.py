"""The draft check's verdicts in words: the one place where they become sentences for readers."""

from collections.abc import Sequence

from app.draft_check.alignment import Change
from app.verification import wording
from vectorstore.records import Finding

NO_CLAIM = "It makes no claim."
TITLE = "It is the title of a source."
FOUND = "Word for word in the library."
FOUND_SHORTENED = "Found, shortened where it says so."
NOT_FOUND = "The library does not have these words."
_SHOWN = 3  # differences put into words (judged: a reader has to take them in)


def silence(findings: Sequence[Finding]) -> str:
    """Return why the library is taken to be silent on a sentence, by what came nearest to it."""
    if not findings:
        return "Nothing in the library is near it."
    return f"The library does not say so. {wording.reason(findings, 'nearest')}"


def around_quotation(reason: str) -> str:
    """Return the reason where a quotation is found, but not what the sentence says around it."""
    return f"The quotation is found, what is said around it is not borne out. {reason}"


def stitched(sources: int) -> str:
    """Return how a quotation was joined from pieces of so many sources."""
    if sources > 1:
        return "Joined from different sources as if it were one quotation."
    return (
        "Joined from different places of a source as if one followed the other: what stands "
        "between them is left out, or their order is another."
    )


def altered(changes: Sequence[Change]) -> str:
    """Return the differences between a quotation and its source: pairs of words, here and there."""
    differences = []
    for here, there in changes[:_SHOWN]:
        if here and there:
            differences.append(f"“{there}” in the source is “{here}” here")
        elif there:
            differences.append(f"“{there}” is left out")
        else:
            differences.append(f"“{here}” is not in the source")
    more = f", and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else ""
    if not differences:
        return "Not quite the words."
    return f"Not the source’s words: {'; '.join(differences)}{more}."


def other_source(found_in: str, named: str) -> str:
    """Return that the words are in another source than the draft names, both by title."""
    return f"These words are in “{found_in}”, not in “{named}”."


def other_speaker(speaker: str, named: str) -> str:
    """Return that the source gives the words to another speaker than the draft."""
    return f"In the source it is {speaker} who says so, not {named}."


def no_speaker(named: str) -> str:
    """Return that the source quotes the words without giving them to the speaker named."""
    return f"The source does not attribute these words to {named}."


def authors_words(author: str, named: str) -> str:
    """Return that the words are the author's own, and not the speaker's named."""
    return f"These are the words of {author}, not of {named}."


def sources_words(named: str) -> str:
    """Return that the source says the words itself, without a speaker."""
    return f"These are the source’s own words: it does not say that {named} said them."


def unknown_origin(named: str, *, published: bool) -> str:
    """Return that the library knows no author (or publisher) to compare the name with."""
    did = "published" if published else "wrote"
    return f"The library does not know who {did} this source, so it cannot say whether {named} did."
