"""Find sources that share passages nearly word for word: reprints, drafts, press releases.

Passages are compared by their runs of five words (shingling, Broder 1997), stored as numbers: about
a kilobyte per passage while this runs. Passages without a common run are never compared.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from zlib import crc32

import numpy as np
import numpy.typing as npt

from vectorstore.ranking import wording
from vectorstore.records import Passage

_RUN = 5  # words; judged: shorter runs are common phrases
# Share of the shorter passage's runs that the other has too; judged: an edited copy still does
_SAME = 0.6
_COMMON = 50  # passages; judged: a run in more of them is boilerplate, and no sign of a copy
_FACTOR = 1_000_003

Numbers = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """How many passages of a source another one repeats nearly word for word."""

    source_id: str
    other_id: str
    passages: int


def find_near_duplicates(passages: Iterable[Passage]) -> list[NearDuplicate]:
    """Return the pairs of sources that share passages, those that share most first.

    Each pair appears once, counted on the side with more shared passages.
    """
    runs, owners = [], []
    sources: list[str] = []
    sizes: list[int] = []
    for place, passage in enumerate(passages):
        found = _runs(passage.text)
        runs.append(found)
        owners.append(np.full(len(found), place, dtype=np.int64))
        sources.append(passage.source_id)
        sizes.append(len(found))
    if not runs:
        return []
    shared = _shared(np.concatenate(runs), np.concatenate(owners), sources)
    found_in: dict[tuple[str, str], tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for (one, other), count in shared.items():
        if count >= _SAME * min(sizes[one], sizes[other]):
            first, second = sorted((one, other), key=lambda place: sources[place])
            pair = found_in[sources[first], sources[second]]
            pair[0].add(first)
            pair[1].add(second)
    result = [
        NearDuplicate(one, other, len(ones)) if len(ones) >= len(others) else
        NearDuplicate(other, one, len(others))
        for (one, other), (ones, others) in found_in.items()
    ]  # fmt: skip
    return sorted(result, key=lambda pair: (-pair.passages, pair.source_id, pair.other_id))


def _shared(
    runs: Numbers, owners: npt.NDArray[np.int64], sources: list[str]
) -> Counter[tuple[int, int]]:
    """Return how many runs each pair of passages of different sources has in common."""
    order = np.argsort(runs, kind="stable")
    runs, owners = runs[order], owners[order]
    bounds = np.flatnonzero(np.diff(runs)) + 1
    shared: Counter[tuple[int, int]] = Counter()
    for group in np.split(owners, bounds):
        places = group.tolist()  # rising, each once
        if not 2 <= len(places) <= _COMMON:
            continue
        shared.update(
            pair for pair in combinations(places, 2) if sources[pair[0]] != sources[pair[1]]
        )
    return shared


def _runs(text: str) -> Numbers:
    """Return the runs of a text as numbers, each once; a short text is one run."""
    words = np.array([crc32(word.encode()) for word in wording(text)], dtype=np.uint64)
    if not len(words):
        return words
    length = min(_RUN, len(words))
    runs = np.zeros(len(words) - length + 1, dtype=np.uint64)
    for offset in range(length):
        runs = runs * np.uint64(_FACTOR) + words[offset : offset + len(runs)]
    return np.unique(runs)
