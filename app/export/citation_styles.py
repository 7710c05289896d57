"""Format references in one of three citation styles: Chicago notes (17th edition), APA 7, or plain.

The catalog has five fields, too few to need a citation style language (CSL) with its processor,
styles and locales; the tests compare both styles with the CSL processor citeproc-py. Unknown fields
are left out (APA writes “n.d.”), and a date that cannot be parsed is printed as the source has it.
"""

from collections.abc import Sequence
from datetime import date as Date  # noqa: N812 - `date` is a field of a reference

from app.export.formats import CITATION_STYLES, CitationStyle
from app.export.references import Reference
from vectorstore.storage.database import Database
from vectorstore.text.iso_dates import month_name, read_date
from vectorstore.text.person_names import Person

_KEY = "citation_form"  # in the database
_MAX_NOTE_AUTHORS = 3  # of more authors a Chicago note names only the first (17th edition, 14.76)


def load_citation_style(database: Database, person: str = "") -> CitationStyle:
    """Return the style that a person chose last, or Chicago notes."""
    stored = database.get(_key(person))
    return next((style for style in CITATION_STYLES if style == stored), "chicago")


def save_citation_style(database: Database, style: CitationStyle, person: str = "") -> None:
    """Remember a style as the one that a person chose last."""
    database.set(_key(person), style)


def _key(person: str) -> str:
    return f"{_KEY}:{person}" if person else _KEY


def format_reference(
    reference: Reference, style: CitationStyle, accessed: Date, place: str = ""
) -> str:
    """Return a reference in a style, with a place in the work (`p. 3`) and the access date."""
    formatter = {"chicago": _chicago, "apa": _apa, "plain": _plain}[style]
    return formatter(reference, accessed, place)


def format_date(moment: Date, style: CitationStyle) -> str:
    """Return a date as the style writes it: `November 22, 2026`, or `2026-11-22`."""
    if style == "plain":
        return moment.isoformat()
    return f"{month_name(moment.month)} {moment.day}, {moment.year}"


def in_quotation_marks(text: str) -> str:
    """Return a text in quotation marks; double marks inside it become single ones.

    >>> in_quotation_marks("He said: “No.”")
    '“He said: ‘No.’”'
    """
    inner = text.replace("“", "‘").replace("”", "’").replace('"', "'")
    return f"“{inner}”"


def date_parts(date: str) -> list[int]:
    """Return year, month and day, as many as the date gives; none if it says more than these.

    >>> date_parts("19 May 2023"), date_parts("c. 1954"), date_parts("undated")
    ([2023, 5, 19], [], [])
    """
    read = read_date(date)
    return [int(part) for part in read.iso.split("-")] if read.whole else []


def _chicago(reference: Reference, accessed: Date, place: str) -> str:
    imprint = [part for part in (reference.publisher, _chicago_date(reference.date)) if part]
    access = ""
    if reference.url:
        access = f"accessed {format_date(accessed, 'chicago')}, {reference.url}"
    people, helpers = _chicago_people(reference)
    before = f"{people}, " if people else ""
    if reference.kind == "epub":  # a book
        published = f" ({', '.join(imprint)})" if imprint else ""
        work = ", ".join((reference.title, *helpers)) + published
        return before + _end(", ".join(filter(None, (work, place, access))))
    details = ", ".join(filter(None, (*helpers, *imprint, place, access)))
    if not details:
        return before + in_quotation_marks(_end(reference.title))
    return before + in_quotation_marks(f"{reference.title},") + f" {_end(details)}"


def _chicago_people(reference: Reference) -> tuple[str, list[str]]:
    """Return who stands first, and who stands behind the title: `trans. Tom Turner`."""
    editors = _join_names([one.full_name for one in reference.editors])
    translators = _join_names([one.full_name for one in reference.translators])
    helpers = [f"trans. {translators}"] if translators else []
    if reference.authors:
        behind = [f"ed. {editors}"] if editors else []
        return _join_names([one.full_name for one in reference.authors]), [*behind, *helpers]
    plural = "s" * (len(reference.editors) > 1)
    return f"{editors}, ed{plural}." if editors else "", helpers


def _apa(reference: Reference, accessed: Date, place: str) -> str:
    when = f"({_apa_date(reference.date)})."
    people, helpers = _apa_people(reference)
    details = "; ".join(filter(None, (*helpers, place)))
    title = _end(f"{reference.title} ({details})" if details else reference.title)
    parts = [people, when, title] if people else [title, when]
    if reference.publisher:
        parts.append(_end(reference.publisher))
    if reference.url:
        parts.append(f"Retrieved {format_date(accessed, 'apa')}, from {reference.url}")
    return " ".join(parts)


def _apa_people(reference: Reference) -> tuple[str, list[str]]:
    """Return who stands first, and who stands behind the title: `T. Turner, Trans.`"""
    plural = "s" * (len(reference.editors) > 1)
    helping = ((reference.editors, f"Ed{plural}."), (reference.translators, "Trans."))
    behind = [f"{_apa_behind(those)}, {what}" for those, what in helping if those]
    if reference.authors:
        return _join_apa_names([one.initials for one in reference.authors]), behind
    translators = behind[-1:] if reference.translators else []
    if not reference.editors:
        return "", translators
    people = _join_apa_names([one.initials for one in reference.editors], stop=False)
    return f"{people} (Ed{plural}.).", translators


def _apa_behind(people: Sequence[Person]) -> str:
    """Return names as they stand behind a title: `T. Turner & A. Holm`."""
    names = []
    for one in people:
        family, comma, given = one.initials.partition(", ")
        names.append(f"{given} {family}" if comma else family)
    if len(names) < 3:
        return " & ".join(names)
    return f"{', '.join(names[:-1])}, & {names[-1]}"


def _plain(reference: Reference, accessed: Date, place: str) -> str:
    roles = (
        (reference.authors, ""),
        (reference.editors, " (ed.)"),
        (reference.translators, " (trans.)"),
    )
    people = "; ".join(f"{one.full_name}{role}" for those, role in roles for one in those)
    rest = [reference.title, reference.publisher, reference.date, place]
    if reference.url:
        rest.append(f"{reference.url} (accessed {format_date(accessed, 'plain')})")
    details = ", ".join(part for part in rest if part)
    return (f"{people}: " if people else "") + _end(details)


def _chicago_date(date: str) -> str:
    """Return a date in English, as far as it is known: `May 19, 2023`, `May 2023`, `2023`."""
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


def _join_names(names: Sequence[str]) -> str:
    """Return names as a Chicago note lists them: `A`, `A and B`, `A, B, and C`, `A et al.`"""
    if len(names) > _MAX_NOTE_AUTHORS:
        return f"{names[0]} et al."
    if len(names) < 3:
        return " and ".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"


def _join_apa_names(names: Sequence[str], *, stop: bool = True) -> str:
    """Return names as APA lists them, with a full stop at the end unless `stop` is false.

    `Doe, J.`, `Doe, J., & Roe, R.`
    """
    if not names:
        return ""
    last = names[-1] if names[-1].endswith(".") or not stop else f"{names[-1]}."
    return ", ".join([*names[:-1], f"& {last}"]) if len(names) > 1 else last


def _end(text: str) -> str:
    """Return the text with a full stop, unless it ends a sentence already.

    The stop stands inside quotation marks, as in American English.
    """
    if text.endswith("”") and not text.endswith((".”", "?”", "!”")):
        return f"{text[:-1]}.”"
    if text.endswith("”"):
        return text
    return text if text.endswith((".", "?", "!", "。", "？", "！")) else f"{text}."
