"""Reads what a web page says of its authors and of the day it was published.

Both are looked for where pages state them: structured data (schema.org as JSON-LD or microdata),
`meta` elements, and the marked-up line below the title. What a page says there comes before what
trafilatura finds in its text, which may be the day of a correction.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ingest.readers.layout import one_line
from vectorstore.records import Metadata
from vectorstore.text.iso_dates import read_date
from vectorstore.text.person_names import joined

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished",
    "citation_publication_date", "citation_online_date", "citation_date", "dc.date.issued",
    "dcterms.issued", "parsely-pub-date", "pubdate", "publishdate", "publish-date", "dc.date",
    "dcterms.date", "dc.date.created", "dcterms.created", "sailthru.date", "date",
)  # fmt: skip
_CHANGED = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
    "dc.date.modified", "last-modified", "lastmod",
)  # fmt: skip
_AUTHORS = (
    "citation_author", "dc.creator", "dcterms.creator", "author", "parsely-author", "byl",
    "article:author", "sailthru.author",
)  # fmt: skip
_WORKS = re.compile(r"Article|Posting|Report|WebPage|Book|Chapter|Thesis|Review|Work|Dataset")
_CHANGE = re.compile(r"modif|updat|correct|revis|chang|edited", re.IGNORECASE)
_BYLINE = re.compile(r"byline|dateline|publish|pubdate|posted|(?:entry|post|article)-date|meta")
_ASIDE = {"nav", "aside", "footer"}
_SAID = re.compile(
    r"\W*(?:first\s+)?(?:published|posted)(?:\s+on)?\s*:?\s+([^.;|·•()\n]{4,30})", re.IGNORECASE
)
_SHORT = 120  # characters of a line that says when a page was published; judged
_MOST_NESTED = 12  # levels of structured data; judged: real pages have a handful


def page_metadata(root: Any, found: Any, language: str) -> Metadata:
    """Return the metadata of a page; `found` is what trafilatura has, or None."""
    works = list(_works(root))
    said = _said(root)
    author = _authors(works, said) or joined((getattr(found, "author", None) or "").split(";"))
    stated = _published(works, said, root)
    date = stated or one_line(getattr(found, "date", None) or "")
    changed = {_day(one) for name in _CHANGED for one in said.get(name, ())}
    changed |= {_day(str(work.get("dateModified", ""))) for work in works}
    url = one_line(getattr(found, "url", None) or "")
    return Metadata(
        title=one_line(getattr(found, "title", None) or ""),
        author=one_line(author),
        publisher=one_line(getattr(found, "sitename", None) or ""),
        date=date,
        url=url if re.match(r"https?://[^/]", url) else "",
        language=one_line(language),
        note="The date is that of a change." if date and not stated and date in changed else "",
    )


def _said(root: Any) -> dict[str, list[str]]:
    """Return the contents of the page's `meta` elements by their names, in lower case."""
    found: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        content = one_line(meta.get("content", ""))
        for attribute in ("name", "property", "itemprop"):
            if content and (name := meta.get(attribute, "").strip().lower()):
                found.setdefault(name, []).append(content)
    return found


def _works(root: Any) -> Iterator[dict[str, Any]]:
    """Yield what the page's structured data says of works, the page's own first."""
    for script in root.iter("script"):
        if "ld+json" in script.get("type", ""):
            with suppress(ValueError, RecursionError):
                yield from _described(json.loads(script.text or ""), 0)


def _described(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _MOST_NESTED:
        return
    if isinstance(value, list):
        for one in value:
            yield from _described(one, depth + 1)
    elif isinstance(value, dict):
        if _WORKS.search(str(value.get("@type", ""))):
            yield value
        yield from _described(value.get("@graph"), depth + 1)
        yield from _described(value.get("mainEntity"), depth + 1)


def _authors(works: list[dict[str, Any]], said: dict[str, list[str]]) -> str:
    for work in works:
        if names := joined(_names(work.get("author") or work.get("creator"))):
            return names
    for name in _AUTHORS:
        given = [one for one in said.get(name, ()) if not re.search(r"://|@", one)]
        if given:  # one element may name several, as in a sidecar
            return given[0] if len(given) == 1 else joined(given)
    return ""


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield "" if re.search(r"://|@", value) else one_line(value)
    elif isinstance(value, list):
        for one in value:
            yield from _names(one)
    elif isinstance(value, dict):
        family, given = value.get("familyName"), value.get("givenName")
        if isinstance(family, str) and isinstance(given, str) and family and given:
            yield one_line(f"{family}, {given}")
        else:
            yield from _names(value.get("name"))


def _published(works: list[dict[str, Any]], said: dict[str, list[str]], root: Any) -> str:
    """Return the day of publication that a page states; empty if it states none."""
    given = [str(work.get("datePublished") or "") for work in works]
    given += [one for name in _PUBLISHED for one in said.get(name, ())]
    for date in [*given, *_marked_up(root)]:
        if day := _day(date):
            return day
    return ""


def _marked_up(root: Any) -> Iterator[str]:
    """Yield the dates of publication that stand marked up, or in words, on the page itself."""
    for element in root.iterfind(".//*[@itemprop]"):
        if element.get("itemprop") == "datePublished":
            yield element.get("datetime") or element.get("content") or "".join(element.itertext())
    for element in root.iter("time"):
        around = [element, *element.iterancestors()]
        marks = " ".join(f"{e.get('class', '')} {e.get('itemprop', '')}" for e in around[:3])
        if _CHANGE.search(f"{marks} {_words_before(element)}"):
            continue
        if any(e.tag in _ASIDE for e in around):
            continue
        if "pubdate" in element.attrib or _BYLINE.search(marks) or _in_head(around):
            yield element.get("datetime") or "".join(element.itertext())
    for text in root.itertext():
        if len(text) < _SHORT and (found := _SAID.match(text)):
            yield found[1]


def _in_head(around: list[Any]) -> bool:
    """Return whether an element stands in the head of an article, or of the page's main part."""
    tags = [element.tag for element in around]
    return "header" in tags and bool({"article", "main"} & set(tags[tags.index("header") :]))


def _words_before(element: Any) -> str:
    """Return the words right before an element: `Last updated `."""
    before, parent = element.getprevious(), element.getparent()
    text = (before.tail if before is not None else parent.text if parent is not None else "") or ""
    return str(text)[-40:]


def _day(date: str) -> str:
    """Return a date as ISO 8601 if that is all it says, else as it is written; empty for none."""
    date = one_line(date)[:60]
    read = read_date(date)
    return read.iso if read.whole else date if read.iso else ""
