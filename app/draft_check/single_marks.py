"""Pair single quotation marks, which look like apostrophes: ‘the workers’ houses’.

Of the marks that might close a quotation, one beside punctuation or before a small word does so;
one after an s and before a noun may be a possessive, and closes only if nothing else does.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from vectorstore.text.scripts import UNSPACED
from vectorstore.text.sentences import Span
from vectorstore.text.stop_words import STOP_WORDS

SINGLE_MARKS = "‘’‚‛'`＇❛❜"
"""The marks, as they stand in a character class."""
_CLOSERS = {
    "‘": "’", "‛": "’", "‚": "‘’", "’": "’", "'": "'", "`": "'", "＇": "＇", "❛": "❜",
}  # fmt: skip
_CERTAIN = frozenset("‘‚‛❛")  # these are no apostrophes
_FARTHEST = 60  # marks after the first that are tried; judged: bounds the time
_CJK = re.compile(f"[{UNSPACED}]")
_ELIDED = re.compile(
    r"(?:t(?:is|was|were|will|il|ill|ween)|em|cause|n|round|bout|neath|gainst|s|d|ll|re|ve)\b|\d",
    re.IGNORECASE,
)
_STOPS = frozenset(".,!?;:…。、，！？；：)]}”»")
_STOPS_AFTER = _STOPS | frozenset('"—–-/」』')
_NEXT_WORD = re.compile(r"\s+([^\W\d_]+)")


def pair_single_marks(
    text: str, marks: Sequence[Span], enclosing: Sequence[Span]
) -> Iterator[tuple[Span, Span]]:
    """Yield the pairs of single marks; none crosses a quotation of `enclosing` (sorted).

    `marks` are the spans of single marks and of the breaks between paragraphs, in order.
    """
    nested = list(_with_enclosing(marks, enclosing))
    for is_break, group in groupby(nested, key=lambda one: text[one[0][0]] == "\n"):
        if not is_break:
            yield from _in_paragraph(text, list(group))


def _with_enclosing(
    marks: Sequence[Span], enclosing: Sequence[Span]
) -> Iterator[tuple[Span, Span | None]]:
    """Yield each mark with the innermost span around it."""
    around: list[Span] = []
    rest = iter(enclosing)
    coming = next(rest, None)
    for mark in marks:
        while coming and coming[0] <= mark[0]:
            around.append(coming)
            coming = next(rest, None)
        while around and around[-1][1] <= mark[0]:
            around.pop()
        yield mark, around[-1] if around else None


def _in_paragraph(
    text: str, marks: Sequence[tuple[Span, Span | None]]
) -> Iterator[tuple[Span, Span]]:
    at = 0
    while at < len(marks):
        span, around = marks[at]
        following = [
            (n, other)
            for n, (other, its) in enumerate(marks[at + 1 : at + 1 + _FARTHEST], at + 1)
            if its == around
        ]
        closing = _closing(text, span, following) if _may_open(text, span) else None
        if closing is None:
            at += 1
        else:
            yield span, marks[closing][0]
            at = closing + 1


def _may_open(text: str, mark: Span) -> bool:
    before, after = text[max(mark[0] - 1, 0) : mark[0]], text[mark[1] : mark[1] + 1]
    if text[mark[0]] not in _CLOSERS or not after or after.isspace():
        return False
    if before in ("'", "`", "’") or after in ("'", "`") or (after == "’" and text[mark[0]] != "‘"):
        return False
    return not before.isalnum() or bool(_CJK.match(before))


def _closing(text: str, opened: Span, following: Sequence[tuple[int, Span]]) -> int | None:
    """Return the number of the mark that closes a quotation, None if none does."""
    mark = text[opened[0]]
    elided = _ELIDED.match(text, opened[1])
    possible = None
    for number, other in following:
        sign = text[other[0]]
        if sign == mark and mark in "‘'`‚" and _may_open(text, other):
            break
        if sign not in _CLOSERS[mark]:
            continue
        kind = _kind(text, other)
        if kind == "stop" or (kind == "close" and not elided):
            return number
        if kind == "possessive" and not elided:
            possible = number
    return possible if mark in _CERTAIN or mark == "'" else None


def _kind(text: str, mark: Span) -> str:
    """Return how a mark can close: at a `stop`, as `close`, as `possessive`, or not at all."""
    before, after = text[max(mark[0] - 1, 0) : mark[0]], text[mark[1] : mark[1] + 1]
    if not before or before.isspace() or (after.isalnum() and not _CJK.match(after)):
        return ""
    if after in "'’" and after:
        return ""
    if before in _STOPS or not after or after in _STOPS_AFTER:
        return "stop"
    word = _NEXT_WORD.match(text, mark[1])
    elided = re.search(r"(?:\b\w+in|\bo)$", text[max(mark[0] - 20, 0) : mark[0]])
    if word and (before in "sSxXzZ" or elided):
        small = word[1].lower()
        if small not in STOP_WORDS and not small.endswith("ed"):
            return "possessive"
    return "close"
