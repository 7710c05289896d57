"""Offer the nearest words that the library knows for those of a question that it does not.

The words come from the library's own vocabulary. Nothing is replaced silently: the corrected
question is offered beside the answer to the one that was asked.
"""

import re

from app.answering.sentence_ranking import unknown_words
from vectorstore.library import Library
from vectorstore.text.stop_words import STOP_WORDS
from vectorstore.text.terms import fold, terms

_SHORT, _LONG = (
    4,
    8,
)  # letters; judged: below, one slip with the first letter right; from, two slips
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_COMMON = sorted(
    {*STOP_WORDS, *"who what when where which why how many much long often does did".split()}
)
_ENDING = 4  # letters that stemming may have cut off (judged)
_TRIED = 10  # stems for each beginning of a word (judged)
_READ = 3  # passages in which a stem's words are looked up (judged)


def did_you_mean(library: Library, question: str) -> str:
    """Return the question with unknown words replaced; empty if none has a near one.

    A slip is a letter too many, too few, another, or two exchanged (optimal string alignment).
    """
    corrected = question
    for word in unknown_words(library, question):
        if word.isalpha() and (near := _nearest(library, word)):
            if word[:1].isupper():
                near = near[:1].upper() + near[1:]
            corrected = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", near, corrected)
    return corrected if corrected != question else ""


def _nearest(library: Library, word: str) -> str:
    """Return the likeliest word for one that the library does not know; empty if none is near."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    typed = fold(word)
    slips = 2 if len(typed) >= _LONG else 1
    near = {
        one: (distance, True)
        for one, distance, _ in extract(typed, _COMMON, scorer=OSA.distance, score_cutoff=slips)
    }
    for stem in _stems(typed, library.word_index.vocabulary(), slips):
        for written in _as_written(library, stem):
            distance = OSA.distance(fold(written), typed)
            if distance <= slips and written not in near:
                near[written] = (distance, False)
    best = sorted(
        (distance, fold(one)[:1] != typed[:1], is_common, one)
        for one, (distance, is_common) in near.items()
        if len(typed) >= _SHORT or (fold(one)[:1] == typed[:1] and len(one) >= len(typed))
    )
    return best[0][-1] if best else ""


def _stems(typed: str, vocabulary: list[str], slips: int) -> list[str]:
    """Return the library's stems that a word, or its beginning, is near to."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    beginnings = {typed[: len(typed) - cut] for cut in range(_ENDING + 1)} | set(terms(typed))
    return list(
        dict.fromkeys(
            stem
            for beginning in sorted(beginnings, key=len, reverse=True)
            if len(beginning) > slips + 1
            for stem, _, _ in extract(
                beginning, vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=_TRIED
            )
            if stem.isalpha()
        )
    )


def _as_written(library: Library, stem: str) -> set[str]:
    """Return the words of the library that have this stem, a name with its capital."""
    found: set[str] = set()
    for passage in library.searcher.passages_with([stem])[:_READ]:
        for word in _WORD.findall(passage.text):
            if list(terms(word)) == [stem]:
                is_name = word[:1].isupper() and word.lower() not in passage.text
                found.add(word if is_name else word.lower())
    return found
