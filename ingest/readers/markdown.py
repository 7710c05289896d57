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
# Code, which stays, or else a comment, or struck text: with ~~ within a paragraph, or with tags.
_LEFT_OUT = re.compile(
    r"(?P<code>^(?P<fence>`{3,}|~{3,}).*?(?:^(?P=fence)|\Z)|(?P<tick>`+)(?!`)[^`]+?(?<!`)(?P=tick)(?!`))"
    r"|(?P<before>[ \t]?)(?:(?P<comment><!--.*?-->)"
    r"|(?P<struck>(?<!~)~~(?![\s~])(?:(?!\n[ \t]*\n)[^~]|~(?!~))+?(?<!\s)~~(?!~)"
    r"|<(?P<tag>del|s|strike)>(?:(?!\n[ \t]*\n).)*?</(?P=tag)>))(?P<after>[ \t]?)",
    re.DOTALL | re.MULTILINE,
)
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

    def left(match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        kind = "hidden_text" if match["comment"] else "struck"
        said = match["comment"] or match["struck"]
        counts[kind] += any(c.isalnum() for c in said)
        apart = match["before"] and match["after"]
        return match["before"] or match["after"] if not apart else " "

    text = _LEFT_OUT.sub(left, body)
    return text, [ReadingWarning(kind, n) for kind, n in counts.items() if n]  # type: ignore[arg-type]
