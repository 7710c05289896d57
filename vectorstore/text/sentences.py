"""Where sentences stand in a text, as exact offsets.

Rules, no model: they are fast, give the same result everywhere, and know the stumbling blocks of
news and policy prose (`St. Lucia`, `Whipps Jr. to`, `the U.S. The`, closing quotes, 。！？). They
do not parse Markdown; heading lines and list items are recognised only as places to break.
"""

import re

from vectorstore.records import Passage

Span = tuple[int, int]

VERSION = "2"  # part of the fingerprint of stored vectors: raise it when sentences change

LONGEST = 1200  # characters; a run of text without any full stop is cut there, at a space
_WIDEST_WRAP = (
    160  # characters; nobody wraps lines wider than this, so a longer line is a paragraph
)

_NEVER_END = frozenset(
    "mr mrs ms mx dr prof st rep sen gov pres hon rev fr msgr amb gen col lt sgt capt cmdr adm maj "
    "brig mt ft fig figs eq eqs art arts sec secs ch chs vol vols pp p para paras vs cf eg ie viz "
    "approx ca al nr jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_SELDOM_END = frozenset("jr sr inc ltd co corp bros dept univ etc est ave blvd rd am pm".split())
_BEFORE_NUMBER = frozenset("no nos op".split())
_STARTERS = frozenset(
    "a after all also although an and another as at because both but by despite during each "
    "even finally first for from furthermore given he her here his how however i if in indeed "
    "instead it its last later many meanwhile moreover most much nevertheless next no not now "
    "of on once one only our over she similarly since so some still such that the their then "
    "there therefore these they this those though through thus to today two under unlike until "
    "upon we what when where whether which while who why with without yet you".split()
)
_CLOSERS = r"\"'”’»)\]〕】」』）］"
_END = re.compile(
    rf"(?P<cjk>[。！？]+[{_CLOSERS}*_]*)|(?P<latin>(?<![.!?…])[.!?…]++[{_CLOSERS}*_]*(?:\[\d+\])*)(?=\s)"
)
_HIRAGANA = re.compile(r"[\u3041-\u309f]")
_WORD_BEFORE = re.compile(r"([^\s\"'“‘(\[«]+)$")
_WORD_AFTER = re.compile(r"[\s\"'“‘(\[«*_]*(\S[\w’'-]*)")
_MARKED_LINE = re.compile(
    r"[ \t]*(?:#{1,6}[ \t]|[-*+•·▪–][ \t]|>|\||\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)][ \t])"
)
_ROW = re.compile(r" \| |^[^:;|\n]{1,60}: [^;\n]*; ")  # of a table, as the readers write them
_LIST_MARK = re.compile(r"[ \t]*(?:[-*+•·▪–]|>)[ \t]+")


def sentences(text: str) -> list[Span]:
    """The sentences of a text in order: spans without surrounding white space, none empty.

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
    """Stretches inside which a line break is only a wrapped line."""
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
    """Whether the break after a line is there only because its next word did not fit."""
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
    if bare in _NEVER_END:
        return False
    initials = "." in word and all(len(part) == 1 for part in word.split("."))
    if initials or bare in _SELDOM_END:
        return following.lower() in _STARTERS
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
