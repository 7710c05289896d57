"""A model's stream to sentences with the ids they cite.

Pieces of text in, each sentence out once, when it is whole. Ids that were never offered are
dropped, and a marker that is only half there is held back. How the text is cut into pieces makes
no difference: it is read character by character.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.generation.markup import CleanedText, clean_markup, in_list
from vectorstore.text.scripts import UNSPACED
from vectorstore.text.sentences import Span, sentences

_BOUNDARY = re.compile(rf"[\s{UNSPACED}。！？」』]")
_HALF = re.compile(  # what may be the beginning of a marker, a tag or a list of sources
    r"\s*\(?\\?[\[【(（［][^\]】)）］\n]{0,40}$|<(?:[/|A-Za-z][^<>\n]{0,40})?$"
    r"|(?<=[\]】］])\s*(?:[,;、&]|and?)\s*$|\b(?:sources?|references?|citations?)[:：]\s*$",
    re.IGNORECASE,
)
_CUT_OFF = re.compile(r"\s*[\[【(（［]\^?[\d\s,;–-]*$")
_ENDING = frozenset(".!?…。！？\n]】］)）>")
_LOOKS = 4  # words or characters after the end of a sentence: marks, the first word of the next
_LONGEST_DRAFT = 2500  # characters
_SHORT = 400  # characters that are looked through at each word
_GROWTH = 0.1  # by how much of the rest a longer stretch must grow to be looked through again
_LONGEST_LIST = 30  # sentences; a longer list is not waited for
_LEAD_IN = (":", "：")


@dataclass(frozen=True, slots=True)
class GeneratedSentence:
    """A sentence as the model wrote it, without its markers, and the offered ids it cites."""

    text: str
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _ParsedSentence:
    written: GeneratedSentence
    place: int  # of its first character in the raw text
    end: int  # of its last character or marker in the raw text
    item: bool  # of a list
    lone: tuple[int, ...]  # ids that stand on a line of their own after it


class CitationParser:
    """Collects the pieces of a stream; hands out each sentence once, when it is whole."""

    def __init__(self, offered: Collection[int]) -> None:
        """`offered` are the ids that the model was given."""
        self._offered = offered
        self._text = ""
        self._from = 0  # where what has not been handed out begins
        self._due = 0  # how many words more can show that a sentence is whole
        self._next = 0  # how long what was not handed out must be to be looked through
        self._draft = (0, 0, "")  # where it began, how long all was then, and what it was

    def feed(self, piece: str) -> list[GeneratedSentence]:
        """Add a piece; returns the sentences that it completes.

        Whether a full stop ends a sentence depends on the word that follows, so a word that may
        be half there is not looked at yet. A list is handed out when it ends, because the ids
        that follow it may belong to all its items.
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
                found += self._whole()
        return found

    def finish(self) -> list[GeneratedSentence]:
        """The stream has ended: what is left."""
        parsed, self._from = self._parsed(_CUT_OFF), len(self._text)
        return _joined(parsed)

    def draft(self) -> str:
        """The sentence that is being written, as far as it can be shown; empty if it is endless."""
        length = len(self._text) - self._from
        if length > _LONGEST_DRAFT:
            return ""
        begun, looked, _ = self._draft
        if begun != self._from or len(self._text) >= looked + _pause(length):
            words = " ".join(one.written.text for one in self._parsed())
            self._draft = (self._from, len(self._text), words)
        return self._draft[2]

    def _whole(self) -> list[GeneratedSentence]:
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
        """The sentences of what has not been handed out, without an end that is `unsure`."""
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
    """How many characters are awaited before a stretch that gave nothing is looked at again.

    To look through all of it at every word would take a time with the square of its length.
    """
    return int(max(0, length - _SHORT) * _GROWTH)


def _assigned(clean: CleanedText, spans: Sequence[Span]) -> list[list[int]]:
    """For each sentence the numbers of its marks.

    A mark belongs to the sentence in which it stands or which it follows. One that opens a line
    belongs to the sentence it opens, unless the one before has none: `It rained. ⏎ [1] He left.`
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
    """Whether a sentence belongs to the list that follows it."""
    return one.item or one.written.text.endswith(_LEAD_IN)


def _joined(parsed: Sequence[_ParsedSentence]) -> list[GeneratedSentence]:
    """The sentences; ids after a list go to its bare items, those of a list to its lead-in."""
    found: list[GeneratedSentence] = []
    following: list[_ParsedSentence] = []  # the rest of the list, from the end
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
