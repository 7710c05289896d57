"""Where words of a stored text stand among the characters of a page as PDFium reads it.

The stored text is repaired text, and another program read it: lines, hyphens, ligatures, spaces
and running heads differ, so only letters and digits are compared (NFKD, case folding). In go two
texts and a span of the one, out come spans of the other. It knows nothing of files or pictures.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from vectorstore.text.folding import ALPHANUMERIC, FoldedText, Span

_CONTEXT = 80  # letters before and after that tell one occurrence from another
_ENOUGH = 0.5  # of the letters; what has fewer of them is another sentence
_FEWEST = 8  # letters in a row that are no accident
_GAP = 12  # letters that may differ between two such rows
_MOST_OCCURRENCES = 200


def letters_of(raw: str) -> FoldedText:
    """Return `theoffice` for `The oﬃce`, with the place of each letter."""
    return ALPHANUMERIC.with_places(raw)


def locate(stored: str, start: int, end: int, page: str) -> tuple[list[Span], float]:
    """The spans of `page` that say what `stored` says from `start` to `end`, and how much of it.

    The share is that of its letters, 0 to 1; below a half there are no spans.
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
    """The occurrence whose neighbourhood is most like the one that was stored."""
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
    """How many characters two texts begin with alike."""
    both = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(both) if a != b), min(len(one), len(other)))


def _rows(words: str, text: str) -> Iterator[Span]:
    """Rows of letters of the page that stand in the words, the longest first, in any order."""
    matcher = SequenceMatcher(None, words, text, autojunk=False)
    waiting = [(0, len(words))]
    while waiting:
        low, high = waiting.pop()
        found = matcher.find_longest_match(low, high, 0, len(text))
        if found.size >= _FEWEST:
            yield found.b, found.b + found.size
            waiting += (low, found.a), (found.a + found.size, high)


def _joined(rows: Sequence[Span]) -> list[Span]:
    """The rows in the order of the page, those with little between them as one."""
    spans: list[Span] = []
    for start, end in sorted(rows):
        if spans and start - spans[-1][1] <= _GAP:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans
