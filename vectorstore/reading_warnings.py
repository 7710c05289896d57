"""Puts the warnings of readers into words: for a page, and summed up for a source."""

from collections.abc import Iterable, Iterator, Sequence

from vectorstore.records import ReadingWarning, WarningKind

# Of each kind, in alphabetical order: the sentence for one page, which its citations carry, and the
# sentence that sums up a source. `{where}` lists pages ("pages 2, 5 and 3 more"), `{count}` counts,
# `{places}` is the count with its noun ("3 places"). A kind that concerns no page says the same in
# both.
_STOPPED = (
    "OCR of this document was stopped after twenty minutes; run ocrmypdf on it and add the result."
)
_SENTENCES: dict[WarningKind, tuple[str, str]] = {
    "attached_files": (
        "Files that are attached here were not read: {count}.",
        "Attached files were not read: {count}. Add them as documents of their own.",
    ),
    "damaged": ("Page {page} is damaged and could not be read.", "Damaged and not read: {where}."),
    "date_ambiguous": (
        "The date {detail} can be read in two ways: correct it in the Library.",
        "The date {detail} can be read in two ways: correct it in the Library.",
    ),
    "encoding_guessed": (
        "The encoding of the file is a guess ({detail}): check accents and symbols.",
        "The encoding of the file is a guess ({detail}): check accents and symbols.",
    ),
    "form_unread": (
        "The document is a form that only Adobe Reader shows: print it as a new PDF and add that.",
        "The document is a form that only Adobe Reader shows: print it as a new PDF and add that.",
    ),
    "formula_without_value": (
        "Formulas without a stored value were left out: {count}.",
        "Formulas without a stored value were left out: {count} ({where}). Save the file again.",
    ),
    "garbled": (
        "The text of page {page} is garbled: check the words against the page.",
        "Garbled text on {where}.",
    ),
    "hidden_cells": (
        "Hidden rows or columns were left out: {count}.",
        "Hidden rows or columns were left out: {count} ({where}).",
    ),
    "hidden_sheet": (
        "The hidden sheet “{detail}” was left out.",
        "The hidden sheet “{detail}” was left out.",
    ),
    "hidden_slide": ("This slide is hidden.", "Hidden, but read: {where}."),
    "hidden_text": (
        "Text that a reader of the document does not see was left out here ({places}).",
        "Text that a reader of the document does not see was left out: {places} ({where}).",
    ),
    "hyphens_doubtful": (
        "Words broken at line ends may have no hyphen here ({places}).",
        "Words broken at line ends may have no hyphen: {places} ({where}).",
    ),
    "late": (f"Not read: {_STOPPED}", f"Not read: {{where}}. {_STOPPED}"),
    "maybe_hidden_text": (
        "Some of the text may not be visible here ({places}): check the words against the page.",
        "Some of the text may not be visible: {places} ({where}).",
    ),
    "missing_parts": (
        "Parts that the document names are missing: {count}.",
        "Parts that the document names are missing: {count}.",
    ),
    "no_layout": (
        "Where the words of page {page} stand could not be read: sentences may be cut.",
        "Where the words stand could not be read on {where}: sentences may be cut.",
    ),
    "no_text": ("No text here (a picture?).", "No text on {where} (pictures?)."),
    "ocr": ("Read by OCR: check the words against the page.", "Read by OCR: {where}."),
    "pages_left_out": (
        "Only the first {detail} pages were read: split the file to add all.",
        "Only the first {detail} pages were read: split the file to add all.",
    ),
    "picture": (
        "Page {page} has hardly any text: it may be a picture.",
        "Hardly any text on {where} (pictures?).",
    ),
    "raised_doubtful": (
        "Raised characters may have been read as ordinary ones here ({places}): check the numbers.",
        "Raised characters may have been read as ordinary ones: {places} ({where}).",
    ),
    "rows_left_out": (
        "Only the first {count} rows of {detail} were read.",
        "Only the first {count} rows of {detail} were read.",
    ),
    "struck": (
        "Struck-out or deleted text was left out here ({places}).",
        "Struck-out or deleted text was left out: {places} ({where}).",
    ),
    "unread": (
        "Page {page} has hardly any text: it may be a picture.",
        "Not read: {where} (pictures; install tesseract-ocr to read them).",
    ),
    "unread_objects": (
        "Embedded files, formulas or signs that cannot be read are missing here ({places}).",
        "Embedded files, formulas or signs that cannot be read are missing: {places} ({where}).",
    ),
}
_MOST_PAGES = 5  # that are listed; judged


def page_warning(warnings: Iterable[ReadingWarning], page: int) -> str:
    """Return the warnings of one page in sentences; empty if it has none."""
    return " ".join(_sentence(0, [one], "page") for one in warnings if one.page == page)


def sentences_of(warnings: Sequence[ReadingWarning], unit: str = "page") -> list[str]:
    """Return a sentence for each kind of warning and detail, summed up over all pages.

    `unit` is what the pages of the source are: page, slide, sheet or chapter.
    """
    return [_sentence(1, group, unit) for group in by_kind(warnings)]


def by_kind(warnings: Iterable[ReadingWarning]) -> list[list[ReadingWarning]]:
    """Return warnings in groups of the same kind and detail."""
    groups: dict[tuple[WarningKind, str], list[ReadingWarning]] = {}
    for one in warnings:
        groups.setdefault((one.kind, one.detail), []).append(one)
    return list(groups.values())


def document_warning(warnings: Sequence[ReadingWarning]) -> str:
    """Return the warnings that concern no single page, which all citations carry without pages."""
    return " ".join(sentences_of([one for one in warnings if one.page is None]))


def _sentence(which: int, group: Sequence[ReadingWarning], unit: str) -> str:
    count = sum(one.count for one in group)
    pages = sorted({one.page for one in group if one.page is not None})
    text = _SENTENCES[group[0].kind][which]
    if not pages:
        text = text.replace(" ({where})", "")
    return text.format(
        page=pages[0] if pages else "",
        count=f"{count:,}",
        places=f"{count:,} place{'s' * (count != 1)}",
        detail=group[0].detail,
        where=" ".join(_where(pages, unit)) if pages else "the whole document",
    )


def _where(pages: Sequence[int], unit: str) -> Iterator[str]:
    yield f"{unit}{'s' * (len(pages) > 1)}"
    yield ", ".join(map(str, pages[:_MOST_PAGES]))
    if len(pages) > _MOST_PAGES:
        yield f"and {len(pages) - _MOST_PAGES} more"
