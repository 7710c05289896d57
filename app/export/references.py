"""References: the metadata of cited sources, from the catalog or, if removed, from the citation.

Text is put on one line, without control characters or marks that change the writing direction.
Names are not guessed: only “Family, Given” is split.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vectorstore.records import Answer, Citation, Source
from vectorstore.text.scripts import CJK

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    "\ufffe\uffff]"
)
_CJK = re.compile(f"[{CJK}]")
_NO_PERSON = re.compile(
    r"\b(?:of|for|the|and|inc|ltd|llc|corp|co|company|ministry|office|department|university|"
    r"institute|agency|bank|council|committee|association|society|government|press|news|staff|"
    r"editors|team|centre|center|embassy|party|jr|sr)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Author:
    """An author: `family` and `given` name if written so, else the whole name in `family`."""

    family: str
    given: str = ""

    @property
    def full_name(self) -> str:
        """The name in reading order: `Jane Doe`, `王小明`."""
        if not self.given:
            return self.family
        if _CJK.search(self.family + self.given):
            return self.family + self.given
        return f"{self.given} {self.family}"

    @property
    def initials(self) -> str:
        """The name as APA lists it: `Doe, J.-P.`; in full if it has no given name or is CJK."""
        if not self.given or _CJK.search(self.family + self.given):
            return self.full_name
        letters = re.sub(r"([^\W\d_])[^\W\d_]*['’]?[^\W\d_]*\.?", r"\1.", self.given)
        return f"{self.family}, {' '.join(letters.replace('.', '. ').replace('. -', '.-').split())}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A source as a bibliography lists it; `unavailable` says what its removal has cost."""

    id: str
    title: str
    authors: tuple[Author, ...] = ()
    publisher: str = ""
    date: str = ""
    url: str = ""
    language: str = ""
    note: str = ""
    kind: str = ""
    unavailable: str = ""


def on_one_line(text: str) -> str:
    """Return the text on one line, without invisible characters that can do harm.

    >>> on_one_line(" Uji  grows tea ")
    'Uji grows tea'
    """
    return " ".join(_INVISIBLE.sub("", text).split())


def parse_authors(written: str) -> tuple[Author, ...]:
    """Return the authors, which semicolons separate; a personal name is split at its comma.

    >>> [author.full_name for author in parse_authors("Doe, Jane; Ministry of Trade, Japan")]
    ['Jane Doe', 'Ministry of Trade, Japan']
    """
    return tuple(
        _parse_author(one) for one in re.split("[;；]", on_one_line(written)) if one.strip()
    )


def cited_references(answers: Iterable[Answer], sources: Mapping[str, Source]) -> list[Reference]:
    """Return the references that answers cite, each once, in order of first citation."""
    found: dict[str, Reference] = {}
    for answer in answers:
        for citation in answer.citations:
            if citation.source_id not in found:
                found[citation.source_id] = reference_for(citation, sources)
    return list(found.values())


def reference_for(citation: Citation, sources: Mapping[str, Source]) -> Reference:
    """Return the reference for a citation; of a removed source, what the citation has kept."""
    source = sources.get(citation.source_id)
    if source is None:
        kept = on_one_line(citation.title) or citation.path or citation.source_id
        what = "title" if kept != citation.path else "file name"
        unavailable = f"The source is not in the library any more: only its {what} was kept."
        return Reference(citation.source_id, kept, unavailable=unavailable)
    known = source.metadata
    return Reference(
        source.id,
        on_one_line(known.title) or source.path,
        parse_authors(known.author),
        on_one_line(known.publisher),
        on_one_line(known.date),
        on_one_line(known.url),
        on_one_line(known.language),
        on_one_line(known.note),
        source.kind,
    )


def _parse_author(written: str) -> Author:
    family, comma, given = (part.strip() for part in written.strip().partition(","))
    if (
        comma and family and given
        and "," not in given
        and not _NO_PERSON.search(written)
        and min(len(family.split()), len(given.split())) == 1
        and max(len(family.split()), len(given.split())) <= 3
    ):  # fmt: skip
        return Author(family, given)
    return Author(written.strip())
