"""A draft as its reader sees it: without HTML entities, inline tags and the targets of links.

What is found in it is given in the offsets of the draft as it was handed in.
"""

import html
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from vectorstore.text.sentences import Span

_MARKUP = re.compile(
    r"(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)|"
    r"!?\[(?P<label>(?![\^\d])[^\[\]\n]{1,300})\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?"
    r"(?:\s+[\"'][^\"'\n]*[\"'])?\)|"
    r"(?P<tag></?(?:a|abbr|b|cite|em|i|mark|q|small|span|strong|u)\b[^<>\n]{0,500}>)|"
    r"\\enquote\*?\{(?P<enquoted>[^{}]{1,2000})\}",
    re.IGNORECASE,
)
_TAGS = {"<q": "“", "</q": "”"}


@dataclass(frozen=True, slots=True)
class PlainDraft:
    """The plain text of a draft; its characters come from `starts` to `ends` of the draft.

    Both are empty where the draft is plain already.
    """

    text: str
    starts: Sequence[int] = ()
    ends: Sequence[int] = ()

    def given_span(self, start: int, end: int) -> Span:
        """Return where in the draft a stretch of the plain text stands; it must not be empty."""
        return (self.starts[start], self.ends[end - 1]) if self.starts else (start, end)


def plain_draft(draft: str) -> PlainDraft:
    """Return a draft without what its reader does not see.

    >>> plain_draft("&ldquo;The [pier](https://example.org) stays&rdquo;").text
    '“The pier stays”'
    """
    if not _MARKUP.search(draft):
        return PlainDraft(draft)
    pieces: list[str] = []
    starts, ends = array("I"), array("I")

    def add(text: str, start: int, end: int) -> None:
        pieces.append(text)
        own = end - start == len(text)  # each character stands for itself
        starts.extend(range(start, end) if own else [start] * len(text))
        ends.extend(range(start + 1, end + 1) if own else [end] * len(text))

    last = 0
    for match in _MARKUP.finditer(draft):
        add(draft[last : match.start()], last, match.start())
        last = match.end()
        if match["entity"]:
            add(html.unescape(match[0]), *match.span())
        elif match["label"]:
            add(match["label"], *match.span("label"))
        elif match["tag"]:
            add(_TAGS.get(re.split(r"[\s>]", match[0].lower())[0], ""), *match.span())
        else:
            first, final = match.span("enquoted")
            add("“", match.start(), first)
            add(match["enquoted"], first, final)
            add("”", final, match.end())
    add(draft[last:], last, len(draft))
    return PlainDraft("".join(pieces), starts, ends)
