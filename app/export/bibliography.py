r"""The works that are cited, for reference managers: BibTeX, RIS and CSL-JSON.

Keys are the ids of the sources: unique, and the same in every export. Characters stay Unicode;
what means something to a format is escaped in it. A work that is not in the library any more is
listed with what is left of it, and its note says so. Specifications: Patashnik, “BibTeXing” (1988);
the RIS format of Reference Manager; the schema csl-data.json of citationstyles.org.
"""

import json
import re
from collections.abc import Sequence
from datetime import date as Date  # noqa: N812 - as in `forms`
from typing import Any

from app.export.citation_styles import parts_of
from app.export.references import Name, Work
from vectorstore.text.iso_dates import month_name

# BibTeX counts braces, also those behind a backslash: they become commands.
_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "$&#%_"},
}  # fmt: skip
_IN_ADDRESS = re.compile(r"[\\{}\s]")


def bibtex(works: Sequence[Work], accessed: Date) -> str:
    """One entry a work, for BibTeX and BibLaTeX."""
    return "\n".join(_entry(work, accessed) for work in works)


def ris(works: Sequence[Work], accessed: Date) -> str:
    """One record a work, lines ended as the format wants them."""
    return "".join(
        f"{tag}  - {value}\r\n" for work in works for tag, value in _record(work, accessed)
    )


def csl_json(works: Sequence[Work], accessed: Date) -> str:
    """A list of items, as Zotero, Pandoc and citeproc read it."""
    return (
        json.dumps([_item(work, accessed) for work in works], ensure_ascii=False, indent=2) + "\n"
    )


def _entry(work: Work, accessed: Date) -> str:
    date = parts_of(work.date)
    fields = {
        "author": " and ".join(_latex_name(name) for name in work.authors),
        "title": f"{{{_latex(work.title)}}}",  # inner braces keep its capitals
        "publisher" if work.kind == "epub" else "howpublished": _latex(work.publisher),
        "year": str(date[0]) if date else _latex(work.date),
        "url": _IN_ADDRESS.sub(lambda found: f"%{ord(found[0]):02X}", work.url),
        "urldate": accessed.isoformat() if work.url else "",
        "langid": _latex(work.language),
        "note": _latex(_remarks(work)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    if len(date) > 1:
        lines.append(f"  month = {month_name(date[1])[:3].lower()},")
    if len(date) > 2:
        lines.append(f"  day = {{{date[2]}}},")
    kind = "book" if work.kind == "epub" else "misc"
    return "\n".join([f"@{kind}{{{key_of(work)},", *lines, "}", ""])


def key_of(work: Work) -> str:
    """The id of the source, with letters that a key may not have spelled out by their number.

    >>> key_of(Work("茶の本-1a2b3c", "茶の本"))
    'u8336u306eu672c-1a2b3c'
    """
    return re.sub(r"[^A-Za-z0-9._-]", lambda found: f"u{ord(found[0]):04x}", work.id)


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)


def _latex_name(name: Name) -> str:
    if name.given:
        return f"{_latex(name.family)}, {_latex(name.given)}"
    return f"{{{_latex(name.family)}}}"  # not to be taken apart


def _record(work: Work, accessed: Date) -> list[tuple[str, str]]:
    date = parts_of(work.date)
    kind = "BOOK" if work.kind == "epub" else "ELEC" if work.url else "GEN"
    fields = [
        ("TY", kind),
        ("ID", key_of(work)),
        *(("AU", ", ".join(filter(None, (one.family, one.given)))) for one in work.authors),
        ("TI", work.title),
        ("PB", work.publisher),
        ("PY", str(date[0]) if date else ""),
        ("DA", _ris_date(date) if date else work.date),
        ("LA", work.language),
        ("UR", work.url),
        ("Y2", f"{accessed:%Y/%m/%d}/" if work.url else ""),
        ("N1", _remarks(work)),
    ]  # fmt: skip
    return [*((tag, value) for tag, value in fields if value), ("ER", "")]


def _ris_date(date: Sequence[int]) -> str:
    """Year, month and day with a stroke after each, also where it is not known: `2023/05//`."""
    return "".join(f"{part}/" for part in [*(f"{part:02}" for part in date), "", ""][:3])


def _item(work: Work, accessed: Date) -> dict[str, Any]:
    date = parts_of(work.date)
    webpage = "webpage" if work.url else "document"
    item: dict[str, Any] = {
        "id": key_of(work),
        "type": "book" if work.kind == "epub" else webpage,
        "title": work.title,
        "author": [_csl_name(name) for name in work.authors],
        "issued": {"date-parts": [date]} if date else {"literal": work.date} if work.date else {},
        "publisher": work.publisher,
        "language": work.language,
        "URL": work.url,
        "note": _remarks(work),
    }
    if work.url:
        item["accessed"] = {"date-parts": [[accessed.year, accessed.month, accessed.day]]}
    return {name: value for name, value in item.items() if value}


def _csl_name(name: Name) -> dict[str, str]:
    return {"family": name.family, "given": name.given} if name.given else {"literal": name.family}


def _remarks(work: Work) -> str:
    return " ".join(part for part in (work.note, work.gone) if part)
