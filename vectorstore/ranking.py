"""Rank candidate passages by four scores.

The scores are the cosine of the passage, the cosine of its best sentence, BM25 over words and BM25
over phrases. They are combined as a convex sum of min-max normalised scores (Bruch et al., "An
Analysis of Fusion Functions for Hybrid Retrieval", arXiv 2210.11934). Words and phrases are
normalised from 0 instead of their minimum, so that a weak best match is not inflated. The weights
were chosen on five data sets together (`docs/decisions/0003-convex-fusion.md`).
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from vectorstore.encoders.pooling import Vectors
from vectorstore.index.word_index import K1, B, Scores
from vectorstore.records import Hit, Passage
from vectorstore.storage.passages import SearchCandidate
from vectorstore.text import negation
from vectorstore.text.openers import FITTED_OPENERS
from vectorstore.text.scripts import CJK, HIRAGANA
from vectorstore.text.stop_words import STOP_WORDS
from vectorstore.text.tables import any_of
from vectorstore.text.terms import fold, terms

CANDIDATES = 50  # of each index; judged: a hundred find no more and take twice the time
# Weight of a word of the previous question; fitted: benchmarks/fit/follow_ups.py, on MTRAG
_CONTEXT_WORDS = 0.5
# Factor for each question further back; fitted: benchmarks/fit/follow_ups.py, on MTRAG
_FADING = 0.7
# Share of the vector that includes the context; fitted: benchmarks/fit/follow_ups.py, on MTRAG
_CONTEXT_MEANING = 0.4
_HIRAGANA = re.compile(f"[{HIRAGANA}]+")
# Weight of a term in hiragana alone, an ending; fitted: benchmarks/fit/japanese_words.py, on JaQuAD
_ENDINGS = 0.3
# Share of common word pairs from which passages are near copies; judged: one word in ten
_ALIKE = 0.9
_NEAR_COPY = 0.9  # cosine below which two passages are not compared; judged: it only saves time
# A word in the middle of a sentence
_INNER_WORD = re.compile(r"(?<=[^\W_] |[,;:)”’'\"] )[^\W\d_]+(?:['’][^\W_]+)?")
_NO_NAMES = STOP_WORDS | FITTED_OPENERS
_WORD = re.compile(rf"[{CJK}]|[^\W_]+(?:['’][^\W_]+)?")
_TELLING = re.compile(
    rf"\d|^(?:{any_of(negation.CORE)}|\w+{negation.CONTRACTED})$|[{negation.HAN}]|"
    rf"^(?:{any_of(negation.KANA)})$"
)


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of the four scores; only their proportions matter."""

    # Fitted: benchmarks/fit/ranking.py, on ObliQA, ObliQA-MP, MTRAG, OR-ShARC and SQuAD 2.
    meaning: float = 0.35
    sentence: float = 0.26
    words: float = 0.26
    phrases: float = 0.13

    def for_readable(self, share: float) -> "Weights":
        """Return the weights if the embedding model can read this share of the query, 0 to 1.

        The weight of the rest moves to the words. The unreadable part is Chinese or Japanese, whose
        terms are pairs of characters already, so phrases add nothing.
        """
        return Weights(
            share * self.meaning,
            share * self.sentence,
            self.words + (1 - share) * (self.meaning + self.sentence + self.phrases),
            share * self.phrases,
        )


@dataclass(frozen=True)
class Query:
    """A question and the earlier questions it depends on, the latest first.

    The question has full weight, its context half or less, because adding all turns at full weight
    makes search worse (MTRAG, arXiv 2501.03468). `told` is the last answer, if the question leans
    on it: it counts as the latest part of the context.
    """

    text: str
    context: tuple[str, ...] = ()
    told: str = ""

    @property
    def whole(self) -> str:
        """The earlier questions and the question as one text, in chronological order."""
        return " ".join([*reversed(self.context), self.text])

    @property
    def _before(self) -> tuple[str, ...]:
        return (self.told, *self.context) if self.told else self.context

    @cached_property
    def weights(self) -> dict[str, float]:
        """The terms of the query with their weights, 0 to 1."""
        found = dict.fromkeys(terms(self.text), 1.0)
        for distance, earlier in enumerate(self._before):
            for term in terms(earlier):
                found.setdefault(term, _CONTEXT_WORDS * _FADING**distance)
        return {t: w * (_ENDINGS if _HIRAGANA.fullmatch(t) else 1.0) for t, w in found.items()}

    def vector(self, encode: Callable[[str], Vectors]) -> Vectors:
        """Return the vector of the query, of length one; `encode` maps a text to its vector."""
        own = encode(self.text)
        if not self._before:
            return own
        everything = " ".join([*reversed(self._before), self.text])
        mixed = (1 - _CONTEXT_MEANING) * own + _CONTEXT_MEANING * encode(everything)
        unit: Vectors = mixed / np.linalg.norm(mixed)
        return unit


def rank(
    query: Query,
    vector: Vectors,
    candidates: Sequence[SearchCandidate],
    words: Scores,
    weights: Weights,
    limit: int,
) -> list[Hit]:
    """Return the best candidates as hits, best first; near copies of a hit become its `copies`.

    A copy that has a term of the question which the hit lacks is a hit of its own.

    `vector` is that of the query, `words` are the BM25 scores of the candidates, shape (n,).
    """
    if not candidates:
        return []
    meaning = np.array([c.embedded.passage @ vector for c in candidates], dtype=np.float32)
    sentence = np.array(
        [(c.embedded.sentences @ vector).max(initial=-1.0) for c in candidates], dtype=np.float32
    )
    phrases = phrase_scores(terms(query.text), [c.terms for c in candidates])
    joint = fuse(meaning, sentence, words, phrases, weights)
    asked = set(terms(query.text))
    hits: list[Hit] = []
    kept: list[SearchCandidate] = []
    for at in sorted(range(len(joint)), key=lambda i: (-joint[i], candidates[i].passage.id)):
        if len(hits) == limit:
            break
        one = candidates[at]
        own = asked.intersection(one.terms)
        same = next(
            (n for n, other in enumerate(kept)
             if own <= set(other.terms) and _near_copies(one, other)),
            None,
        )  # fmt: skip
        if same is not None:
            hits[same] = replace(hits[same], copies=(*hits[same].copies, one.passage.id))
            continue
        kept.append(one)
        hits.append(
            Hit(
                passage=one.passage,
                score=float(joint[at]),
                dense=float(meaning[at]),
                lexical=float(words[at]),
                sentence=float(sentence[at]),
                phrases=float(phrases[at]),
            )
        )
    return hits


def _near_copies(one: SearchCandidate, other: SearchCandidate) -> bool:
    near = float(one.embedded.passage @ other.embedded.passage) > _NEAR_COPY
    return near and alike(one.passage, other.passage)


def fuse(
    meaning: Scores, sentence: Scores, words: Scores, phrases: Scores, weights: Weights
) -> Scores:
    """Return the combined score of each candidate, 0 to 1; all arrays have shape (n,).

    `meaning` and `sentence` are cosines, `words` and `phrases` BM25 scores. If no candidate has a
    phrase, the weight of the phrases is left out.
    """
    by_phrases = weights.phrases if phrases.any() else 0.0
    joint: Scores = (
        weights.meaning * _scaled(meaning, low=None)
        + weights.sentence * _scaled(sentence, low=None)
        + weights.words * _scaled(words, low=0.0)
        + by_phrases * _scaled(phrases, low=0.0)
    ) / (weights.meaning + weights.sentence + weights.words + by_phrases)
    return joint


def phrase_scores(query: Sequence[str], candidates: Sequence[Sequence[str]]) -> Scores:
    """Return BM25 scores over the pairs of neighbouring query terms; shape (n,).

    Document frequencies are those among the candidates, so that pairs need no index. This measured
    better than the frequencies of the whole collection.
    """
    pairs = set(pairwise(query))
    scores = np.zeros(len(candidates), dtype=np.float32)
    if not pairs:
        return scores
    counts = [Counter(pair for pair in pairwise(found) if pair in pairs) for found in candidates]
    spread = Counter(pair for count in counts for pair in count)
    total = len(candidates)
    mean = sum(map(len, candidates)) / max(total, 1) or 1.0
    for place, count in enumerate(counts):
        norm = K1 * (1 - B + B * len(candidates[place]) / mean)
        for pair, times in count.items():
            rarity = np.log(1 + (total - spread[pair] + 0.5) / (spread[pair] + 0.5))
            scores[place] += rarity * times / (times + norm)
    return scores


def alike(one: Passage, other: Passage) -> bool:
    """Whether two passages are near copies.

    At least 90 % of their pairs of neighbouring words must be equal, and all numbers, negations and
    names: a passage that contradicts another must not be hidden behind it.
    """
    words, others = wording(one.text), wording(other.text)
    if min(len(words), len(others)) < _ALIKE * max(len(words), len(others)) or not words:
        return False
    if [w for w in words if _TELLING.search(w)] != [w for w in others if _TELLING.search(w)]:
        return False
    if other_names(one.text, other.text):
        return False
    pairs, other_pairs = Counter(pairwise(words)), Counter(pairwise(others))
    if not pairs or not other_pairs:
        return words == others
    most = max(pairs.total(), other_pairs.total())
    return (pairs & other_pairs).total() >= _ALIKE * most


def other_names(one: str, other: str) -> bool:
    """Whether either text has a name within a sentence that the other does not have at all.

    >>> other_names("In Tokyo, Whipps met Ishiba.", "In Tokyo, Peña met Ishiba.")
    True
    """
    return any(
        word[0].isupper() and fold(word) not in _NO_NAMES and fold(word) not in wording(without)
        for text, without in ((one, other), (other, one))
        if not text.isupper()
        for word in _INNER_WORD.findall(text)
    )


@lru_cache(maxsize=512)
def wording(text: str) -> tuple[str, ...]:
    """Return the folded words of a text in order; each Chinese or Japanese character is one."""
    return tuple(_WORD.findall(fold(text)))


def _scaled(scores: Scores, low: float | None) -> npt.NDArray[np.float32]:
    """Scale scores of shape (n,) to 0 to 1, from `low` (their minimum if None) to their maximum."""
    least = float(scores.min(initial=np.inf)) if low is None else low
    most = float(scores.max(initial=-np.inf))
    if most <= least:
        return np.full(len(scores), 1.0 if low is None else 0.0, dtype=np.float32)
    return ((scores - least) / (most - least)).astype(np.float32)
