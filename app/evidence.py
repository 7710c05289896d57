"""Which sentences of the passages found bear on the question, and how strongly.

A sentence is scored by what it means (cosine of its vector to the question's) and by which of the
question's words it has, each weighted by how rare it is in the library (inverse document
frequency, so that a name counts for more than a common verb); the passage around it counts a
little, because names are often said once and then replaced by pronouns. A date or a number counts
where one is asked for.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vectorstore.library import Library
from vectorstore.records import Hit, Passage
from vectorstore.search import Query
from vectorstore.words import cjk_share, terms

_MEANING, _WORDS, _AROUND, _FOUND = 0.45, 0.4, 0.15, 0.05
_ASKED_FOR = 0.1  # for a sentence with a date or a number, where the question asks for one
_WHEN = re.compile(
    r"\b(?:when (?:did|do|does|was|were|is|are|will|has|had|have|can)|since when|"
    r"(?:what|which) (?:year|month|day|date|century|decade))\b",
    re.I,
)
_DATE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"1\d{3}s?|20\d\ds?|centur(?:y|ies)|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
_HOW_MANY = re.compile(
    r"\b(?:how (?:many|much|long|old|far|high|tall|large|big)|what (?:percentage|number|share))\b",
    re.I,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|"
    r"thousand|million|billion|half|third|quarter)\b",
    re.I,
)
_HIRAGANA = re.compile("[\u3041-\u309f]")  # Japanese endings and particles carry no topic
_WORD = re.compile(r"[^\W_][\w'’-]*")
_NEVER_NAMED = frozenset(
    "many much long often any some else really say says said tell list show give name write "
    "wrote written mean means summarise summarize explain describe please thanks thank know".split()
)
_LONGEST_WORD = 30  # what is longer is a run of Chinese or Japanese, or no word
_HEADING = re.compile(r"#{1,6}\s")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a source; its offsets are those of the source's stored text.

    `meaning` is a cosine (-1 to 1); `words` is the share of the question's words, by weight, that
    stand in the sentence, `around` in its passage and heading (0 to 1); `score` joins the three.
    """

    text: str
    start: int
    end: int
    passage: Passage
    ordinal: int
    meaning: float
    words: float
    around: float
    score: float


def gather(library: Library, query: Query, hits: Sequence[Hit]) -> list[Evidence]:
    """All sentences of the passages found, scored; best first."""
    weights = _weigh(library, query)
    vector, vectors = library.compared(query, [hit.passage for hit in hits])
    asked = query.text
    wanted = _DATE if _WHEN.search(asked) else _NUMBER if _HOW_MANY.search(asked) else None
    found: list[Evidence] = []
    for hit, embedded in zip(hits, vectors, strict=True):
        passage = hit.passage
        around = _share(weights, terms(passage.text) + terms(passage.heading))
        meanings = (embedded.sentences @ vector).tolist()
        spans = library.sentences_of(passage)
        for ordinal, ((start, end), meaning) in enumerate(zip(spans, meanings, strict=True)):
            text = passage.text[start - passage.start : end - passage.start]
            said = terms(text)
            if _HEADING.match(text) or not said:
                continue
            words = _share(weights, said)
            score = _MEANING * meaning + _WORDS * words + _AROUND * around + _FOUND * hit.score
            score += _ASKED_FOR * bool(wanted and wanted.search(text))
            found.append(
                Evidence(text, start, end, passage, ordinal, meaning, words, around, score)
            )
    return sorted(found, key=lambda e: (-e.score, e.passage.source_id, e.start))


def unknown_words(library: Library, question: str) -> list[str]:
    """The words of a question, as written, that stand nowhere in the library.

    Whole runs of Chinese or Japanese are left out: where their words end cannot be told.
    """
    absent = []
    for word in dict.fromkeys(_WORD.findall(question)):
        said = terms(word)
        if (
            said
            and len(word) <= _LONGEST_WORD
            and cjk_share(word) < 0.5
            and word.lower() not in _NEVER_NAMED
            and not any(library.frequencies(said).values())
        ):
            absent.append(word)
    return absent


def _weigh(library: Library, query: Query) -> dict[str, float]:
    """The terms of a question by how few passages of the library have them."""
    total = library.database.count("passage")
    weights = {t: w for t, w in query.weights.items() if not _HIRAGANA.search(t)}
    found = library.frequencies(list(weights))
    accidental = _between_words(terms(query.text), found)
    return {
        term: math.log(1 + (total - n + 0.5) / (n + 0.5)) * weights[term]
        for term, n in found.items()
        if term not in accidental
    }


def _between_words(asked: Sequence[str], found: Mapping[str, int]) -> set[str]:
    """Pairs of characters that stand nowhere, but share one with a neighbour that does.

    Where Chinese or Japanese words meet, there is a pair that is no word: 国立 in 中国立陶宛.
    """
    known = {term for term, n in found.items() if n}
    return {
        term
        for before, term, after in zip(["", *asked], asked, [*asked[1:], ""], strict=False)
        if term not in known and cjk_share(term) == 1 and (before in known or after in known)
        if len(term) == 2 and (before[-1:] == term[0] or after[:1] == term[1])
    }


def _share(weights: Mapping[str, float], present: Sequence[str]) -> float:
    """Which part of the weight stands among these terms, 0 to 1."""
    whole = sum(weights.values())
    there = set(present)
    return sum(w for term, w in weights.items() if term in there) / whole if whole else 0.0
