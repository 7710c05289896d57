"""The sentences of a text, as exact offsets.

Rules, no model: they are fast, give the same result everywhere, and know the stumbling blocks of
prose (`St. Lucia`, `Whipps Jr. to`, `the U.S. The`, closing quotation marks, 。！？). They do not
parse Markdown; they recognise heading lines and list items only as places to break.
"""

import re

from vectorstore.records import Passage
from vectorstore.text.sentence_ends import (
    STOP,
    Brackets,
    Names,
    Stretch,
    ends_in_cjk,
    ends_in_latin,
)

Span = tuple[int, int]

VERSION = "3"  # part of the fingerprint of stored vectors: raise it when sentences change

LONGEST = 1200  # characters; judged: a longer run without a full stop is cut at a space
_WIDEST_WRAP = 160  # characters; judged: a line that is longer is a paragraph, not a wrapped line
# Where lines are ragged, one that goes on with a small letter is wrapped if it has this share of
# the longest, and so many characters; judged: shorter ones are items, verses or cells
_SIMILAR, _NARROWEST_WRAP = 0.6, 30

_MARKED_LINE = re.compile(
    r"[ \t]*(?:#{1,6}[ \t]|[-*+•·▪–][ \t]|>|\||\(?(?!v\. [A-Z]|[bcd]\. \d)"
    r"(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)][ \t])"
)
_SMALL_WORD = re.compile(r"\s*(?=[^\W\d_A-Z])[^\W\d_]{2}|\s*a ")
_LINE_ENDS = re.compile(r"[.!?:;…。！？．][\"'”’»)\]」』）]*\Z")
_ROW = re.compile(r" \| |^[^:;|\n]{1,60}: [^;\n]*; ")  # of a table, as the readers write them
_LIST_MARK = re.compile(r"[ \t]*(?:[-*+•·▪–]|>)[ \t]+")


def sentences(text: str) -> list[Span]:
    """Return the sentences of a text in order: spans without surrounding white space, none empty.

    >>> t = "He met Surangel Whipps Jr. to talk. “It went well.” Then rain。"
    >>> [t[a:b] for a, b in sentences(t)]
    ['He met Surangel Whipps Jr. to talk.', '“It went well.”', 'Then rain。']
    """
    spans: list[Span] = []
    names = Names(text)
    for start, end in _blocks(text):
        for first, last in _in_block(text, start, end, names):
            spans += _shorten(text, first, last)
    return spans


def sentence_spans(passage: Passage) -> list[Span]:
    """Return where the sentences of a passage stand in the text of its source."""
    return [(passage.start + a, passage.start + b) for a, b in sentences(passage.text)]


def _blocks(text: str) -> list[Span]:
    """Return the stretches inside which a line break is only a wrapped line."""
    lines: list[Span] = []
    blocks: list[Span] = []
    position = 0

    def close() -> None:
        if lines:
            width = max(end - start for start, end in lines)
            first = lines[0][0]
            for (start, end), following in zip(lines, [*lines[1:], None], strict=True):
                if following is None or not _wrapped(text, (start, end), following, width):
                    blocks.append((first, end))
                    first = following[0] if following else end
            lines.clear()

    for line in text.splitlines(keepends=True):
        if line.strip():
            lines.append((position, position + len(line.rstrip())))
        else:
            close()
        position += len(line)
    close()
    return blocks


def _wrapped(text: str, line: Span, following: Span, width: int) -> bool:
    """Whether a line breaks only because the next word did not fit."""
    upcoming = text[following[0] : following[1]]
    if _ROW.search(upcoming) or _ROW.search(text[line[0] : line[1]]):
        return False
    if _MARKED_LINE.match(upcoming) or text[line[0] : line[1]].lstrip().startswith("#"):
        return False
    length = line[1] - line[0]
    if length > _WIDEST_WRAP:
        return False
    if length + 1 + len(upcoming.split(None, 1)[0]) > width:
        return True
    goes_on = _SMALL_WORD.match(upcoming) and not _LINE_ENDS.search(text, *line)
    return bool(goes_on) and length >= max(_SIMILAR * width, _NARROWEST_WRAP)


def _in_block(text: str, start: int, end: int, names: Names) -> list[Span]:
    mark = _LIST_MARK.match(text, start, end)
    first = mark.end() if mark else start
    first += len(text[first:end]) - len(text[first:end].lstrip())
    spans: list[Span] = []
    brackets: Brackets | None = None
    stretch = Stretch(text, start, end, names)
    for match in STOP.finditer(text, first, end):
        if match.start() < first:
            continue
        if match["latin"]:
            if not ends_in_latin(text, match, first, end, stretch):
                continue
        else:
            if brackets is None:
                brackets = Brackets(text, start, end)
            if not ends_in_cjk(text, match, first, end, brackets):
                continue
        spans.append((first, match.start("note") if match["note"] else match.end()))
        first = match.end()
        while first < end and text[first].isspace():
            first += 1
    if first < end:
        spans.append((first, end))
    return [span for span in (_trim(text, *span) for span in spans) if span[0] < span[1]]


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _shorten(text: str, start: int, end: int) -> list[Span]:
    pieces: list[Span] = []
    while end - start > LONGEST:
        cut = max(text.rfind(mark, start, start + LONGEST) for mark in ("\n", "; ", ", ", " "))
        cut = cut + 1 if cut > start else start + LONGEST
        pieces.append(_trim(text, start, cut))
        start = cut
    pieces.append(_trim(text, start, end))
    return [piece for piece in pieces if piece[0] < piece[1]]
