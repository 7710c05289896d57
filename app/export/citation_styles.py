"""A work in one of three citation forms: Chicago notes, APA, or plain.

Five fields of a catalog need no style language: a processor of CSL would bring its styles, its
locales and a second parser of names for what is said here. What is not known is left out (APA says
“n.d.”); a date that cannot be read is given as it is written.
"""

from collections.abc import Sequence
from datetime import date as Date  # noqa: N812 - `date` is what a work has
from typing import Literal, get_args

from app.export.references import Reference
from vectorstore.storage.database import Database
from vectorstore.text.iso_dates import iso_date, month_name

CitationStyle = Literal["chicago", "apa", "plain"]
CITATION_STYLES: tuple[CitationStyle, ...] = get_args(CitationStyle)
CITATION_STYLE_NAMES: dict[CitationStyle, str] = {
    "chicago": "Chicago notes",
    "apa": "APA",
    "plain": "Plain",
}
_KEY = "citation_form"
_MAX_NOTE_AUTHORS = 3  # authors that a Chicago note names; of more only the first


def load_citation_style(database: Database) -> CitationStyle:
    """The form that was chosen last; Chicago notes at first."""
    kept = database.get(_KEY)
    return next((style for style in CITATION_STYLES if style == kept), "chicago")


def save_citation_style(database: Database, style: CitationStyle) -> None:
    """Let this be the form from now on."""
    database.set(_KEY, style)


def format_reference(
    reference: Reference, style: CitationStyle, accessed: Date, place: str = ""
) -> str:
    """The work in this form, with the place in it (`p. 3`) and when its address was looked at."""
    made = {"chicago": _chicago, "apa": _apa, "plain": _plain}[style]
    return made(reference, accessed, place)


def format_date(moment: Date, style: CitationStyle) -> str:
    """A day as this form writes it: `November 22, 2026`, or `2026-11-22`."""
    if style == "plain":
        return moment.isoformat()
    return f"{month_name(moment.month)} {moment.day}, {moment.year}"


def in_quotation_marks(text: str) -> str:
    """The words in quotation marks; such marks in them become single ones, as in any book.

    >>> quoted("He said: “No.”")
    '“He said: ‘No.’”'
    """
    inner = text.replace("“", "‘").replace("”", "’").replace('"', "'")
    return f"“{inner}”"


def date_parts(date: str) -> list[int]:
    """Year, month and day, as many as can be read.

    >>> parts_of("19 May 2023"), parts_of("undated")
    ([2023, 5, 19], [])
    """
    return [int(part) for part in iso_date(date).split("-") if part]


def _chicago(reference: Reference, accessed: Date, place: str) -> str:
    rest = [reference.publisher, _chicago_date(reference.date), place]
    if reference.url:
        rest.append(f"accessed {format_date(accessed, 'chicago')}, {reference.url}")
    details = ", ".join(part for part in rest if part)
    people = _join_names([name.full_name for name in reference.authors], "and")
    before = f"{people}, " if people else ""
    title = in_quotation_marks(
        reference.title + ("," if details else "" if _ends_sentence(reference.title) else ".")
    )
    return (
        before
        + title
        + (f" {details}" + ("" if _ends_sentence(details) else ".") if details else "")
    )


def _apa(reference: Reference, accessed: Date, place: str) -> str:
    when = f"({_apa_date(reference.date)})."
    people = _join_apa_names([name.initials for name in reference.authors])
    title = f"{reference.title} ({place})" if place else reference.title
    title += "" if _ends_sentence(title) else "."
    parts = [people, when, title] if people else [title, when]
    if reference.publisher:
        parts.append(reference.publisher + ("" if _ends_sentence(reference.publisher) else "."))
    if reference.url:
        parts.append(f"Retrieved {format_date(accessed, 'apa')}, from {reference.url}")
    return " ".join(parts)


def _plain(reference: Reference, accessed: Date, place: str) -> str:
    people = "; ".join(name.full_name for name in reference.authors)
    rest = [reference.title, reference.publisher, reference.date, place]
    if reference.url:
        rest.append(f"{reference.url} (accessed {format_date(accessed, 'plain')})")
    details = ", ".join(part for part in rest if part)
    return (f"{people}: " if people else "") + details + ("" if _ends_sentence(details) else ".")


def _chicago_date(date: str) -> str:
    """A date as English writes it, as far as it is known: `May 19, 2023`, `May 2023`, `2023`."""
    match date_parts(date):
        case [year, month, number]:
            return f"{month_name(month)} {number}, {year}"
        case [year, month]:
            return f"{month_name(month)} {year}"
        case [year]:
            return str(year)
    return date


def _apa_date(date: str) -> str:
    match date_parts(date):
        case [year, month, number]:
            return f"{year}, {month_name(month)} {number}"
        case [year, month]:
            return f"{year}, {month_name(month)}"
        case [year]:
            return str(year)
    return date or "n.d."


def _join_names(names: Sequence[str], word: str) -> str:
    """`A`, `A and B`, `A, B, and C`, `A et al.`"""
    if len(names) > _MAX_NOTE_AUTHORS:
        return f"{names[0]} et al."
    if len(names) < 3:
        return f" {word} ".join(names)
    return f"{', '.join(names[:-1])}, {word} {names[-1]}"


def _join_apa_names(names: Sequence[str]) -> str:
    """`Doe, J.`, `Doe, J., & Roe, R.`; a name that does not end with a full stop gets one."""
    ended = [name if name.endswith(".") else f"{name}." for name in names]
    if len(ended) < 2:
        return "".join(ended)
    plain = [*names[:-1], f"& {ended[-1]}"]
    return ", ".join(plain)


def _ends_sentence(text: str) -> bool:
    return text.endswith((".", "?", "!", "。", "？", "！"))
