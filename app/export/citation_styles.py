"""A work in one of three citation forms: Chicago notes, APA, or plain.

Five fields of a catalog need no style language: a processor of CSL would bring its styles, its
locales and a second parser of names for what is said here. What is not known is left out (APA says
“n.d.”); a date that cannot be read is given as it is written.
"""

from collections.abc import Sequence
from datetime import date as Date  # noqa: N812 - `date` is what a work has
from typing import Literal, get_args

from app.export.references import Work
from vectorstore.storage.database import Database
from vectorstore.text.iso_dates import iso_date, month_name

Form = Literal["chicago", "apa", "plain"]
FORMS: tuple[Form, ...] = get_args(Form)
FORM_NAMES: dict[Form, str] = {"chicago": "Chicago notes", "apa": "APA", "plain": "Plain"}
_KEY = "citation_form"
_MOST_IN_A_NOTE = 3  # authors that a Chicago note names; of more only the first


def chosen_form(database: Database) -> Form:
    """The form that was chosen last; Chicago notes at first."""
    kept = database.get(_KEY)
    return next((form for form in FORMS if form == kept), "chicago")


def remember_form(database: Database, form: Form) -> None:
    """Let this be the form from now on."""
    database.set(_KEY, form)


def reference(work: Work, form: Form, accessed: Date, place: str = "") -> str:
    """The work in this form, with the place in it (`p. 3`) and when its address was looked at."""
    made = {"chicago": _chicago, "apa": _apa, "plain": _plain}[form]
    return made(work, accessed, place)


def day(moment: Date, form: Form) -> str:
    """A day as this form writes it: `November 22, 2026`, or `2026-11-22`."""
    if form == "plain":
        return moment.isoformat()
    return f"{month_name(moment.month)} {moment.day}, {moment.year}"


def quoted(text: str) -> str:
    """The words in quotation marks; such marks in them become single ones, as in any book.

    >>> quoted("He said: “No.”")
    '“He said: ‘No.’”'
    """
    inner = text.replace("“", "‘").replace("”", "’").replace('"', "'")
    return f"“{inner}”"


def parts_of(date: str) -> list[int]:
    """Year, month and day, as many as can be read.

    >>> parts_of("19 May 2023"), parts_of("undated")
    ([2023, 5, 19], [])
    """
    return [int(part) for part in iso_date(date).split("-") if part]


def _chicago(work: Work, accessed: Date, place: str) -> str:
    rest = [work.publisher, _written(work.date), place]
    if work.url:
        rest.append(f"accessed {day(accessed, 'chicago')}, {work.url}")
    told = ", ".join(part for part in rest if part)
    people = _in_a_row([name.whole for name in work.authors], "and")
    before = f"{people}, " if people else ""
    title = quoted(work.title + ("," if told else "" if _ended(work.title) else "."))
    return before + title + (f" {told}" + ("" if _ended(told) else ".") if told else "")


def _apa(work: Work, accessed: Date, place: str) -> str:
    when = f"({_apa_date(work.date)})."
    people = _listed([name.initials for name in work.authors])
    title = f"{work.title} ({place})" if place else work.title
    title += "" if _ended(title) else "."
    parts = [people, when, title] if people else [title, when]
    if work.publisher:
        parts.append(work.publisher + ("" if _ended(work.publisher) else "."))
    if work.url:
        parts.append(f"Retrieved {day(accessed, 'apa')}, from {work.url}")
    return " ".join(parts)


def _plain(work: Work, accessed: Date, place: str) -> str:
    people = "; ".join(name.whole for name in work.authors)
    rest = [work.title, work.publisher, work.date, place]
    if work.url:
        rest.append(f"{work.url} (accessed {day(accessed, 'plain')})")
    told = ", ".join(part for part in rest if part)
    return (f"{people}: " if people else "") + told + ("" if _ended(told) else ".")


def _written(date: str) -> str:
    """A date as English writes it, as far as it is known: `May 19, 2023`, `May 2023`, `2023`."""
    match parts_of(date):
        case [year, month, number]:
            return f"{month_name(month)} {number}, {year}"
        case [year, month]:
            return f"{month_name(month)} {year}"
        case [year]:
            return str(year)
    return date


def _apa_date(date: str) -> str:
    match parts_of(date):
        case [year, month, number]:
            return f"{year}, {month_name(month)} {number}"
        case [year, month]:
            return f"{year}, {month_name(month)}"
        case [year]:
            return str(year)
    return date or "n.d."


def _in_a_row(names: Sequence[str], word: str) -> str:
    """`A`, `A and B`, `A, B, and C`, `A et al.`"""
    if len(names) > _MOST_IN_A_NOTE:
        return f"{names[0]} et al."
    if len(names) < 3:
        return f" {word} ".join(names)
    return f"{', '.join(names[:-1])}, {word} {names[-1]}"


def _listed(names: Sequence[str]) -> str:
    """`Doe, J.`, `Doe, J., & Roe, R.`; a name that does not end with a full stop gets one."""
    ended = [name if name.endswith(".") else f"{name}." for name in names]
    if len(ended) < 2:
        return "".join(ended)
    plain = [*names[:-1], f"& {ended[-1]}"]
    return ", ".join(plain)


def _ended(text: str) -> bool:
    return text.endswith((".", "?", "!", "。", "？", "！"))
