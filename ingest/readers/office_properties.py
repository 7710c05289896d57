"""Reads title, author, date and language from an Office file, except what programs fill in."""

import re
from xml.etree.ElementTree import Element, ParseError
from zipfile import ZipFile

from ingest.readers.layout import one_line
from vectorstore.records import Metadata

_JUNK_TITLE = re.compile(
    r"^(untitled|no title|(microsoft )?(word|powerpoint)( document| presentation)?|slide \d+"
    r"|(document|presentation|book|workbook)\d*|.*\.(docx?|pptx?|xlsx?|dotx?|rtf|odt|pdf))$",
    re.IGNORECASE,
)
_JUNK_AUTHOR = re.compile(
    r"^(python-docx|openpyxl|author|user|admin(istrator)?|unknown|microsoft( office)?( user)?)$",
    re.IGNORECASE,
)


def properties(archive: ZipFile) -> Metadata:
    """Return title, author, date and language of an Office file, if they look plausible."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(archive.read("docProps/core.xml"))
    except (KeyError, ParseError, DefusedXmlException):
        return Metadata()
    said = {element.tag.rpartition("}")[2]: one_line(element.text or "") for element in root}
    title, author = said.get("title", ""), said.get("creator", "")
    made = [day for key in ("created", "modified") if (day := _day(said.get(key, "")))]
    return Metadata(
        title="" if _JUNK_TITLE.match(title) else title,
        author="" if _JUNK_AUTHOR.match(author) else author,
        # A program that leaves its own name as the author leaves its template's date as well.
        date="" if author in {"python-docx", "openpyxl"} or not made else made[0],
        language=said.get("language", ""),
    )


def _day(text: str) -> str:
    """Return the day of a timestamp; empty if it is an epoch that some computers start at."""
    day = text[:10]
    real = re.fullmatch(r"(19[89]|20\d)\d-[01]\d-[0-3]\d", day)
    return day if real and day not in {"1980-01-01", "2000-01-01"} else ""
