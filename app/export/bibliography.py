r"""Export references for reference managers: BibTeX, RIS and CSL-JSON.

Citation keys are source ids: unique, and the same in every export. Text stays Unicode; characters
with a meaning in the format are escaped. A reference whose source was removed has what is left of
it, and its note says so. Specifications: Patashnik, “BibTeXing” (1988); the RIS format of Reference
Manager; the schema csl-data.json of citationstyles.org.
"""

import json
import re
from collections.abc import Sequence
from datetime import date as Date  # noqa: N812 - as in `citation_styles`
from typing import Any

from app.export.citation_styles import date_parts
from app.export.references import Reference
from vectorstore.text.iso_dates import month_name, read_date
from vectorstore.text.person_names import Person

# BibTeX counts braces even behind a backslash, so they become commands.
_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "$&#%_"},
}  # fmt: skip
_IN_ADDRESS = re.compile(r"[\\{}\s]")


def bibtex(references: Sequence[Reference], accessed: Date) -> str:
    """Return one entry per reference, for BibTeX and BibLaTeX."""
    return "\n".join(_entry(reference, accessed) for reference in references)


def ris(references: Sequence[Reference], accessed: Date) -> str:
    """Return one record per reference, with the CRLF line ends of the format."""
    return "".join(
        f"{tag}  - {value}\r\n"
        for reference in references
        for tag, value in _record(reference, accessed)
    )


def csl_json(references: Sequence[Reference], accessed: Date) -> str:
    """Return a list of items, as Zotero, Pandoc and citeproc read it."""
    return (
        json.dumps(
            [_item(reference, accessed) for reference in references], ensure_ascii=False, indent=2
        )
        + "\n"
    )


def _entry(reference: Reference, accessed: Date) -> str:
    date = date_parts(reference.date)
    fields = {
        "author": _latex_names(reference.authors),
        "editor": _latex_names(reference.editors),
        "translator": _latex_names(reference.translators),
        "title": f"{{{_latex(reference.title)}}}",  # inner braces keep the capitals
        "publisher" if reference.kind == "epub" else "howpublished": _latex(reference.publisher),
        "year": str(date[0]) if date else _latex(reference.date),
        "url": _IN_ADDRESS.sub(lambda found: f"%{ord(found[0]):02X}", reference.link),
        "urldate": accessed.isoformat() if reference.link else "",
        "langid": _latex(reference.language),
        "note": _latex(_remarks(reference)),
        "annote": _latex(_places(reference)),  # what no style prints
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    if len(date) > 1:
        lines.append(f"  month = {month_name(date[1])[:3].lower()},")
    if len(date) > 2:
        lines.append(f"  day = {{{date[2]}}},")
    kind = "book" if reference.kind == "epub" else "misc"
    return "\n".join([f"@{kind}{{{citation_key(reference)},", *lines, "}", ""])


def citation_key(reference: Reference) -> str:
    """Return the source id, with characters that a key must not have replaced by their number.

    >>> citation_key(Reference("茶の本-1a2b3c", "茶の本"))
    'u8336u306eu672c-1a2b3c'
    """
    return re.sub(r"[^A-Za-z0-9._-]", lambda found: f"u{ord(found[0]):04x}", reference.id)


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)


def _latex_names(people: Sequence[Person]) -> str:
    return " and ".join(map(_latex_name, people))


def _latex_name(name: Person) -> str:
    if name.given:
        return ", ".join(map(_latex, filter(None, (name.family, name.suffix, name.given))))
    return f"{{{_latex(name.full_name)}}}"  # braces keep it in one piece


def _record(reference: Reference, accessed: Date) -> list[tuple[str, str]]:
    kind = "BOOK" if reference.kind == "epub" else "ELEC" if reference.link else "GEN"
    fields = [
        ("TY", kind),
        ("ID", citation_key(reference)),
        *(("AU", _ris_name(one)) for one in reference.authors),
        *(("ED", _ris_name(one)) for one in reference.editors),
        *(("A4", _ris_name(one)) for one in reference.translators),
        ("TI", reference.title),
        ("PB", reference.publisher),
        ("PY", read_date(reference.date).iso[:4]),
        ("DA", _ris_date(reference.date)),
        ("LA", reference.language),
        ("UR", reference.link),
        ("Y2", f"{accessed:%Y/%m/%d}/" if reference.link else ""),
        ("N1", _remarks(reference)),
        ("N1", _places(reference)),
    ]  # fmt: skip
    return [*((tag, value) for tag, value in fields if value), ("ER", "")]


def _ris_name(name: Person) -> str:
    if not name.given:
        return name.full_name
    return ", ".join(filter(None, (name.family, name.given, name.suffix)))


def _ris_date(date: str) -> str:
    """Return year, month and day, a slash after each even if it is unknown: `2023/05//`.

    The words of a date that says more stand behind the last slash: `1952///Spring 1952`.
    """
    parts = date_parts(date)
    if parts:
        return "".join(f"{part}/" for part in [*(f"{part:02}" for part in parts), "", ""][:3])
    return f"{read_date(date).iso[:4]}///{date}" if date else ""


def _item(reference: Reference, accessed: Date) -> dict[str, Any]:
    webpage = "webpage" if reference.link else "document"
    item: dict[str, Any] = {
        "id": citation_key(reference),
        "type": "book" if reference.kind == "epub" else webpage,
        "title": reference.title,
        "author": [_csl_name(name) for name in reference.authors],
        "editor": [_csl_name(name) for name in reference.editors],
        "translator": [_csl_name(name) for name in reference.translators],
        "illustrator": [_csl_name(name) for name in reference.illustrators],
        "issued": _csl_date(reference.date),
        "publisher": reference.publisher,
        "language": reference.language,
        "URL": reference.link,
        "note": " ".join(filter(None, (_remarks(reference), _places(reference)))),
    }
    if reference.link:
        item["accessed"] = {"date-parts": [[accessed.year, accessed.month, accessed.day]]}
    return {name: value for name, value in item.items() if value}


def _csl_name(name: Person) -> dict[str, str]:
    if not name.given:
        return {"literal": name.full_name}
    suffix = {"suffix": name.suffix} if name.suffix else {}
    return {"family": name.family, "given": name.given, **suffix}


def _csl_date(date: str) -> dict[str, Any]:
    """Return a date in numbers, or in its own words.

    A doubt has a sign of its own, which processors need the year for; other words would be lost
    beside a year.
    """
    if parts := date_parts(date):
        return {"date-parts": [parts]}
    if not date:
        return {}
    read = read_date(date)
    doubt = {"date-parts": [[int(read.iso)]], "circa": True} if read.doubtful and read.iso else {}
    return {**doubt, "literal": date}


def _remarks(reference: Reference) -> str:
    """Return the note, what a removal has cost, and an address that must not become a link."""
    address = f"Address: {reference.url}" if reference.url and not reference.link else ""
    return " ".join(part for part in (reference.note, address, reference.unavailable) if part)


def _places(reference: Reference) -> str:
    """Return which places of a work the answers cite, by their printed page numbers."""
    return f"Cited: {', '.join(reference.cited)}" if reference.cited else ""
