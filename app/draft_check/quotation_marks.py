"""Find quotations by their marks: those of many languages, of LaTeX, and of a typewriter.

Marks that enclose (“…”, „…“, ”…”, «…», »…«, 「…」, "…", ``…'') are paired by what is open and what
stands beside them; a paragraph may begin with the mark of a quotation that goes on. Single marks
follow (`single_marks.py`), because an apostrophe looks like one. Only the outermost quotations are
returned.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from app.draft_check.single_marks import SINGLE_MARKS, pair_single_marks
from vectorstore.text.scripts import UNSPACED
from vectorstore.text.sentences import Span

# What may close a quotation, by the mark that opens it.
_CLOSERS: dict[str, tuple[str, ...]] = {
    "“": ("”", "“"), "”": ("”",), "‟": ("”",), "„": ("“", "”"), "❝": ("❞",),
    "«": ("»",), "»": ("«", "»"), "‹": ("›",), "›": ("‹", "›"),
    "「": ("」",), "『": ("』",), "｢": ("｣",), "﹁": ("﹂",), "﹃": ("﹄",), "〝": ("〟", "〞"),
    '"': ('"',), "＂": ("＂",), "``": ("''", "”", '"'), "''": ("''",),
    ",,": ("''", "“", "”", '"'),
}  # fmt: skip
_TURNED = frozenset("”»›“")  # open or close, by the language
_STRAIGHT = frozenset(('"', "＂", "''", ",,"))
# Marks that a writer may mix up: “so" and "so”.
_MIXED_OPEN = frozenset('“„"”') | {"``", "''", ",,"}
_MIXED_CLOSE = frozenset('”"“') | {"''"}
_ENCLOSING = dict.fromkeys([*_CLOSERS, *(c for some in _CLOSERS.values() for c in some)])
_TOKEN = re.compile(
    r"(?P<skip>`{3,}|'{3,}|\"{3,}|,{3,})|(?P<paragraph>\n[ \t]*\n\s*)|(?P<mark>"
    + "|".join(map(re.escape, sorted(_ENCLOSING, key=len, reverse=True)))
    + rf")|(?P<single>[{SINGLE_MARKS}])"
)
_DEEPEST = 8  # quotations in one another; judged: bounds the time
_LEAD = re.compile(r"[>\s]*")
_CJK = re.compile(f"[{UNSPACED}]")
_OPENING = frozenset("([{¿¡*_‘'`“\"«‹「『„‚…—–-$€£#<")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation from `start` to `end` with its marks; `inside` is the span of its words."""

    start: int
    end: int
    inside: Span


@dataclass(frozen=True, slots=True)
class _Mark:
    """A mark with what stands beside it: whether it can open and close."""

    text: str
    start: int
    end: int
    can_open: bool
    can_close: bool


def quotations(text: str) -> list[Quotation]:
    r"""Return the outermost quotations of a text, in order.

    >>> text = 'It says „nein“, ``so\'\', «no» and ‘the workers’ houses’.'
    >>> [text[slice(*one.inside)] for one in quotations(text)]
    ['nein', 'so', 'no', 'the workers’ houses']
    """
    pairs: list[tuple[Span, Span]] = []
    singles: list[Span] = []
    state = _Pairing()
    for match in _TOKEN.finditer(text):
        if match["single"]:
            singles.append(match.span())
        elif match["paragraph"]:
            pairs += state.at_paragraph(text, match.end())
            singles.append(match.span())
        elif match["mark"]:
            state.take(_mark(text, match))
    pairs += state.at_paragraph(text, len(text))
    pairs.sort()
    pairs += pair_single_marks(text, singles, [(a[0], b[1]) for a, b in pairs])
    return list(_outermost(text, sorted(pairs)))


def _mark(text: str, match: re.Match[str]) -> _Mark:
    before = text[max(match.start() - 1, 0) : match.start()]
    after = text[match.end() : match.end() + 1]
    word_before = before.isalnum() and not _CJK.match(before)
    word_after = after.isalnum() and not _CJK.match(after)
    return _Mark(
        match[0],
        *match.span(),
        can_open=not word_before and (after.isalnum() or after in _OPENING) and after != "",
        can_close=before != "" and not before.isspace() and not word_after,
    )


class _Pairing:
    """Pairs the marks of a text in their order."""

    def __init__(self) -> None:
        """Begin with nothing open."""
        self._open: list[_Mark] = []
        self._pairs: list[tuple[_Mark, _Mark]] = []
        self._alone: list[_Mark] = []
        self._goes_on = -1  # where a mark only says that the quotation before goes on

    def take(self, mark: _Mark) -> None:
        """Let a mark close what is open, or open a quotation."""
        if mark.start == self._goes_on:
            return
        for at in range(len(self._open) - 1, max(len(self._open) - _DEEPEST, 0) - 1, -1):
            if _closes(mark, self._open[at], on_top=at == len(self._open) - 1):
                self._alone += self._open[at + 1 :]
                if self._open[at].text != mark.text or mark.text != "``":
                    self._pairs.append((self._open[at], mark))
                del self._open[at:]
                return
        if _opens(mark):
            self._open.append(mark)
        else:
            self._alone.append(mark)

    def at_paragraph(self, text: str, start: int) -> list[tuple[Span, Span]]:
        """Return the pairs so far; keep what is open if the paragraph at `start` takes it up."""
        lead = _LEAD.match(text, start)
        first = lead.end() if lead else start
        if self._open and start < len(text):
            mark = self._open[0].text
            if text.startswith(("“", "„") if mark == "„" else mark, first):
                self._goes_on = first
                return []
        found = [(a, b) for a, b in self._pairs]
        found += self._mixed(found)
        self._open, self._pairs, self._alone = [], [], []
        return [((a.start, a.end), (b.start, b.end)) for a, b in found]

    def _mixed(self, found: Sequence[tuple[_Mark, _Mark]]) -> Iterator[tuple[_Mark, _Mark]]:
        """Yield pairs of neighbours of different kinds that were left alone: “so"."""
        alone = sorted((*self._alone, *self._open), key=lambda mark: mark.start)
        steps = sorted([*((a.start, 1) for a, _ in found), *((b.start, -1) for _, b in found)])
        taken = -1
        for one, other in pairwise(alone):
            if (
                one.start > taken
                and one.text in _MIXED_OPEN
                and other.text in _MIXED_CLOSE
                and one.can_open
                and other.can_close
                and not other.can_open
                and _balanced(steps, one.start, other.start)
            ):
                taken = other.start
                yield one, other


def _balanced(steps: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Return whether all that opens in a stretch closes there, and the other way round."""
    between = steps[bisect_left(steps, (start, 0)) : bisect_left(steps, (end, 0))]
    depths = list(accumulate(step for _, step in between))
    return not depths or (min(depths) >= 0 and depths[-1] == 0)


def _closes(mark: _Mark, opened: _Mark, *, on_top: bool) -> bool:
    """Return whether a mark closes a quotation that is open."""
    if mark.text == "``":
        return opened.text == "``" and mark.can_close  # code in Markdown
    if mark.text not in _CLOSERS[opened.text]:
        return False
    only_opens = mark.can_open and not mark.can_close
    if mark.text in _STRAIGHT:
        return on_top and not only_opens and (mark.can_close or not mark.can_open)
    if mark.text == opened.text or (mark.text == "“" and opened.text == "“"):
        return mark.can_close and not mark.can_open
    return not (mark.text in _TURNED and only_opens)


def _opens(mark: _Mark) -> bool:
    """Return whether a mark that closes nothing opens a quotation."""
    if mark.text not in _CLOSERS:
        return False
    if mark.text in ("”", "»", "›", "''", ",,", "``"):
        return mark.can_open
    if mark.text in _STRAIGHT:
        return mark.can_open or not mark.can_close
    return mark.can_open or not mark.can_close or mark.text not in _TURNED


def _outermost(text: str, pairs: Sequence[tuple[Span, Span]]) -> Iterator[Quotation]:
    """Yield the quotations that are in no other and have words; `pairs` is sorted."""
    last = 0
    for (start, first), (final, end) in pairs:
        inside = text[first:final]
        words = inside.strip()
        if start >= last and any(map(str.isalnum, words)):
            last = end
            begin = first + len(inside) - len(inside.lstrip())
            yield Quotation(start, end, (begin, begin + len(words)))
