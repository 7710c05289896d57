"""Whether a stop ends its sentence: abbreviations, initials, ellipses, brackets, quotations.

English stops are followed by white space, and what stands before and after them decides. Chinese
and Japanese stops end a sentence by themselves, unless a bracket or a quotation around them goes
on.
"""

import re
from bisect import bisect_left
from collections.abc import Callable

from vectorstore.text.figures import RAISED
from vectorstore.text.months import MONTH_ABBREVIATIONS, WEEKDAYS
from vectorstore.text.openers import STARTERS
from vectorstore.text.reporting_verbs import CHINESE_BESIDE_QUOTATIONS, QUOTATION_VERBS
from vectorstore.text.scripts import CJK, HIRAGANA
from vectorstore.text.tables import any_of, words

_CLOSERS = r"\"'”’»)\]〕】」』）］》〉"
STOP = re.compile(
    rf"(?P<cjk>(?:[。！？｡]+|(?<=[{CJK}\d{_CLOSERS}])．(?![\d．A-Za-zＡ-Ｚａ-ｚ])|(?<=[{CJK}])[!?]+(?=[{CJK}]))"
    rf"[{_CLOSERS}*_]*)"
    rf"|(?P<latin>(?<![.!?…])(?:\.(?:[ \u00a0\u2009]\.){{2,3}}|[.!?…]++)[{_CLOSERS}*_†‡]*)"
    rf"(?P<marks>(?:\[\d+(?:[,–-] ?\d+)*\]|[{RAISED}])*+)"
    r"(?P<note>\d{1,3}(?:[,–]\d{1,3})*)?(?=\s|\Z)"
)
"""What may end a sentence. `note` is the number of a note, set in plain digits after the stop."""

_NEVER_LAST = frozenset(
    (*words("abbreviations", "titles_and_places"), *words("abbreviations", "connecting"))
)
_SELDOM_LAST = frozenset(words("abbreviations", "seldom_last"))
_NUMBERED = frozenset(words("abbreviations", "numbered"))
_BEFORE_NUMBER = frozenset(words("abbreviations", "before_numbers"))
_WITH_CAPITAL = (
    frozenset(words("abbreviations", "with_capital"))
    | MONTH_ABBREVIATIONS
    | {day[:3] for day in WEEKDAYS}
)
_EXCLAIMED = frozenset(words("abbreviations", "exclaimed_names"))
_OPENERS = r"\"'“‘„‚(\[{«‹¿¡"
_WORD_BEFORE = re.compile(rf"((?:[^\s{_OPENERS}]|(?<=\w)')+)$")
_WORD_AFTER = re.compile(rf"[\s{_OPENERS}*_]*(\S[\w’'-]*)")
_CAMEL = re.compile(r"[a-z]{1,2}[A-Z]")  # iPhone, eBay, pH
_CODE = re.compile(r"(?!I\b)[IVXLC]+|[A-Z]{0,2}-?\d[\w-]*")
_LABEL = re.compile(
    rf"[\s#*_]*(?:{any_of(words('abbreviations', 'labels'))})\.?\s*$", re.IGNORECASE
)
_NUMBER = re.compile(r"[\d.]+|[IVXLC]+")
_PENCE = re.compile(r"£?\d+[sd]")  # £1 4s. 6d.
_AFTER_NOON = re.compile(
    rf"\s*(?:(?:{any_of((*WEEKDAYS, *_WITH_CAPITAL))})\b|[A-Z]{{2,4}}\b)"  # a day or a time zone
)
_BEFORE_INITIAL = re.compile(r"[a-z]{3,}\s+$")
# A whole word that ends in small letters: “sold.1”, not “No.1”, “3.1” or “A3.Guidance.1”
_NOTED = re.compile(r"(?:[^\W\d_]+[-’'])*[^\W\d_]*[^\W\d_A-Z]{2}")
_SAYING = any_of((*QUOTATION_VERBS, "asked", "cried", "replied", "shouted", "wondered"))
# Who says a question or an exclamation that has just ended: “Is it so?” Holm asked.
_SPEAKER = re.compile(rf"\s+(?:[A-Z][\w.’'-]*\s+){{1,3}}(?:{_SAYING})\b")

_INSIDE = re.compile(r"(?P<before>\S{1,40})[!?] (?=[a-z])")
_BOUNDARY = re.compile(r"\b")
_LONGEST_LABEL = 60  # characters of a line that may label what follows; judged
_NEAR = 2000  # characters around a name with ! in which it may stand again; judged
_PAIRS = dict(zip("「『《〈（【〔“(", "」』》〉）】〕”)", strict=True))
_CLOSING = frozenset(_PAIRS.values())
_WIDEST_PAIR = 200  # characters; judged: longer ones hold sentences of their own
_SAID = any_of(CHINESE_BESIDE_QUOTATIONS)
_GOES_ON = re.compile(
    rf"[{HIRAGANA}、，,：；;。！？．]|[並并而且但又便然却卻的之等與与和及或](?!後，|后，)"
)
_SPEAKER_FOLLOWS = re.compile(
    rf"[^。！？，、\s「『“]{{0,8}}?(?:{_SAID}|道|問|问|喊|叫|答)[。，：！？]"
)


class Names:
    """The words of a text that have ! or ? inside a sentence, as names do: “Yahoo! said”.

    >>> Names("Ask Yahoo! today. Yahoo!").near("Yahoo", 23, 24)
    True
    """

    def __init__(self, text: str) -> None:
        """Find nothing yet."""
        self._text = text
        self._places: dict[str, list[int]] | None = None

    def near(self, word: str, start: int, end: int) -> bool:
        """Whether a word stands like a name near a stop from `start` to `end`."""
        if self._places is None:
            self._places = self._found()
        places = self._places.get(word, [])
        number = bisect_left(places, start - _NEAR + len(word))
        return number < len(places) and places[number] + len("! a") <= end + _NEAR

    def _found(self) -> dict[str, list[int]]:
        """Return where the words end, for each ending of what stands there that begins a word."""
        places: dict[str, list[int]] = {}
        for match in _INSIDE.finditer(self._text):
            for word in _BOUNDARY.finditer(match["before"]):
                places.setdefault(match["before"][word.start() :], []).append(match.end("before"))
        return places


class Stretch:
    """Places in a stretch of text that its stops ask for, each found once.

    >>> Stretch("2. (A) pier", 0, 11, Names("")).letter_from(0)
    4
    """

    def __init__(self, text: str, start: int, end: int, names: Names) -> None:
        """Find nothing yet between two places of a text; `names` are those of the whole text."""
        self._text, self._start, self._end = text, start, end
        self.names = names
        self._letter = self._sign = -1
        self._openings: dict[str, list[int]] = {}

    def letter_from(self, place: int) -> int:
        """Return the place of the first letter from `place` on, or the end."""
        if self._letter < place:
            self._letter = self._first(str.isalpha, place)
        return self._letter

    def sign_from(self, place: int) -> int:
        """Return the place of the first letter or digit from `place` on, or the end."""
        if self._sign < place:
            self._sign = self._first(str.isalnum, place)
        return self._sign

    def last(self, opener: str, before: int) -> int:
        """Return the place of the last opening bracket of a kind before a place, or -1."""
        if opener not in self._openings:
            found = re.finditer(re.escape(opener), self._text[self._start : self._end])
            self._openings[opener] = [self._start + match.start() for match in found]
        places = self._openings[opener]
        number = bisect_left(places, before)
        return places[number - 1] if number else -1

    def _first(self, test: Callable[[str], bool], place: int) -> int:
        places = range(place, self._end)
        return next((at for at in places if test(self._text[at])), self._end)


class Brackets:
    """Where the short brackets and quotations of a stretch open and close.

    >>> Brackets("彼は「はい。」と", 0, 8).around(5, 6)
    True
    """

    def __init__(self, text: str, start: int, end: int) -> None:
        """Find them between two places of a text."""
        found: list[tuple[int, int]] = []
        opened: list[tuple[str, int]] = []
        for place in range(start, end):
            character = text[place]
            if character in _PAIRS:
                opened.append((_PAIRS[character], place))
            elif character in _CLOSING and any(closer == character for closer, _ in opened[-9:]):
                while opened[-1][0] != character:
                    opened.pop()
                at = opened.pop()[1]
                if place - at <= _WIDEST_PAIR:
                    found.append((at, place))
        self.closing = dict(sorted(found))
        """Where each closes, by where it opens."""
        self._openings = list(self.closing)

    def around(self, start: int, end: int) -> bool:
        """Whether one opens before `start` and closes at `end` or later."""
        first = bisect_left(self._openings, start - _WIDEST_PAIR)
        last = bisect_left(self._openings, start)
        return any(self.closing[at] >= end for at in self._openings[first:last])


def ends_in_cjk(text: str, match: re.Match[str], first: int, end: int, brackets: Brackets) -> bool:
    """Whether a Chinese or Japanese stop ends the sentence that begins at `first`."""
    stop = match["cjk"]
    if brackets.around(match.start(), match.end()):
        return False  # 「安全だ。通ってよい」: the sentence around the quotation goes on
    if stop[0] == "．" and _line_before(text, match.start()).strip().isdigit():
        return False  # １．はじめに
    following = text[match.end() : match.end() + 1] if match.end() < end else ""
    if stop[-1] in "」』）】〕”)":
        if brackets.closing.get(first) == match.end() - 1:  # the sentence begins with the quotation
            goes_on = bool(_SPEAKER_FOLLOWS.match(text, match.end(), end))
        elif stop[-1] in "）】〕)":
            goes_on = bool(following.strip())
        else:
            goes_on = following in _PAIRS
        return not (goes_on or _GOES_ON.match(text, match.end(), end))
    return stop[-1] not in "》〉" or not following.strip()


def ends_in_latin(text: str, match: re.Match[str], first: int, end: int, stretch: Stretch) -> bool:
    """Whether a full stop (or ! ? …) followed by white space ends the sentence from `first` on."""
    found = _WORD_BEFORE.search(text, max(first, match.start() - 40), match.start())
    word = found[1] if found else ""
    stop = match["latin"]
    if match["note"] and not (_NOTED.fullmatch(word) or stop[-1] in '”"’»)'):
        return False
    after = _WORD_AFTER.match(text, match.end(), end)
    if not after:
        return True
    following = after[1]
    if following[0].islower() and not _CAMEL.match(following):
        return False
    starts = following.lower() in STARTERS and text[after.end() : after.end() + 1] != "."
    if _in_parenthesis(match, first, stretch):
        return starts
    if stop[0] in "!?":
        named = word.lower() in _EXCLAIMED or (
            word[:1].isupper() and stretch.names.near(word, match.start(), match.end())
        )
        quoted = stop[-1] in '”"’»' and _SPEAKER.match(text, match.end(), end)
        return starts if named else not quoted
    if stop[0] == "…" or stop.startswith("..") or ". ." in stop.replace("\u00a0", " "):
        return (starts and following != "I") or not _omits(text, match, first)
    if stretch.letter_from(first) >= min(match.start(), first + _NEAR):
        return False  # the number of an item: 2. The pier
    place = found.start() if found else match.start()
    return _full_stop_ends(text, word, place, (following, starts), match.end())


def _full_stop_ends(text: str, word: str, place: int, after: tuple[str, bool], stop: int) -> bool:
    """Whether the full stop of this word, which stands at `place`, ends a sentence.

    `after` are the following word and whether it opens sentences; `stop` is where the stop ends.
    """
    following, starts = after
    bare = word.replace(".", "").lower()
    number = following[0].isdigit()
    if bare in _BEFORE_NUMBER:
        return not (number or _CODE.fullmatch(following))
    if bare in _NEVER_LAST:
        return False
    if bare in ("am", "pm"):
        return not _AFTER_NOON.match(text, stop)
    if bare in _NUMBERED or (len(word) == 1 and word.islower()):
        return starts and len(following) > 1
    if bare in _SELDOM_LAST or word in _WITH_CAPITAL:
        return starts
    if "." in word and all(len(part) == 1 for part in word.split(".")):  # U.S.
        return starts
    if _PENCE.fullmatch(word) and number:
        return False
    if _NUMBER.fullmatch(word):
        line = _line_before(text, place)
        return bool(line.strip() and not _LABEL.match(line)) or not word.strip("I")
    if len(word) == 1 and word.isupper() and word != "I":
        return starts and bool(_BEFORE_INITIAL.search(text, max(0, place - 20), place))
    return True


def _line_before(text: str, place: int) -> str:
    """Return what stands before a place in its line, of a long line only the end."""
    least = max(0, place - _LONGEST_LABEL)
    return text[max(least, text.rfind("\n", least, place) + 1) : place]


def _in_parenthesis(match: re.Match[str], first: int, stretch: Stretch) -> bool:
    """Whether a stop belongs to a parenthesis inside its sentence: “the (!) pier”."""
    closed = match["latin"].rstrip("*_†‡")[-1:]
    if closed not in (")", "]"):
        return False
    opened = stretch.last("(" if closed == ")" else "[", match.start())
    return opened > first and stretch.sign_from(first) < opened


def _omits(text: str, match: re.Match[str], first: int) -> bool:
    """Whether an ellipsis stands for words left out: it is set apart and no fourth dot."""
    dots = match["latin"].count(".") + 3 * match["latin"].count("…")
    before = text[match.start() - 1 : match.start()] if match.start() > first else " "
    return dots == 3 and (before.isspace() or before in '[(“‘"«')
