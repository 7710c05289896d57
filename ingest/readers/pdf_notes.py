"""Tells the notes at the foot of a PDF page from its text, and finds the marks that they belong to.

A note is set smaller than the text, stands below it, and begins with a mark.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import product

from ingest.readers.line_text import is_typed_mark
from ingest.readers.pdf_columns import across
from ingest.readers.pdf_glyphs import Placed
from ingest.readers.pdf_lines import Line, text_of
from ingest.readers.pdf_paragraphs import Paragraph, marked

# Judged, from the layout of printed books and papers.
_SMALLER = 0.95  # of the size of the text
_SMALL_PRINT = 0.8  # the same for a note that nothing but its size and place shows to be one
_RAISED = 0.15  # heights of the font
_SMALL = 0.87  # of the size of the line
_MOST_LOOSE = 4  # notes of a page of which no mark is found; more are a list
_SIGNS = "*†‡§¶‖"
_MARK = re.compile(rf"(\d{{1,3}}|[{_SIGNS}]{{1,3}})(?:[.)]?\s+|(?=[^\W\d_“\"‘']))(?=\S)")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its mark, the paragraph without it, and where its mark stands in the text.

    `home` is the place of the paragraph with the mark in the page's list, None if there is none,
    and `before` are the lines of that paragraph up to the mark. `sure` says that its mark looks
    like one: it is raised, or a sign.
    """

    mark: str
    paragraph: Paragraph
    sure: bool
    home: int | None = None
    before: str = ""


def notes(
    found: Sequence[Paragraph], body: float, numbered: Set[int] = frozenset()
) -> tuple[list[Paragraph], list[Note]]:
    """Return the paragraphs of a page without its notes and their marks, and the notes.

    `body` is the size of most of the document's text. `numbered` are the places of paragraphs that
    begin with a plain number that marks nothing in the text: lines of a form, addresses.
    """
    texts: list[Paragraph] = []
    below: list[Note] = []
    places: list[int] = []
    for at, paragraph in enumerate(found):
        note = None if at in numbered else _note(paragraph, found, body)
        if note is not None:
            below.append(note)
            places.append(at)
        elif below and _continues(below[-1].paragraph, paragraph):
            whole = below[-1].paragraph
            below[-1] = replace(
                below[-1], paragraph=replace(whole, lines=whole.lines + paragraph.lines)
            )
        else:
            texts.append(paragraph)
    for place, note in enumerate(below):
        # A raised figure that may be an exponent (km²) is a mark only if there is no other.
        for sure, home in product((True, False), range(len(texts))):
            without = _without(texts[home], note.mark, sure=sure)
            if without is not None:
                texts[home], before = without
                below[place] = replace(note, home=home, before=before)
                break
    loose = {
        at
        for at, note in zip(places, below, strict=True)
        if note.home is None and not note.sure and note.paragraph.size > _SMALL_PRINT * body
    }
    if loose:
        return notes(found, body, numbered | loose)
    if len(below) > _MOST_LOOSE and all(note.home is None for note in below):
        return list(found), []  # a numbered list in small print
    return texts, below


def _note(paragraph: Paragraph, page: Sequence[Paragraph], body: float) -> Note | None:
    """Return the note that a paragraph is, None if it is none."""
    if paragraph.rows or paragraph.size > _SMALLER * body:
        return None
    first = paragraph.lines[0]
    raised = _raised_at(first, 0) if marked(first) else ""
    found = _MARK.match(first.text)
    mark = raised.strip() or (found[1] if found else "")
    if not mark or not re.fullmatch(rf"\d{{1,3}}|[{_SIGNS}]+|[a-z]", mark):
        return None
    if any(_under(other, paragraph, body) for other in page):
        return None
    rest = first.glyphs[len(raised) :]
    if raised:
        line = replace(first, text=text_of(rest), glyphs=rest)
    else:
        assert found is not None
        line = replace(first, text=first.text[found.end() :])
    if not line.text.lstrip(".) "):
        return None
    line = replace(line, text=line.text.lstrip(".) "))
    said = replace(paragraph, lines=(line, *paragraph.lines[1:]))
    return Note(mark, said, bool(raised) or not mark.isdigit())


def _under(other: Paragraph, paragraph: Paragraph, body: float) -> bool:
    """Return whether a paragraph of the text stands below another in its column."""
    last, first = other.lines[-1], paragraph.lines[0]
    return (
        other.size > _SMALLER * body
        and last.turned == first.turned
        and last.y < paragraph.lines[-1].y
        and across(last, first) > 0.3
        and len(last.text) > 4
    )


def _continues(note: Paragraph, paragraph: Paragraph) -> bool:
    """Return whether a paragraph is a further one of a note."""
    last, first = note.lines[-1], paragraph.lines[0]
    return (
        not paragraph.rows
        and abs(note.size - paragraph.size) < 0.5
        and 0 < last.y - first.y < 2 * first.size
        and across(last, first) > 0.3
    )


def _without(paragraph: Paragraph, mark: str, *, sure: bool) -> tuple[Paragraph, str] | None:
    """Return a paragraph without a mark, and its lines before it; None if it has no such mark.

    If `sure` is asked for, a figure that may be an exponent is no mark.
    """
    for place, line in enumerate(paragraph.lines):
        for start, end in _marks(line, mark):
            ahead = text_of(line.glyphs[:start])
            if sure and mark.isdigit() and is_typed_mark(ahead, mark) is None:
                continue
            glyphs = line.glyphs[:start] + line.glyphs[end:]
            kept = replace(line, text=text_of(glyphs), glyphs=glyphs)
            if not kept.text:
                continue
            lines = (*paragraph.lines[:place], kept, *paragraph.lines[place + 1 :])
            before = "\n".join([*(one.text for one in paragraph.lines[:place]), ahead])
            return replace(paragraph, lines=lines), before
    return None


def _marks(line: Line, mark: str) -> Iterator[tuple[int, int]]:
    """Yield where a mark stands in a line: raised, after a word or a stop."""
    for start in range(1, len(line.glyphs)):
        before = line.glyphs[start - 1]
        if _is_raised(line, before) or _power(line.glyphs[max(start - 3, 0) : start]):
            continue
        raised = _raised_at(line, start)
        if raised:
            if raised.strip(",; ") == mark:
                yield start, start + len(raised)
            continue
        sign = line.glyphs[start].text
        if (sign == mark and mark[0] in _SIGNS) or (
            sign != mark and sign.translate(_DIGITS) == mark
        ):
            yield start, start + 1


def _power(before: Sequence[Placed]) -> bool:
    """Return whether raised figures after these glyphs are a power: after one or two figures."""
    figures = [glyph.text.isdigit() for glyph in before]
    return bool(figures) and figures[-1] and not (len(figures) == 3 and all(figures))


def _raised_at(line: Line, start: int) -> str:
    """Return the raised characters from a place in a line, one for each glyph."""
    end = start
    while end < len(line.glyphs) and _is_raised(line, line.glyphs[end]):
        end += 1
    return "".join(glyph.text[:1] for glyph in line.glyphs[start:end])


def _is_raised(line: Line, glyph: Placed) -> bool:
    return glyph.size <= _SMALL * line.size and glyph.y > line.y + _RAISED * line.size
