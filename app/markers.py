"""A model's stream to sentences with the ids they cite.

The model was asked to end each sentence with ids in square brackets. Weak models write them in
many ways (`[1, 2]`, `【1】`, `(1)`, before or after the full stop): all are read, ids that were
never offered are dropped, and a marker that is only half there is held back.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from vectorstore.sentences import sentences

_MARKER = re.compile(r"\s*(?:\[([\d\s,;–-]+)\]|【([\d\s,;†–-]+)】|\((\d+(?:\s*,\s*\d+)*)\))")
_WHOLE_WORDS = re.compile(r"\s|[\u3040-\u30ff\u3400-\u9fff。！？」』]")
_HALF = re.compile(r"\s*[\[【(][\d\s,;–-]*$")
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)|(\d+)")
_WIDEST_RANGE = 10


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as the model wrote it, without its markers, and the offered ids it cites."""

    text: str
    ids: tuple[int, ...]


class MarkerStream:
    """Collects the pieces of a stream; hands out each sentence once, when it is whole."""

    def __init__(self, offered: Collection[int]) -> None:
        """`offered` are the ids that the model was given."""
        self._offered = offered
        self._text = ""  # what has not been handed out

    def feed(self, piece: str) -> list[Written]:
        """Add a piece; returns the sentences that it completes.

        Whether a full stop ends a sentence depends on the word that follows, so a word that may
        be half there is not looked at yet.
        """
        self._text += piece
        whole = list(_WHOLE_WORDS.finditer(self._text))
        parsed = self._parsed(self._text[: whole[-1].end()]) if whole else []
        if len(parsed) < 2:
            return []
        self._text = self._text[parsed[-1][1] :]
        return [written for written, _ in parsed[:-1]]

    def finish(self) -> list[Written]:
        """The stream has ended: what is left."""
        parsed, self._text = self._parsed(self._text), ""
        return [written for written, _ in parsed]

    def draft(self) -> str:
        """The sentence that is being written, as far as it can be shown."""
        return " ".join(written.text for written, _ in self._parsed(self._text))

    def _parsed(self, text: str) -> list[tuple[Written, int]]:
        """Sentences, each with the place in `text` where it begins."""
        clean, marks, places = self._without_markers(_HALF.sub("", text))
        spans = sentences(clean)
        parsed = []
        for number, (start, end) in enumerate(spans):
            until = spans[number + 1][0] if number + 1 < len(spans) else len(clean) + 1
            # A marker before the first letter of the next sentence belongs to this one.
            first = start if number else -1
            ids = [i for place, some in marks if first < place <= until for i in some]
            parsed.append((Written(clean[start:end], tuple(dict.fromkeys(ids))), places[start]))
        return parsed

    def _without_markers(self, text: str) -> tuple[str, list[tuple[int, list[int]]], list[int]]:
        """The text without its markers, where in it each stood, and whence each character came."""
        clean, last = "", 0
        marks: list[tuple[int, list[int]]] = []
        places: list[int] = []
        for match in _MARKER.finditer(text):
            ids = [i for i in _ids(match[1] or match[2] or match[3]) if i in self._offered]
            if match[3] and not ids:
                continue  # (2023) is a year, not an id
            clean += text[last : match.start()]
            places += range(last, match.start())
            marks.append((len(clean), ids))
            last = match.end()
        return clean + text[last:], marks, [*places, *range(last, len(text))]


def _ids(inside: str) -> list[int]:
    """The ids between two brackets: `1, 3-4` → 1, 3, 4."""
    ids: list[int] = []
    for low, high, one in _RANGE.findall(inside):
        if one:
            ids.append(int(one))
        else:
            ids += range(int(low), min(int(high), int(low) + _WIDEST_RANGE) + 1)
    return ids
