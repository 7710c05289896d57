"""Sentences that say the opposite with the same words: rose and fell, who does what to whom.

A list of opposites and the order of names, no parser: sentences in which a passive or a relative
clause may turn the meaning round are skipped.
"""

import re
from collections.abc import Iterator

from app.verification.names import names
from vectorstore.text.antonyms import ANTONYMS, OTHER_SENSES
from vectorstore.text.lemmas import LEMMAS
from vectorstore.text.scripts import cjk_share
from vectorstore.text.terms import terms

# Both sides of one deal: what one buys, the other sells. Such pairs are opposites only if the word
# before (who buys) or after (before what) is the same.
_BY_THE_WORD_BEFORE = frozenset({"buy", "sell", "import", "export", "win", "lose", "gain"})
_BY_THE_WORD_AFTER = frozenset({"befor", "after", "higher", "lower"})
_SMALL_WORDS = re.compile(
    r"\b(?P<what>vote[sd]?|voting|more|less|fewer) "
    r"(?P<way>(?:for|against|in favou?r of)(?= )|\w+)",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being)\s+$")
_WORD = re.compile(r"[^\W\d_]+")
_AGAINST: dict[str, set[str]] = {}
for _pair in ANTONYMS:
    _one, _other = (terms(word)[-1] if terms(word) else word for word in _pair)
    _AGAINST.setdefault(_one, set()).add(_other)
    _AGAINST.setdefault(_other, set()).add(_one)
_EITHER_WAY = re.compile(
    r"\b(?:by|and|or|with|between|is|are|was|were|be|been|being|which|who|whom|that|met|meets?)\b|,"
)


def opposites(sentence: str, source: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a sentence whose opposites stand in the source, with these.

    >>> list(opposites("Exports fell.", "Exports rose."))
    [('fell', 'rose')]
    """
    mine, theirs = _by_stem(sentence), _by_stem(source)
    for stem, word in mine.items():
        if stem not in theirs:
            for other in sorted(_AGAINST.get(stem, set()) & theirs.keys() - mine.keys()):
                if _of_the_same(stem, (sentence, word), (source, theirs[other])):
                    yield word, theirs[other]
    yield from _small_words(sentence, source)


def _by_stem(text: str) -> dict[str, str]:
    """Return the words of a text by their stems, irregular verbs by those of their infinitives."""
    words = {
        word: LEMMAS.get(word.lower(), word.lower())
        for word in _WORD.findall(text)
        if word.lower() not in OTHER_SENSES
    }
    found = {(terms(plain) or (plain,))[-1]: word for word, plain in words.items()}
    return found | {pair: pair for pair in terms(text) if cjk_share(pair)}


def _of_the_same(stem: str, mine: tuple[str, str], theirs: tuple[str, str]) -> bool:
    """Return whether two opposites are about the same, judged by the word before or after."""
    side = 0 if stem in _BY_THE_WORD_BEFORE else 1 if stem in _BY_THE_WORD_AFTER else None
    if side is None:
        return True
    around = [_around(*one) for one in (mine, theirs)]
    if side == 0:
        if any(_PASSIVE.search(one[0]) for one in around):
            return False
        return terms(around[0][0])[-1:] == terms(around[1][0])[-1:]
    return terms(around[0][1])[:1] == terms(around[1][1])[:1]


def _around(text: str, word: str) -> tuple[str, str]:
    """Return what stands before and after a word of the text, where it stands first."""
    first = next(found for found in _WORD.finditer(text) if found[0] == word)
    return text[: first.start()], text[first.end() :]


def _small_words(sentence: str, source: str) -> Iterator[tuple[str, str]]:
    """Yield phrases that differ in a small word: voted for and against, more and less."""
    for one in _SMALL_WORDS.finditer(sentence):
        for other in _SMALL_WORDS.finditer(source):
            mine, theirs = ((m["what"].lower(), m["way"].lower()) for m in (one, other))
            if _against(mine, theirs):
                yield one[0], other[0]


def _against(mine: tuple[str, str], theirs: tuple[str, str]) -> bool:
    if mine[0].startswith("vot") and theirs[0].startswith("vot"):
        return (mine[1] == "against") != (theirs[1] == "against") and all(
            way == "against" or way.startswith(("for", "in ")) for way in (mine[1], theirs[1])
        )
    less = {mine[0], theirs[0]} & {"less", "fewer"}
    return "more" in (mine[0], theirs[0]) and bool(less) and mine[1] == theirs[1] != "than"


def swapped(sentence: str, source: str) -> tuple[str, str] | None:
    """Return two names that have changed places around the same verb; None if there are none.

    >>> swapped("Norway sued the port of Riga.", "Riga sued the port of Norway.")
    ('Norway', 'Riga')
    """
    once = [
        name.text
        for name in names(sentence)
        if sentence.count(name.text) == 1 and source.count(name.text) == 1
    ]
    for at, one in enumerate(once):
        for other in once[at + 1 :]:
            mine = _between(sentence, one, other)
            theirs = _between(source, other, one)
            same_verb = set(terms(mine)) & set(terms(theirs))
            if same_verb and not _EITHER_WAY.search(f"{mine} {theirs}"):
                return one, other
    return None


def _between(text: str, first: str, second: str) -> str:
    start, end = text.find(first) + len(first), text.find(second)
    return text[start:end] if start <= end else ""
