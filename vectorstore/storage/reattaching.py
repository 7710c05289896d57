"""Find the words of stored citations again in a text that was read anew.

Another version of a reader or a splitter moves words, and changes the white space between them. A
citation whose words are all there follows them; one whose words are not is left as it is.
"""

import json
import re
import sqlite3
from collections.abc import Iterable
from typing import Any

from vectorstore.records import Page
from vectorstore.text.scripts import UNSPACED

_UNSPACED = re.compile(f"[{UNSPACED}]")


def reattach(
    db: sqlite3.Connection, answer: dict[str, Any], citation: dict[str, Any], text: str
) -> bool:
    """Move a citation of an answer to where its words stand now; return whether they are there.

    Quote, place, page, passage and address change with it, and the spans of the sentences that it
    decided. The occurrence nearest to the former place counts.
    """
    start, end, quote = citation["start"], citation["end"], citation["quote"]
    if text[start:end] == quote:
        _follow(db, citation)
        return True
    places = [match.span() for match in _by_words(quote).finditer(text)]
    if not places:
        return False
    first, last = min(places, key=lambda place: abs(place[0] - start))
    for sentence in answer["sentences"]:
        if (span := sentence.get("span")) and span[0] == citation["number"]:
            words = quote[max(span[1] - start, 0) : span[2] - start]
            found = _by_words(words).search(text, first, last) if words.strip() else None
            sentence["span"] = [span[0], *found.span()] if found else None
    citation.update(
        start=first,
        end=last,
        quote=text[first:last],
        permalink=citation["permalink"].replace(
            f"start={start}&end={end}", f"start={first}&end={last}"
        ),
    )
    _follow(db, citation)
    return True


def _follow(db: sqlite3.Connection, citation: dict[str, Any]) -> None:
    """Name the page and the passage at the place of a citation."""
    query = "SELECT id FROM passage WHERE source_id = ? AND start <= ? ORDER BY start DESC LIMIT 1"
    if row := db.execute(query, [citation["source_id"], citation["start"]]).fetchone():
        citation["passage_id"] = row["id"]
    row = db.execute("SELECT pages FROM source WHERE id = ?", [citation["source_id"]]).fetchone()
    pages = [Page(*page) for page in json.loads(row["pages"])] if row else []
    page = next((page for page in reversed(pages) if page.start <= citation["start"]), None)
    if page:
        citation.update(page=page.number, warning=page.warning, label=page.label)


def _by_words(quote: str) -> re.Pattern[str]:
    """Return a pattern for the words of a quote, with any white space between them."""
    return re.compile("".join(_joined(quote.split())))


def _joined(words: list[str]) -> Iterable[str]:
    for at, word in enumerate(words):
        if at:
            beside = _UNSPACED.match(words[at - 1][-1]) and _UNSPACED.match(word[0])
            yield r"\s*" if beside else r"\s+"
        yield re.escape(word)
