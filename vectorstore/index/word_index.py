"""The word index: passages scored by BM25, in memory.

FTS5 scores BM25 with fixed parameters, row by row through SQLite, which takes most of a second for
a question of common words among a million passages. Here postings are arrays, so exact scores take
a few additions per passage, with parameters of our choice. The index is built from the catalog on
opening and updated with every change, so nothing on disk can lag behind or hold the words of a
removed source.

Small segments are merged as they accumulate (a log-structured merge), so adding stays cheap.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

import numpy as np
import numpy.typing as npt

# How soon repetition, and how much length, counts; fitted: benchmarks/fit/word_index.py
K1, B = 0.9, 0.6

# Passages whose terms are held as words while they are added; judged: bounds memory
_AT_ONCE = 5000

Numbers = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Segment:
    """Postings of n passages; those of `terms[i]` are at `starts[i]` to `starts[i + 1]`."""

    numbers: Numbers  # (n,) of the passages, rising
    lengths: Scores  # (n,) in terms
    alive: npt.NDArray[np.bool_]  # (n,)
    terms: npt.NDArray[np.int64]  # (t,) rising
    starts: npt.NDArray[np.int64]  # (t + 1,)
    places: npt.NDArray[np.uint32]  # (postings,) into `numbers`
    counts: npt.NDArray[np.uint16]  # (postings,)
    size: int  # of those alive
    length: float  # in terms, of those alive together

    def postings(self, term: int) -> slice:
        at = int(np.searchsorted(self.terms, term))
        if at == len(self.terms) or self.terms[at] != term:
            return slice(0, 0)
        return slice(int(self.starts[at]), int(self.starts[at + 1]))


class WordIndex:
    """The words of all passages. Its methods are thread-safe."""

    def __init__(self) -> None:
        """Start empty; `last` is the highest number added."""
        self.last = 0
        self._lock = threading.Lock()
        self._segments: tuple[_Segment, ...] = ()
        self._vocabulary: defaultdict[str, int] = defaultdict()
        self._vocabulary.default_factory = self._vocabulary.__len__

    def add(self, passages: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Add passages with their terms, in ascending order of number; skip known ones."""
        new = (passage for passage in passages if passage[0] > self.last)
        with self._lock:
            while some := list(islice(new, _AT_ONCE)):
                numbers, texts = [number for number, _ in some], [terms for _, terms in some]
                self.last = numbers[-1]
                segments = [*self._segments, self._segment(numbers, texts)]
                while len(segments) > 1 and _small(segments[-2], beside=segments[-1]):
                    segments[-2:] = [_merged(*segments[-2:])]
                self._segments = tuple(segments)

    def remove(self, numbers: Sequence[int]) -> None:
        """Remove passages; unknown numbers are ignored."""
        gone = np.array(numbers, dtype=np.int64)
        with self._lock:
            self._segments = tuple(_without(segment, gone) for segment in self._segments)

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many passages each of the terms occurs."""
        segments = self._segments
        return {term: self._frequency(segments, term) for term in dict.fromkeys(terms)}

    def vocabulary(self) -> list[str]:
        """Return all terms that were ever added; `frequencies` tells which are still there."""
        return list(self._vocabulary)

    def containing_all(self, terms: Sequence[str]) -> Numbers:
        """Return the numbers (n,) of the passages with all of these terms, ascending."""
        known = [self._vocabulary.get(term) for term in dict.fromkeys(terms)]
        found = [np.empty(0, np.int64)]
        for segment in self._segments:
            there = segment.alive.copy() if known else np.zeros(len(segment.alive), np.bool_)
            for term in known:
                has = np.zeros(len(there), np.bool_)
                if term is not None:
                    has[segment.places[segment.postings(term)]] = True
                there &= has
            found.append(segment.numbers[there])
        return np.concatenate(found)

    def scores(self, query: Mapping[str, float]) -> tuple[Numbers, Scores]:
        """Return the ascending numbers (n,) of all passages and their BM25 scores (n,), at least 0.

        `query` gives the weight of each term. The inverse document frequency is Lucene's, which
        is never negative. A passage that was removed scores 0.
        """
        segments = self._segments
        if not segments:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        total = sum(segment.size for segment in segments)
        mean = sum(segment.length for segment in segments) / total if total else 1.0
        weights = {
            self._vocabulary[term]: np.float32(
                query[term] * np.log(1 + (total - n + 0.5) / (n + 0.5))
            )
            for term, n in self.frequencies(query).items()
            if n
        }
        scores = [_scored(segment, weights, mean or 1.0) for segment in segments]
        if len(segments) == 1:
            return segments[0].numbers, scores[0]
        return np.concatenate([s.numbers for s in segments]), np.concatenate(scores)

    def _frequency(self, segments: Iterable[_Segment], term: str) -> int:
        number = self._vocabulary.get(term)
        if number is None:
            return 0
        found = 0
        for segment in segments:
            at = segment.postings(number)
            if segment.size == len(segment.numbers):
                found += at.stop - at.start
            else:
                found += int(segment.alive[segment.places[at]].sum())
        return found

    def _segment(self, numbers: list[int], texts: list[Sequence[str]]) -> _Segment:
        sizes = np.array([len(terms) for terms in texts], dtype=np.int64)
        known = map(self._vocabulary.__getitem__, chain.from_iterable(texts))
        terms = np.fromiter(known, dtype=np.int64, count=int(sizes.sum()))
        pairs = terms * len(numbers) + np.repeat(np.arange(len(numbers)), sizes)
        found, counts = np.unique(pairs, return_counts=True)
        return _postings(
            numbers=np.array(numbers, dtype=np.int64),
            lengths=sizes.astype(np.float32),
            terms=found // len(numbers),
            places=found % len(numbers),
            counts=counts.clip(max=np.iinfo(np.uint16).max),
        )


def top_numbers(numbers: Numbers, scores: Scores, limit: int) -> list[int]:
    """Return the numbers of the passages with the highest positive scores, unordered."""
    limit = min(limit, int(np.count_nonzero(scores)))
    if not limit:
        return []
    return [int(number) for number in numbers[np.argpartition(scores, -limit)[-limit:]]]


def scores_for(wanted: Sequence[int], numbers: Numbers, scores: Scores) -> Scores:
    """Return the scores of these passages, shape (n,); 0 for one not in `numbers`."""
    if not len(numbers):
        return np.zeros(len(wanted), dtype=np.float32)
    asked = np.array(wanted, dtype=np.int64)
    places = np.searchsorted(numbers, asked).clip(max=len(numbers) - 1)
    return np.where(numbers[places] == asked, scores[places], np.float32(0))


def _small(segment: _Segment, *, beside: _Segment) -> bool:
    return len(segment.numbers) < 2 * len(beside.numbers)


def _postings(
    numbers: Numbers,
    lengths: Scores,
    terms: Numbers,
    places: npt.NDArray[np.integer[Any]],
    counts: npt.NDArray[np.integer[Any]],
) -> _Segment:
    """Return a segment from postings sorted by term."""
    different, starts = np.unique(terms, return_index=True)
    return _Segment(
        numbers=numbers,
        lengths=lengths,
        alive=np.ones(len(numbers), dtype=np.bool_),
        terms=different,
        starts=np.append(starts, len(terms)),
        places=places.astype(np.uint32),
        counts=counts.astype(np.uint16),
        size=len(numbers),
        length=float(lengths.sum()),
    )


def _without(segment: _Segment, gone: Numbers) -> _Segment:
    """Return the segment without some passages."""
    alive = segment.alive & ~np.isin(segment.numbers, gone)
    if alive.sum() == segment.size:
        return segment
    size, length = int(alive.sum()), float(segment.lengths[alive].sum())
    return replace(segment, alive=alive, size=size, length=length)


def _merged(one: _Segment, other: _Segment) -> _Segment:
    """Return both merged, without removed passages; numbers of `other` follow those of `one`."""
    terms, places, counts, before = [], [], [], 0
    for segment in (one, other):
        kept = segment.alive[segment.places]
        place = np.cumsum(segment.alive) - 1 + before  # the new place of each passage
        terms.append(np.repeat(segment.terms, np.diff(segment.starts))[kept])
        places.append(place[segment.places][kept])
        counts.append(segment.counts[kept])
        before += int(segment.alive.sum())
    every = np.concatenate(terms)
    order = np.argsort(every, kind="stable")
    return _postings(
        numbers=np.concatenate([one.numbers[one.alive], other.numbers[other.alive]]),
        lengths=np.concatenate([one.lengths[one.alive], other.lengths[other.alive]]),
        terms=every[order],
        places=np.concatenate(places)[order],
        counts=np.concatenate(counts)[order],
    )


def _scored(segment: _Segment, weights: dict[int, np.float32], mean: float) -> Scores:
    """Return BM25 (Robertson and Zaragoza 2009, without the constant factor k1 + 1) per passage."""
    scores = np.zeros(len(segment.numbers), dtype=np.float32)
    norms = (K1 * (1 - B + B * segment.lengths / mean)).astype(np.float32)
    for term, weight in weights.items():
        at = segment.postings(term)
        places, counts = segment.places[at], segment.counts[at]
        scores[places] += weight * (counts / (counts + norms[places]))
    if segment.size < len(scores):
        scores[~segment.alive] = 0.0
    return scores
