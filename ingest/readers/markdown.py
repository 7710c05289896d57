"""Reads Markdown files: the body as written, its headings, and YAML front matter as metadata.

The stored text is everything after the front matter, including markup, so that a quote is found in
the file character for character. Only comments and struck text, which no reader sees or takes as
said, are left out, except in code.
"""

import re
from bisect import bisect_right
from pathlib import Path

from ingest.readers.plain import read_text
from ingest.sidecar import metadata_from
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, Heading, ReadingWarning

_FRONT_MATTER = re.compile(
    r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)\s*", re.DOTALL | re.MULTILINE
)
_HEADING = re.compile(r"^#{1,6}[ \t](.*)$", re.MULTILINE)
# Code, which stays, or else the beginning of a comment, or struck text: with ~~ within a paragraph
# (all of it), or with tags (the first).
_MARK = re.compile(
    r"(?P<code>^(?P<fence>`{3,}|~{3,}).*?(?:^(?P=fence)|\Z)|(?P<tick>`+)(?!`)[^`]+?(?<!`)(?P=tick)(?!`))"
    r"|(?P<before>[ \t]?)(?:(?P<comment><!--)"
    r"|(?P<struck>(?<!~)~~(?![\s~])(?:(?!\n[ \t]*\n)[^~]|~(?!~))+?(?<!\s)~~(?!~))"
    r"|<(?P<tag>del|s|strike)>)",
    re.DOTALL | re.MULTILINE,
)
_NEW_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_FENCE = re.compile(r"^(`{3,}(?!`)|~{3,}(?!~)).*?^\1", re.DOTALL | re.MULTILINE)


def read_markdown(path: Path) -> Document:
    """Return the body of the file; raises UnreadableSource if its front matter is not YAML."""
    text, guessed = read_text(path)
    front = _FRONT_MATTER.match(text)
    body = text[front.end() :] if front else text
    try:
        metadata = metadata_from(front[1] if front else "")
    except ValueError as error:
        raise UnreadableSource(
            f"The front matter of {path.name} cannot be read ({error}): correct the lines between "
            "the two `---`, or delete them."
        ) from error
    body, notes = _shown(body)
    fenced = [match.span() for match in _FENCE.finditer(body)]
    starts = [start for start, _ in fenced]
    headings = tuple(
        Heading(match[1].strip().rstrip("#").rstrip(), match.start(), match.end())
        for match in _HEADING.finditer(body)
        if match[1].strip(" \t\r#")
        and not ((at := bisect_right(starts, match.start())) and match.start() < fenced[at - 1][1])
    )
    return Document(body, "markdown", metadata, headings=headings, warnings=(*guessed, *notes))


def _shown(body: str) -> tuple[str, list[ReadingWarning]]:
    """Return a text without comments and struck words, and how many of each had words."""
    counts = {"hidden_text": 0, "struck": 0}
    following = _Following(body)
    pieces: list[str] = []
    kept = place = 0
    while match := _MARK.search(body, place):
        place = match.end()
        end = 0 if match["code"] else _end_of(match, following)
        if not end:  # code, or what is never closed
            continue
        before, after = match["before"], body[end : end + 1]
        after = after if after in (" ", "\t") else ""
        said = body[match.start() + len(before) : end]
        counts["hidden_text" if match["comment"] else "struck"] += any(map(str.isalnum, said))
        pieces += [body[kept : match.start()], " " if before and after else before or after]
        kept = place = end + len(after)
    text = "".join([*pieces, body[kept:]])
    return text, [ReadingWarning(kind, n) for kind, n in counts.items() if n]  # type: ignore[arg-type]


class _Following:
    """Finds what comes next in a text, in one pass over it however often it is asked."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[str | re.Pattern[str], int] = {}

    def place(self, wanted: str | re.Pattern[str], start: int) -> int:
        """Return where `wanted` begins next, or the length of the text; `start` never falls."""
        if self._known.get(wanted, -1) < start:
            if isinstance(wanted, str):
                found = self._text.find(wanted, start)
            else:
                match = wanted.search(self._text, start)
                found = match.start() if match else -1
            self._known[wanted] = len(self._text) if found < 0 else found
        return self._known[wanted]

    def end(self, wanted: str, start: int, before: int) -> int:
        """Return where `wanted` ends next, or 0 if it does not begin before a place."""
        place = self.place(wanted, start)
        return place + len(wanted) if place < before else 0


def _end_of(match: re.Match[str], following: _Following) -> int:
    """Return where a comment or struck text ends, or 0 if it never does."""
    if match["struck"]:
        return match.end()
    if match["comment"]:
        return following.end("-->", match.end(), len(match.string))
    paragraph = following.place(_NEW_PARAGRAPH, match.end())
    return following.end(f"</{match['tag']}>", match.end(), paragraph)
