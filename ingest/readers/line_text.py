"""Joins the pieces of a line that differ in how they stand: raised, lowered, struck out, hidden.

Office files cut a line wherever its looks change, also within a number. Raised pieces that follow
one another are one exponent, and what is not shown is left out and counted.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal, NamedTuple

from ingest.readers.raised import subscript, superscript

Look = Literal["", "raised", "lowered", "struck", "hidden", "mark", "maths"]
_MARK = re.compile(r"(?:\d{1,3}(?:\s*[,–-]\s*\d{1,3})*|[*†‡§¶]+)")
_AFTER_STOP = re.compile(r"[.,;:!?…。、，；：！？”’»」』]$")
_AFTER_WORD = re.compile(r"[^\W\d_]{4,}[)\]]?$")
_UNIT = re.compile(r"(?:met(?:re|er)s?|feet|foot|inch(?:es)?|miles?|yards?)$", re.IGNORECASE)
_NEAR = 40  # characters; judged: more than the longest unit
_AFTER_YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d$")


class NoteMark(NamedTuple):
    """Where a note is marked: its kind, its identifier, and the mark if the writer chose it."""

    kind: str
    id: str
    chosen: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text and how it stands; a `mark` is that of the note in `note`, and has no text."""

    text: str
    look: Look = ""
    note: NoteMark | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; each note with the place of its mark; what was left out, by warning kind."""

    text: str
    notes: tuple[tuple[int, NoteMark], ...] = ()
    left_out: Counter[str] = field(default_factory=Counter)


def join(pieces: Iterable[Piece]) -> Line:
    """Return the text that a reader of the document sees, as one line."""
    text = ""
    notes: list[tuple[int, NoteMark]] = []
    left_out: Counter[str] = Counter()
    before: Look = ""
    shown = (piece for piece in pieces if piece.text or piece.look == "mark")
    for look, group in groupby(shown, lambda piece: piece.look):
        parts = list(group)
        said = "".join(piece.text for piece in parts)
        if look == "mark":
            notes += ((len(text), piece.note) for piece in parts if piece.note)
        elif look in ("struck", "hidden"):
            kind = "struck" if look == "struck" else "hidden_text"
            left_out[kind] += any(one.isalnum() for one in said)
        elif look == "raised" and (doubt := is_typed_mark(text, said)) is not None:
            left_out["raised_doubtful"] += doubt
        elif look == "raised":
            text += superscript(said)
        elif look == "lowered":
            text += subscript(said)
        else:
            # Beside a number, a figure of an equation must not become part of it.
            apart = "maths" in (look, before) and text[-1:].isalnum() and said[:1].isalnum()
            # Of the spaces on both sides of what was left out, one stays.
            said = said[1:] if before in ("struck", "hidden") and _doubled(text, said) else said
            text += f" {said}" if apart else said
        before = look
    return Line(text, tuple(notes), +left_out)


def _doubled(text: str, said: str) -> bool:
    return said.startswith(" ") and (not text or text[-1].isspace())


def is_typed_mark(before: str, raised: str) -> bool | None:
    """Return whether a raised number is the mark of a note that was typed by hand, if it is one.

    It is one after a stop, a quotation mark or a word, and probably (True) after a year; after
    units, letters and other numbers it is an exponent (None).

    >>> is_typed_mark("the bridge", "3"), is_typed_mark("in 1914", "2"), is_typed_mark("km", "2")
    (False, True, None)
    """
    before = before[-_NEAR:]  # of a long line, which is not searched for each of its marks
    if not _MARK.fullmatch(raised.strip()) or _UNIT.search(before):
        return None
    if _AFTER_YEAR.search(before):
        return True
    return False if _AFTER_STOP.search(before) or _AFTER_WORD.search(before) else None
