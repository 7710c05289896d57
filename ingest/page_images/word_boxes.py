"""Finds words of the stored text among the characters that PDFium reads on a page.

The stored text was read by another program and repaired, so lines, hyphens, ligatures, spaces and
running heads differ, and only letters and digits are compared (NFKD, case folding).
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from vectorstore.text.folding import ALPHANUMERIC, FoldedText, Span

# Judged: few enough to tolerate what the repair changed, enough not to box another sentence.
_CONTEXT = 80  # letters before and after that distinguish one occurrence from another
_ENOUGH = 0.5  # of the letters
_FEWEST = 8  # letters in a run
_GAP = 12  # letters that may differ between two runs
_MOST_OCCURRENCES = 200  # bounds the time


def letters_of(raw: str) -> FoldedText:
    """Return `theoffice` for `The oﬃce`, with the place of each letter."""
    return ALPHANUMERIC.with_places(raw)


def locate(stored: str, start: int, end: int, page: str) -> tuple[list[Span], float]:
    """Return the spans of `page` that match `stored` from `start` to `end`, and the share matched.

    The share is that of the letters, 0 to 1; below a half there are no spans.
    """
    there = letters_of(page)
    words = letters_of(stored[start:end]).text
    if not words or not there.text:
        return [], 0.0
    before = letters_of(stored[:start]).text[-_CONTEXT:]
    after = letters_of(stored[end : end + 4 * _CONTEXT]).text[:_CONTEXT]
    found = _best(there.text, words, before, after)
    if found is not None:
        return [there.raw_span(found, found + len(words))], 1.0
    rows = list(_rows(words, there.text))
    share = sum(end - start for start, end in rows) / len(words)
    return ([there.raw_span(a, b) for a, b in _joined(rows)] if share >= _ENOUGH else []), share


def _best(text: str, words: str, before: str, after: str) -> int | None:
    """Return the occurrence whose context is most like the stored one."""
    places: list[int] = []
    place = text.find(words)
    while place >= 0 and len(places) < _MOST_OCCURRENCES:
        places.append(place)
        place = text.find(words, place + 1)

    def likeness(place: int) -> int:
        left = text[max(place - len(before), 0) : place]
        right = text[place + len(words) :][: len(after)]
        return _same(left[::-1], before[::-1]) + _same(right, after)

    return max(places, key=likeness, default=None)


def _same(one: str, other: str) -> int:
    """Return the length of the common prefix."""
    both = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(both) if a != b), min(len(one), len(other)))


def _rows(words: str, text: str) -> Iterator[Span]:
    """Yield runs of letters of the page that occur in the words, in any order."""
    matcher = SequenceMatcher(None, words, text, autojunk=False)
    waiting = [(0, len(words))]
    while waiting:
        low, high = waiting.pop()
        found = matcher.find_longest_match(low, high, 0, len(text))
        if found.size >= _FEWEST:
            yield found.b, found.b + found.size
            waiting += (low, found.a), (found.a + found.size, high)


def _joined(rows: Sequence[Span]) -> list[Span]:
    """Return the runs in page order, joining those with a small gap."""
    spans: list[Span] = []
    for start, end in sorted(rows):
        if spans and start - spans[-1][1] <= _GAP:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans
