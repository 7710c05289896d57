"""The sentences of a text, as exact offsets.

Rules, no model: they are fast, give the same result everywhere, and know the stumbling blocks of
prose (`St. Lucia`, `Whipps Jr. to`, `the U.S. The`, closing quotation marks, 。！？). They do not
parse Markdown; they recognise heading lines and list items only as places to break.
"""

import re

from vectorstore.records import Passage
from vectorstore.text.months import MONTH_ABBREVIATIONS
from vectorstore.text.openers import STARTERS
from vectorstore.text.scripts import HIRAGANA
from vectorstore.text.tables import words

Span = tuple[int, int]

VERSION = "2"  # part of the fingerprint of stored vectors: raise it when sentences change

LONGEST = 1200  # characters; judged: a longer run without a full stop is cut at a space
_WIDEST_WRAP = 160  # characters; judged: a line that is longer is a paragraph, not a wrapped line

_NEVER_LAST = frozenset(
    (
        *words("abbreviations", "titles_and_places"),
        *words("abbreviations", "references"),
        *map(str.lower, MONTH_ABBREVIATIONS),
    )
)
_SELDOM_LAST = frozenset(words("abbreviations", "seldom_last"))
_BEFORE_NUMBER = frozenset(words("abbreviations", "before_numbers"))
_CLOSERS = r"\"'”’»)\]〕】」』）］"
_END = re.compile(
    rf"(?P<cjk>[。！？]+[{_CLOSERS}*_]*)|(?P<latin>(?<![.!?…])[.!?…]++[{_CLOSERS}*_]*(?:\[\d+\])*)(?=\s)"
)
_HIRAGANA = re.compile(f"[{HIRAGANA}]")
_WORD_BEFORE = re.compile(r"([^\s\"'“‘(\[«]+)$")
_WORD_AFTER = re.compile(r"[\s\"'“‘(\[«*_]*(\S[\w’'-]*)")
_MARKED_LINE = re.compile(
    r"[ \t]*(?:#{1,6}[ \t]|[-*+•·▪–][ \t]|>|\||\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)][ \t])"
)
_ROW = re.compile(r" \| |^[^:;|\n]{1,60}: [^;\n]*; ")  # of a table, as the readers write them
_LIST_MARK = re.compile(r"[ \t]*(?:[-*+•·▪–]|>)[ \t]+")


def sentences(text: str) -> list[Span]:
    """Return the sentences of a text in order: spans without surrounding white space, none empty.

    >>> t = "He met Surangel Whipps Jr. to talk. “It went well.” Then rain。"
    >>> [t[a:b] for a, b in sentences(t)]
    ['He met Surangel Whipps Jr. to talk.', '“It went well.”', 'Then rain。']
    """
    spans: list[Span] = []
    for start, end in _blocks(text):
        for first, last in _in_block(text, start, end):
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
    return length <= _WIDEST_WRAP and length + 1 + len(upcoming.split(None, 1)[0]) > width


def _in_block(text: str, start: int, end: int) -> list[Span]:
    mark = _LIST_MARK.match(text, start, end)
    first = mark.end() if mark else start
    spans: list[Span] = []
    for match in _END.finditer(text, first, end):
        if match["latin"] and not _ends(text, match, end):
            continue
        if (
            match["cjk"]
            and match["cjk"][-1] in "」』）"
            and _HIRAGANA.match(text, match.end(), end)
        ):
            continue  # 「はい。」と言った: the quotation is a part of the sentence
        spans.append((first, match.end()))
        first = match.end()
        while first < end and text[first].isspace():
            first += 1
    if first < end:
        spans.append((first, end))
    return [span for span in (_trim(text, *span) for span in spans) if span[0] < span[1]]


def _ends(text: str, match: re.Match[str], end: int) -> bool:
    """Whether a full stop (or ! ? …) followed by white space ends its sentence."""
    after = _WORD_AFTER.match(text, match.end(), end)
    if not after:
        return True
    following = after[1]
    if following[0].islower():
        return False
    if not match["latin"].startswith(".") or match["latin"].startswith(".."):
        return True
    before = _WORD_BEFORE.search(text, max(0, match.start() - 40), match.start())
    word = before[1] if before else ""
    bare = word.replace(".", "").lower()
    if bare in _BEFORE_NUMBER:
        return not following[0].isdigit()
    if bare in _NEVER_LAST:
        return False
    initials = "." in word and all(len(part) == 1 for part in word.split("."))
    if initials or bare in _SELDOM_LAST:
        return following.lower() in STARTERS
    at_line_start = before is not None and not text[: before.start()].rpartition("\n")[2].strip()
    if bare.isdigit() and at_line_start:
        return False
    return not (len(word) == 1 and word.isupper() and word != "I")


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
