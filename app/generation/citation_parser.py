"""Parse a model's stream into sentences with the ids they cite.

Each sentence is returned once, when it is complete. Ids that are not in the context are dropped,
and incomplete markers are held back. The text is read character by character, so the size of its
pieces makes no difference.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.generation.markup import CleanedText, clean_markup, in_list
from vectorstore.text.scripts import UNSPACED
from vectorstore.text.sentences import Span, sentences

_BOUNDARY = re.compile(rf"[\s{UNSPACED}。！？」』]")
_HALF = re.compile(  # possibly the beginning of a marker, a tag or a list of sources
    r"\s*\(?\\?[\[【(（［][^\]】)）］\n]{0,40}$|<(?:[/|A-Za-z][^<>\n]{0,40})?$"
    r"|(?<=[\]】］])\s*(?:[,;、&]|and?)\s*$|\b(?:sources?|references?|citations?)[:：]\s*$",
    re.IGNORECASE,
)
_CUT_OFF = re.compile(r"\s*[\[【(（［]\^?[\d\s,;–-]*$")
_ENDING = frozenset(".!?…。！？\n]】］)）>")
_LOOKS = 4  # words after a full stop: markers, and the first word of the next sentence; judged
_LONGEST_DRAFT = 2500  # characters; judged: no sentence is so long
_SHORT = 400  # characters that are parsed again at each word; judged by time
_GROWTH = 0.1  # share by which a longer stretch must grow to be parsed again; judged by time
_LONGEST_LIST = 30  # sentences of a list to wait for; judged
_LEAD_IN = (":", "：")


@dataclass(frozen=True, slots=True)
class GeneratedSentence:
    """A sentence as the model wrote it, without its markers, and the known ids it cites."""

    text: str
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _ParsedSentence:
    written: GeneratedSentence
    place: int  # its first character in the raw text
    end: int  # its last character or marker in the raw text
    item: bool  # an item of a list
    lone: tuple[int, ...]  # ids on a separate line after it


class CitationParser:
    """Collects the pieces of a stream and returns each sentence once, when it is complete."""

    def __init__(self, offered: Collection[int]) -> None:
        """Accept the ids that the model was given."""
        self._offered = offered
        self._text = ""
        self._from = 0  # where the rest that was not returned yet begins
        self._due = 0  # how many more words can show that a sentence is complete
        self._next = 0  # how long the rest must be to be parsed again
        self._draft = (0, 0, "")  # its start, the length of the text then, and the draft

    def feed(self, piece: str) -> list[GeneratedSentence]:
        """Add a piece and return the sentences that it completes.

        Whether a full stop ends a sentence depends on the next word, so an incomplete word is not
        parsed yet. A list is returned when it ends, as the ids after it may belong to all items.
        """
        found: list[GeneratedSentence] = []
        for character in piece:
            if character.isspace() and self._text[-2:].isspace() and len(self._text) > 1:
                continue
            self._text += character
            if character in _ENDING:
                self._due = _LOOKS
            grown = len(self._text) - self._from >= self._next
            if self._due and grown and _BOUNDARY.match(character):
                self._due -= 1
                found += self._complete()
        return found

    def finish(self) -> list[GeneratedSentence]:
        """Return the remaining sentences after the end of the stream."""
        parsed, self._from = self._parsed(_CUT_OFF), len(self._text)
        return _joined(parsed)

    def draft(self) -> str:
        """Return the sentence being written, as far as it can be shown; empty if it is too long."""
        length = len(self._text) - self._from
        if length > _LONGEST_DRAFT:
            return ""
        begun, looked, _ = self._draft
        if begun != self._from or len(self._text) >= looked + _pause(length):
            words = " ".join(one.written.text for one in self._parsed())
            self._draft = (self._from, len(self._text), _CUT_OFF.sub("", words))
        return self._draft[2]

    def _complete(self) -> list[GeneratedSentence]:
        parsed = self._parsed()
        count = len(parsed) - 1
        while count > 0 and parsed[count].item and _belongs(parsed[count - 1]):
            count -= 1
        if len(parsed) > _LONGEST_LIST:
            count = len(parsed) - 1
        if count < 1:
            length = len(self._text) - self._from
            self._next = length + _pause(length)
            return []
        self._from, self._next = parsed[count - 1].end, 0
        return _joined(parsed[:count])

    def _parsed(self, unsure: re.Pattern[str] = _HALF) -> list[_ParsedSentence]:
        """Return the sentences of the rest, without an end that matches `unsure`."""
        end = len(self._text)
        if half := unsure.search(self._text, self._from):
            end = half.start()
        clean = clean_markup(self._text, self._from, end, self._offered)
        spans = [s for s in sentences(clean.text) if re.search(r"\w", clean.text[slice(*s)])]
        belonging = _assigned(clean, spans)
        parsed = []
        for (first, last), marks in zip(spans, belonging, strict=True):
            ids = dict.fromkeys(i for mark in marks for i in clean.marks[mark].ids)
            text = clean.text[first:last].strip(" *_") or clean.text[first:last]
            ends = [clean.places[last - 1] + 1, *(clean.marks[mark].end for mark in marks)]
            lone = [clean.marks[m] for m in marks if clean.marks[m].place >= last]
            parsed.append(
                _ParsedSentence(
                    GeneratedSentence(text, tuple(ids)),
                    clean.places[first],
                    max(ends),
                    in_list(self._text, clean.places[first]),
                    tuple(i for mark in lone if mark.alone for i in mark.ids),
                )
            )
        return parsed


def _pause(length: int) -> int:
    """Return how many more characters to wait for before parsing an incomplete stretch again.

    Parsing all of it at every word would take quadratic time.
    """
    return int(max(0, length - _SHORT) * _GROWTH)


def _assigned(clean: CleanedText, spans: Sequence[Span]) -> list[list[int]]:
    """Return the numbers of the markers of each sentence.

    A marker belongs to the sentence that contains or precedes it. At the start of a line it belongs
    to the next sentence, unless the one before has none: `It rained. ⏎ [1] He left.`
    """
    belonging: list[list[int]] = [[] for _ in spans]
    for number, mark in enumerate(clean.marks):
        before = [i for i, (first, _) in enumerate(spans) if first < mark.place]
        which = before[-1] if before else 0
        if before and mark.leads and which + 1 < len(spans) and mark.place >= spans[which][1]:
            which += bool(belonging[which])
        if spans:
            belonging[which].append(number)
    return belonging


def _belongs(one: _ParsedSentence) -> bool:
    """Return whether a sentence belongs to the list that follows it."""
    return one.item or one.written.text.endswith(_LEAD_IN)


def _joined(parsed: Sequence[_ParsedSentence]) -> list[GeneratedSentence]:
    """Return the sentences; items without ids get those after the list, lead-ins all of it."""
    found: list[GeneratedSentence] = []
    following: list[_ParsedSentence] = []  # the rest of the list, last item first
    lone: tuple[int, ...] = ()
    for one in reversed(parsed):
        ids = one.written.ids
        if one.item:
            lone = lone or one.lone
            ids = ids or lone
            following.append(one)
        else:
            if following and not ids and one.written.text.endswith(_LEAD_IN):
                union = [i for item in reversed(following) for i in item.written.ids or lone]
                ids = tuple(dict.fromkeys(union))
            following, lone = [], ()
        found.append(GeneratedSentence(one.written.text, ids))
    return found[::-1]
