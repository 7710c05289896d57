"""Strip markup and citation markers from what a model wrote, and locate the markers.

The prompt asks for ids in square brackets at the end of each sentence. Weak models write them in
many ways (`[1, 2]`, `【1】`, `[^1]`, `(1)`, `¹`, `[Source 1]`, before or after the full stop); all
are recognised. Headings, labels, fences, tags, list marks and a final list of sources are dropped.
Sentences are found later, in `citation_parser.py`.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

_WORD = r"(?:sentences?|sources?|passages?|refs?|ids?|nos?\.?|see|cf\.?|s|出典|来源)?\s*[:：#^]?\s*"
_INSIDE = (
    rf"{_WORD}\d+(?:\s*(?:[,;、，&–—~-]|\band\b)\s*{_WORD}\d+|\s+\d+)*\s*(?:†[^\]】]{{0,40}})?"
)
_SQUARE = (
    rf"\\?[\[【［]{_INSIDE}\\?[\]】］](?:\((?:https?:|\#|/)[^()\s]*\))?"
    r"|<sup>\s*\[?\d[\d,;\s]*\]?\s*</sup>"
)
_SQUARES = rf"(?:{_SQUARE})(?:\s*(?:[,;、]|\band\b|&)?\s*(?:{_SQUARE}))*"
_TOKEN = re.compile(
    rf"""
    (?P<definition> \s*^[ \t]*\[\^?\d+\]:[^\n]* )
  | (?P<tail> \s*^[\W_]{{0,12}}(?:(?:sources?|references?|citations?|footnotes?)
        (?:[ ](?:used|cited))?
        |bibliography|works[ ]cited|出典|参考文献|參考文獻|参考资料|來源|来源|引用元?|脚注)
        [ \t*_]*(?:[:：][\s\S]*|$[\s\S]*) )
  | (?P<marker> \s*(?:(?<=[^\n][ \t])(?:sources?|references?|citations?|出典)[:：][ \t]*)?
        (?: [(（]\s*{_WORD}{_SQUARES}\s*[)）] | {_SQUARES} ) )
  | (?P<round> \s*[(（]{_INSIDE}[)）] )
  | (?P<super> (?:(?<=[.!?,;:)”"’'。、」])|(?<=[A-Za-z]{{4}}))[⁰¹²³⁴-⁹]+
        (?:[,˒\s]{{0,2}}[⁰¹²³⁴-⁹]+)* )
  | (?P<line> </?(?:br|p|li|div)\b[^<>\n]{{0,80}}> | ^[ \t]*(?:(?:```|~~~)[^\n]*
        | (?:[-*_=|:][ \t]*){{3,}}
        | \#{{1,6}}[ \t]+(?![^\n]*(?:\[\d|[.!?。][*_\s]*$))[^\n]*
        | \*\*(?![^\n]*[.!?。]\*\*)[^*\n\[_]{{1,60}}\*\*:? )[ \t]*$ )
  | (?P<label> ^[ \t]*\**(?:final[ ])?(?:answer|response|回答|答え|答案)\**\s*[:：]\**[ \t]* )
  | (?P<prefix> ^[ \t]*(?:>[ \t]?|\#{{1,6}}[ \t]+|\|[ \t]*)
        | ^[ \t]*(?:[-*+•·▪–‣◦]|[(（]?(?:\d{{1,2}}|[a-z])[.)）])[ \t]+ )
  | !?\[(?P<link> [^\[\]\n]*[^\W\d][^\[\]\n]* )\]\([^()\s]{{0,400}}\)
  | \\(?P<escaped> [][_*\#`.()-] )
  | (?P<noise> </?[A-Za-z][^<>\n]{{0,80}}> | <\|[^<>\n]{{0,40}}\|> | \[/?INST\] | <</?SYS>>
        | [ \t]*\|[ \t]*$ | \*{{2,3}} | (?<!\d)\*(?=\S) | (?<=[^\s\d])\* | (?<!\w)_{{1,3}}(?=\w)
        | (?<=[\w.!?。,;:])_{{1,3}}(?!\w) | `+ | ~~ )
    """,
    re.MULTILINE | re.IGNORECASE | re.VERBOSE,
)
_CITES = re.compile(  # what follows `(1)` if it is a citation and not the number of an item
    r"\s*(?:$|[.,;:!?。、，！？\[【(（]|\n|and\b|but\b|while\b|[^\W\d_a-z])"
)
_RANGE = re.compile(r"(\d+)\s*[–—~-]\s*(\d+)|(\d+)")
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LINE_MARKER = re.compile(rf"[ \t]*(?:[-*+•]|\d{{1,2}}[.)])?[ \t]*(?:{_SQUARE})[ \t]*[^\s\[【.,;]")
_LIST = re.compile(r"[ \t]*(?:[-*+•·▪–‣◦]|[(（]?(?:\d{1,2}|[a-z])[.)）])[ \t]+")
_ANY_SQUARE = re.compile(_SQUARE, re.IGNORECASE)
_WIDE = "\u2e80"  # characters from here on are mostly Chinese, Japanese and Korean, without spaces
_WIDEST_RANGE = 10  # ids in `[3-12]`; judged: a wider range is no citation


@dataclass(frozen=True, slots=True)
class CitationMarker:
    """A marker with its ids, at `place` of the cleaned text; it ends at `end` of the raw text.

    `leads` if it opens its line, so that it may refer to what follows; `alone` if a line break
    separates it from what it follows.
    """

    place: int
    end: int
    ids: tuple[int, ...]
    leads: bool
    alone: bool


@dataclass(frozen=True, slots=True)
class CleanedText:
    """Text without markup and markers; `places` are its characters' offsets in the raw text."""

    text: str
    places: tuple[int, ...]
    marks: tuple[CitationMarker, ...]


def clean_markup(raw: str, start: int, end: int, offered: Collection[int]) -> CleanedText:
    """Clean the raw text from `start` to `end`; only the ids in `offered` count."""
    text, places, marks, last = "", list[int](), list[CitationMarker](), start
    square = _ANY_SQUARE.search(raw, 0, end)
    for match in _TOKEN.finditer(raw, start, end):
        kind = match.lastgroup
        ids = _ids(match[0], offered) if kind in ("marker", "round", "super") else ()
        if (kind == "round" and not (ids and _round_counts(raw, match, end, square))) or (
            kind == "super" and not ids
        ):
            continue
        text += raw[last : match.start()]
        places += range(last, match.start())
        last = match.end()
        if kind in ("link", "escaped"):
            text += match[kind]
            places += range(match.start(kind), match.end(kind))
        elif kind == "tail" and (start or text.strip()):
            last = end
            break
        elif kind in ("marker", "round", "super"):
            broken = "\n" in match[0][: len(match[0]) - len(match[0].lstrip())]
            marks.append(CitationMarker(len(text), last, ids, _leads(raw, match), broken))
            if broken or _glued(raw, match):
                text += "\n" if broken else " "
                places.append(match.start())
        elif kind in ("prefix", "line", "definition", "tail"):
            text += "\n\n"
            places += [match.start()] * 2
    return CleanedText(text + raw[last:end], (*places, *range(last, end)), tuple(marks))


def in_list(raw: str, place: int) -> bool:
    """Return whether a place is in an item of a list."""
    return _LIST.match(raw, raw.rfind("\n", 0, place) + 1) is not None


def _ids(marker: str, offered: Collection[int]) -> tuple[int, ...]:
    """Return the known ids in a marker: `[1, 3-4]` → 1, 3, 4."""
    inside = re.sub(r"†[^\]】]*|\((?:https?:|#|/)[^()]*\)", "", marker).translate(_SUPERSCRIPT)
    ids: list[int] = []
    for low, high, one in _RANGE.findall(inside):
        if one:
            ids.append(int(one[-6:]))
        else:
            first, last = int(low[-6:]), int(high[-6:])
            ids += range(first, min(last, first + _WIDEST_RANGE) + 1)
    return tuple(dict.fromkeys(i for i in ids if i in offered))


def _round_counts(raw: str, match: re.Match[str], end: int, square: re.Match[str] | None) -> bool:
    """Return whether `(1)` can be a citation: not in `9(2)`, in a list, or where `[1]` cites.

    `square` is the first marker in square brackets. On a later line it belongs to a list of sources
    and says nothing.
    """
    before = raw[match.start() - 1 : match.start()]
    if not match[0][0].isspace() and (before == ")" or (before.isalnum() and before < _WIDE)):
        return False
    if square and "\n" not in raw[match.end() : square.start()]:
        return False
    return _CITES.match(raw, match.end(), end) is not None


def _leads(raw: str, match: re.Match[str]) -> bool:
    place = match.end() - 1
    return _LINE_MARKER.match(raw, raw.rfind("\n", 0, place) + 1) is not None


def _glued(raw: str, match: re.Match[str]) -> bool:
    """Return whether dropping a marker would join two sentences: `It rained.[1]He left.`"""
    before, after = raw[match.start() - 1 : match.start()], raw[match.end() : match.end() + 1]
    return before in tuple(".!?") and after.isalpha()
