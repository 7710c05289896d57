"""Parse a draft into sentences with their quotations and footnotes.

Offsets are those of the given text. Sentences are never split inside a quotation. Headings, and
footnotes without a quotation, are skipped.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.draft_check.quotation_marks import Quotation, quotations
from vectorstore.text.sentences import Span, sentences
from vectorstore.text.terms import terms

_LABEL = r"\[(?:\^|(?=\d))((?<=\^)[^\s\[\]]{1,12}|\w{1,4})\]"
REFERENCE = re.compile(_LABEL)
_NOTE = re.compile(rf"^[ \t]*{_LABEL}:?[ \t]+(\S.*)$", re.MULTILINE)
# As readers of documents write a note: Note 3 (“… bridge was rebuilt.”): See the yearbook.
_TIED_NOTE = re.compile(
    r"^Note \S{1,6} \(“(?:… )?(?P<before>[^“”\n]+)”\): (?P<note>\S.*)$", re.MULTILINE
)
_SINGLE = str.maketrans("“”", "‘’")
_LEADING = re.compile(rf"(?:{_LABEL}[ \t]*)+(?:\s+|$)")
_HEADING = re.compile(r"#{1,6}[ \t]")


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of a draft, from `start` to `end`.

    `quoted` are the spans of its quotations without their marks; `notes` is the text of the
    footnotes it refers to; `is_note` if it is itself a footnote.
    """

    start: int
    end: int
    quoted: tuple[Span, ...] = ()
    notes: str = ""
    is_note: bool = False


def parse_draft(text: str) -> list[DraftSentence]:
    r"""Return the sentences of a draft, in order.

    >>> draft = 'He said: “It rains. It pours.” So it did. [1]\n\n[1] Weather Report'
    >>> [(draft[s.start:s.end], s.notes) for s in parse_draft(draft)]
    [('He said: “It rains. It pours.”', ''), ('So it did. [1]', 'Weather Report')]
    """
    notes, tied = _notes(text), list(_tied_notes(text))
    body = _NOTE.sub(lambda m: " " * len(m[0]) if m[1] in notes else m[0], text)
    body = _TIED_NOTE.sub(lambda m: " " * len(m[0]), body)
    marked = [one for one in quotations(text) if _worth_checking(text[slice(*one.inside)])]
    found = []
    for start, end in _join_split_quotations(_with_references(body, sentences(body)), marked):
        if _HEADING.match(text, start, end) or not re.search(r"\w", text[start:end]):
            continue
        labels = REFERENCE.findall(text[start:end])
        own = [notes[label] for label in dict.fromkeys(labels) if label in notes]
        own += [note for place, (a, b) in tied if start < place <= end for note in [text[a:b]]]
        quoted = _quotations_in(marked, start, end)
        found.append(DraftSentence(start, end, quoted, "\n".join(own)))
    spans = [match.span(2) for match in _NOTE.finditer(text) if match[1] in notes]
    for start, end in (*spans, *(span for _, span in tied)):
        if quoted := _quotations_in(marked, start, end):
            found.append(DraftSentence(start, end, quoted, text[start:end], is_note=True))
    return found


def _notes(text: str) -> dict[str, str]:
    """Return the footnotes that the text refers to, by label."""
    notes: dict[str, str] = {}
    for match in _NOTE.finditer(text):
        notes.setdefault(match[1], match[2])
    used = set(REFERENCE.findall(_NOTE.sub("", text)))
    return {label: note for label, note in notes.items() if label in used}


def _tied_notes(text: str) -> Iterator[tuple[int, Span]]:
    """Yield the notes that repeat the words before their mark: where these end, and the note."""
    plain = text.translate(_SINGLE)
    for match in _TIED_NOTE.finditer(text):
        before = match["before"]
        at = plain.rfind(before, 0, match.start())
        yield (at + len(before) if at >= 0 else -1), match.span("note")


def _with_references(text: str, spans: list[Span]) -> list[Span]:
    """Extend sentences by the footnote marks after their full stop."""
    found: list[Span] = []
    for first, end in spans:
        start = first
        leading = _LEADING.match(text, first, end)
        if leading and found and "\n\n" not in text[found[-1][1] : first]:
            found[-1] = (found[-1][0], first + len(leading[0].rstrip()))
            start = leading.end()
        if start < end:
            found.append((start, end))
    return found


def _worth_checking(words: str) -> bool:
    """Return whether a quotation is more than a letter or a small word."""
    return len(words) > 1 or bool(terms(words))


def _join_split_quotations(spans: list[Span], marked: Sequence[Quotation]) -> list[Span]:
    """Join sentences that share a quotation; both arguments are sorted."""
    found: list[Span] = []
    ends = [one.end for one in marked]
    for start, end in spans:
        over = bisect_right(ends, start)  # the first quotation that ends later
        if found and over < len(marked) and marked[over].start < found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _quotations_in(marked: Sequence[Quotation], start: int, end: int) -> tuple[Span, ...]:
    """Return the insides of the quotations in a stretch; `marked` is sorted."""
    first = bisect_left(marked, start, key=lambda one: one.start)
    last = bisect_right(marked, end, lo=first, key=lambda one: one.end)
    return tuple(one.inside for one in marked[first:last])
