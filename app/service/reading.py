"""Sources and answers as plain values for JSON, with what the reading of sources left out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from app.answering.citations import linked_from, links_from
from app.answering.presentation import as_json
from app.draft_check.records import DraftReport
from app.service.remote import window_address
from vectorstore.errors import UnknownSource
from vectorstore.library import Library
from vectorstore.reading_warnings import by_kind, sentences_of
from vectorstore.records import UNITS, Answer, Source


def summed_warnings(source: Source) -> list[dict[str, Any]]:
    """Return the warnings of a source, summed up by kind and detail, each with its sentence."""
    return [
        {
            "kind": group[0].kind,
            "detail": group[0].detail,
            "count": sum(one.count for one in group),
            "pages": sorted({one.page for one in group if one.page is not None}),
            "sentence": " ".join(sentences_of(group, UNITS.get(source.kind, "page"))),
        }
        for group in by_kind(source.warnings)
    ]


def source_values(source: Source) -> dict[str, Any]:
    """Return a source as plain values, its warnings also summed up (`reading`)."""
    return {**asdict(source), "reading": summed_warnings(source)}


def answer_values(library: Library, answer: Answer) -> dict[str, Any]:
    """Return the object of `ask --json`, whose permalinks lead to the open window."""
    return with_source_warnings(library, as_json(with_links(library, answer)))


def report_values(library: Library, report: DraftReport) -> dict[str, Any]:
    """Return the object of `check --json`, whose permalinks lead to the open window."""
    citations = links_from(report.citations, window_address(library.folder))
    return with_source_warnings(library, asdict(replace(report, citations=citations)))


def with_links(library: Library, answer: Answer) -> Answer:
    """Return an answer whose permalinks lead to the open window, or to its usual address."""
    return linked_from(answer, window_address(library.folder))


def with_source_warnings(library: Library, result: dict[str, Any]) -> dict[str, Any]:
    """Return a result with the warnings of the sources that its citations name."""
    found = []
    for identity in dict.fromkeys(one["source_id"] for one in result["citations"]):
        try:
            source = library.catalog.source(identity)
        except UnknownSource:  # removed meanwhile
            continue
        if source.warnings:
            title = source.metadata.title
            found.append(
                {"source_id": identity, "title": title, "warnings": summed_warnings(source)}
            )
    return {**result, "source_warnings": found}


def warned_kinds(sources: Sequence[Source]) -> str:
    """Return how many sources have warnings, and of which kinds; empty if none has.

    `12 sources have warnings: struck 3, hidden text 2` counts sources, not places.
    """
    warned = [source for source in sources if source.warnings]
    if not warned:
        return ""
    kinds = Counter(kind for source in warned for kind in {one.kind for one in source.warnings})
    each = ", ".join(f"{kind.replace('_', ' ')} {number}" for kind, number in kinds.most_common())
    has = "source has" if len(warned) == 1 else "sources have"
    return f"{len(warned):,} {has} warnings: {each}"
