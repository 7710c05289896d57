"""References: the metadata of cited sources, from the catalog or, if removed, from the citation.

Text is put on one line, with the numbers of characters that are not seen or change the direction of
writing. Names are not guessed: only “Family, Given” is split (`vectorstore/text/person_names.py`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.answering.places import short_page
from app.answering.presentation import people_of
from vectorstore.records import Answer, Citation, Source
from vectorstore.text.hidden import visible
from vectorstore.text.person_names import Person, without_full_stop

# A page, a letter or a publication; `javascript:` and `file:` would do more when they are opened.
_LINK = re.compile(r"(?:https?://|mailto:|doi:)[^\s\"<>⟨⟩]+", re.IGNORECASE)
_PEOPLE = ("author", "editor", "translator")


@dataclass(frozen=True, slots=True)
class Reference:
    """A source as a bibliography lists it.

    `unavailable` says what its removal has cost; `cited` are the places that answers cite
    (`p. 3`, `slide 2`), in order.
    """

    id: str
    title: str
    authors: tuple[Person, ...] = ()
    publisher: str = ""
    date: str = ""
    url: str = ""
    language: str = ""
    note: str = ""
    kind: str = ""
    unavailable: str = ""
    editors: tuple[Person, ...] = ()
    translators: tuple[Person, ...] = ()
    illustrators: tuple[Person, ...] = ()
    cited: tuple[str, ...] = ()

    @property
    def link(self) -> str:
        """The address if it may become a link: `https:`, `http:`, `mailto:` or `doi:`; or empty."""
        return self.url if _LINK.fullmatch(self.url) else ""


def on_one_line(text: str) -> str:
    """Return the text on one line, with its hidden characters as numbers.

    >>> on_one_line(" Uji  grows tea ")
    'Uji grows tea'
    """
    return visible(" ".join(text.split()))


def cited_references(answers: Iterable[Answer], sources: Mapping[str, Source]) -> list[Reference]:
    """Return the references that answers cite, each once, in order of first citation."""
    found: dict[str, Reference] = {}
    places: dict[str, dict[str, None]] = {}
    for answer in answers:
        for citation in answer.citations:
            identity = citation.source_id
            if identity not in found:
                found[identity] = reference_for(citation, sources)
            if place := locator(citation):
                places.setdefault(identity, {})[place] = None
    return [replace(one, cited=tuple(places.get(key, ()))) for key, one in found.items()]


def locator(citation: Citation) -> str:
    """Return the place of a citation as a reference names it: `p. 211`; empty without pages."""
    if citation.page is None:
        return ""
    return short_page(citation.unit, citation.page, on_one_line(citation.label))


def reference_for(citation: Citation, sources: Mapping[str, Source]) -> Reference:
    """Return the reference for a citation; of a removed source, what the citation has kept."""
    source = sources.get(citation.source_id)
    if source is None:
        path = on_one_line(citation.path)
        kept = on_one_line(citation.title) or path or on_one_line(citation.source_id)
        what = "title" if kept != path else "file name"
        unavailable = f"The source is not in the library any more: only its {what} was kept."
        return Reference(citation.source_id, kept, unavailable=unavailable)
    known = source.metadata
    named = people_of(replace(known, **{one: on_one_line(getattr(known, one)) for one in _PEOPLE}))
    return Reference(
        source.id,
        without_full_stop(on_one_line(known.title)) or on_one_line(source.path),
        tuple(one for one in named if one.role == "author"),
        on_one_line(known.publisher),
        on_one_line(known.date),
        on_one_line(known.url),
        on_one_line(known.language),
        on_one_line(known.note),
        source.kind,
        editors=tuple(one for one in named if one.role == "editor"),
        translators=tuple(one for one in named if one.role == "translator"),
        illustrators=tuple(one for one in named if one.role == "illustrator"),
    )
